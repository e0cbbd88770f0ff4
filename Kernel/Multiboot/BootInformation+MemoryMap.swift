import VMem

/// One entry of the firmware's memory map as the loader passed it on.
public struct MemoryMapEntry: Equatable, Sendable {
  /// The physical addresses, which may lie above 4 GiB.
  public let range: AddressRange<UInt64>
  public let kind: Kind

  /// What the firmware says of the range. An unknown type is reserved, as the specification demands.
  public enum Kind: UInt32, Sendable {
    case available = 1
    case reserved = 2
    case acpiReclaimable = 3
    case acpiNonVolatile = 4
    case defective = 5
  }
}

extension BootInformation {
  /// The entries in the loader's order: they may be unsorted and may overlap. Empty ones are left out, a range
  /// that would pass the end of the 64-bit space is cut there.
  public var memoryMap: MemoryMapEntries<Memory> {
    MemoryMapEntries(memory: memory, upcoming: memoryMapRange.first, last: memoryMapRange.last)
  }

  static func checkedMemoryMap(
    _ fields: Fields<Memory>, flags: UInt32
  ) throws(BootInformationError) -> AddressRange<UInt32> {
    let first = try fields.word(Layout.memoryMap)
    let length = try fields.word(Layout.memoryMapLength)
    guard length > 0 else { throw .noMemoryMap(flags: flags) }
    guard let range = AddressRange(first: first, count: length) else {
      throw .unreachable(.memoryMap, address: first)
    }
    var address = first
    while true {
      guard range.last - address >= 3, let size = fields.memory.word(at: address) else {
        throw .unreachable(.memoryMap, address: address)
      }
      // The size field does not count itself: the entry's last byte is at address + 3 + size.
      guard size >= Layout.memoryMapEntrySize, size <= range.last - address - 3 else {
        throw .malformedMemoryMap(address: address, size: size)
      }
      for offset in 0..<Layout.memoryMapEntrySize where fields.memory.byte(at: address + 4 + offset) == nil {
        throw .unreachable(.memoryMap, address: address)
      }
      guard range.last - address - 3 > size else { return range }
      address += size + 4
    }
  }
}

/// The entries of a checked memory map, one after the other.
public struct MemoryMapEntries<Memory: PhysicalMemory>: Sequence, IteratorProtocol {
  let memory: Memory
  /// Address of the next entry's size field; nil behind the last one.
  var upcoming: UInt32?
  let last: UInt32

  init(memory: Memory, upcoming: UInt32, last: UInt32) {
    self.memory = memory
    self.upcoming = upcoming
    self.last = last
  }

  public mutating func next() -> MemoryMapEntry? {
    while let address = upcoming {
      guard let size = memory.word(at: address), let base = memory.longWord(at: address + 4),
        let length = memory.longWord(at: address + 12), let type = memory.word(at: address + 20)
      else { return nil }
      upcoming = last - address - 3 > size ? address + size + 4 : nil
      guard length > 0 else { continue }
      let countMinusOne = Swift.min(length - 1, UInt64.max - base)
      return MemoryMapEntry(
        range: AddressRange(first: base, last: base + countMinusOne),
        kind: MemoryMapEntry.Kind(rawValue: type) ?? .reserved)
    }
    return nil
  }
}
