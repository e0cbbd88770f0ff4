import Frames
import Primitives
import SimulatedMMU

@testable import Paging

/// What can happen next to three pages, two of one table and one of another, on two processors.
enum Step: Hashable {
  case map(Int)
  case mapLarge
  case unmap(Int)
  case settle(Int)
  case protect(Int)
  /// Somebody else takes a frame and fills it.
  case takeFrame
  case loadDirectoryBase(Int)
}

/// A mistake in the order of an unmap that the types rule out; here it is made with internals.
enum Mistake: CaseIterable, Sendable {
  case none
  /// Frames are freed before the flush.
  case frameFreedFirst
  /// Empty tables are freed before the flush.
  case tableFreedFirst
  /// An empty table is kept for the next before the flush.
  case tableKeptFirst
}

/// One run of the real page map on the adversarial MMU.
final class Run: SearchedRun {
  static let pages: [UInt32] = [0xE0001, 0xE0002, 0xE0400]
  static let owner = Owner(rawValue: 20)
  static let stranger = Owner(rawValue: 21)

  let fixture: Fixture
  let mistake: Mistake
  /// Receipts by page; at most one each, as a non-copyable value in a box.
  private var receipts: [Int: Box] = [:]
  private var isLarge = false
  private var taken = 0

  final class Box {
    var receipt: FlushReceipt?
    let hasTables: Bool
    init(_ receipt: consuming FlushReceipt) {
      hasTables = receipt.hasTables
      self.receipt = consume receipt
    }
  }

  init(_ fault: SimulatedMMU.Fault, _ mistake: Mistake) {
    var configuration = Fixture.Configuration()
    configuration.memoryFrames = 14
    fixture = Fixture(configuration)
    fixture.mmu.watched = Self.pages
    fixture.mmu.fault = fault
    self.mistake = mistake
  }

  deinit {
    for (_, box) in receipts {
      if let receipt = box.receipt.take() { receipt.discharge() }
    }
  }

  private func page(_ index: Int) -> PageNumber { PageNumber(Self.pages[index]) }

  private func isMapped(_ index: Int) -> Bool { fixture.map.query(page(index)) != nil }

  /// A table of the page's 4 MiB left the directory and is not flushed: nothing may be mapped there (Paging-I5).
  private func tableIsLeaving(_ index: Int) -> Bool {
    receipts.contains { $0.value.hasTables && Self.pages[$0.key] >> 10 == Self.pages[index] >> 10 }
  }

  var possible: [Step] {
    var steps: [Step] = [.loadDirectoryBase(0), .loadDirectoryBase(1)]
    for index in Self.pages.indices {
      if receipts[index] != nil { steps.append(.settle(index)) }
      if isMapped(index) {
        steps.append(.protect(index))
        if receipts[index] == nil { steps.append(.unmap(index)) }
      } else if receipts[index] == nil && !tableIsLeaving(index) {
        steps.append(.map(index))
        if index == 2 && !isLarge { steps.append(.mapLarge) }
      }
    }
    if taken < 2 { steps.append(.takeFrame) }
    return steps
  }

  func perform(_ step: Step) {
    let (map, frames) = (fixture.map, fixture.frames)
    switch step {
    case .map(let index):
      guard let frame = try? frames.allocate(owner: Self.owner) else { return }
      try! map.map(PageRange(page(index), count: 1)!, to: frame, PageAttributes(.writeBack))
    case .mapLarge:
      // A device's frames, which nobody frees.
      guard fixture.map.directoryEntry(at: Self.pages[2] >> 10).rawValue == 0 else { return }
      try! map.map(
        PageRange(PageNumber(0xE0400), count: 1024)!, to: FrameNumber(0xFD000), PageAttributes(.uncached))
      isLarge = true
    case .unmap(let index): unmap(index)
    case .settle(let index):
      let receipt = receipts.removeValue(forKey: index)!.receipt.take()!
      map.settle(receipt).release(to: frames)
    case .protect(let index):
      let isWritable = map.query(page(index))!.attributes.isWritable
      // Where no table is left to split with, nothing changes.
      try? map.protect(PageRange(page(index), count: 1)!, isWritable: !isWritable)
    case .takeFrame:
      guard let frame = try? frames.allocate(owner: Self.stranger) else { return }
      taken += 1
      fixture.mmu.scribble(frame)
    case .loadDirectoryBase(let processor): fixture.mmu.loadDirectoryBase(on: processor)
    }
  }

