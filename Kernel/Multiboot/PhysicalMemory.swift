/// Read access to physical memory for a parser that must not fault.
///
/// On the machine this is the direct map; in tests it is an array of bytes.
public protocol PhysicalMemory {
  /// The byte at the physical address, or nil where the reader cannot reach.
  func byte(at address: UInt32) -> UInt8?
}

extension PhysicalMemory {
  /// The little-endian 32-bit word at the address, or nil where a byte of it is out of reach or above 4 GiB.
  func word(at address: UInt32) -> UInt32? {
    guard address <= UInt32.max - 3,
      let byte0 = byte(at: address), let byte1 = byte(at: address + 1),
      let byte2 = byte(at: address + 2), let byte3 = byte(at: address + 3)
    else { return nil }
    return UInt32(byte0) | UInt32(byte1) << 8 | UInt32(byte2) << 16 | UInt32(byte3) << 24
  }

  /// The little-endian 64-bit word at the address, or nil as above.
  func longWord(at address: UInt32) -> UInt64? {
    guard address <= UInt32.max - 7, let low = word(at: address), let high = word(at: address + 4) else {
      return nil
    }
    return UInt64(high) << 32 | UInt64(low)
  }
}
