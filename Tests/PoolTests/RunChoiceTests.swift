import Pool
import Testing

struct RunChoiceTests {
  /// Every size from 8 to 8,192 bytes, to the byte.
  @Test func wasteIsAtMostAnEighthForEverySize() throws {
    for size in 8...8192 {
      let run = try #require(RunChoice(stride: size))
      #expect(run.isWithinAnEighth, "size \(size): \(run)")
      #expect(run.objects >= 1 && run.objects * size <= run.pages * 4096 && run.pages <= 8)
    }
  }

  /// Why runs of 1 to 8 pages, and not only those of powers of two.
  @Test func powersOfTwoAloneWouldNotDo() {
    let failing = (8...8192).filter { size in
      ![1, 2, 4, 8].contains { pages in (pages * 4096 % size) * 8 <= pages * 4096 && pages * 4096 >= size }
    }
    #expect(!failing.isEmpty)
  }

  /// No run wastes less by more than 1/64.
  @Test func noOtherRunIsMuchBetter() throws {
    for size in 8...8192 {
      let run = try #require(RunChoice(stride: size))
      for pages in 1...8 where pages * 4096 >= size {
        let other = Double(pages * 4096 % size) / Double(pages * 4096)
        #expect(Double(run.waste) / Double(run.pages * 4096) <= other + 1.0 / 64 + 1e-9, "size \(size)")
      }
    }
  }

  @Test func aPageSizedObjectTakesAPage() {
    #expect(RunChoice(stride: 4096).map { [$0.pages, $0.objects, $0.waste] } == [1, 1, 0])
    #expect(RunChoice(stride: 8192).map { [$0.pages, $0.objects, $0.waste] } == [2, 1, 0])
  }

  @Test func whatNoRunHoldsIsRefused() {
    #expect(RunChoice(stride: 32769) == nil)
    #expect(RunChoice(stride: 4097, longestRun: 1) == nil)
  }
}
