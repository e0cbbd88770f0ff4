import Frames
import Paging
import Primitives
import VMem

// The memory type of frames (VMap-I4). Memory is write-back, whoever maps it; whatever else there is is uncached or
// write-combining, the same for all who map it at one time.
extension VMap where Lock: ~Copyable {
  /// The type that `policy` means for frames that are not memory; nil where it refuses them.
  func deviceType(_ policy: CachePolicy) -> MemoryType? {
    switch policy {
    case .writeBack: nil
    case .natural, .uncached: .uncached
    case .writeCombining: pageMap.features.hasAttributeTable ? .writeCombining : .uncached
    }
  }

  /// The memory type for `frame` where other than memory is mapped as `device`, and the last frame up to `last` that
  /// gets the same.
  func run(
    at frame: FrameNumber, through last: FrameNumber, _ device: MemoryType?
  ) -> (type: MemoryType, last: FrameNumber) {
    let (isMemory, end) = frames.memoryRun(at: frame)
    return (isMemory ? .writeBack : device ?? .writeBack, min(end, last))
  }

  /// Calls `body` for the parts of `range` that are memory, and that are not, until it returns true; whether it did.
  @inline(__always)
  func anyRun(_ range: FrameRange, _ body: (FrameRange, _ isMemory: Bool) -> Bool) -> Bool {
    var frame = range.first
    while true {
      let (isMemory, end) = frames.memoryRun(at: frame)
      let last = min(end, range.last)
      if body(FrameRange(frame, through: last), isMemory) { return true }
      guard last < range.last else { return false }
      frame = FrameNumber(last.rawValue + 1)
    }
  }

  /// Notes that what is not memory in `range` is about to be mapped as `type`, or refuses because somebody has it
  /// mapped as another.
  func retain(_ range: FrameRange, _ type: MemoryType?) throws(VMapError) {
    guard let type, note(range, type) else { return }
    try askMappings(range, type)
  }

  /// Refuses ordinary memory where there is none, and another type for what is memory.
  func checkPolicy(_ range: FrameRange, _ policy: CachePolicy) throws(VMapError) {
    let isForMemory = policy == .writeBack
    var frame = range.first
    while true {
      let (isMemory, last) = frames.memoryRun(at: frame)
      guard isMemory == isForMemory else {
        throw refused(isMemory ? .memoryType(frame, existing: .writeBack, owner: .none) : .notMemory(frame))
      }
      guard last < range.last else { return }
      frame = FrameNumber(last.rawValue + 1)
    }
  }

  /// Enters `range` into the ledger; whether a 4 MiB block of it knows another type.
  ///
  /// The note is made in either case and the mappings are asked then, so that of two conflicting calls at the same
  /// time at least one sees the other.
  @inline(__always)
  private func note(_ range: FrameRange, _ type: MemoryType) -> Bool {
    let token = acquire()
    defer { release(token) }
    var mayConflict = false
    _ = anyRun(range) { part, isMemory in
      guard !isMemory else { return false }
      if unsafe state.pointee.ledger.mayConflict(part, type) { mayConflict = true }
      unsafe state.pointee.ledger.retain(part, type)
      return false
    }
    return mayConflict
  }

  /// Takes the note of `retain` back.
  func release(_ range: FrameRange, _ type: MemoryType?) {
    guard let type else { return }
    let token = acquire()
    releaseLocked(range, type)
    release(token)
  }

  /// The same, for who has the lock.
  @inline(__always)
  func releaseLocked(_ range: FrameRange, _ type: MemoryType) {
    _ = anyRun(range) { part, isMemory in
      if !isMemory { unsafe state.pointee.ledger.release(part, type) }
      return false
    }
  }

  /// The frames that `mapping` entered into the ledger and as what; nil for those that entered none.
  @inline(__always)
  func deviceFrames(of mapping: LiveMapping) -> (FrameRange?, MemoryType?) {
    guard mapping.kind.unguarded == .linear, let entry = pageMap.entry(of: mapping.pages.first) else {
      return (nil, nil)
    }
    let linear = FrameRange(entry.frame, count: mapping.pages.count)
    // What begins with a device has the type of all its devices in the first entry.
    let type = MemoryType(smallEntryBits: entry.rawValue)
    if type != .writeBack { return (linear, type) }
    // Mostly all of it is memory.
    guard let linear, frames.memoryRun(at: linear.first).last < linear.last else { return (nil, nil) }
    return (linear, deviceType(of: mapping))
  }

  /// Refuses if a mapping has a frame of `range` with another type than `type`. Linear in the mappings.
  private func askMappings(_ range: FrameRange, _ type: MemoryType) throws(VMapError) {
    var found: VMapError?
    forEachMapping { mapping in
      guard found == nil else { return }
      found = conflict(of: mapping, with: range, type)
    }
    guard let found else { return }
    release(range, type)
    throw refused(found)
  }

  /// The error for the first frame of `range`, not memory, that `mapping` has with another type than `type`.
  private func conflict(
    of mapping: LiveMapping, with range: FrameRange, _ type: MemoryType
  ) -> VMapError? {
    guard let linear = linearFrames(of: mapping), linear.overlaps(range),
      let existing = deviceType(of: mapping), existing != type
    else { return nil }
    let shared = FrameRange(max(linear.first, range.first), through: min(linear.last, range.last))
    var frame: FrameNumber?
    _ = anyRun(shared) { part, isMemory in
      if !isMemory { frame = part.first }
      return !isMemory
    }
    return frame.map { .memoryType($0, existing: existing, owner: mapping.owner) }
  }

  /// The frames of a linear mapping; nil for lists of frames, which are memory.
  func linearFrames(of mapping: LiveMapping) -> FrameRange? {
    guard mapping.kind.unguarded == .linear, let first = pageMap.entry(of: mapping.pages.first)?.frame
    else { return nil }
    return FrameRange(first, count: mapping.pages.count)
  }

  /// The type with which `mapping` has what is not memory; nil where all of it is memory.
  func deviceType(of mapping: LiveMapping) -> MemoryType? {
    guard let linear = linearFrames(of: mapping) else { return nil }
    var type: MemoryType?
    _ = anyRun(linear) { part, isMemory in
      guard !isMemory else { return false }
      let page = mapping.pages.first.rawValue + (part.first.rawValue - linear.first.rawValue)
      type = pageMap.query(PageNumber(page))?.attributes.memoryType
      return true
    }
    return type
  }
}
