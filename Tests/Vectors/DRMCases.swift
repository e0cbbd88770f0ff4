import VMem

/// Cases of Linux's `drm_mm`, a range manager of the graphics drivers, from its self-tests (`test-drm_mm.c` as of
/// 2017 to 2022, `drm_mm_test.c` as of 6.18). Negative numbers there are large ones here.
extension ArenaStage {
  func drmCases(_ report: (ArenaCase) -> Void) {
    simple(report)
    onceCases(report)
    reserveBoundaries(report)
    alignments(report)
  }

  private func simple(_ report: (ArenaCase) -> Void) {
    play("drm_mm: init", report) { s in
      s.span(0, count: 4096)
      s.shows(0, count: 4096, isFree: true)
      s.grantsExactly(0, 4096)
      s.hasFreeSegments(0)
      s.frees(0, 4096)
      s.shows(0, count: 4096, isFree: true)
    }
    play("drm_mm: debug", report) { s in
      s.span(0, count: 4096)
      s.grantsExactly(512, 1024)
      s.grantsExactly(2560, 1024)
      s.shows(0, count: 512, isFree: true)
      s.shows(1536, count: 1024, isFree: true)
      s.shows(3584, count: 512, isFree: true)
      s.hasFreeSegments(3)
    }
    play("drm_mm: insert outside the range", report) { s in
      s.span(1024, count: 1024)
      s.refuses(Ask(1, min: 0, max: 1023))
      s.refuses(Ask(1024, min: 512, max: 1535))
      s.refuses(Ask(1024, min: 1536, max: 2559))
      s.refuses(Ask(1, min: 2048, max: 3071))
    }
  }

  /// The search must look past a first hole that is too small.
  private func onceCases(_ report: (ArenaCase) -> Void) {
    play("drm_mm: once", report) { s in
      s.span(0, count: 7)
      s.grantsExactly(1, 1)
      s.grantsExactly(5, 1)
      s.hasFreeSegments(3)
      s.grants(Ask(2), at: 2)
      s.grants(Ask(1, min: 3), at: 4)
      s.refuses(Ask(2))
    }
    play("drm_mm: bottom up", report) { s in
      s.span(0, count: 64)
      s.grants(Ask(16), at: 0)
      s.grants(Ask(16), at: 16)
      s.grants(Ask(16), at: 32)
      s.grants(Ask(16), at: 48)
      s.refuses(Ask(16))
    }
  }

  private func reserveBoundaries(_ report: (ArenaCase) -> Void) {
    play("drm_mm: reserve boundaries, 1024 of 0x1000", report) { s in
      s.span(0, count: 0x0040_0000)
      s.refusesExactly(0, 0)
      s.refusesExactly(0xFFFF_F000, 0)
      s.refusesExactly(0x1000, 0)
      s.refusesExactly(0x0040_0000, 0)
      s.refusesExactly(0xFFFF_F000, 0x1000)
      s.refusesExactly(0xFFFF_F000, 0xFFFF_F000)
      s.refusesExactly(0xFFFF_F000, 0x2000)
      s.refusesExactly(0, 0xFFFF_F000)
      s.refusesExactly(0x1000, 0xFFFF_F000)
      s.refusesExactly(0x0040_0000, 0x1000)
      s.refusesExactly(0x0040_0000, 0xFFFF_F000)
      s.refusesExactly(0x0040_0000, 0x0040_0000)
      s.refusesExactly(0x0040_0000, 0xFFC0_0000)
      s.refusesExactly(0x0040_0000, 0xFFBF_F000)
      s.refusesExactly(0x0040_1000, 0x1000)
      s.refusesExactly(0x0040_1000, 0xFFFF_F000)
      s.refusesExactly(0x0040_1000, 0xFFFF_E000)
      s.grantsExactly(0, 0x0040_0000)
    }
    play("drm_mm: reserve boundaries, 4 of 0x10000", report) { s in
      s.span(0, count: 0x0004_0000)
      s.refusesExactly(0, 0)
      s.refusesExactly(0xFFFF_0000, 0)
      s.refusesExactly(0x0001_0000, 0)
      s.refusesExactly(0x0004_0000, 0)
      s.refusesExactly(0xFFFF_0000, 0x0001_0000)
      s.refusesExactly(0xFFFF_0000, 0xFFFF_0000)
      s.refusesExactly(0xFFFF_0000, 0x0002_0000)
      s.refusesExactly(0, 0xFFFF_0000)
      s.refusesExactly(0x0001_0000, 0xFFFF_0000)
      s.refusesExactly(0x0004_0000, 0x0001_0000)
      s.refusesExactly(0x0004_0000, 0xFFFF_0000)
      s.refusesExactly(0x0004_0000, 0x0004_0000)
      s.refusesExactly(0x0004_0000, 0xFFFC_0000)
      s.refusesExactly(0x0004_0000, 0xFFFB_0000)
      s.refusesExactly(0x0005_0000, 0x0001_0000)
      s.refusesExactly(0x0005_0000, 0xFFFF_0000)
      s.refusesExactly(0x0005_0000, 0xFFFE_0000)
      s.grantsExactly(0, 0x0004_0000)
    }
    play("drm_mm: reserve boundaries, 3 of 0x7", report) { s in
      s.span(0, count: 0x15)
      s.refusesExactly(0, 0)
      s.refusesExactly(0xFFFF_FFF9, 0)
      s.refusesExactly(7, 0)
      s.refusesExactly(0x15, 0)
      s.refusesExactly(0xFFFF_FFF9, 7)
      s.refusesExactly(0xFFFF_FFF9, 0xFFFF_FFF9)
      s.refusesExactly(0xFFFF_FFF9, 0xE)
      s.refusesExactly(0, 0xFFFF_FFF9)
      s.refusesExactly(7, 0xFFFF_FFF9)
      s.refusesExactly(0x15, 7)
      s.refusesExactly(0x15, 0xFFFF_FFF9)
      s.refusesExactly(0x15, 0x15)
      s.refusesExactly(0x15, 0xFFFF_FFEB)
      s.refusesExactly(0x15, 0xFFFF_FFE4)
      s.refusesExactly(0x1C, 7)
      s.refusesExactly(0x1C, 0xFFFF_FFF9)
      s.refusesExactly(0x1C, 0xFFFF_FFF2)
      s.grantsExactly(0, 0x15)
    }
    play("drm_mm: reserve boundaries, 1 of 0x1", report) { s in
      s.span(0, count: 1)
      s.refusesExactly(0, 0)
      s.refusesExactly(0xFFFF_FFFF, 0)
      s.refusesExactly(1, 0)
      s.refusesExactly(0xFFFF_FFFF, 1)
      s.refusesExactly(0xFFFF_FFFF, 0xFFFF_FFFF)
      s.refusesExactly(0xFFFF_FFFF, 2)
      s.refusesExactly(0, 0xFFFF_FFFF)
      s.refusesExactly(1, 0xFFFF_FFFF)
      s.refusesExactly(1, 1)
      s.refusesExactly(1, 0xFFFF_FFFE)
      s.refusesExactly(2, 1)
      s.refusesExactly(2, 0xFFFF_FFFF)
      s.refusesExactly(2, 0xFFFF_FFFE)
      s.grantsExactly(0, 1)
    }
  }

