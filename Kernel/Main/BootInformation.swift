#if os(none)
import Machine
import Multiboot

/// What the loader left, checked; or the end, with a line that says what is wrong.
func bootInformation(magic: UInt32, address: UInt32) -> BootInformation<DirectMapMemory> {
  do {
    return try BootInformation(magic: magic, address: address, memory: DirectMapMemory())
  } catch {
    giveUp(error)
  }
}

/// The last line of a kernel that was not booted properly.
private func giveUp(_ error: BootInformationError) -> Never {
  switch error {
  case .wrongMagic(let found):
    panic("not entered by a multiboot loader", .hexadecimal("eax", found))
  case .unreachable(_, let address):
    panic(
      "multiboot information is out of reach", .hexadecimal("address", address),
      .hexadecimal("reach", DirectMap.last))
  case .noMemoryMap(let flags):
    panic("the loader gave no memory map", .hexadecimal("flags", flags))
  case .malformedMemoryMap(let address, let size):
    panic("malformed entry in the memory map", .hexadecimal("address", address), .decimal("size", size))
  case .malformedModule(let index, let first, let end):
    panic(
      "malformed boot module", .decimal("index", index), .hexadecimal("first", first),
      .hexadecimal("end", end))
  case .tooManyModules(let count):
    panic("too many boot modules", .decimal("count", count))
  case .unterminated(_, let limit):
    panic("a boot string does not end", .decimal("limit", limit))
  }
}
#endif
