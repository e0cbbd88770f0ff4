#if os(none)
import Boot
import Instructions
import VMem

/// The line that says in words what most likely went wrong.
extension ExceptionReport {
  func writeCause() {
    switch exception {
    case .pageFault: writePageFaultCause()
    case .doubleFault: writeDoubleFaultCause()
    case .nonMaskableInterrupt: writeNonMaskableInterruptCause()
    case .swiftTrap: Console.write("a bounds, overflow or precondition check failed")
    case Exception(vector: 7): Console.write("an x87 instruction, which the kernel must not contain")
    default: Console.write("not known; see the error code and EIP")
    }
  }

  private func writePageFaultCause() {
    let code = PageFaultCode(bits: frame.error)
    Console.write(code.isWrite ? "write to " : "read of ")
    Console.write(hexadecimal: faultAddress)
    if faultAddress < UInt32(PAGE_SIZE) {
      Console.write(", null dereference: page 0 is never mapped")
    } else if let stack = KernelStack.guarded(by: faultAddress) {
      Console.write(", guard page of the ")
      stack.writeName()
    } else if code.isReservedBit {
      Console.write(", a page table entry with a reserved bit set")
    } else if PageFaults.covers(faultAddress) {
      Console.write(
        PageFaults.mayAnswer(frame)
          ? ", which its handler did not answer" : ", pageable memory, touched with interrupts off")
    } else if !code.isProtection, PageFaults.mayAnswer(frame), PageFaults.wasExplained(faultAddress) {
      return
    } else if !code.isProtection && faultAddress > KERNEL_BASE + DirectMap.reach {
      Console.write(", an address of kva that no mapping covers")
    } else if !code.isProtection {
      Console.write(", which is not mapped")
    } else if KernelImage.text.contains(faultAddress) {
      Console.write(", kernel text, which is read-only")
    } else if KernelImage.constants.contains(faultAddress) {
      Console.write(", kernel constants, which are read-only")
    } else {
      Console.write(", which is mapped read-only")
    }
  }

  /// Pushing the frame of a page fault onto a stack that has run into its guard page faults again: that is how
  /// a stack overflow looks.
  private func writeDoubleFaultCause() {
    let stackPointer = frame.esp_at_vector &+ 20
    guard let stack = KernelStack.guarded(by: faultAddress) ?? KernelStack.guarded(by: stackPointer) else {
      Console.write("an exception while another was being delivered")
      return
    }
    Console.write("stack overflow: ")
    Console.write(hexadecimal: faultAddress)
    Console.write(" is in the guard page of the ")
    stack.writeName()
    Console.write(" ")
    Console.write(hexadecimal: stack.first)
    Console.write("-")
    Console.write(hexadecimal: stack.last)
  }

  /// System control port B (IBM PC/AT technical reference, port 61h): bit 7 memory parity, bit 6 channel check.
  private func writeNonMaskableInterruptCause() {
    let control = LastResort.systemControl
    if control & 0x80 != 0 {
      Console.write("memory parity error")
    } else if control & 0x40 != 0 {
      Console.write("channel check of an expansion board")
    } else {
      Console.write("neither memory parity nor channel check; a watchdog or an operator")
    }
  }
}
#endif