  private func alignments(_ report: (ArenaCase) -> Void) {
    play("drm_mm: align32", report) { s in
      s.span(1, count: 0xFFFF_FFFD)
      s.grants(Ask(0x4000_0001, align: 0x8000_0000), at: 0x8000_0000)
      s.grants(Ask(0x2000_0001, align: 0x4000_0000), at: 0x4000_0000)
      s.grants(Ask(0x1000_0001, align: 0x2000_0000), at: 0x2000_0000)
      s.grants(Ask(0x0800_0001, align: 0x1000_0000), at: 0x1000_0000)
      s.grants(Ask(0x0400_0001, align: 0x0800_0000), at: 0x0800_0000)
      s.grants(Ask(0x0200_0001, align: 0x0400_0000), at: 0x0400_0000)
      s.grants(Ask(0x0100_0001, align: 0x0200_0000), at: 0x0200_0000)
      s.grants(Ask(0x0080_0001, align: 0x0100_0000), at: 0x0100_0000)
      s.grants(Ask(0x0040_0001, align: 0x0080_0000), at: 0x0080_0000)
      s.grants(Ask(0x0020_0001, align: 0x0040_0000), at: 0x0040_0000)
      s.grants(Ask(0x0010_0001, align: 0x0020_0000), at: 0x0020_0000)
      s.grants(Ask(0x0008_0001, align: 0x0010_0000), at: 0x0010_0000)
      s.grants(Ask(0x0004_0001, align: 0x0008_0000), at: 0x0008_0000)
      s.grants(Ask(0x0002_0001, align: 0x0004_0000), at: 0x0004_0000)
      s.grants(Ask(0x0001_0001, align: 0x0002_0000), at: 0x0002_0000)
      s.grants(Ask(0x8001, align: 0x0001_0000), at: 0x0001_0000)
      s.grants(Ask(0x4001, align: 0x8000), at: 0x8000)
      s.grants(Ask(0x2001, align: 0x4000), at: 0x4000)
      s.grants(Ask(0x1001, align: 0x2000), at: 0x2000)
      s.grants(Ask(0x801, align: 0x1000), at: 0x1000)
      s.grants(Ask(0x401, align: 0x800), at: 0x800)
      s.grants(Ask(0x201, align: 0x400), at: 0x400)
      s.grants(Ask(0x101, align: 0x200), at: 0x200)
      s.grants(Ask(0x81, align: 0x100), at: 0x100)
      s.grants(Ask(0x41, align: 0x80), at: 0x80)
      s.grants(Ask(0x21, align: 0x40), at: 0x40)
      s.grants(Ask(0x11, align: 0x20), at: 0x20)
      s.grants(Ask(9, align: 0x10), at: 0x10)
      s.grants(Ask(5, align: 8), at: 8)
      s.grants(Ask(3, align: 4), at: 4)
      s.grants(Ask(2, align: 2), at: 2)
    }
  }
}
