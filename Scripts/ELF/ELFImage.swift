/// A 32-bit little-endian ELF file, as far as a check of a kernel needs it.
///
/// Layouts: System V ABI, chapter 4 (object files) and 5 (program loading). Every read is checked against the
/// file's length, so that a cut-off or hostile file is an error and not a crash.
public struct ELFImage: Sendable {
  /// The file as it is.
  public let bytes: [UInt8]
  /// ET_EXEC is 2.
  public let type: UInt16
  /// EM_386 is 3.
  public let machine: UInt16
  /// Where execution starts (virtual).
  public let entry: UInt32
  public let segments: [Segment]
  public let sections: [Section]
  public let symbols: [Symbol]

  /// A part of the file that the loader puts into memory, or that tells it something.
  public struct Segment: Equatable, Sendable {
    /// PT_LOAD is 1.
    public var type: UInt32
    public var offset: UInt32
    public var virtualAddress: UInt32
    public var physicalAddress: UInt32
    public var fileSize: UInt32
    public var memorySize: UInt32
    /// PF_X 1, PF_W 2, PF_R 4.
    public var flags: UInt32

    public var isLoaded: Bool { type == 1 }
    public var isExecutable: Bool { flags & 1 != 0 }
    public var isWritable: Bool { flags & 2 != 0 }

    /// Whether the address lies in it when loaded.
    public func contains(_ address: UInt32) -> Bool {
      address >= virtualAddress && address - virtualAddress < memorySize
    }
  }

  /// A named part of the file.
  public struct Section: Equatable, Sendable {
    public var name: String
    /// SHT_SYMTAB is 2, SHT_NOBITS is 8.
    public var type: UInt32
    public var flags: UInt32
    public var address: UInt32
    public var offset: UInt32
    public var size: UInt32
    /// For a symbol table: the index of its string table.
    public var link: UInt32
  }

  /// A name for an address.
  public struct Symbol: Equatable, Sendable {
    public var name: String
    public var value: UInt32
    public var size: UInt32
    /// Low four bits of st_info: STT_FUNC is 2.
    public var type: UInt8
    /// SHN_UNDEF is 0.
    public var section: UInt16

    public var isUndefined: Bool { section == 0 }
  }

  /// Why a file cannot be read as what it claims to be.
  public enum ReadError: Error, Equatable, CustomStringConvertible {
    case notELF
    /// Class and data bytes found; 1 and 1 are 32-bit little-endian.
    case notThirtyTwoBitLittleEndian(class: UInt8, data: UInt8)
    /// A field, table or string that reaches past the end of the file.
    case cutOff(offset: Int, length: Int, fileSize: Int)

    public var description: String {
      switch self {
      case .notELF: "not an ELF file"
      case .notThirtyTwoBitLittleEndian(let `class`, let data):
        "not a 32-bit little-endian ELF file (class \(`class`), data \(data))"
      case .cutOff(let offset, let length, let fileSize):
        "the file is cut off: \(length) bytes at \(offset) of \(fileSize)"
      }
    }
  }

  public init(_ bytes: [UInt8]) throws(ReadError) {
    let file = Fields(bytes: bytes)
    guard bytes.starts(with: [0x7F, 0x45, 0x4C, 0x46]) else { throw .notELF }
    guard try file.byte(4) == 1, try file.byte(5) == 1 else {
      throw .notThirtyTwoBitLittleEndian(class: try file.byte(4), data: try file.byte(5))
    }
    self.bytes = bytes
    type = try file.half(16)
    machine = try file.half(18)
    entry = try file.word(24)
    segments = try file.segments()
    sections = try file.sections()
    symbols = try file.symbols(of: sections)
  }
}

/// Checked reads of little-endian fields.
private struct Fields {
  let bytes: [UInt8]

  func byte(_ offset: Int) throws(ELFImage.ReadError) -> UInt8 {
    guard offset >= 0, offset < bytes.count else {
      throw .cutOff(offset: offset, length: 1, fileSize: bytes.count)
    }
    return bytes[offset]
  }

  func half(_ offset: Int) throws(ELFImage.ReadError) -> UInt16 {
    UInt16(try byte(offset)) | UInt16(try byte(offset + 1)) << 8
  }

  func word(_ offset: Int) throws(ELFImage.ReadError) -> UInt32 {
    UInt32(try half(offset)) | UInt32(try half(offset + 2)) << 16
  }

  /// The NUL-terminated string at the offset.
  func string(_ offset: Int) throws(ELFImage.ReadError) -> String {
    guard offset >= 0, offset < bytes.count, let end = bytes[offset...].firstIndex(of: 0) else {
      throw .cutOff(offset: offset, length: 1, fileSize: bytes.count)
    }
    return String(decoding: bytes[offset..<end], as: UTF8.self)
  }

  func segments() throws(ELFImage.ReadError) -> [ELFImage.Segment] {
    let table = Int(try word(28))
    let entrySize = Int(try half(42))
    var segments: [ELFImage.Segment] = []
    for index in 0..<Int(try half(44)) {
      let at = table + index * entrySize
      segments.append(
        ELFImage.Segment(
          type: try word(at), offset: try word(at + 4), virtualAddress: try word(at + 8),
          physicalAddress: try word(at + 12), fileSize: try word(at + 16), memorySize: try word(at + 20),
          flags: try word(at + 24)))
    }
    return segments
  }

  func sections() throws(ELFImage.ReadError) -> [ELFImage.Section] {
    let table = Int(try word(32))
    let entrySize = Int(try half(46))
    let count = Int(try half(48))
    guard count > 0 else { return [] }
    let names = Int(try word(table + Int(try half(50)) * entrySize + 16))
    var sections: [ELFImage.Section] = []
    for index in 0..<count {
      let at = table + index * entrySize
      // The last field of an entry; it is of no interest here, but a file that lacks it is cut off.
      _ = try word(at + 36)
      sections.append(
        ELFImage.Section(
          name: try string(names + Int(try word(at))), type: try word(at + 4), flags: try word(at + 8),
          address: try word(at + 12), offset: try word(at + 16), size: try word(at + 20),
          link: try word(at + 24)))
    }
    return sections
  }

  func symbols(of sections: [ELFImage.Section]) throws(ELFImage.ReadError) -> [ELFImage.Symbol] {
    var symbols: [ELFImage.Symbol] = []
    for table in sections where table.type == 2 {
      guard Int(table.link) < sections.count else {
        throw .cutOff(offset: Int(table.link), length: 1, fileSize: sections.count)
      }
      let names = Int(sections[Int(table.link)].offset)
      // The first symbol of a table is the null symbol (System V ABI, figure 4-18).
      for at in stride(from: Int(table.offset) + 16, to: Int(table.offset) + Int(table.size), by: 16) {
        symbols.append(
          ELFImage.Symbol(
            name: try string(names + Int(try word(at))), value: try word(at + 4), size: try word(at + 8),
            type: try byte(at + 12) & 0xF, section: try half(at + 14)))
      }
    }
    return symbols
  }
}
