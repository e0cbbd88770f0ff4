#if os(none)
import Instructions
import SwiftHeap

// What the test image has beside the reference kernel: self-tests that use the heap. `swiftheap` in
// Kernel/Main/SelfTest runs them and looks whether everything comes back.

/// The line of the first expectation that failed in this run of a test.
private nonisolated(unsafe) var failedLine: UInt32 = 0

func expect(_ condition: Bool, line: UInt32 = #line) {
  if !condition, unsafe failedLine == 0 { unsafe failedLine = line }
}

/// Runs test `number`, with the kernel's memory behind Swift's runtime: the line that failed, 0 for none.
@c(kernel_extension) public func runHeapTest(
  _ services: UnsafePointer<KernelServices>, _ number: UInt32
) -> UInt32 {
  // The kernel's functions, which do what the types say.
  unsafe SwiftHeap.begin(
    context: nil, allocate: services.pointee.allocate, free: services.pointee.free, seed: 12345)
  unsafe failedLine = 0
  // Bit 26: SSE2 (Intel SDM 2A, CPUID, table 3-11).
  let hasVectors = unsafe services.pointee.features & 1 << 26 != 0
  withFloatingPoint(andVectors: hasVectors) {
    switch number {
    case 0: arrays()
    case 1: dictionaries()
    case 2:
      strings()
      if hasVectors { normalizedStrings() }
    case 3: classes()
    case 4: alignments()
    case 5: hold()
    default: letGo()
    }
  }
  return unsafe failedLine
}

/// Enables x87 meanwhile, which dictionaries need, and SSE, which the toolchain's Unicode tables are compiled for; no
/// other thread uses them.
private func withFloatingPoint(andVectors hasVectors: Bool, _ body: () -> Void) {
  let control = cpu_read_cr0()
  // Intel SDM 3A, 2.5: EM and TS make each such instruction trap.
  cpu_write_cr0(control & ~0xC)
  cpu_reset_x87()
  // OSFXSR lets SSE run.
  if hasVectors { cpu_write_cr4(cpu_read_cr4() | 0x200) }
  body()
  if hasVectors { cpu_write_cr4(cpu_read_cr4() & ~0x200) }
  cpu_write_cr0(control)
}
#endif
