/// The colours of the picture.
public enum Palette {
  public static var background: Colour { Colour(0x11_161D) }
  public static var text: Colour { Colour(0xF2_F5F9) }
  public static var dimText: Colour { Colour(0x9A_A8B8) }
  public static var accent: Colour { Colour(0xF2_A541) }
  static var free: Colour { Colour(0x1B_2430) }
  static var lens: Colour { Colour(0x17_1E27) }
  static var hatch: Colour { Colour(0x2C_3A4B) }
  static var edge: Colour { Colour(0x56_6779) }

  /// The colour of a curve, counted from 0; six are told apart. None of them is an owner's.
  public static func curve(_ number: Int) -> Colour {
    switch number % 6 {
    case 0: Colour(0xFF_FFFF)
    case 1: Colour(0x00_E5FF)
    case 2: Colour(0xFF_4D6D)
    case 3: Colour(0xFF_E600)
    case 4: Colour(0x5B_FF5B)
    default: Colour(0xFF_7CF5)
    }
  }

  /// How many owners have colours of their own before colours come again.
  public static var count: UInt16 { 24 }

  /// The colour of an owner. Numbers are given in order of appearance, so those that meet on a band mostly differ.
  public static func colour(of owner: UInt16) -> Colour {
    guard owner > 0 else { return Colour(0xC8_CED6) }
    switch (owner - 1) % count {
    case 0: return Colour(0x4E_9AF1)
    case 1: return Colour(0xF2_A541)
    case 2: return Colour(0x6C_C24A)
    case 3: return Colour(0xE0_567A)
    case 4: return Colour(0xB0_7BE0)
    case 5: return Colour(0x35_C3C1)
    case 6: return Colour(0xF4_D35E)
    case 7: return Colour(0xFF_7F6B)
    case 8: return Colour(0x8F_B3FF)
    case 9: return Colour(0xA3_D977)
    case 10: return Colour(0xD9_8CC5)
    case 11: return Colour(0x2F_8F7F)
    case 12: return Colour(0xC9_A27A)
    case 13: return Colour(0x6A_72E8)
    case 14: return Colour(0xE8_E1A0)
    case 15: return Colour(0xC2_5B4A)
    case 16: return Colour(0x7F_D6F0)
    case 17: return Colour(0x8C_8F3A)
    case 18: return Colour(0xF7_A8B8)
    case 19: return Colour(0x55_79A6)
    case 20: return Colour(0xD2_691E)
    case 21: return Colour(0x9B_5DE5)
    case 22: return Colour(0x3D_DC97)
    default: return Colour(0xB8_B8D1)
    }
  }
}

extension Colour {
  /// Half as bright.
  var darker: Colour { Colour(rawValue >> 1 & 0x7F_7F7F) }
}
