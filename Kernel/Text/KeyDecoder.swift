/// A key of the terminal.
enum Key: Equatable {
  case character(UInt8)
  case enter, interrupt, endOrDelete, redraw
  case backspace, delete, killBefore, killAfter, killWord
  case left, right, home, end, up, down
  case unknown
}

/// Turns the bytes of a terminal into keys: control characters, and the escape sequences of ECMA-48 that terminals
/// send for arrows, Home, End and Delete (`ESC [ A`, `ESC O A`, `ESC [ 3 ~`).
struct KeyDecoder {
  private enum State {
    case plain, escape, sequence, single
  }

  private var state = State.plain
  private var parameter: UInt8 = 0
  /// A line end may be CR, LF, or CR LF: an LF right behind a CR is part of it.
  private var wasCarriageReturn = false

  /// Whether the next byte begins a key.
  var isBetweenKeys: Bool { state == .plain }

  /// Takes a byte; nil if a key is not complete or means nothing at all.
  mutating func decode(_ byte: UInt8) -> Key? {
    switch state {
    case .plain: return plain(byte)
    case .escape: return escape(byte)
    case .sequence: return sequence(byte)
    case .single:
      state = .plain
      return final(byte)
    }
  }

  private mutating func plain(_ byte: UInt8) -> Key? {
    let followsReturn = wasCarriageReturn
    wasCarriageReturn = byte == 0x0D
    switch byte {
    case 0x0D: return .enter
    case 0x0A: return followsReturn ? nil : .enter
    case 0x1B:
      state = .escape
      return nil
    case 0x09: return .character(0x20)
    case 0x20...0x7E: return .character(byte)
    case 0x00: return nil
    default: return Self.control(byte)
    }
  }

  private static func control(_ byte: UInt8) -> Key {
    switch byte {
    case 0x01: .home
    case 0x02: .left
    case 0x03: .interrupt
    case 0x04: .endOrDelete
    case 0x05: .end
    case 0x06: .right
    case 0x08, 0x7F: .backspace
    case 0x0B: .killAfter
    case 0x0C: .redraw
    case 0x0E: .down
    case 0x10: .up
    case 0x15: .killBefore
    case 0x17: .killWord
    default: .unknown
    }
  }

  private mutating func escape(_ byte: UInt8) -> Key? {
    switch byte {
    case 0x5B:
      state = .sequence
      parameter = 0
      return nil
    case 0x4F:
      state = .single
      return nil
    default:
      state = .plain
      return .unknown
    }
  }

  /// Parameters and intermediates are 0x20...0x3F, the final byte is 0x40...0x7E (ECMA-48, 5.4).
  private mutating func sequence(_ byte: UInt8) -> Key? {
    switch byte {
    case 0x30...0x39:
      parameter = parameter &* 10 &+ (byte - 0x30)
      return nil
    case 0x20...0x3F:
      return nil
    case 0x7E:
      state = .plain
      switch parameter {
      case 1, 7: return .home
      case 3: return .delete
      case 4, 8: return .end
      default: return .unknown
      }
    default:
      state = .plain
      return final(byte)
    }
  }

  private func final(_ byte: UInt8) -> Key {
    switch byte {
    case 0x41: .up
    case 0x42: .down
    case 0x43: .right
    case 0x44: .left
    case 0x46: .end
    case 0x48: .home
    default: .unknown
    }
  }
}
