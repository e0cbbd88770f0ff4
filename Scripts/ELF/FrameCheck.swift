/// Looks for functions whose frame is larger than the guard under a stack, in what `llvm-objdump -d` prints.
///
/// A frame is made by one subtraction from ESP. Were it larger than the unmapped pages under the stack, the first
/// thing that the function stores could lie behind them, and a stack overflow would damage memory instead of ending
/// in a report (Machine-I3).
///
/// - Parameter guardSize: Bytes of the guard; nil where the image has no symbols that tell.
public func frameCheck(disassembly: String, guardSize: UInt32?) -> Check {
  let name = "no frame is larger than the guard under a stack"
  guard let guardSize else { return Check(name, findings: ["the image has no symbols of the boot stack"]) }
  var function = "?"
  var findings: [String] = []
  var frames = 0
  for line in disassembly.split(separator: "\n") {
    if line.hasSuffix(">:"), let open = line.firstIndex(of: "<") {
      function = String(line[line.index(after: open)...].dropLast(2))
    } else if let size = Instruction(line)?.frameSize {
      frames += 1
      if size > guardSize { findings.append("\(function) takes \(size) bytes, the guard has \(guardSize)") }
    }
  }
  if frames == 0 { findings = ["the disassembly shows no frame: nothing was checked"] }
  return Check(name, findings: findings)
}

extension Instruction {
  /// Bytes that `subl $n, %esp` takes; nil for every other instruction.
  fileprivate var frameSize: UInt32? {
    guard mnemonic == "subl", operands.hasSuffix(", %esp"), operands.hasPrefix("$") else { return nil }
    let number = operands.dropFirst().prefix { $0 != "," }
    if number.hasPrefix("0x") { return UInt32(number.dropFirst(2), radix: 16) }
    return UInt32(number)
  }
}

extension ELFImage {
  /// Bytes between the labels of Boot/entry.S.
  public var stackGuardSize: UInt32? {
    guard let stack = symbols.first(where: { $0.name == "boot_stack" }),
      let below = symbols.first(where: { $0.name == "boot_stack_guard" }), stack.value > below.value
    else { return nil }
    return stack.value - below.value
  }
}
