import Frames
import Primitives
import SimulatedMMU
import VMem

@testable import Paging
@testable import VMap

/// What can happen next to a window on two processors. Mappings are named by their place in address order.
enum WindowStep: Hashable {
  /// A device's registers: so many pages.
  case mapDevice(UInt32)
  /// One frame that becomes the mapping's.
  case mapOwned
  case unmap(Int, isDeferred: Bool)
  case protect(Int)
  case drain
  /// Somebody else takes a frame and fills it.
  case takeFrame
  case loadDirectoryBase(Int)
}

/// A mistake in the order of a vunmap or a drain; here it is made with internals.
enum WindowMistake: CaseIterable, Sendable {
  case none
  /// A drain returns addresses before the flush.
  case addressesFirst
  /// A drain frees frames before the flush.
  case framesFirst
  /// A device's mapping waits in quarantine.
  case deviceDeferred
  /// A mapping whose table went with it waits in quarantine.
  case tableDeferred
  /// The addresses of an unmapped device are kept for the next mapping before the flush.
  case keptFirst
}

/// One run of the real window on the adversarial MMU: three watched pages, the first two and the last of a window whose
/// larger mappings need a full flush.
final class WindowRun: SearchedRun {
  static let pages: UInt32 = 36
  static let watched: [UInt32] = [0xE0000, 0xE0001, 0xE0021]
  static let stranger = Owner(rawValue: 21)

  let fixture: Fixture
  let mistake: WindowMistake
  private var taken = 0
  /// Receipts that a mistake forgot to settle.
  private var forgotten: [Box] = []

  final class Box {
    var receipt: FlushReceipt?
    init(_ receipt: consuming FlushReceipt) { self.receipt = consume receipt }
  }

  init(_ fault: SimulatedMMU.Fault, _ mistake: WindowMistake) {
    var configuration = Fixture.Configuration()
    configuration.memoryFrames = 7
    configuration.windowTags = 8
    configuration.window = AddressRange(first: 0xE000_0000, last: 0xE000_0000 + (Self.pages << 12 - 1))
    fixture = Fixture(configuration)
    fixture.mmu.watched = Self.watched
    fixture.mmu.fault = fault
    self.mistake = mistake
  }

  deinit {
    for box in forgotten { if let receipt = box.receipt.take() { receipt.discharge() } }
    if let receipt = window.state.pointee.owed.take() { receipt.discharge() }
  }

  private var window: Fixture.Window { fixture.window }

  private var mappings: [LiveMapping] {
    var mappings: [LiveMapping] = []
    window.forEachMapping { mappings.append($0) }
    return mappings
  }

  var possible: [WindowStep] {
    var steps: [WindowStep] = [.loadDirectoryBase(1), .drain]
    let mappings = mappings
    if mappings.count < 3 { steps += [.mapDevice(1), .mapOwned] }
    if mappings.count < 2 { steps.append(.mapDevice(33)) }
    for (index, mapping) in mappings.enumerated() {
      steps.append(.unmap(index, isDeferred: mapping.ownsFrames))
      if index == 0 { steps.append(.protect(index)) }
    }
    if taken < 1 { steps.append(.takeFrame) }
    return steps
  }

  func perform(_ step: WindowStep) {
    switch step {
    case .mapDevice(let pages):
      _ = try? window.vmap(0xFEB0_0000, size: pages << 12, MappingOptions(.uncached, owner: driver))
    case .mapOwned:
      guard let frame = try? fixture.frames.allocate(owner: driver) else { return }
      if (try? window.vmapPages([frame], MappingOptions(owner: driver), isOwned: true)) == nil {
        try! fixture.frames.free(frame, owner: driver)
      }
    case .unmap(let index, let isDeferred): unmap(mappings[index], isDeferred: isDeferred)
    case .protect(let index):
      let first = mappings[index].pages.first
      let isWritable = fixture.map.query(first)!.attributes.isWritable
      try! window.protect(first.address, isWritable: !isWritable)
    case .drain: drain()
    case .takeFrame:
      guard let frame = try? fixture.frames.allocate(owner: Self.stranger) else { return }
      taken += 1
      fixture.mmu.scribble(frame)
    case .loadDirectoryBase(let processor): fixture.mmu.loadDirectoryBase(on: processor)
    }
  }

