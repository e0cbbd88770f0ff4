import VMem

/// Requests that allocators in use answered wrongly when their code was compared with brute force, and the other
/// faults that were found there. Each name says whose fault it was.
extension ArenaStage {
  func wrongAnswers(_ report: (ArenaCase) -> Void) {
    wrappingAlignment(report)
    spans(report)
    extentBoundaries(report)
    extentFailures(report)
    illumos(report)
    freeBSD(report)
    frees(report)
  }

  private func wrappingAlignment(_ report: (ArenaCase) -> Void) {
    play("netbsd, freebsd: aligning up wraps at the top", report) { s in
      s.span(0xFFFF_FF80, count: 0x80)
      s.refuses(Ask(0x10, align: 0x100))
      s.refuses(Ask(0x10, align: 0x100, policy: .bestFit))
      s.refuses(Ask(0x10, align: 0x100, policy: .instantFit))
      s.refuses(Ask(0x10, align: 0x100, policy: .nextFit))
      s.grants(Ask(0x10, align: 0x80), at: 0xFFFF_FF80)
    }
    play("netbsd: outside the span after a phase", report) { s in
      s.span(0xFFFF_FFF4, count: 3)
      s.refuses(Ask(2, align: 0x200, phase: 0x195, nocross: 0x20, policy: .bestFit))
    }
    play("netbsd: outside the span after an alignment", report) { s in
      s.span(0xFFFF_FF08, count: 0xD4)
      s.refuses(Ask(0xB0, align: 0x100, nocross: 0x200, policy: .bestFit))
    }
    play("netbsd: below the lowest address allowed", report) { s in
      s.span(0xFFFF_FF62, count: 0x45)
      s.refuses(
        Ask(0x27, align: 0x400, nocross: 0x80, min: 0xFFFF_FF4F, max: 0xFFFF_FF8E, policy: .bestFit))
    }
    play("netbsd: address 0 outside the span after a boundary", report) { s in
      s.span(0xFFFF_FF84, count: 0x50)
      s.refuses(Ask(0x4C, align: 2, nocross: 0x80, min: 0xFFFF_FFC8, max: 0xFFFF_FFDB, policy: .bestFit))
    }
  }

  private func spans(_ report: (ArenaCase) -> Void) {
    play("netbsd: overlapping, wrapping and empty spans", report) { s in
      s.span(0x1000, count: 0x1000)
      s.refusesSpan(0x1FFF, count: 2)
      s.refusesSpan(0x0FFF, count: 2)
      s.refusesSpan(0x1800, count: 1)
      s.refusesSpan(0, count: 0xFFFF_FFFF)
      s.refusesSpan(0xFFFF_FFFF, count: 2)
      s.refusesSpan(0xFFFF_F000, count: 0x2000)
      s.refusesSpan(0x3000, count: 0)
      s.holds(inUse: 0, free: 0x1000)
      s.span(0, count: 0x1000)
      s.span(0xFFFF_FFFF, count: 1)
    }
  }

  private func extentBoundaries(_ report: (ArenaCase) -> Void) {
    play("extent: alignment lost after the boundary", report) { s in
      s.span(0, count: 0x100)
      s.grantsExactly(0x22, 4)
      s.grantsExactly(0xB4, 3)
      s.grantsExactly(0x19, 2)
      s.grants(Ask(0x37, align: 8, phase: 2, nocross: 0x40), at: 0x42)
      s.grants(Ask(0x37, align: 8, phase: 2, nocross: 0x40), at: 0xC2)
      s.refuses(Ask(0x37, align: 8, phase: 2, nocross: 0x40))
    }
    play("extent: alignment lost in the middle of the space", report) { s in
      s.span(0x7FFF_FF26, count: 0xD0)
      s.grantsExactly(0x7FFF_FFD3, 0x17)
      s.grantsExactly(0x7FFF_FFB7, 0xE)
      s.grantsExactly(0x7FFF_FF37, 0x10)
      s.grants(Ask(0x1C, align: 0x20, phase: 6, nocross: 0x40), at: 0x7FFF_FF86)
    }
    play("extent: a place where there is none", report) { s in
      s.span(0, count: 0xBE)
      s.grantsExactly(0x33, 0xB)
      s.grantsExactly(0x8B, 4)
      s.refuses(Ask(7, align: 0x10, phase: 0xF, nocross: 0x80, min: 0x7A, max: 0x89))
    }
    play("extent: outside at the top", report) { s in
      s.span(0xFFFF_FF00, count: 0x100)
      s.grantsExactly(0xFFFF_FFB3, 0x13)
      s.refuses(Ask(5, align: 0x40, min: 0xFFFF_FFC1, max: 0xFFFF_FFF2))
      s.refuses(Ask(5, align: 0x40, phase: 3, min: 0xFFFF_FFC4, max: 0xFFFF_FFFD))
    }
  }

