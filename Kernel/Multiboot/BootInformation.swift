import VMem

/// What a multiboot loader leaves in memory: checked once, then read in place.
///
/// Layout: Multiboot Specification 0.6.96, 3.3. Having a value of this type tells you that the magic was right and
/// that every structure, entry and string it names was walked to its end within reach of `memory`
/// (Multiboot-I1); nothing in it moves or is copied, so its ranges must stay reserved while it is in use.
public struct BootInformation<Memory: PhysicalMemory> {
  let memory: Memory

  /// Where the fixed part of the information lies.
  public let range: AddressRange<UInt32>

  /// Where the entries of the memory map lie.
  public let memoryMapRange: AddressRange<UInt32>

  /// Where the table of modules lies; nil where there are none.
  public let moduleTableRange: AddressRange<UInt32>?

  /// The kernel's command line without its terminating 0; nil where there is none or it is empty.
  public let commandLine: AddressRange<UInt32>?

  /// The loader's name without its terminating 0; nil where it gave none.
  public let loaderName: AddressRange<UInt32>?

  /// Checks everything that `magic` and `address`, EAX and EBX at the entry, lead to.
  ///
  /// Boot context. Worst case: linear in the bytes of map, module table and strings, each of which is limited.
  public init(magic: UInt32, address: UInt32, memory: Memory) throws(BootInformationError) {
    guard magic == Layout.magic else { throw .wrongMagic(magic) }
    let fields = Fields(memory: memory, base: address)
    guard let range = AddressRange(first: address, count: Layout.size), fields.isReachable else {
      throw .unreachable(.information, address: address)
    }
    let flags = try fields.word(Layout.flags)
    guard flags & Layout.hasMemoryMap != 0 else { throw .noMemoryMap(flags: flags) }

    self.memory = memory
    self.range = range
    memoryMapRange = try Self.checkedMemoryMap(fields, flags: flags)
    moduleTableRange = flags & Layout.hasModules != 0 ? try Self.checkedModules(fields) : nil
    commandLine =
      flags & Layout.hasCommandLine != 0
      ? try memory.string(at: try fields.word(Layout.commandLine), .commandLine) : nil
    loaderName =
      flags & Layout.hasLoaderName != 0
      ? try memory.string(at: try fields.word(Layout.loaderName), .loaderName) : nil
  }
}

/// Offsets and flags of the information structure.
enum Layout {
  /// What the loader leaves in EAX.
  static let magic: UInt32 = 0x2BAD_B002
  /// Bytes of the fixed part, up to and with the frame buffer's colour fields.
  static let size: UInt32 = 116

  static let flags: UInt32 = 0
  static let commandLine: UInt32 = 16
  static let moduleCount: UInt32 = 20
  static let moduleTable: UInt32 = 24
  static let memoryMapLength: UInt32 = 44
  static let memoryMap: UInt32 = 48
  static let loaderName: UInt32 = 64

  static let hasCommandLine: UInt32 = 1 << 2
  static let hasModules: UInt32 = 1 << 3
  static let hasMemoryMap: UInt32 = 1 << 6
  static let hasLoaderName: UInt32 = 1 << 9

  /// Bytes of an entry of the module table.
  static let moduleSize: UInt32 = 16
  /// What an entry of the memory map holds behind its size field: base, length, type.
  static let memoryMapEntrySize: UInt32 = 20

  /// Longest string that is believed. QEMU and GRUB pass a command line as their user wrote it, which fits a
  /// shell's line many times over.
  static let longestString: UInt32 = 4096
  /// Most modules that are believed: a table of one page.
  static let mostModules: UInt32 = 256
}

/// The fixed part of the information, field by field.
struct Fields<Memory: PhysicalMemory> {
  let memory: Memory
  let base: UInt32

  var isReachable: Bool {
    memory.byte(at: base) != nil && memory.byte(at: base &+ (Layout.size - 1)) != nil
  }

  func word(_ offset: UInt32) throws(BootInformationError) -> UInt32 {
    guard let value = memory.word(at: base &+ offset) else {
      throw .unreachable(.information, address: base &+ offset)
    }
    return value
  }
}

extension PhysicalMemory {
  /// The range of the string's bytes in front of its 0; nil where it is empty or at address 0, which loaders
  /// write for "none".
  func string(
    at address: UInt32, _ part: BootInformationError.Part
  ) throws(BootInformationError) -> AddressRange<UInt32>? {
    guard address != 0 else { return nil }
    var length: UInt32 = 0
    while length < Layout.longestString {
      guard length <= UInt32.max - address, let byte = byte(at: address + length) else {
        throw .unreachable(part, address: address)
      }
      if byte == 0 { return AddressRange(first: address, count: length) }
      length += 1
    }
    throw .unterminated(part, limit: Layout.longestString)
  }
}
