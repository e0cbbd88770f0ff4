extension ByteSink where Self: ~Copyable & ~Escapable {
  /// Writes lower-case hexadecimal without a prefix, the last `digits` of the value, zeros included.
  ///
  /// - Parameter digits: 1...8. More are written as leading zeros.
  public mutating func write(hexadecimal value: UInt32, digits: Int) {
    var position = digits - 1
    while position >= 0 {
      let nibble = position < 8 ? UInt8(truncatingIfNeeded: value >> UInt32(position * 4)) & 0xF : 0
      write(nibble < 10 ? 0x30 + nibble : 0x57 + nibble)
      position -= 1
    }
  }

  /// Writes an address as every report of the kernel does: `0x` and 8 digits (Text-I2).
  public mutating func write(address: UInt32) {
    write("0x")
    write(hexadecimal: address, digits: 8)
  }

  /// Writes a closed range, both ends as addresses: `0x00000000-0xffffffff`.
  public mutating func write(first: UInt32, last: UInt32) {
    write(address: first)
    write(0x2D)
    write(address: last)
  }

  /// Writes a value in decimal, at least `width` characters wide, filled with blanks on the left.
  public mutating func write(decimal value: UInt32, width: Int = 0) {
    // Ten digits hold 4,294,967,295.
    var digits = InlineArray<10, UInt8>(repeating: 0x30)
    var start = 10
    var rest = value
    repeat {
      start -= 1
      digits[start] = 0x30 + UInt8(truncatingIfNeeded: rest % 10)
      rest /= 10
    } while rest > 0
    write(repeating: 0x20, count: width - (10 - start))
    while start < 10 {
      write(digits[start])
      start += 1
    }
  }

  /// Writes a signed value in decimal.
  public mutating func write(decimal value: Int32) {
    if value < 0 { write(0x2D) }
    write(decimal: value.magnitude)
  }

  /// Writes a value of up to 64 bits in decimal.
  ///
  /// The division goes by limbs of 16 bits: the machine divides 32 bits at a time, and the routine that divides 64
  /// is not part of the image.
  public mutating func write(decimal value: UInt64) {
    guard let narrow = UInt32(exactly: value) else {
      var quotient: UInt64 = 0
      var remainder: UInt32 = 0
      var rest = value
      for _ in 0..<4 {
        let part = remainder << 16 | UInt32(truncatingIfNeeded: rest >> 48)
        rest <<= 16
        quotient = quotient << 16 | UInt64(part / 10)
        remainder = part % 10
      }
      write(decimal: quotient)
      return write(0x30 + UInt8(truncatingIfNeeded: remainder))
    }
    write(decimal: narrow)
  }

  /// Writes a number of bytes in the largest of the units 1, K, M, G that divides it: exact always, and
  /// ``Number/size(_:)`` reads it back (Text-I3). Nothing is written as `0`.
  public mutating func write(size bytes: UInt64) {
    // The unit is found by its zero bits, so that nothing of 64 bits is divided.
    if bytes == 0 { return write(0x30) }
    if bytes & 0x3FFF_FFFF == 0 {
      write(decimal: bytes >> 30)
      write(0x47)
    } else if bytes & 0xF_FFFF == 0 {
      write(decimal: bytes >> 20)
      write(0x4D)
    } else if bytes & 0x3FF == 0 {
      write(decimal: bytes >> 10)
      write(0x4B)
    } else {
      write(decimal: bytes)
    }
  }

  /// Writes a number of bytes for the eye: in the largest unit that it reaches, with one digit behind the point, cut and
  /// not rounded. Exact sizes below 1K, and whole ones, have no point.
  public mutating func write(about bytes: UInt64) {
    if bytes & 0x3FF == 0 && bytes >> 20 == 0 || bytes >> 10 == 0 { return write(size: bytes) }
    if bytes >> 30 != 0 {
      write(tenths: bytes >> 20, 0x47)
    } else if bytes >> 20 != 0 {
      write(tenths: bytes >> 10, 0x4D)
    } else {
      write(tenths: bytes, 0x4B)
    }
  }

  /// Writes 1,024ths of a unit as the unit with one digit behind the point, if that is not 0.
  private mutating func write(tenths thousandths: UInt64, _ unit: UInt8) {
    write(decimal: thousandths >> 10)
    let digit = (UInt32(truncatingIfNeeded: thousandths & 0x3FF) * 10) >> 10
    if digit > 0 {
      write(0x2E)
      write(decimal: digit)
    }
    write(unit)
  }

  /// Writes a length that is carried as count - 1, because the whole space of 2^32 has no other (law 2).
  public mutating func write(sizeMinusOne countMinusOne: UInt32) {
    write(size: UInt64(countMinusOne) + 1)
  }
}
