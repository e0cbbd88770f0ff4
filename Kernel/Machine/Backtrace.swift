#if os(none)
/// A walk along the frame pointers of one stack, innermost call first.
///
/// Every function of the image keeps EBP (`-fno-omit-frame-pointer` in the toolset): at EBP lies the caller's
/// EBP, above it the return address. The walk trusts nothing: a frame must be aligned, lie whole inside a known
/// stack and above the one before it, so that a damaged stack ends the walk instead of faulting in a report.
struct Backtrace {
  private var framePointer: UInt32

  /// Longer than any chain that a stack of 64 KiB is meant to hold; the rest of a runaway recursion says nothing
  /// new.
  static let limit = 32

  init(framePointer: UInt32) { self.framePointer = framePointer }

  /// The next return address outwards, or nil at the end of the chain.
  mutating func next() -> UInt32? {
    let frame = framePointer
    guard frame & 3 == 0, let stack = KernelStack.containing(frame), stack.last - frame >= 7 else {
      return nil
    }
    // Both words lie inside a mapped stack, as was just checked.
    let words = unsafe UnsafePointer<UInt32>(bitPattern: UInt(frame))
    guard let words = unsafe words else { return nil }
    let outer = unsafe words[0]
    let returnAddress = unsafe words[1]
    // 0 ends the chain in boot_high and in the double fault's entry.
    framePointer = outer > frame ? outer : 0
    return returnAddress
  }

  /// One line an address, the place itself first, then return addresses, whose calls are one byte before.
  ///
  /// - Parameter place: EIP; nil in a call from Swift, whose place is the first return address less one.
  mutating func write(from place: UInt32? = nil) {
    guard let innermost = place ?? next().map({ $0 &- 1 }) else { return }
    Self.writeLine(innermost)
    var count = 0
    while count < Self.limit, let address = next() {
      Self.writeLine(address)
      count += 1
    }
  }

  private static func writeLine(_ address: UInt32) {
    Console.write("backtrace: ")
    Console.write(hexadecimal: address)
    Console.write("\n")
  }
}
#endif
