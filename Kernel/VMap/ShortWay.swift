import Frames
import Paging

/// What the short way needs to know of the machine, worked out once.
struct ShortWay: Sendable {
  /// From here on no frame is memory.
  let firstDevice: UInt32
  /// The flags of a first entry by cache policy, without the right to write; 0 for a policy that refuses devices.
  private let flags: InlineArray<4, UInt32>
  /// The same for a large page; 0 too where the processor has none.
  private let largeFlags: InlineArray<4, UInt32>

  /// Pages that the short way takes at most, so that interrupts are off for a bounded number of accesses.
  static var limit: UInt32 { 128 }
  /// Large pages that it takes at most.
  static var largeLimit: UInt32 { 16 }

  init(firstDevice: UInt32, on features: PagingFeatures) {
    self.firstDevice = firstDevice
    var flags = InlineArray<4, UInt32>(repeating: 0)
    var largeFlags = flags
    for policy in 0..<4 {
      guard let policy = CachePolicy(rawValue: UInt8(policy)), policy != .writeBack else { continue }
      let isCombining = policy == .writeCombining && features.hasAttributeTable
      let type: MemoryType = isCombining ? .writeCombining : .uncached
      let attributes = PageAttributes(type, isWritable: false, software: MappingKind.linear.rawValue)
      let index = Int(policy.rawValue)
      flags[index] = PageTableEntry(FrameNumber(0), attributes, on: features).rawValue
      if features.hasLargePages {
        largeFlags[index] = PageDirectoryEntry(large: FrameNumber(0), attributes, on: features).rawValue
      }
    }
    (self.flags, self.largeFlags) = (flags, largeFlags)
  }

  @inline(__always)
  func flags(_ options: MappingOptions) -> UInt32 {
    flags[Int(options.cache.rawValue & 3)]
  }

  @inline(__always)
  func largeFlags(_ options: MappingOptions) -> UInt32 {
    largeFlags[Int(options.cache.rawValue & 3)]
  }
}
