import VMem

/// Cases of NetBSD's vmem, in `sys/kern/subr_vmem.c`: what its unit test asserts, and what its code answered when it
/// was asked in a 32-bit build of 2015. Where upstream's instant fit could choose, first fit is asked instead.
extension ArenaStage {
  func netBSDCases(_ report: (ArenaCase) -> Void) {
    unitTest(report)
    edgesOfTheSpace(report)
    alignmentAndPhase(report)
    boundaries(report)
    roundingAndHoles(report)
    misuse(report)
  }

  private func unitTest(_ report: (ArenaCase) -> Void) {
    play("netbsd vmem: unit test", report) { s in
      s.span(0, count: 0x32)
      s.span(0x64, count: 0xC8)
      s.span(0x7D0, count: 1)
      s.span(0x9C40, count: 0x1_0000)
      s.span(0x2710, count: 0x2710)
      s.span(0x1F4, count: 0x3E8)
      s.span(0xFFFF_FF00, count: 0x100)
      s.refuses(Ask(0x101, min: 0xFFFF_FF00))
      s.grants(Ask(0x32, max: 0x31), at: 0)
      s.frees(0, 0x32)
      s.grants(Ask(0x19, max: 0x18), at: 0)
      s.refuses(Ask(0x100, min: 0xFFFF_FF01))
      s.refuses(Ask(0x100, min: 0xFFFF_FF00, max: 0xFFFF_FFFE))
      s.grants(Ask(0x100, min: 0xFFFF_FF00), at: 0xFFFF_FF00)
      s.holds(inUse: 0x119, free: 0x12BDA)
    }
  }

  private func edgesOfTheSpace(_ report: (ArenaCase) -> Void) {
    play("netbsd vmem: one address, and it is 0", report) { s in
      s.span(0, count: 1)
      s.grants(Ask(1), at: 0)
      s.refuses(Ask(1))
      s.frees(0, 1)
      s.grants(Ask(1), at: 0)
    }
    play("netbsd vmem: the last page of the space", quantum: 0x1000, report) { s in
      s.span(0xFFFF_F000, count: 0x1000)
      s.grants(Ask(0x1000), at: 0xFFFF_F000)
      s.refuses(Ask(0x1000))
      s.frees(0xFFFF_F000, 0x1000)
      s.grants(Ask(1, min: 0xFFFF_F000), at: 0xFFFF_F000)
      s.frees(0xFFFF_F000, 1)
      s.refuses(Ask(0x1000, max: 0xFFFF_FFFE))
    }
    play("netbsd vmem: the whole space as two spans", quantum: 0x1000, report) { s in
      s.span(0, count: 0x8000_0000)
      s.span(0x8000_0000, count: 0x8000_0000)
      s.grants(Ask(0x1000, max: 0xFFF), at: 0)
      s.grants(Ask(0x1000, min: 0xFFFF_F000), at: 0xFFFF_F000)
      s.refuses(Ask(0x2000, min: 0x7FFF_F000, max: 0x8000_0FFF))
      s.holds(inUse: 0x2000, free: 0xFFFF_E000)
    }
  }

  private func alignmentAndPhase(_ report: (ArenaCase) -> Void) {
    play("netbsd vmem: alignment and phase", report) { s in
      s.span(0x100, count: 0x1000)
      s.grants(Ask(0x10, align: 0x100, phase: 0x20), at: 0x120)
      s.grants(Ask(0x10, align: 0x100, phase: 0x20), at: 0x220)
      s.grants(Ask(0x10, align: 0x1000, phase: 0xFF0), at: 0xFF0)
      s.refuses(Ask(0x20, align: 0x1000, phase: 0xFF0))
    }
  }

  private func boundaries(_ report: (ArenaCase) -> Void) {
    play("netbsd vmem: up to a boundary and from it on", report) { s in
      s.span(0xFF0, count: 0x2000)
      s.grants(Ask(0x20, nocross: 0x1000), at: 0x1000)
      s.refuses(Ask(0x1000, nocross: 0x1000))
      s.grants(Ask(0x10, nocross: 0x1000, min: 0xFF0, max: 0xFFF), at: 0xFF0)
      s.grants(
        Ask(0x800, align: 0x800, nocross: 0x800, min: 0x2000, max: 0x2FFF, policy: .bestFit), at: 0x2000)
      s.refuses(
        Ask(0x800, align: 0x400, phase: 0x200, nocross: 0x1000, min: 0x2000, max: 0x2FEF, policy: .bestFit))
    }
    play("netbsd vmem: a phase that always crosses", report) { s in
      s.span(0, count: 0x1_0000)
      s.refuses(Ask(0x200, align: 0x1000, phase: 0xF00, nocross: 0x1000))
    }
    play("netbsd vmem: aligned again after a boundary", report) { s in
      s.span(0xF80, count: 0x3000)
      s.grants(Ask(0x180, align: 0x80, phase: 0x10, nocross: 0x1000, policy: .bestFit), at: 0x1010)
      s.grants(Ask(0x180, align: 0x80, phase: 0x10, nocross: 0x1000, policy: .bestFit), at: 0x1190)
    }
  }

  private func roundingAndHoles(_ report: (ArenaCase) -> Void) {
    play("netbsd vmem: sizes round up to the quantum", quantum: 0x1000, report) { s in
      s.span(0x1_0000, count: 0x4000)
      s.grants(Ask(1), at: 0x1_0000)
      s.grants(Ask(0x1001), at: 0x1_1000)
      s.refuses(Ask(0x1001))
      s.holds(inUse: 0x3000, free: 0x1000)
      s.frees(0x1_0000, 1)
      s.holds(inUse: 0x2000, free: 0x2000)
    }
    play("netbsd vmem: not over a hole", report) { s in
      s.span(0, count: 0x10)
      s.span(0x20, count: 0x10)
      s.refuses(Ask(0x11, policy: .bestFit))
      s.grants(Ask(0x10, min: 8), at: 0x20)
      s.grants(Ask(0x10), at: 0)
    }
  }

  /// What panics upstream is an error here, and changes nothing.
  private func misuse(_ report: (ArenaCase) -> Void) {
    play("netbsd vmem: spans that overlap are refused", report) { s in
      s.span(0, count: 0x20)
      s.refusesSpan(0x10, count: 0x20)
      s.grants(Ask(1), at: 0)
      s.holds(inUse: 1, free: 0x1F)
    }
    play("netbsd vmem: a free of what is free", report) { s in
      s.span(0, count: 0x100)
      s.grants(Ask(0x10), at: 0)
      s.refusesFree(0xF0, 0x10)
      s.frees(0, 0x10)
      s.refusesFree(0, 0x10)
    }
    play("netbsd vmem: a part is freed as a part only", report) { s in
      s.span(0, count: 0x100)
      s.grants(Ask(0x40, max: 0x3F), at: 0)
      s.refusesFree(0x10, 0x10)
      s.freesPart(0x10, 0x10)
      s.shows(0, count: 0x10, isFree: false)
      s.shows(0x10, count: 0x10, isFree: true)
      s.shows(0x20, count: 0x20, isFree: false)
    }
  }
}
