import Frames
import Paging
import Primitives
import VMem

extension VMap where Lock: ~Copyable {
  /// Addresses for a mapping of `frames`; the guard page, if any, is behind the pages returned.
  func takeAddresses(for frames: FrameRange, _ options: MappingOptions) throws(VMapError) -> PageRange {
    let isCongruent =
      options.mayUseLargePages && pageMap.features.hasLargePages && Self.holdsLarge(frames)
      && options.alignment <= 4096
    let phase = isCongruent ? frames.first.address & 0x3F_FFFF : nil
    return try takeAddresses(count: frames.count, phase: phase, options)
  }

  /// Whether `frames` contain an aligned 4 MiB.
  static func holdsLarge(_ frames: FrameRange) -> Bool {
    let firstAligned = (frames.first.rawValue + 1023) & ~1023
    return firstAligned + 1023 <= frames.last.rawValue
  }

  /// `count` pages, at `phase` modulo 4 MiB where given and possible.
  ///
  /// Tries in this order: with the phase, without it; then, where addresses are in quarantine or lent as guard pages,
  /// both again with those freed.
  func takeAddresses(
    count: UInt32, phase: UInt32?, _ options: MappingOptions
  ) throws(VMapError) -> PageRange {
    let total = count + (options.hasGuardPage ? 1 : 0)
    guard total <= (window.countMinusOne >> 12) + 1, options.alignment & (options.alignment &- 1) == 0 else {
      throw .noSpace(pages: count)
    }
    var request = Request<UInt32>(countMinusOne: (total - 1) << 12 | 0xFFF)
    request.owner = options.owner
    guard unsafe !state.pointee.fault.trips() else { throw .noSpace(pages: count) }
    repeat {
      if let phase {
        request.alignment = 0x40_0000
        request.phase = phase
        if let range = try attempt(request) { return Self.pages(range, count) }
        request.phase = 0
      }
      request.alignment = options.alignment
      if let range = try attempt(request) { return Self.pages(range, count) }
    } while reclaim()
    throw .noSpace(pages: count)
  }

  private static func pages(_ range: AddressRange<UInt32>, _ count: UInt32) -> PageRange {
    let first = PageNumber(containing: range.first)
    return PageRange(first, through: PageNumber(first.rawValue + (count - 1)))
  }

  /// One allocation; nil where there is no space. Where tags run out the arena gets a frame more.
  private func attempt(_ request: Request<UInt32>) throws(VMapError) -> AddressRange<UInt32>? {
    while true {
      do throws(AllocationError<UInt32>) { return try arena.allocate(request) } catch {
        guard case .outOfTags = error else { return nil }
      }
      try addTags()
    }
  }

  /// Gives the arena a frame for its tags.
  private func addTags() throws(VMapError) {
    let frame: FrameNumber
    do throws(FrameError) { frame = try frames.allocate(in: .direct, owner: bookkeeper) } catch {
      // Quarantine holds frames too.
      if drain() { return }
      throw .outOfRecords(error)
    }
    unsafe arena.addStorage(machine.memory(of: frame))
    let token = unsafe state.pointee.lock.acquire()
    unsafe state.pointee.statistics.recordFrames += 1
    unsafe state.pointee.lock.release(token)
  }

  /// Makes free what can be made free; whether that was anything.
  func reclaim() -> Bool { drain() || takeGuardsBack() }

  /// Frees the guard page of every mapping that has one. Linear in the mappings, once for each guard page lent.
  private func takeGuardsBack() -> Bool {
    guard unsafe state.pointee.guards > 0 else { return false }
    var taken = false
    forEachMapping { mapping in
      guard mapping.hasGuard, change(mapping.pages.first, from: mapping.kind, to: mapping.kind.unguarded)
      else { return }
      let last = mapping.pages.last.address | 0xFFF
      do throws(FreeError<UInt32>) {
        try arena.freeFragment(AddressRange(first: last + 1, last: last + 4096))
      } catch { preconditionFailure("a guard page was not at the end of its mapping") }
      let token = unsafe state.pointee.lock.acquire()
      unsafe state.pointee.guards -= 1
      unsafe state.pointee.lock.release(token)
      taken = true
    }
    return taken
  }

  /// Returns addresses that were never mapped, or whose flush is done.
  func giveBack(_ pages: PageRange) {
    guard let segment = arena.segment(atOrAfter: pages.first.address) else { return }
    do throws(FreeError<UInt32>) { try arena.free(segment.range) } catch {
      preconditionFailure("the window's arena lost a mapping")
    }
  }
}
