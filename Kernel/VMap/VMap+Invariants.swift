import Frames
import Paging
import Primitives
import VMem

/// The first invariant of VMap.md that does not hold.
public enum VMapViolation: Error, Equatable, Sendable {
  /// VMap-I1: a page of a mapping is not mapped.
  case hole(page: PageNumber, owner: Owner)
  /// VMap-I1: a page of the window is mapped and belongs to no mapping.
  case stray(page: PageNumber)
  /// VMap-I2: the counts of live mappings or lent guard pages are wrong.
  case counts(live: UInt32, guards: UInt32)
  /// VMap-I3: a guard page is mapped.
  case guardMapped(PageNumber)
  /// VMap-I4: the frame is mapped with a type that is not its own.
  case memoryType(FrameNumber, MemoryType)
  /// VMap-I4: the ledger's count of a 4 MiB block differs from the mappings.
  case ledger(block: UInt32)
}

extension VMap where Lock: ~Copyable {
  /// Proves VMap-I1 to VMap-I4 by reading every entry of the window, or throws the first violation. For tests and the
  /// monitor; nobody may change the window meanwhile. Linear in pages of the window.
  public func checkInvariants() throws(VMapViolation) {
    var violation: VMapViolation?
    var (live, guards) = (UInt32(0), UInt32(0))
    var address = window.first
    arena.walk { segment in
      guard violation == nil else { return }
      let kind = kind(of: PageNumber(containing: segment.range.first))
      if segment.kind == .allocated, let mapping = LiveMapping(segment, kind) {
        live += 1
        guards += mapping.hasGuard ? 1 : 0
        violation = check(mapping)
      } else if segment.kind == .free {
        violation = checkFree(segment.range)
      }
      address = segment.range.last
    }
    if let violation { throw violation }
    guard address == window.last else { throw .stray(page: PageNumber(containing: address)) }
    let (counted, lent) = unsafe (state.pointee.statistics.live, state.pointee.guards)
    guard live == counted, guards == lent else { throw .counts(live: live, guards: guards) }
    try checkLedger()
  }

  private func check(_ mapping: LiveMapping) -> VMapViolation? {
    for page in mapping.pages.first.rawValue...mapping.pages.last.rawValue {
      guard let translation = pageMap.query(PageNumber(page)) else {
        return .hole(page: PageNumber(page), owner: mapping.owner)
      }
      let type = translation.attributes.memoryType
      let isMemory = frames.memoryRun(at: translation.frame).isMemory
      guard isMemory == (type == .writeBack) else { return .memoryType(translation.frame, type) }
    }
    guard mapping.hasGuard else { return nil }
    let guardPage = PageNumber(mapping.pages.last.rawValue + 1)
    return pageMap.query(guardPage) == nil ? nil : .guardMapped(guardPage)
  }

  private func checkFree(_ range: AddressRange<UInt32>) -> VMapViolation? {
    for page in range.first >> 12...range.last >> 12 where pageMap.query(PageNumber(page)) != nil {
      return .stray(page: PageNumber(page))
    }
    return nil
  }

  /// Compares the ledger with what the mappings would enter: every count that is not 0, and the sum of all.
  private func checkLedger() throws(VMapViolation) {
    var sum: UInt32 = 0
    for block in UInt32(0)..<1024 {
      try checkLedger(block, .uncached, &sum)
      try checkLedger(block, .writeCombining, &sum)
    }
    guard sum == entries(of: nil, .uncached) + entries(of: nil, .writeCombining) else {
      throw .ledger(block: 1024)
    }
  }

  private func checkLedger(_ block: UInt32, _ type: MemoryType, _ sum: inout UInt32) throws(VMapViolation) {
    let found = unsafe state.pointee.ledger.count(block: block, TypeLedger.column(type))
    guard found == 0 || found == entries(of: block, type) else { throw .ledger(block: block) }
    sum += found
  }

  /// How often the live mappings enter a 4 MiB block, or any block, into the ledger as `type`.
  private func entries(of block: UInt32?, _ type: MemoryType) -> UInt32 {
    var count: UInt32 = 0
    forEachMapping { mapping in
      guard let linear = linearFrames(of: mapping), deviceType(of: mapping) == type else { return }
      _ = anyRun(linear) { part, isMemory in
        let (first, last) = (part.first.rawValue >> 10, part.last.rawValue >> 10)
        if isMemory { return false }
        if let block {
          if first <= block && block <= last { count += 1 }
        } else {
          count += last - first + 1
        }
        return false
      }
    }
    return count
  }
}
