#if os(none)
import Instructions

/// A named value in a panic's line.
public struct PanicOperand: Sendable {
  /// How the value reads best.
  @usableFromInline enum Form: Sendable { case hexadecimal, decimal, range }

  let name: StaticString
  let first: UInt32
  let last: UInt32
  let form: Form

  /// An address or a bit pattern: `name=0x0000abcd`.
  public static func hexadecimal(_ name: StaticString, _ value: UInt32) -> PanicOperand {
    PanicOperand(name: name, first: value, last: value, form: .hexadecimal)
  }

  /// A count: `name=42`.
  public static func decimal(_ name: StaticString, _ value: UInt32) -> PanicOperand {
    PanicOperand(name: name, first: value, last: value, form: .decimal)
  }

  /// A closed range: `name=0x00001000-0x00001fff`.
  public static func range(_ name: StaticString, _ first: UInt32, _ last: UInt32) -> PanicOperand {
    PanicOperand(name: name, first: first, last: last, form: .range)
  }

  fileprivate func write() {
    Console.write(" ")
    Console.write(name)
    Console.write("=")
    switch form {
    case .decimal: Console.write(decimal: first)
    case .hexadecimal: Console.write(hexadecimal: first)
    case .range:
      Console.write(hexadecimal: first)
      Console.write("-")
      Console.write(hexadecimal: last)
    }
  }
}

/// Ends the kernel with one line that says what, where and with which values, a backtrace, and the panic status.
///
/// `panic: <what> <name>=<value>... at <module>/<file>:<line>`. Any context; never returns.
/// Out of line, so that the first address of its backtrace lies in the function that gave up.
@inline(never)
public func panic(
  _ what: StaticString,
  _ first: PanicOperand? = nil, _ second: PanicOperand? = nil, _ third: PanicOperand? = nil,
  _ fourth: PanicOperand? = nil, _ fifth: PanicOperand? = nil, _ sixth: PanicOperand? = nil,
  file: StaticString = #fileID, line: UInt32 = #line
) -> Never {
  PanicGuard.enter()
  Console.write("\npanic: ")
  Console.write(what)
  first?.write()
  second?.write()
  third?.write()
  fourth?.write()
  fifth?.write()
  sixth?.write()
  Console.write(" at ")
  Console.write(file)
  Console.write(":")
  Console.write(decimal: line)
  Console.write("\n")
  var backtrace = Backtrace(framePointer: cpu_frame_pointer())
  backtrace.write()
  exit(.panic)
}
#endif
