/// The first 512 bytes of a disk that may be written for swap.
///
/// | offset | bytes | what |
/// |---|---|---|
/// | 0 | 16 | `TESSERA-SWAP` and four NUL |
/// | 16 | 4 | version, 1, little-endian like all numbers |
/// | 20 | 4 | slots of 4,096 bytes, the header's own not counted |
/// | 24 | 4 | the slots' complement, so that a half-written sector is none |
/// | 28 | 484 | 0 |
///
/// Nothing else on the disk means anything at boot.
public enum SwapSignature {
  public static var byteCount: Int { 512 }
  static var version: UInt32 { 1 }

  /// How many slots a disk of so many 512-byte sectors has behind its header; 2^20 - 1 at most.
  public static func slots(sectors: UInt32) -> UInt32 {
    let pages = min(sectors / 8, 1 << 20)
    return pages == 0 ? 0 : pages - 1
  }

  private static func magic(_ index: Int) -> UInt8 {
    let name = StaticString("TESSERA-SWAP").utf8Span12
    return index < 12 ? name[index] : 0
  }

  /// The sector for a disk with `slots` slots.
  public static func write(slots: UInt32, into sector: inout MutableSpan<UInt8>) {
    precondition(sector.count == byteCount)
    for index in 0..<byteCount { sector[index] = index < 16 ? magic(index) : 0 }
    store(version, at: 16, &sector)
    store(slots, at: 20, &sector)
    store(~slots, at: 24, &sector)
  }

  /// The slots that the sector speaks of; nil where it is no signature of ours, whatever else it may be.
  public static func read(_ sector: Span<UInt8>) -> UInt32? {
    guard sector.count == byteCount else { return nil }
    for index in 0..<16 where sector[index] != magic(index) { return nil }
    for index in 28..<byteCount where sector[index] != 0 { return nil }
    let slots = load(at: 20, sector)
    guard load(at: 16, sector) == version, load(at: 24, sector) == ~slots, slots > 0 else { return nil }
    return slots
  }

  private static func store(_ value: UInt32, at offset: Int, _ sector: inout MutableSpan<UInt8>) {
    for byte in 0..<4 { sector[offset + byte] = UInt8(truncatingIfNeeded: value >> UInt32(8 * byte)) }
  }

  private static func load(at offset: Int, _ sector: Span<UInt8>) -> UInt32 {
    var value: UInt32 = 0
    for byte in 0..<4 { value |= UInt32(sector[offset + byte]) << UInt32(8 * byte) }
    return value
  }
}

extension StaticString {
  /// The twelve bytes of the name.
  fileprivate var utf8Span12: InlineArray<12, UInt8> {
    var bytes = InlineArray<12, UInt8>(repeating: 0)
    // A literal's bytes never go away, and this one has twelve.
    for index in 0..<12 { bytes[index] = unsafe utf8Start[index] }
    return bytes
  }
}

/// A disk that may be written, and how much of it.
///
/// Having a value of this type tells you that the disk carries our signature, or that it was named by whoever runs the
/// machine. There is no other way to one.
public struct SwapArea: Sendable, Equatable {
  public let slots: UInt32

  /// For a disk whose first sector was read: nil unless it is our signature and the disk as large as it says.
  public init?(signature sector: Span<UInt8>, sectors: UInt32) {
    guard let slots = SwapSignature.read(sector), slots <= SwapSignature.slots(sectors: sectors) else {
      return nil
    }
    self.slots = slots
  }

  /// For a disk that was named: on the kernel's command line, or in a command that was confirmed. nil if it is too small.
  public init?(named sectors: UInt32) {
    slots = SwapSignature.slots(sectors: sectors)
    guard slots > 0 else { return nil }
  }
}
