/// Why some text is not a number.
public enum NumberError: Error, Equatable {
  /// There is no digit at all.
  case empty

  /// `byte` at `offset` (from 0) does not belong there.
  case badCharacter(byte: UInt8, offset: UInt32)

  /// The value is above what the place can hold, `limit`, which is included.
  case aboveLimit(limit: UInt64)

  /// A size of nothing: a range has at least one address.
  case zeroSize
}

/// Numbers as people type them: `4096`, `0x1000`, `4K`, `0x10M`, `4G`. Digits and suffixes in either case.
///
/// Nothing wraps: a value is checked against its limit before each digit is taken (Text-I4).
public enum Number {
  /// Reads a number in 0...`limit`. O(n).
  public static func value(_ text: Span<UInt8>, limit: UInt64) throws(NumberError) -> UInt64 {
    let isHexadecimal = text.count >= 2 && text[0] == 0x30 && text[1] | 0x20 == 0x78
    let start = isHexadecimal ? 2 : 0
    var end = text.count
    let thousands = end > start ? suffix(text[end - 1]) : 0
    if thousands > 0 { end -= 1 }
    guard end > start else { throw .empty }

    var value: UInt64 = 0
    for offset in start..<end {
      guard let digit = digit(text[offset], hexadecimal: isHexadecimal) else {
        throw .badCharacter(byte: text[offset], offset: UInt32(truncatingIfNeeded: offset))
      }
      guard value <= (isHexadecimal ? UInt64.max / 16 : UInt64.max / 10) else {
        throw .aboveLimit(limit: limit)
      }
      value = isHexadecimal ? value << 4 : (value << 3) &+ (value << 1)
      guard value <= limit, digit <= limit - value else { throw .aboveLimit(limit: limit) }
      value += digit
    }
    for _ in 0..<thousands {
      guard value <= limit >> 10 else { throw .aboveLimit(limit: limit) }
      value <<= 10
    }
    return value
  }

  /// Reads an address or another value of 32 bits.
  public static func word(_ text: Span<UInt8>, limit: UInt32 = .max) throws(NumberError) -> UInt32 {
    UInt32(truncatingIfNeeded: try value(text, limit: UInt64(limit)))
  }

  /// Reads a size of 1...2^32 and gives it as count - 1.
  public static func size(_ text: Span<UInt8>) throws(NumberError) -> UInt32 {
    let bytes = try value(text, limit: 1 << 32)
    guard bytes > 0 else { throw .zeroSize }
    return UInt32(truncatingIfNeeded: bytes - 1)
  }

  /// How many times the suffix multiplies by 1,024; 0 if the byte is none.
  private static func suffix(_ byte: UInt8) -> Int {
    switch byte | 0x20 {
    case 0x6B: 1
    case 0x6D: 2
    case 0x67: 3
    default: 0
    }
  }

  private static func digit(_ byte: UInt8, hexadecimal: Bool) -> UInt64? {
    switch byte {
    case 0x30...0x39: UInt64(byte - 0x30)
    case 0x41...0x46 where hexadecimal: UInt64(byte - 0x37)
    case 0x61...0x66 where hexadecimal: UInt64(byte - 0x57)
    default: nil
    }
  }
}

extension ByteSink where Self: ~Copyable & ~Escapable {
  /// Writes the reason in words, with its operands.
  public mutating func write(_ error: NumberError) {
    switch error {
    case .empty:
      write("a number is missing")
    case .badCharacter(let byte, let offset):
      write("character ")
      if byte > 0x20 && byte < 0x7F {
        write(0x27)
        write(byte)
        write(0x27)
      } else {
        write("0x")
        write(hexadecimal: UInt32(byte), digits: 2)
      }
      write(" at position ")
      write(decimal: offset + 1)
      write(" is not part of a number")
    case .aboveLimit(let limit):
      write("the value is above ")
      if limit <= 0xFFFF_FFFF {
        write(address: UInt32(truncatingIfNeeded: limit))
      } else {
        write(size: limit)
      }
    case .zeroSize:
      write("a size of 0 has no addresses")
    }
  }
}
