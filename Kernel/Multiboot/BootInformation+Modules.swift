import VMem

/// A file that the loader put into memory beside the kernel.
public struct BootModule: Equatable, Sendable {
  /// Where its bytes lie; nil for an empty file.
  public let range: AddressRange<UInt32>?
  /// Its string without the terminating 0; nil where there is none.
  public let name: AddressRange<UInt32>?
}

extension BootInformation {
  /// The modules in the loader's order.
  public var modules: BootModules<Memory> {
    BootModules(memory: memory, upcoming: moduleTableRange?.first, last: moduleTableRange?.last ?? 0)
  }

  static func checkedModules(_ fields: Fields<Memory>) throws(BootInformationError) -> AddressRange<UInt32>? {
    let count = try fields.word(Layout.moduleCount)
    let first = try fields.word(Layout.moduleTable)
    guard count > 0 else { return nil }
    guard count <= Layout.mostModules else { throw .tooManyModules(count) }
    guard let range = AddressRange(first: first, count: count * Layout.moduleSize) else {
      throw .unreachable(.modules, address: first)
    }
    for index in 0..<count {
      let entry = first + index * Layout.moduleSize
      guard let moduleFirst = fields.memory.word(at: entry),
        let moduleEnd = fields.memory.word(at: entry + 4),
        let name = fields.memory.word(at: entry + 8)
      else { throw .unreachable(.modules, address: entry) }
      guard moduleFirst <= moduleEnd else {
        throw .malformedModule(index: index, first: moduleFirst, end: moduleEnd)
      }
      _ = try fields.memory.string(at: name, .moduleName)
    }
    return range
  }
}

/// The modules of a checked table, one after the other.
public struct BootModules<Memory: PhysicalMemory>: Sequence, IteratorProtocol {
  let memory: Memory
  /// Address of the next entry; nil behind the last one.
  var upcoming: UInt32?
  let last: UInt32

  public mutating func next() -> BootModule? {
    guard let address = upcoming, let first = memory.word(at: address),
      let end = memory.word(at: address + 4),
      let name = memory.word(at: address + 8)
    else { return nil }
    upcoming = last - address >= Layout.moduleSize ? address + Layout.moduleSize : nil
    // The table's second word is the first byte behind the module (Multiboot 0.6.96, 3.3).
    let range = AddressRange(first: first, count: end - first)
    return BootModule(range: range, name: try? memory.string(at: name, .moduleName))
  }
}
