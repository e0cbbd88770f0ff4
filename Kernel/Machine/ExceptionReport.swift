#if os(none)
import Boot
import Instructions

/// What is printed when the kernel dies of an exception: for a person, and line by line for a program.
///
///     panic: page fault (vector 14) at 0xc0101234
///     cause: write to 0xc0100000, kernel text, which is read-only
///     error: 0x00000003 protection write supervisor
///     registers: eax=0x... ebx=0x... ecx=0x... edx=0x...
///     registers: esi=0x... edi=0x... ebp=0x... esp=0x...
///     registers: eip=0x... cs=0x... eflags=0x...
///     control: cr0=0x... cr2=0x... cr3=0x...
///     backtrace: 0x...
///
/// The first backtrace address is EIP itself, the following ones are return addresses.
struct ExceptionReport {
  let exception: Exception
  let frame: TrapFrame
  /// The address that a page fault left in CR2.
  let faultAddress: UInt32

  init(exception: Exception, frame: TrapFrame) {
    self.exception = exception
    self.frame = frame
    faultAddress = cpu_read_cr2()
  }

  func write() {
    Console.write("\npanic: ")
    Console.write(exception.name)
    if exception != .swiftTrap {
      Console.write(" (vector ")
      Console.write(decimal: exception.vector)
      Console.write(")")
    }
    Console.write(" at ")
    Console.write(hexadecimal: frame.eip)
    Console.write("\ncause: ")
    writeCause()
    Console.write("\n")
    if exception != .swiftTrap { writeError() }
    writeRegisters()
    var backtrace = Backtrace(framePointer: frame.ebp)
    backtrace.write(from: frame.eip)
  }

  private func writeError() {
    Console.write("error: ")
    Console.write(hexadecimal: frame.error)
    if exception == .pageFault {
      let code = PageFaultCode(bits: frame.error)
      Console.write(code.isProtection ? " protection" : " not-present")
      Console.write(code.isWrite ? " write" : " read")
      Console.write(code.isUser ? " user" : " supervisor")
      if code.isReservedBit { Console.write(" reserved-bit") }
      if code.isFetch { Console.write(" fetch") }
    }
    Console.write("\n")
  }

  private func writeRegisters() {
    // pushal saved the address of the vector; the processor's own three words lie above vector and error code.
    let stackPointer = frame.esp_at_vector &+ 20
    writeLine("registers: eax=", frame.eax, " ebx=", frame.ebx, " ecx=", frame.ecx, " edx=", frame.edx)
    writeLine("registers: esi=", frame.esi, " edi=", frame.edi, " ebp=", frame.ebp, " esp=", stackPointer)
    writeLine("registers: eip=", frame.eip, " cs=", frame.cs, " eflags=", frame.eflags)
    writeLine("control: cr0=", cpu_read_cr0(), " cr2=", faultAddress, " cr3=", cpu_read_cr3())
  }

  private func writeLine(
    _ a: StaticString, _ av: UInt32, _ b: StaticString, _ bv: UInt32, _ c: StaticString, _ cv: UInt32,
    _ d: StaticString? = nil, _ dv: UInt32 = 0
  ) {
    Console.write(a)
    Console.write(hexadecimal: av)
    Console.write(b)
    Console.write(hexadecimal: bv)
    Console.write(c)
    Console.write(hexadecimal: cv)
    if let d {
      Console.write(d)
      Console.write(hexadecimal: dv)
    }
    Console.write("\n")
  }
}
#endif
