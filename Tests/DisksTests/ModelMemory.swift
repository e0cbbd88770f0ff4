/// Memory that devices reach, at an address of their own.
final class ModelMemory {
  let bytes: UnsafeMutableRawBufferPointer
  let first: UInt32
  private var used = 0

  /// - Parameter first: Where devices find the first byte, a multiple of 4,096.
  init(byteCount: Int, first: UInt32 = 0x0012_3000) {
    bytes = .allocate(byteCount: byteCount, alignment: 4096)
    bytes.initializeMemory(as: UInt8.self, repeating: 0xEE)
    self.first = first
  }

  deinit { bytes.deallocate() }

  /// The next bytes that nobody has, at a multiple of `alignment`.
  func take(_ count: Int, alignment: Int = 16) -> UnsafeMutableRawBufferPointer {
    used = (used + alignment - 1) / alignment * alignment
    defer { used += count }
    return UnsafeMutableRawBufferPointer(rebasing: bytes[used..<used + count])
  }

  func address(of part: UnsafeRawBufferPointer) -> UInt32? {
    guard let base = part.baseAddress, base >= UnsafeRawPointer(bytes.baseAddress!),
      base + part.count <= UnsafeRawPointer(bytes.baseAddress!) + bytes.count
    else { return nil }
    return first + UInt32(base - UnsafeRawPointer(bytes.baseAddress!))
  }

  /// What a device finds there; nil where it would hit nothing.
  func at(_ address: UInt32, count: Int) -> UnsafeMutableRawBufferPointer? {
    guard address >= first, Int(address - first) + count <= bytes.count else { return nil }
    let offset = Int(address - first)
    return UnsafeMutableRawBufferPointer(rebasing: bytes[offset..<offset + count])
  }
}
