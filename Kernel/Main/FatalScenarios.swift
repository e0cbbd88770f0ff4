#if os(none)
import Instructions
import Machine
import Text
import VMem

/// Ways to die, each chosen by `fatal=<name>` on the kernel's command line, so that a test can assert which report
/// comes. What follows the word `panic:` differs for each; the exit status is always 97.
enum FatalScenario {
  /// Writes through a null pointer.
  case null
  /// Writes to the kernel's own instructions.
  case text
  /// Writes to the kernel's constants.
  case constants
  /// Calls itself until the stack is full.
  case stack
  /// Fails a precondition.
  case precondition
  /// Adds past the end of a UInt32.
  case overflow
  /// Reads what a multiboot loader would have left, with the magic of another loader.
  case magic

  /// The scenario of that name.
  init?(named name: Span<UInt8>) {
    if name.equals("null") {
      self = .null
    } else if name.equals("text") {
      self = .text
    } else if name.equals("constants") {
      self = .constants
    } else if name.equals("stack") {
      self = .stack
    } else if name.equals("precondition") {
      self = .precondition
    } else if name.equals("overflow") {
      self = .overflow
    } else if name.equals("magic") {
      self = .magic
    } else {
      return nil
    }
  }

  /// Dies. Should the kernel survive, that is a failure of its own, and says so.
  func run() -> Never {
    switch self {
    case .null: cpu_store_anywhere(0, 0xDEAD_BEEF)
    case .text: cpu_store_anywhere(KernelImage.text.first, 0xDEAD_BEEF)
    case .constants: cpu_store_anywhere(KernelImage.constants.first, 0xDEAD_BEEF)
    case .stack: Console.write(decimal: recurse(depth: 1))
    case .precondition: failPrecondition(3)
    case .overflow: Console.write(decimal: increment(.max))
    case .magic: _ = bootInformation(magic: 0x36D7_6289, address: 0)
    }
    panic("the kernel survived a fatal scenario")
  }
}

// Each of these is out of line, so that the compiler sees neither the value that kills nor that nothing follows.

@inline(never)
private func recurse(depth: UInt32) -> UInt32 {
  // Two calls, so that neither is a tail call.
  depth == 0 ? 0 : recurse(depth: depth &+ 1) ^ recurse(depth: depth &+ 2)
}

@inline(never)
private func failPrecondition(_ value: UInt32) {
  precondition(value > 3, "a precondition that fails on purpose")
}

@inline(never)
private func increment(_ value: UInt32) -> UInt32 { value + 1 }
#endif
