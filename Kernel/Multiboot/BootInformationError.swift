/// Why what the loader left cannot be used. Each names the value that was found.
public enum BootInformationError: Error, Equatable, Sendable {
  /// EAX was not 0x2BADB002: whoever entered the kernel is no multiboot loader.
  case wrongMagic(UInt32)
  /// A structure at `address` is out of reach of the boot's page tables, or passes 4 GiB.
  case unreachable(Part, address: UInt32)
  /// The loader gave no memory map (bit 6 of `flags`).
  case noMemoryMap(flags: UInt32)
  /// The entry at `address` states a size below the 20 bytes that base, length and type take, or one that leaves
  /// the map.
  case malformedMemoryMap(address: UInt32, size: UInt32)
  /// A module's last address is below its first one.
  case malformedModule(index: UInt32, first: UInt32, end: UInt32)
  /// More modules are stated than can be real.
  case tooManyModules(UInt32)
  /// No end of the string was found within `limit` bytes.
  case unterminated(Part, limit: UInt32)

  /// What was being read.
  public enum Part: Equatable, Sendable {
    case information, memoryMap, modules, moduleName, commandLine, loaderName
  }
}