  private func extentFailures(_ report: (ArenaCase) -> Void) {
    play("extent: failure near the top with a boundary", report) { s in
      s.span(0xFFFF_FF1B, count: 0xE5)
      s.grants(
        Ask(0x32, align: 0x40, phase: 0x31, nocross: 0x80, min: 0xFFFF_FF6C, max: 0xFFFF_FFFE),
        at: 0xFFFF_FFB1)
    }
  }

  private func illumos(_ report: (ArenaCase) -> Void) {
    play("illumos: cannot start at 0", report) { s in
      s.wholeSpace()
      s.grants(Ask(1), at: 0)
      s.grantsExactly(0xFFFF_FFFF, 1)
      s.refusesExactly(0xFFFF_FFFF, 1)
    }
    play("illumos: a size that rounds to 0", quantum: 0x1000, report) { s in
      s.span(0, count: 0x8000_0000)
      s.refuses(Ask(0xFFFF_F001))
      s.refuses(Ask(0xFFFF_FFFF))
      s.refuses(Ask(0))
      s.holds(inUse: 0, free: 0x8000_0000)
    }
    play("illumos: instant fit misses the size just freed", report) { s in
      s.span(0x1000, count: 0x303)
      s.grantsExactly(0x1101, 1)
      s.grantsExactly(0x1203, 0x100)
      s.grants(Ask(0x101, max: 0x1100, policy: .instantFit), at: 0x1000)
      s.grants(Ask(0x101, policy: .instantFit), at: 0x1102)
      s.frees(0x1102, 0x101)
      s.grants(Ask(0x101, policy: .instantFit), at: 0x1102)
    }
  }

  private func freeBSD(_ report: (ArenaCase) -> Void) {
    play("freebsd: the last span joined to the first", report) { s in
      s.span(0, count: 0x10)
      s.span(0xFFFF_FFF0, count: 0x10)
      s.grants(Ask(0x10, max: 0xF), at: 0)
      s.grants(Ask(0x10), at: 0xFFFF_FFF0)
      s.frees(0xFFFF_FFF0, 0x10)
      s.frees(0, 0x10)
      s.hasFreeSegments(2)
      s.refuses(Ask(0x11))
    }
    play("freebsd: the next-fit cursor wraps", report) { s in
      s.span(0xFFFF_FFF0, count: 0x10)
      s.grants(Ask(8, policy: .nextFit), at: 0xFFFF_FFF0)
      s.grants(Ask(8, policy: .nextFit), at: 0xFFFF_FFF8)
      s.frees(0xFFFF_FFF0, 8)
      s.grants(Ask(4, policy: .nextFit), at: 0xFFFF_FFF0)
      s.grants(Ask(4, policy: .nextFit), at: 0xFFFF_FFF4)
      s.refuses(Ask(1, policy: .nextFit))
    }
  }

  private func frees(_ report: (ArenaCase) -> Void) {
    play("extent: an exact free never fails", report) { s in
      s.span(0, count: 0x1000)
      s.grantsExactly(0, 0x1000)
      s.freesPart(0, 0x10)
      s.freesPart(0xFF0, 0x10)
      s.freesPart(0x800, 0x10)
      s.frees(0x10, 0x7F0)
      s.frees(0x810, 0x7E0)
      s.hasFreeSegments(1)
      s.holds(inUse: 0, free: 0x1000)
    }
  }
}
