#if os(none)
import Boot
import Multiboot

/// Address line 20, which old machines keep at 0 until told otherwise, so that every odd mebibyte shows the even
/// one below it.
///
/// A multiboot loader opens it (Multiboot 0.6.96, 3.2). A kernel that trusted this wrongly would share its memory
/// with itself, so it looks. It does not try to open the line: code at 1 MiB could not survive being wrong.
public enum AddressLine20 {
  /// Whether two addresses that differ in bit 20 are two places: a word of our own is changed twice, and the word
  /// 1 MiB away must not follow. Boot context.
  public static var isOpen: Bool {
    let physical = address_of_address_line_probe() - KERNEL_BASE
    guard let other = DirectMap.virtualAddress(of: physical ^ 1 << 20),
      let probe = unsafe UnsafeMutablePointer<UInt32>(bitPattern: UInt(address_of_address_line_probe())),
      let shadow = unsafe UnsafePointer<UInt32>(bitPattern: UInt(other))
    else { return false }
    // The probe is a word that entry.S reserves for this; the shadow is mapped and only read.
    for pattern in 1...2 as ClosedRange<UInt32> {
      unsafe store(pattern, probe)
      if unsafe load(shadow) != pattern { return true }
    }
    return false
  }

  /// Out of line, so that the compiler, for which the two pointers cannot alias, keeps every access.
  @inline(never) @unsafe
  private static func store(_ value: UInt32, _ pointer: UnsafeMutablePointer<UInt32>) {
    unsafe pointer.pointee = value
  }

  @inline(never) @unsafe
  private static func load(_ pointer: UnsafePointer<UInt32>) -> UInt32 { unsafe pointer.pointee }
}
#endif
