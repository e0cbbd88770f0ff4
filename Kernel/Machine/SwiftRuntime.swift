#if os(none)
/// The one function that Swift's own runtime calls here: an unoptimised build prints the message of a failed
/// precondition through it, byte by byte, before it traps.
@c(putchar) public func putCharacter(_ character: Int32) -> Int32 {
  Console.put(UInt8(truncatingIfNeeded: character))
  return character
}
#endif