  private func unmap(_ mapping: LiveMapping, isDeferred: Bool) {
    let isDevice = !mapping.ownsFrames
    switch mistake {
    case .deviceDeferred where isDevice, .tableDeferred where isDeferred:
      window.quarantine(mapping, try! fixture.map.unmap(mapping.pages, collecting: !isDevice))
    case .keptFirst where isDevice:
      let receipt = try! fixture.map.unmap(mapping.pages)
      window.state.pointee.leave(mapping.pages.first.rawValue, hasGuard: false)
      window.state.pointee.statistics.unmapped += 1
      let evicted = window.state.pointee.kept.put(
        mapping.pages.first.rawValue, mapping.pages.count, owner: mapping.owner)
      if let evicted { window.finish(evicted) }
      forgotten.append(Box(receipt))
    default: try! window.vunmap(mapping.pages.first.address, isDeferred: isDeferred)
    }
  }

  private func drain() {
    switch mistake {
    case .addressesFirst:
      let waiting = window.state.pointee.quarantine
      window.state.pointee.quarantine = Quarantine()
      for index in 0..<waiting.count { window.finish(waiting[index]) }
    case .framesFirst:
      guard var owed = window.state.pointee.owed.take() else { return }
      SettledReceipt(tables: FrameChain(), frames: owed.frames).release(to: fixture.frames)
      owed.frames = FrameChain()
      window.state.pointee.owed = .some(owed)
    default: window.drain()
    }
  }

  // MARK: The rules

  var violation: String? { fixture.firstViolation { violation($0, $1) } }

  private func violation(_ page: UInt32, _ cached: SimulatedMMU.Cached) -> String? {
    let record = fixture.frames.record(of: FrameNumber(cached.frame))
    let isDevice = record.state == .absent
    if !isDevice, record.state != .single || record.owner != driver {
      return "a processor reaches a frame that is not the mapping's"
    }
    if let current = fixture.map.query(PageNumber(page)) {
      let isWritable = cached.flags & 2 != 0
      let isSame = current.frame.rawValue == cached.frame && current.attributes.isWritable == isWritable
      return isSame ? nil : "a translation differs from the tables"
    }
    if isDevice { return "a device can be reached after its vunmap" }
    return isInQuarantine(page) ? nil : "addresses can be had again before their flush"
  }

  private func isInQuarantine(_ page: UInt32) -> Bool {
    let waiting = window.state.pointee.quarantine
    return (0..<waiting.count).contains { waiting[$0].contains(page << 12) }
  }

  // MARK: The key

  /// Frames are named by the order in which the key meets them, since nothing depends on their numbers. The arena is
  /// told by its segments and by where it would place the next request of each size.
  var key: [UInt32] {
    var names: [UInt32: UInt32] = [:]
    func state(_ frame: UInt32) -> UInt32 {
      let record = fixture.frames.record(of: FrameNumber(frame))
      let name = names[frame, default: UInt32(names.count)]
      names[frame] = name
      return name << 24 | UInt32(record.state.rawValue) << 16 | UInt32(record.owner.rawValue)
    }
    let reserve = fixture.map.state.pointee.reserve
    var key: [UInt32] = [
      UInt32(taken), fixture.frames.statistics.free, reserve == 0 ? .max : state(reserve),
      UInt32(forgotten.count),
    ]
    let directoryEntry = fixture.map.directoryEntry(at: Self.watched[0] >> 10).rawValue
    key += [directoryEntry & 0xFFF, state(directoryEntry >> 12)]
    window.arena.walk { segment in
      let page = segment.range.first >> 12
      key += [page, segment.kind == .free ? 0 : 1, window.state.pointee.recent.entry(at: page).total]
      guard let translation = fixture.map.query(PageNumber(page)) else { return }
      key += [
        state(translation.frame.rawValue), translation.attributes.isWritable ? 1 : 0,
        UInt32(translation.attributes.software),
      ]
    }
    let waiting = window.state.pointee.quarantine
    for index in 0..<waiting.count { key.append(waiting[index].first) }
    key.append(.max)
    for pages in [1, 33] as [UInt32] {
      let placement = (try? window.arena.explain(Request(count: pages << 12)))?.placement
      key.append(placement?.first ?? .max)
    }
    for processor in fixture.mmu.processors {
      for page in Self.watched {
        let cached = processor.translations[page, default: []]
        key += cached.map { state($0.frame) << 1 ^ $0.flags << 3 }.sorted() + [.max]
      }
      let entries = processor.directoryEntries[Self.watched[0] >> 10, default: []]
      key += entries.map { state($0 >> 12) }.sorted() + [.max]
    }
    return key
  }
}
