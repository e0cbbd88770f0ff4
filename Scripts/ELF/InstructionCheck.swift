/// Looks for instructions that the oldest processor (80486 without FPU) lacks, in what `llvm-objdump -d` prints.
///
/// Guarded uses are allowed for what software can ask about at run time and that only inline assembly brings
/// (CPUID, RDTSC, RDMSR); what is searched for is what the compiler emits of its own accord once a flag is lost:
/// floating point, MMX and SSE, conditional moves, multi-byte no-operations, 64-bit compare-and-exchange.
public func instructionCheck(disassembly: String) -> Check {
  var function = "?"
  var findings: [String] = []
  for line in disassembly.split(separator: "\n") {
    if line.hasSuffix(">:"), let open = line.firstIndex(of: "<") {
      function = String(line[line.index(after: open)...].dropLast(2))
    } else if let instruction = Instruction(line), let why = instruction.objection {
      findings.append("\(instruction.address) in \(function): \(instruction.text) (\(why))")
    }
  }
  if !disassembly.contains(">:") { findings = ["the disassembly names no function: nothing was checked"] }
  return Check("no x87, MMX, SSE, CMOV or other instruction newer than the 80486", findings: findings)
}

/// One line of disassembly: `c0100120: movl %eax, %ebx`.
struct Instruction {
  var address: Substring
  var mnemonic: Substring
  var operands: Substring

  var text: String { operands.isEmpty ? "\(mnemonic)" : "\(mnemonic) \(operands)" }

  init?(_ line: Substring) {
    let words = line.drop(while: \.isWhitespace)
    guard let colon = words.firstIndex(of: ":"), words[..<colon].allSatisfy(\.isHexDigit) else { return nil }
    address = words[..<colon]
    let code = words[words.index(after: colon)...].drop(while: \.isWhitespace)
    guard !code.isEmpty else { return nil }
    // A prefix printed as a word of its own is not the instruction.
    var rest = code
    mnemonic = rest.prefix { !$0.isWhitespace }
    while Self.prefixes.contains(mnemonic), mnemonic.count < rest.count {
      rest = rest.dropFirst(mnemonic.count).drop(while: \.isWhitespace)
      mnemonic = rest.prefix { !$0.isWhitespace }
    }
    operands = rest.dropFirst(mnemonic.count).drop(while: \.isWhitespace)
  }

  private static let prefixes: Set<Substring> = [
    "lock", "rep", "repe", "repne", "repz", "repnz", "data16", "cs",
  ]

  /// Why the oldest processor cannot run it; nil where it can.
  var objection: String? {
    if mnemonic.hasPrefix("f") { return "x87" }
    if operands.contains("%xmm") || operands.contains("%ymm") || operands.contains("%zmm") { return "SSE" }
    if operands.contains("%mm") || mnemonic == "emms" { return "MMX" }
    if mnemonic.hasPrefix("cmov") { return "CMOV" }
    if mnemonic.hasPrefix("nop"), !operands.isEmpty { return "multi-byte NOP" }
    if mnemonic.hasPrefix("cmpxchg8b") { return "64-bit compare-and-exchange" }
    if ["ldmxcsr", "stmxcsr"].contains(mnemonic) || mnemonic.hasPrefix("prefetch") { return "SSE" }
    if ["mfence", "lfence", "sfence"].contains(mnemonic) { return "SSE2 fence" }
    if ["popcnt", "lzcnt", "movbe", "endbr32"].contains(where: mnemonic.hasPrefix) {
      return "newer than SSE2"
    }
    return nil
  }
}
