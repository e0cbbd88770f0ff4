#if os(none)
import Boot

/// One of the kernel's stacks and the unmapped pages under it.
public struct KernelStack: Sendable {
  /// What it is; for a thread's, the thread's name.
  public let name: StaticString
  public var isThread = false
  /// The lowest address of the stack.
  public let first: UInt32
  /// The highest address of the stack.
  public let last: UInt32
  /// The lowest address of the guard, which ends where the stack begins.
  public let guardFirst: UInt32

  /// What runs from boot on.
  public static var boot: KernelStack {
    KernelStack(
      name: "boot stack", first: address_of_boot_stack(), last: address_of_boot_stack_top() - 1,
      guardFirst: address_of_boot_stack_guard())
  }

  /// What the double fault's task runs on.
  public static var doubleFault: KernelStack {
    KernelStack(
      name: "double fault stack", first: address_of_double_fault_stack(),
      last: address_of_double_fault_stack_top() - 1,
      guardFirst: address_of_double_fault_stack_guard())
  }

  /// The bytes from the top down to the deepest word that was ever written, which the loader had set to 0.
  ///
  /// Worst case: linear in the stack. For tests and the monitor.
  public var deepestUse: UInt32 {
    var address = first
    while address < last {
      // Inside the stack, which is mapped.
      let word = unsafe UnsafePointer<UInt32>(bitPattern: UInt(address)).unsafelyUnwrapped
      if unsafe word.pointee != 0 { break }
      address += 4
    }
    return last - address + 1
  }

  func contains(_ address: UInt32) -> Bool { first <= address && address <= last }

  func guardContains(_ address: UInt32) -> Bool { guardFirst <= address && address < first }

  /// The stack that holds the address.
  static func containing(_ address: UInt32) -> KernelStack? {
    if boot.contains(address) { return boot }
    if doubleFault.contains(address) { return doubleFault }
    return ThreadStacks.find { $0.contains(address) }
  }

  /// The stack whose guard holds the address.
  static func guarded(by address: UInt32) -> KernelStack? {
    if boot.guardContains(address) { return boot }
    if doubleFault.guardContains(address) { return doubleFault }
    return ThreadStacks.find { $0.guardContains(address) }
  }

  /// Writes `boot stack`, or `stack of thread <name>`.
  func writeName() {
    if isThread { Console.write("stack of thread ") }
    Console.write(name)
  }
}
#endif