  private func unmap(_ index: Int) {
    let isMemory = fixture.map.query(page(index))!.frame.rawValue < fixture.frames.frameLimit
    guard var receipt = try? fixture.map.unmap(PageRange(page(index), count: 1)!, collecting: isMemory) else {
      return
    }
    if mistake == .frameFreedFirst {
      SettledReceipt(tables: FrameChain(), frames: receipt.frames).release(to: fixture.frames)
      receipt.frames = FrameChain()
    }
    if mistake == .tableFreedFirst {
      SettledReceipt(tables: receipt.tables, frames: FrameChain()).release(to: fixture.frames)
      receipt.tables = FrameChain()
    }
    if mistake == .tableKeptFirst, fixture.map.state.pointee.reserve == 0,
      let table = receipt.tables.take(link: fixture.frames)
    {
      fixture.map.state.pointee.reserve = table.rawValue
    }
    receipts[index] = Box(receipt)
  }

  /// What no state may show: the name of the first rule that is broken, or nil.
  var violation: String? { fixture.firstViolation { violation($0, $1) } }

  private func violation(_ page: UInt32, _ cached: SimulatedMMU.Cached) -> String? {
    let record = fixture.frames.record(of: FrameNumber(cached.frame))
    if record.state != .absent, record.state != .single || record.owner != Self.owner {
      return "a processor reaches a frame that is not the page's"
    }
    let index = Self.pages.firstIndex(of: page)!
    guard receipts[index] == nil else { return nil }
    guard let current = fixture.map.query(PageNumber(page)) else { return "a translation outlived its flush" }
    let isWritable = cached.flags & 2 != 0
    let isSame = current.frame.rawValue == cached.frame && current.attributes.isWritable == isWritable
    return isSame ? nil : "a translation differs from the tables"
  }

  /// Two runs with equal keys have the same future. Frames are named by the order in which the key meets them, since
  /// nothing depends on their numbers.
  var key: [UInt32] {
    var names: [UInt32: UInt32] = [:]
    func name(_ frame: UInt32) -> UInt32 {
      if let known = names[frame] { return known }
      names[frame] = UInt32(names.count)
      return UInt32(names.count - 1)
    }
    func state(_ frame: UInt32) -> UInt32 {
      let record = fixture.frames.record(of: FrameNumber(frame))
      return name(frame) << 24 | UInt32(record.state.rawValue) << 16 | UInt32(record.owner.rawValue)
    }
    let reserve = fixture.map.state.pointee.reserve
    var key: [UInt32] = [
      UInt32(taken), isLarge ? 1 : 0, fixture.frames.statistics.free, reserve == 0 ? .max : state(reserve),
    ]
    for index in Self.pages.indices {
      let entry = fixture.map.directoryEntry(at: Self.pages[index] >> 10).rawValue
      key += [entry & 0xFFF, state(entry >> 12), receipts[index] == nil ? 0 : 1]
      guard let translation = fixture.map.query(page(index)) else { continue }
      key += [state(translation.frame.rawValue), translation.attributes.isWritable ? 1 : 0]
    }
    for processor in fixture.mmu.processors {
      for page in Self.pages {
        let cached = processor.translations[page, default: []]
        key += cached.map { state($0.frame) << 1 ^ $0.flags << 3 ^ ($0.isLarge ? 1 : 0) }.sorted() + [.max]
        key += processor.directoryEntries[page >> 10, default: []].map { state($0 >> 12) }.sorted() + [.max]
      }
    }
    return key
  }
}
