import Testing
import Text
import Vectors

@Suite("Numbers")
struct NumberTests {
  static let vectors: [NumberVector] = {
    var all: [NumberVector] = []
    NumberVector.each { all.append($0) }
    return all
  }()

  @Test("each vector comes to what it says (Text-I4)", arguments: vectors)
  func vector(_ vector: NumberVector) {
    #expect(vector.actual == vector.outcome, "\(vector.text)")
  }

  @Test("a size is carried as count - 1 and 4G is one")
  func sizes() throws {
    #expect(withBytes(of: "4G") { try? Number.size($0) } == .max)
    #expect(withBytes(of: "0x100000000") { try? Number.size($0) } == .max)
    #expect(withBytes(of: "1") { try? Number.size($0) } == 0)
    #expect(throws: NumberError.zeroSize) {
      let zero: [UInt8] = [0x30]
      _ = try Number.size(zero.span)
    }
  }

  @Test("decimal of 64 bits agrees with the host around every power of two")
  func decimals() {
    for power in 0..<64 {
      for offset: UInt64 in [0, 1, 9, .max] {
        let value = (1 << UInt64(power)) &+ offset
        #expect(written { $0.write(decimal: value) } == String(value))
        let narrow = UInt32(truncatingIfNeeded: value)
        #expect(written { $0.write(decimal: narrow) } == String(narrow))
      }
    }
  }

  @Test("a size that was written reads back the same (Text-I3)")
  func sizesRoundTrip() throws {
    for shift in 0...32 {
      for factor: UInt64 in [1, 3, 5, 1023, 1025] {
        let size = factor << UInt64(shift)
        let text = written { $0.write(size: size) }
        #expect(withBytes(of: text) { try? Number.value($0, limit: .max) } == size, "\(text)")
      }
    }
    #expect(written { $0.write(size: 0) } == "0")
    #expect(written { $0.write(sizeMinusOne: .max) } == "4G")
    #expect(written { $0.write(sizeMinusOne: 0xFFFF) } == "64K")
    #expect(written { $0.write(sizeMinusOne: 0x100F) } == "4112")
  }

  @Test(
    "a size for the eye has at most one digit behind the point",
    arguments: [
      (0, "0"), (1023, "1023"), (1024, "1K"), (1536, "1.5K"), (0xF_FC00, "1023K"), (0xF_FFFF, "1023.9K"),
      (0x10_0000, "1M"), (0x18_0000, "1.5M"), (0x10_0001, "1M"), (0x3FFF_FFFF, "1023.9M"),
      (0x4000_0000, "1G"),
      (0x1_0000_0000, "4G"), (0xF_8000_0000, "62G"), (147652 << 10, "144.1M"),
    ])
  func aboutSizes(_ size: UInt64, _ text: String) {
    #expect(written { $0.write(about: size) } == text)
  }

  @Test("addresses have 8 digits and ranges are closed (Text-I2)")
  func addresses() {
    #expect(written { $0.write(address: 0) } == "0x00000000")
    #expect(written { $0.write(first: 0, last: .max) } == "0x00000000-0xffffffff")
    #expect(written { $0.write(hexadecimal: 0xABCD, digits: 4) } == "abcd")
    #expect(written { $0.write(hexadecimal: 0xABCD, digits: 2) } == "cd")
    #expect(written { $0.write(hexadecimal: 0xF, digits: 10) } == "000000000f")
    #expect(written { $0.write(decimal: 42, width: 5) } == "   42")
    #expect(written { $0.write(decimal: Int32.min) } == "-2147483648")
  }

  @Test("a full buffer drops and counts (Text-I1)")
  func fullBuffer() {
    var bytes: [UInt8] = [0, 0, 0, 0]
    var buffer = ByteBuffer(bytes.mutableSpan)
    buffer.write(address: 0x1234_5678)
    #expect(buffer.count == 4)
    #expect(buffer.lost == 6)
    #expect(string(buffer.text) == "0x12")
  }

  @Test("foreign bytes cannot steer the terminal")
  func foreign() {
    #expect(written { $0.write(foreign: "a\u{1B}[2J".utf8Bytes.span) } == "a\\x1b[2J")
  }

  @Test("an error names its operands")
  func errors() {
    #expect(written { $0.write(NumberError.aboveLimit(limit: 0xFFFF)) } == "the value is above 0x0000ffff")
    #expect(written { $0.write(NumberError.aboveLimit(limit: 1 << 32)) } == "the value is above 4G")
    #expect(
      written { $0.write(NumberError.badCharacter(byte: 0x61, offset: 2)) }
        == "character 'a' at position 3 is not part of a number")
  }
}

extension String {
  /// The bytes of the string.
  var utf8Bytes: [UInt8] { Array(utf8) }
}
