#if os(none)
import Boot
import Instructions

/// The interrupt descriptor table, the two tasks, and the way from a stub to whoever answers.
public enum Traps {
  /// Makes every exception end in a report and every interrupt line reach `Interrupts`.
  ///
  /// Boot context, once, interrupts off; before it an exception resets the machine.
  public static func install() {
    fillDescriptorTable()
    installTasks()
  }

  private static func fillDescriptorTable() {
    let table = unsafe words(at: address_of_interrupt_descriptors())
    for vector in 0..<Int(TRAP_VECTORS) {
      let stub = address_of_trap_stubs() + UInt32(vector) * UInt32(TRAP_STUB_SIZE)
      let gate: GateDescriptor =
        UInt32(vector) == Exception.doubleFault.vector
        ? .task(UInt32(DOUBLE_FAULT_TASK_SELECTOR))
        : .interrupt(code: UInt32(KERNEL_CODE_SELECTOR), entry: stub)
      // The table holds two words for each of TRAP_VECTORS vectors.
      unsafe table[vector * 2] = gate.low
      unsafe table[vector * 2 + 1] = gate.high
    }
    cpu_load_interrupt_table(address_of_interrupt_descriptors(), UInt16(TRAP_VECTORS) * 8 - 1)
  }

  /// A task switch saves into the current task state, so there must be one before the double fault's gate works.
  private static func installTasks() {
    let limit = UInt32(MemoryLayout<TaskState>.size) - 1
    let table = unsafe words(at: address_of_boot_gdt())
    let kernel = TaskDescriptor(base: address_of_kernel_task_state(), limit: limit)
    let doubleFault = TaskDescriptor(base: address_of_double_fault_task_state(), limit: limit)
    let kernelIndex = Int(KERNEL_TASK_SELECTOR) / 4
    let doubleFaultIndex = Int(DOUBLE_FAULT_TASK_SELECTOR) / 4
    // Both selectors are entries of boot_gdt, which has five.
    unsafe table[kernelIndex] = kernel.low
    unsafe table[kernelIndex + 1] = kernel.high
    unsafe table[doubleFaultIndex] = doubleFault.low
    unsafe table[doubleFaultIndex + 1] = doubleFault.high
    DoubleFault.prepareTask()
    cpu_load_task_register(UInt16(KERNEL_TASK_SELECTOR))
  }

  /// A table that the assembly reserved in `.bss` or `.data`: mapped, aligned, never freed.
  @unsafe private static func words(at address: UInt32) -> UnsafeMutablePointer<UInt32> {
    unsafe UnsafeMutablePointer<UInt32>(bitPattern: UInt(address)).unsafelyUnwrapped
  }
}

/// Every stub ends here, interrupts off. Returns from interrupts, and from page faults that somebody answered.
@c(kernel_trap_entry)
public func trapEntry(_ frame: UnsafePointer<TrapFrame>) {
  // The stub built the frame on the stack; it lives until the stub returns.
  let frame = unsafe frame.pointee
  if frame.vector >= 32 && frame.vector < UInt32(TRAP_VECTORS) {
    Interrupts.enter(vector: frame.vector)
    return
  }
  // Notes the address of a page fault, before another one can come.
  let report = ExceptionReport(exception: Exception(vector: frame.vector), frame: frame)
  if report.exception == .pageFault, PageFaults.answer(frame, address: report.faultAddress) { return }
  PanicGuard.enter()
  report.write()
  exit(.panic)
}
#endif
