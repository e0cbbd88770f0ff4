/// Writes small ELF files by hand, so that each check can be shown a file that breaks it.
///
/// Layout: header (52 bytes), program headers, a multiboot header, symbol and string tables, section headers.
struct ImageBuilder {
  struct Segment {
    var address: UInt32
    var size: UInt32
    var flags: UInt32
    var type: UInt32 = 1
  }

  var type: UInt16 = 2
  var machine: UInt16 = 3
  var entry: UInt32 = 0xC010_0010
  var segments = [
    Segment(address: 0xC010_0000, size: 0x800, flags: 5),
    Segment(address: 0xC010_1000, size: 0x800, flags: 6),
  ]
  /// Names of symbols, and whether each is defined.
  var symbols: [(name: String, isDefined: Bool)] = [("boot_entry", true)]
  var multiboot: [UInt32] = [0x1BAD_B002, 3, 0 &- 0x1BAD_B005]
  /// Zero bytes before the multiboot header.
  var multibootPadding = 0
  var extraSections: [(name: String, size: UInt32)] = []

  func bytes() -> [UInt8] {
    var file = [UInt8](repeating: 0, count: 52 + 32 * segments.count)
    file += [UInt8](repeating: 0, count: multibootPadding)
    for word in multiboot { file += word.littleEndianBytes }
    let symbolTable = UInt32(file.count)
    var strings: [UInt8] = [0]
    file += [UInt8](repeating: 0, count: 16)
    for symbol in symbols {
      file += UInt32(strings.count).littleEndianBytes + UInt32(0xC010_0010).littleEndianBytes
      file += UInt32(4).littleEndianBytes + [0x12, 0] + UInt16(symbol.isDefined ? 1 : 0).littleEndianBytes
      strings += Array(symbol.name.utf8) + [0]
    }
    let stringTable = UInt32(file.count)
    file += strings
    var names: [UInt8] = [0]
    var sections: [[UInt32]] = [[UInt32](repeating: 0, count: 10)]
    func section(_ name: String, type: UInt32, offset: UInt32, size: UInt32, link: UInt32 = 0) {
      sections.append([UInt32(names.count), type, 0, 0, offset, size, link, 0, 1, 16])
      names += Array(name.utf8) + [0]
    }
    section(".symtab", type: 2, offset: symbolTable, size: stringTable - symbolTable, link: 2)
    section(".strtab", type: 3, offset: stringTable, size: UInt32(strings.count))
    for extra in extraSections { section(extra.name, type: 1, offset: 0, size: extra.size) }
    section(".shstrtab", type: 3, offset: UInt32(file.count), size: 0)
    file += names
    let sectionTable = UInt32(file.count)
    for field in sections.joined() { file += field.littleEndianBytes }
    writeHeader(into: &file, sectionTable: sectionTable, sectionCount: sections.count)
    return file
  }

  private func writeHeader(into file: inout [UInt8], sectionTable: UInt32, sectionCount: Int) {
    var header: [UInt8] = [0x7F, 0x45, 0x4C, 0x46, 1, 1, 1] + [UInt8](repeating: 0, count: 9)
    header += type.littleEndianBytes + machine.littleEndianBytes + UInt32(1).littleEndianBytes
    header += entry.littleEndianBytes + UInt32(52).littleEndianBytes + sectionTable.littleEndianBytes
    header += UInt32(0).littleEndianBytes + UInt16(52).littleEndianBytes + UInt16(32).littleEndianBytes
    header += UInt16(segments.count).littleEndianBytes + UInt16(40).littleEndianBytes
    header += UInt16(sectionCount).littleEndianBytes + UInt16(sectionCount - 1).littleEndianBytes
    for segment in segments {
      header += segment.type.littleEndianBytes + UInt32(0).littleEndianBytes
      header += segment.address.littleEndianBytes + (segment.address &- 0xC000_0000).littleEndianBytes
      header += segment.size.littleEndianBytes + segment.size.littleEndianBytes
      header += segment.flags.littleEndianBytes + UInt32(4096).littleEndianBytes
    }
    file.replaceSubrange(0..<header.count, with: header)
  }
}

extension FixedWidthInteger {
  var littleEndianBytes: [UInt8] {
    (0..<(Self.bitWidth / 8)).map { UInt8(truncatingIfNeeded: self >> ($0 * 8)) }
  }
}
