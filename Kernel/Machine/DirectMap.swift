#if os(none)
import Boot
import Multiboot
import VMem

/// The part of the address space where physical address p is at KERNEL_BASE + p.
public enum DirectMap {
  /// Directory entries that belong to it: 512 MiB in units of 4 MiB.
  static let directoryEntries = 128

  /// The highest physical address that it can ever reach.
  public static let reach: UInt32 = 0x1FFF_FFFF

  /// The highest physical address that is mapped now. At the entry it is 8 MiB - 1 (BOOT_TABLES in layout.h).
  public internal(set) static var last: UInt32 {
    get { unsafe storedLast }
    set { unsafe storedLast = newValue }
  }

  /// Written at boot only, before anything else runs.
  private nonisolated(unsafe) static var storedLast: UInt32 = UInt32(BOOT_TABLES) << 22 - 1

  /// The virtual address of a physical one, or nil where the direct map does not reach.
  public static func virtualAddress(of physical: UInt32) -> UInt32? {
    physical <= last ? KERNEL_BASE + physical : nil
  }

  /// The physical address behind one of the direct map, or nil for any other.
  public static func physicalAddress(of virtual: UInt32) -> UInt32? {
    virtual >= KERNEL_BASE && virtual - KERNEL_BASE <= last ? virtual - KERNEL_BASE : nil
  }

  /// The bytes at a physical range that stays reserved for ever, such as the command line; nil where the direct
  /// map does not reach all of it.
  @_lifetime(immortal)
  public static func bytes(at range: AddressRange<UInt32>) -> Span<UInt8>? {
    guard range.last <= last, let count = range.count,
      let start = unsafe UnsafePointer<UInt8>(bitPattern: UInt(KERNEL_BASE + range.first))
    else { return nil }
    // The direct map never goes away, and the caller vouches for the bytes.
    return unsafe _overrideLifetime(Span(_unsafeStart: start, count: Int(count)), copying: ())
  }
}

/// Physical memory as the direct map shows it.
public struct DirectMapMemory: PhysicalMemory, Sendable {
  public init() {}

  public func byte(at address: UInt32) -> UInt8? {
    guard let virtual = DirectMap.virtualAddress(of: address) else { return nil }
    // Mapped, as was just checked, and at KERNEL_BASE or above, so not null.
    return unsafe UnsafePointer<UInt8>(bitPattern: UInt(virtual)).unsafelyUnwrapped.pointee
  }
}
#endif
