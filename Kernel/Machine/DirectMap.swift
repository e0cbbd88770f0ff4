#if os(none)
import Boot

/// The part of the address space where physical address p is at KERNEL_BASE + p.
public enum DirectMap {
  /// Directory entries that belong to it: 512 MiB in units of 4 MiB.
  static let directoryEntries = 128

  /// The highest physical address that it can ever reach.
  public static let reach: UInt32 = 0x1FFF_FFFF
}
#endif
