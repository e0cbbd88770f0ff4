#if os(none)
import Boot
import Instructions

/// The task that reports a double fault on a stack and a page directory of its own, so that neither a full stack
/// nor a damaged directory turns the report into a reset.
enum DoubleFault {
  private static var task: UnsafeMutablePointer<TaskState> {
    // Reserved in traps.S, aligned to 128.
    unsafe UnsafeMutablePointer<TaskState>(bitPattern: UInt(address_of_double_fault_task_state()))
      .unsafelyUnwrapped
  }

  /// Fills the task state and the page directory. Boot context.
  static func prepareTask() {
    mirrorDirectMap()
    let data = UInt32(KERNEL_DATA_SELECTOR)
    var state = TaskState()
    state.cr3 = address_of_double_fault_page_directory() - KERNEL_BASE
    state.eip = address_of_double_fault_entry()
    state.esp = address_of_double_fault_stack_top()
    state.eflags = 0x2  // bit 1 is always set; interrupts off
    state.cs = UInt32(KERNEL_CODE_SELECTOR)
    state.ss = data
    state.ds = data
    state.es = data
    state.fs = data
    state.gs = data
    state.io_map_base = UInt16(MemoryLayout<TaskState>.size)  // no I/O permission map
    unsafe task.pointee = state
  }

  /// Copies the kernel half of the directory: the image and whatever direct map exists now. Called again when
  /// the direct map has grown.
  static func mirrorDirectMap() {
    mirror(entries: Int(KERNEL_BASE >> 22)..<(Int(KERNEL_BASE >> 22) + DirectMap.directoryEntries))
  }

  /// Copies the rest of the kernel half too, where the stacks of threads are. By the task itself: those entries come
  /// and go. A fault because of what it copied would end the machine with one line (Machine-I6).
  static func mirrorWindow() {
    mirror(entries: (Int(KERNEL_BASE >> 22) + DirectMap.directoryEntries)..<1024)
    cpu_write_cr3(cpu_read_cr3())
  }

  private static func mirror(entries: Range<Int>) {
    // Two page directories of 1,024 words each, reserved in the assembly.
    let source = unsafe UnsafePointer<UInt32>(bitPattern: UInt(address_of_boot_page_directory()))
    let target = unsafe UnsafeMutablePointer<UInt32>(
      bitPattern: UInt(address_of_double_fault_page_directory()))
    guard let source = unsafe source, let target = unsafe target else { return }
    for index in entries { unsafe target[index] = unsafe source[index] }
  }
}

/// The double fault's task enters here. The task switch saved the registers of the code that died into the
/// kernel's task state.
@c(kernel_double_fault)
public func doubleFaultEntry() -> Never {
  PanicGuard.enter()
  DoubleFault.mirrorWindow()
  let died = unsafe UnsafePointer<TaskState>(bitPattern: UInt(address_of_kernel_task_state()))
  guard let died = unsafe died else { exit(.panic) }
  let state = unsafe died.pointee
  let frame = TrapFrame(
    edi: state.edi, esi: state.esi, ebp: state.ebp, esp_at_vector: state.esp &- 20, ebx: state.ebx,
    edx: state.edx, ecx: state.ecx, eax: state.eax, vector: Exception.doubleFault.vector, error: 0,
    eip: state.eip, cs: state.cs, eflags: state.eflags)
  ExceptionReport(exception: .doubleFault, frame: frame).write()
  exit(.panic)
}
#endif
