import VMem

/// Cases of Linux's resources (`kernel/resource_kunit.c` as of 6.18), of its numbers (`lib/test_ida.c`) and of
/// `lib/genalloc.c`, for what arenas have in common with them.
extension ArenaStage {
  func resourceCases(_ report: (ArenaCase) -> Void) {
    intersections(report)
    numbers(report)
    pools(report)
  }

  /// Ends included, as upstream; both orders of each pair.
  private func intersections(_ report: (ArenaCase) -> Void) {
    typealias Range = AddressRange<UInt32>
    let r0 = Range(first: 0, last: 0xFFFF)
    let r1 = Range(first: 0x1234, last: 0x2345)
    let r2 = Range(first: 0x4567, last: 0x5678)
    let r3 = Range(first: 0x6789, last: 0x789A)
    let r4 = Range(first: 0x2000, last: 0x7000)
    play("resource: intersection and union", report) { s in
      s.meet(r1, r0, r1, union: r0)
      s.meet(r2, r0, r2, union: r0)
      s.meet(r3, r0, r3, union: r0)
      s.meet(r4, r0, r4, union: r0)
      s.areApart(r2, r1)
      s.areApart(r3, r1)
      s.meet(r4, r1, Range(first: 0x2000, last: 0x2345), union: Range(first: 0x1234, last: 0x7000))
      s.areApart(r2, r3)
      s.meet(r2, r4, r2, union: r4)
      s.meet(r3, r4, Range(first: 0x6789, last: 0x7000), union: Range(first: 0x2000, last: 0x789A))
      // Touching is not overlapping.
      s.areApart(Range(first: 0, last: 0xFFF), Range(first: 0x1000, last: 0x1FFF))
    }
  }

  /// Small numbers handed out lowest first. Upstream's 10,000 are 40 here.
  private func numbers(_ report: (ArenaCase) -> Void) {
    play("ida: alloc", report) { s in
      s.span(0, count: 0x8000_0000)
      for number in UInt32(0)..<40 { s.grants(Ask(1), at: number) }
      s.frees(20, 1)
      s.frees(21, 1)
      s.grants(Ask(1), at: 20)
      s.grants(Ask(1), at: 21)
      s.grants(Ask(1), at: 40)
      for number in UInt32(0)..<20 { s.frees(number, 1) }
      s.grants(Ask(1, min: 20), at: 41)
    }
    each([0, 1, 1023, 1024, 12_345_678] as InlineArray<5, UInt32>) { base in
      play("ida: destroy", report) { s in
        s.span(0, count: 0x8000_0000)
        s.grants(Ask(1, min: base), at: base)
        s.holds(inUse: 1, free: 0x7FFF_FFFF)
        s.frees(base, 1)
        s.holds(inUse: 0, free: 0x8000_0000)
      }
    }
    each([1, 2, 4, 8, 16, 32] as InlineArray<6, UInt32>) { count in
      play("ida: the last numbers", report) { s in
        s.span(0, count: 0x8000_0000)
        let base = 0x8000_0000 - count
        for number in base..<0x8000_0000 { s.grants(Ask(1, min: base), at: number) }
        s.refuses(Ask(1, min: base))
      }
    }
    play("ida: numbers that nobody has", report) { s in
      s.span(0, count: 0x8000_0000)
      s.hasNothing(0, 1)
      for power in UInt32(0)...30 { s.hasNothing(1 << power, 1) }
      s.grantsExactly(3, 1)
      s.grantsExactly(1023, 1)
      s.grantsExactly(1_048_575, 1)
      s.hasNothing(0, 1)
      for power in UInt32(0)...30 { s.hasNothing(1 << power, 1) }
    }
    play("ida: the first in a range", report) { s in
      s.span(0, count: 0x8000_0000)
      each([3, 63, 1023, 1_048_575] as InlineArray<4, UInt32>) { number in s.grantsExactly(number, 1) }
      s.findsAllocation(from: 0, through: 2, at: nil)
      s.findsAllocation(from: 0, through: 3, at: 3)
      s.findsAllocation(from: 1, through: 3, at: 3)
      s.findsAllocation(from: 3, through: 3, at: 3)
      s.findsAllocation(from: 2, through: 4, at: 3)
      s.findsAllocation(from: 4, through: 3, at: nil)
      s.findsAllocation(from: 4, through: 60, at: nil)
      s.findsAllocation(from: 4, through: 64, at: 63)
      s.findsAllocation(from: 63, through: 63, at: 63)
      s.findsAllocation(from: 64, through: 1026, at: 1023)
      s.findsAllocation(from: 1023, through: 1023, at: 1023)
      s.findsAllocation(from: 1023, through: 1_048_575, at: 1023)
      s.findsAllocation(from: 1024, through: 1_048_575, at: 1_048_575)
      s.findsAllocation(from: 1_048_576, through: 0x7FFF_FFFF, at: nil)
    }
  }

  /// What genalloc promises, and what it cannot: a pool that starts at 0.
  private func pools(_ report: (ArenaCase) -> Void) {
    play("genalloc: sizes are rounded, chunks are kept apart, address 0 is usable", quantum: 16, report) {
      s in
      s.span(0, count: 0x100)
      s.span(0x100, count: 0x100)
      s.grants(Ask(1), at: 0)
      s.holds(inUse: 16, free: 0x1F0)
      // The whole range must be in one chunk.
      s.refusesExactly(0xF0, 0x20)
      s.grantsExactly(0xF0, 0x10)
      s.grantsExactly(0x100, 0x10)
      s.refusesFree(0xF0, 0x20)
      s.frees(0xF0, 0x10)
      s.frees(0x100, 0x10)
      s.frees(0, 1)
      s.hasFreeSegments(2)
    }
  }
}

extension ArenaScript {
  /// Two ranges that share `common`, in either order; together, the lines on both sides included, they are `union`.
  fileprivate mutating func meet(
    _ a: AddressRange<Address>, _ b: AddressRange<Address>, _ common: AddressRange<Address>,
    union: AddressRange<Address>
  ) {
    says(a.overlaps(b) && b.overlaps(a) && a.intersection(b) == common && b.intersection(a) == common)
    says(min(a.first, b.first) == union.first && max(a.last, b.last) == union.last)
    says(union.contains(a) && union.contains(b) && a.contains(common) && b.contains(common))
  }

  fileprivate mutating func areApart(_ a: AddressRange<Address>, _ b: AddressRange<Address>) {
    says(!a.overlaps(b) && !b.overlaps(a) && a.intersection(b) == nil && b.intersection(a) == nil)
  }
}
