import VMem

/// The cases of Zircon's region allocator that need 64 bits.
extension ArenaStage {
  func regionCasesOf64Bits(_ report: (ArenaCase) -> Void) {
    limits(report)
    many(report)
    specific(report)
    walk(report)
    endOfSpace(report)
  }

  /// Regions that touch are one there and two spans here; whatever overlaps one is refused in both.
  private func limits(_ report: (ArenaCase) -> Void) {
    playOf64Bits("region-alloc: good and bad regions", report) { s in
      s.span(0x1000_0000, count: 0x4_0000)
      s.span(0x1FFC_0000, count: 0x4_0000)
      s.span(0x200C_0000, count: 0x4_0000)
      s.span(0x2000_0000, count: 0x4_0000)
      s.span(0x2008_0000, count: 0x4_0000)
      s.span(0x2004_0000, count: 0x4_0000)
      s.span(0x1000_0000_0000_0000, count: 0x4_0000)
      s.span(0x2000_0000_0000_0000, count: 0x4_0000)
      each([0x1000_0000, 0x1000_0000_0000_0000, 0x2000_0000_0000_0000] as InlineArray<3, UInt64>) { base in
        s.refusesSpan(base - 0x3_FFFF, count: 0x4_0000)
        s.refusesSpan(base - 1, count: 0x4_0000)
        s.refusesSpan(base + 0x3_FFFF, count: 0x4_0000)
        s.refusesSpan(base - 1, count: 0x8_0000)
        s.refusesSpan(base + 1, count: 0x2_0000)
      }
      s.holds(inUse: 0, free: 8 * 0x4_0000)
      // Upstream refuses regions that reach the last address; here that is an address like any other.
      s.span(.max, count: 1)
      s.refusesSpan(0xFFFF_FFFF_0000_0000, count: 0x1_0000_0000)
    }
  }

  /// A thousand regions side by side.
  private func many(_ report: (ArenaCase) -> Void) {
    playOf64Bits("region-alloc: 1,000 adjacent regions", report) { s in
      for index in UInt64(0)..<1000 { s.span(0x3000_0000_0000_0000 + index << 14, count: 1 << 14) }
      s.holds(inUse: 0, free: 1000 << 14)
      s.grantsExactly(0x3000_0000_0000_0000 + 999 << 14, 1 << 14)
    }
  }

  private func specific(_ report: (ArenaCase) -> Void) {
    playOf64Bits("region-alloc, 64 bits: specific", report) { s in
      s.span(0x1000, count: 0x1000)
      s.refusesExactly(0xFFFF_FFFF_FFFF_FFFF, 1)
      s.refusesExactly(0xFFFF_FFFF_FFFF_FFF0, 0x20)
      s.refusesExactly(0x800, 1)
      s.refusesExactly(0xFFF, 0x100)
      s.refusesExactly(0x1F01, 0x100)
      s.grantsExactly(0x1000, 0x100)
      s.grantsExactly(0x1F00, 0x100)
      s.grantsExactly(0x1700, 0x200)
      s.refusesExactly(0x10FF, 0x100)
      s.refusesExactly(0x1E81, 0x80)
      s.grants(Ask(0x600, policy: .bestFit), at: 0x1100)
      s.grants(Ask(0x600, policy: .bestFit), at: 0x1900)
      s.hasFreeSegments(0)
    }
  }

  private func walk(_ report: (ArenaCase) -> Void) {
    playOf64Bits("region-alloc: the walk of what is allocated", report) { s in
      s.span(0, count: .max)
      let last: UInt64 = 0x9000_0000
      for base in stride(from: UInt64(0x1000_0000), through: last, by: 0x1000_0000) {
        s.grantsExactly(base, 0x10_0000)
      }
      s.grantsExactly(0, 0x10_0000)
      var from: UInt64 = 0
      for base in stride(from: UInt64(0), through: last, by: 0x1000_0000) {
        s.findsAllocation(from: from, through: .max - 1, at: base)
        from = base + 0x10_0000
      }
      s.findsAllocation(from: from, through: .max - 1, at: nil)
    }
  }

  /// A region that ends one address before the end of the space.
  private func endOfSpace(_ report: (ArenaCase) -> Void) {
    playOf64Bits("region-alloc: the end of the space", report) { s in
      s.span(0xFFFF_FFFF_FFFE_FFFF, count: 0x1_0000)
      s.refusesExactly(0xFFFF_FFFF_FFFE_FFFE, 0x1_0001)
      s.refusesExactly(0xFFFF_FFFF_FFFE_FFFE, 0x1_0002)
      s.refusesExactly(0xFFFF_FFFF_FFFE_FFFE, 0x1_1002)
      s.refusesExactly(0xFFFF_FFFF_FFFE_FFFE, 0)
      s.refusesExactly(0xFFFF_FFFF_FFFF_0000, 0x1_0000)
      s.refusesExactly(0xFFFF_FFFF_FFFF_0000, 0x1_1000)
      s.refusesExactly(0xFFFF_FFFF_FFFF_0000, 0)
      s.grantsExactly(0xFFFF_FFFF_FFFF_0000, 0xFFFF)
      s.grants(Ask(1), at: 0xFFFF_FFFF_FFFE_FFFF)
    }
  }
}
