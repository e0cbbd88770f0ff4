import Text

/// A number as typed and what it must come to. The host tests and the kernel's self-tests run the same list.
public struct NumberVector: Sendable {
  public enum Outcome: Equatable, Sendable {
    case value(UInt64)
    case error(NumberError)
  }

  public let text: StaticString
  public let limit: UInt64
  public let outcome: Outcome

  init(_ text: StaticString, _ value: UInt64, limit: UInt64 = 0xFFFF_FFFF) {
    self.text = text
    self.limit = limit
    outcome = .value(value)
  }

  init(_ text: StaticString, _ error: NumberError, limit: UInt64 = 0xFFFF_FFFF) {
    self.text = text
    self.limit = limit
    outcome = .error(error)
  }

  /// What the parser makes of it.
  public var actual: Outcome {
    do throws(NumberError) {
      return .value(try Number.value(text.bytes, limit: limit))
    } catch {
      return .error(error)
    }
  }

  /// Gives every vector to `body`.
  public static func each(_ body: (NumberVector) -> Void) {
    values(body)
    limits(body)
    errors(body)
  }

  private static func values(_ body: (NumberVector) -> Void) {
    body(NumberVector("0", 0))
    body(NumberVector("7", 7))
    body(NumberVector("0000042", 42))
    body(NumberVector("4096", 4096))
    body(NumberVector("0x0", 0))
    body(NumberVector("0xc0100000", 0xC010_0000))
    body(NumberVector("0XC0100000", 0xC010_0000))
    body(NumberVector("0xDeadBeef", 0xDEAD_BEEF))
    body(NumberVector("1k", 0x400))
    body(NumberVector("4K", 0x1000))
    body(NumberVector("16M", 0x100_0000))
    body(NumberVector("0x10M", 0x100_0000))
    body(NumberVector("3g", 0xC000_0000))
    body(NumberVector("0K", 0))
  }

  private static func limits(_ body: (NumberVector) -> Void) {
    body(NumberVector("0xffffffff", 0xFFFF_FFFF))
    body(NumberVector("4294967295", 0xFFFF_FFFF))
    body(NumberVector("4294967296", .aboveLimit(limit: 0xFFFF_FFFF)))
    body(NumberVector("0x100000000", .aboveLimit(limit: 0xFFFF_FFFF)))
    body(NumberVector("4G", .aboveLimit(limit: 0xFFFF_FFFF)))
    body(NumberVector("4G", 0x1_0000_0000, limit: 0x1_0000_0000))
    body(NumberVector("4294967297", .aboveLimit(limit: 0x1_0000_0000), limit: 0x1_0000_0000))
    body(NumberVector("64K", .aboveLimit(limit: 0xFFFF), limit: 0xFFFF))
    body(NumberVector("63K", 0xFC00, limit: 0xFFFF))
    body(NumberVector("18446744073709551615", .max, limit: .max))
    body(NumberVector("18446744073709551616", .aboveLimit(limit: .max), limit: .max))
    body(NumberVector("0xffffffffffffffff", .max, limit: .max))
    body(NumberVector("0x10000000000000000", .aboveLimit(limit: .max), limit: .max))
    body(NumberVector("99999999999999999999999999", .aboveLimit(limit: .max), limit: .max))
    body(NumberVector("17179869184G", .aboveLimit(limit: .max), limit: .max))
  }

  private static func errors(_ body: (NumberVector) -> Void) {
    body(NumberVector("", .empty))
    body(NumberVector("0x", .empty))
    body(NumberVector("K", .empty))
    body(NumberVector("0xK", .empty))
    body(NumberVector("-1", .badCharacter(byte: 0x2D, offset: 0)))
    body(NumberVector("12a", .badCharacter(byte: 0x61, offset: 2)))
    body(NumberVector("0x12g4", .badCharacter(byte: 0x67, offset: 4)))
    body(NumberVector("1KK", .badCharacter(byte: 0x4B, offset: 1)))
    body(NumberVector(" 1", .badCharacter(byte: 0x20, offset: 0)))
  }
}
