import Frames
import Paging
import Primitives
import VMem

extension VMap where Lock: ~Copyable {
  /// Addresses for a mapping of `frames`; the guard page, if any, is behind the pages returned.
  @inline(__always)
  func takeAddresses(for frames: FrameRange, _ options: MappingOptions) throws(VMapError) -> PageRange {
    let isCongruent =
      frames.count >= 1024 && options.mayUseLargePages && pageMap.features.hasLargePages
      && Self.holdsLarge(frames) && options.alignment <= 4096
    return try takeAddresses(
      count: frames.count, phase: isCongruent ? frames.first.rawValue & 1023 : nil, options)
  }

  /// Whether `frames` contain an aligned 4 MiB.
  private static func holdsLarge(_ frames: FrameRange) -> Bool {
    let firstAligned = (frames.first.rawValue + 1023) & ~1023
    return firstAligned + 1023 <= frames.last.rawValue
  }

  /// `count` pages, at page number `phase` modulo 1,024 where given and possible, entered as a live mapping.
  ///
  /// Tries what the cache kept, then the arena, and there any addresses first, even where a phase is wished for: a
  /// request that no free range can hold is known after one plain failure of the arena, which is cheap. Where anything
  /// is kept, in quarantine or lent as guard pages, each attempt is made again with all of it freed.
  func takeAddresses(
    count: UInt32, phase: UInt32?, _ options: MappingOptions
  ) throws(VMapError) -> PageRange {
    let total = count &+ (options.hasGuardPage ? 1 : 0)
    let alignment = phase == nil ? max(options.alignment >> 12, 1) : 1024
    guard options.alignment & (options.alignment &- 1) == 0 else { throw .noSpace(pages: count) }
    if let first = try takeKept(total, alignment, phase ?? 0, options) { return Self.pages(first, count) }
    let first: UInt32?
    if let phase {
      first = try takeCongruent(total, phase, options)
    } else {
      first = try takeFresh(total, alignment, 0, options)
    }
    guard let first else { throw .noSpace(pages: count) }
    let token = acquire()
    unsafe state.pointee.enter(first, total, options)
    release(token)
    return Self.pages(first, count)
  }

  /// From the arena, at page number `phase` modulo 1,024 if possible, anywhere else; nil where there is no space.
  private func takeCongruent(
    _ total: UInt32, _ phase: UInt32, _ options: MappingOptions
  ) throws(VMapError) -> UInt32? {
    guard let anywhere = try takeFresh(total, 1, 0, options) else { return nil }
    guard anywhere & 1023 != phase else { return anywhere }
    // Back with it first: the only place with the phase may be in it.
    finish(Self.segment(anywhere, total))
    if let first = try takeFresh(total, 1024, phase, options) { return first }
    return try takeFresh(total, 1, 0, options)
  }

  private static func pages(_ first: UInt32, _ count: UInt32) -> PageRange {
    PageRange(PageNumber(first), through: PageNumber(first &+ (count &- 1)))
  }

  /// The addresses of `total` pages.
  private static func segment(_ first: UInt32, _ total: UInt32) -> AddressRange<UInt32> {
    AddressRange(first: first << 12, last: (first &+ (total &- 1)) << 12 | 0xFFF)
  }

  /// From the cache. Passes the fault point, once for each request.
  @inline(__always)
  private func takeKept(
    _ total: UInt32, _ alignment: UInt32, _ phase: UInt32, _ options: MappingOptions
  ) throws(VMapError) -> UInt32? {
    let token = acquire()
    defer { release(token) }
    guard unsafe !state.pointee.fault.trips() else { throw .noSpace(pages: total) }
    guard
      let first = unsafe state.pointee.kept.take(
        total, owner: options.owner, alignment: alignment, phase: phase)
    else { return nil }
    unsafe state.pointee.enter(first, total, options)
    return first
  }

  /// From the arena; where it has no space, again after everything that can be freed was.
  private func takeFresh(
    _ total: UInt32, _ alignment: UInt32, _ phase: UInt32, _ options: MappingOptions
  ) throws(VMapError) -> UInt32? {
    guard total &- 1 <= window.countMinusOne >> 12 else { return nil }
    var request = Request<UInt32>(countMinusOne: (total &- 1) << 12 | 0xFFF)
    request.owner = options.owner
    // A request with an alignment takes another way, even if it is one page.
    if alignment != 1 {
      request.alignment = alignment << 12
      request.phase = phase << 12
    }
    repeat {
      if let range = try attempt(request) { return range.first >> 12 }
    } while reclaim()
    return nil
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
    let token = acquire()
    unsafe state.pointee.statistics.recordFrames += 1
    unsafe state.pointee.records.push(frame, link: frames)
    release(token)
  }

  /// Makes free what can be made free; whether that was anything.
  private func reclaim() -> Bool { drainAddresses() || takeGuardsBack() }

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
      let token = acquire()
      unsafe state.pointee.guards -= 1
      unsafe state.pointee.recent.forget(mapping.pages.first.rawValue)
      release(token)
      taken = true
    }
    return taken
  }

  /// Returns addresses on which nothing could be mapped.
  func giveBack(_ pages: PageRange, _ options: MappingOptions) {
    let total = pages.count + (options.hasGuardPage ? 1 : 0)
    let token = acquire()
    unsafe state.pointee.leave(pages.first.rawValue, hasGuard: options.hasGuardPage)
    unsafe state.pointee.statistics.mapped &-= 1
    release(token)
    finish(Self.segment(pages.first.rawValue, total))
  }

  /// Returns addresses whose flush is done to the arena.
  func finish(_ segment: AddressRange<UInt32>) {
    do throws(FreeError<UInt32>) { try arena.free(segment) } catch {
      preconditionFailure("the window's arena lost a mapping")
    }
  }
}

extension VMap.State where Lock: ~Copyable {
  /// Counts and notes a mapping whose addresses were taken.
  mutating func enter(_ first: UInt32, _ total: UInt32, _ options: MappingOptions) {
    if options.hasGuardPage { guards &+= 1 }
    enter(first, total, options.owner)
  }

  /// The same without a guard page.
  @inline(__always)
  mutating func enter(_ first: UInt32, _ total: UInt32, _ owner: Owner) {
    statistics.mapped &+= 1
    recent.note(first, total, owner)
  }

  /// Counts a mapping out that `recent` has forgotten and that had no guard page.
  @inline(__always)
  mutating func leaveShort() { statistics.unmapped &+= 1 }

  /// Forgets a mapping, before its addresses can be taken again; the caller counts it.
  mutating func leave(_ first: UInt32, hasGuard: Bool) {
    if hasGuard { guards -= 1 }
    recent.forget(first)
  }
}
