import Multiboot

/// Physical memory as a test wants it: zero everywhere below `limit`, out of reach from there on.
struct ImageOfMemory: PhysicalMemory {
  var limit: UInt32 = 8 << 20
  var bytes: [UInt32: UInt8] = [:]

  func byte(at address: UInt32) -> UInt8? { address < limit ? bytes[address] ?? 0 : nil }

  mutating func put(_ word: UInt32, at address: UInt32) {
    for index in 0..<4 {
      bytes[address &+ UInt32(index)] = UInt8(truncatingIfNeeded: word >> (8 * UInt32(index)))
    }
  }

  mutating func put(_ text: String, at address: UInt32) {
    for (index, byte) in (Array(text.utf8) + [0]).enumerated() { bytes[address + UInt32(index)] = byte }
  }

  /// An entry of the memory map: the size field, then base, length and type as the specification orders them.
  mutating func putEntry(at address: UInt32, base: UInt64, length: UInt64, type: UInt32, size: UInt32 = 20) {
    put(size, at: address)
    put(UInt32(truncatingIfNeeded: base), at: address + 4)
    put(UInt32(truncatingIfNeeded: base >> 32), at: address + 8)
    put(UInt32(truncatingIfNeeded: length), at: address + 12)
    put(UInt32(truncatingIfNeeded: length >> 32), at: address + 16)
    put(type, at: address + 20)
  }
}

/// A loader that leaves everything in order; tests then spoil one thing each.
struct Loader {
  static let magic: UInt32 = 0x2BAD_B002
  static let information: UInt32 = 0x9500
  static let map: UInt32 = 0x9000
  static let modules: UInt32 = 0x8000

  var memory = ImageOfMemory()

  init() {
    memory.put(1 << 6, at: Self.information)
    memory.put(48, at: Self.information + 44)
    memory.put(Self.map, at: Self.information + 48)
    memory.putEntry(at: Self.map, base: 0, length: 0x9FC00, type: 1)
    memory.putEntry(at: Self.map + 24, base: 0x10_0000, length: 0x70_0000, type: 1)
  }

  /// Sets a field of the information and the flag that says it is there.
  mutating func set(_ offset: UInt32, to value: UInt32, flag: UInt32) {
    let flags = memory.bytes[Self.information].map(UInt32.init) ?? 0
    let high = memory.bytes[Self.information + 1].map(UInt32.init) ?? 0
    memory.put(flags | high << 8 | 1 << flag, at: Self.information)
    memory.put(value, at: Self.information + offset)
  }

  func parse(magic: UInt32 = Self.magic) throws(BootInformationError) -> BootInformation<ImageOfMemory> {
    try BootInformation(magic: magic, address: Self.information, memory: memory)
  }
}
