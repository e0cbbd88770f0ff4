import Primitives
import Testing
import VMem

/// Regions without identity, as extent(9) has them: two that touch become one; and labels that change.
@Suite struct JoiningTests {
  private let one = Owner(rawValue: 1)
  private let two = Owner(rawValue: 2)

  @Test func twoThatTouchBecomeOne() throws {
    try withArena(of: UInt32.self) { arena in
      try arena.add(span: AddressRange(0, 99))
      try arena.claim(AddressRange(10, 19), owner: one)
      try arena.claim(AddressRange(20, 29), owner: two)
      let tags = arena.statistics.freeTags
      #expect(arena.join(at: 20))
      #expect(arena.statistics.freeTags == tags + 1)
      #expect(arena.statistics.allocatedSegments == 1 && arena.statistics.inUse == 20)
      #expect(
        arena.segment(atOrAfter: 25) == Segment(range: AddressRange(10, 29), kind: .allocated, owner: one))
      #expect(arena.checkInvariants() == 0)
      let refusal = FreeError<UInt32>.mismatch(
        AddressRange(20, 29), allocated: AddressRange(10, 29), owner: one)
      #expect(throws: refusal) { try arena.free(AddressRange(20, 29)) }
      try arena.free(AddressRange(10, 29))
      #expect(arena.statistics.freeSegments == 1)
    }
  }

  @Test func whatDoesNotTouchStaysApart() throws {
    try withArena(of: UInt32.self) { arena in
      try arena.add(span: AddressRange(0, 49))
      try arena.add(span: AddressRange(50, 99))
      try arena.claim(AddressRange(0, 9))
      try arena.claim(AddressRange(20, 29))
      try arena.claim(AddressRange(40, 49))
      try arena.claim(AddressRange(50, 59))
      // No address is below 0; in free space; inside an allocation; where only one begins; across two spans.
      for boundary in [0, 15, 25, 20, 10, 50] as [UInt32] {
        #expect(!arena.join(at: boundary), "\(boundary)")
      }
      #expect(arena.statistics.allocatedSegments == 4)
    }
  }

  /// A back that was freed without a tag belongs to the joined region, and comes back with it.
  @Test func aGapBehindTheUpperOneStaysBehindBoth() throws {
    try withArena(of: UInt32.self, spans: 1, allocations: 3) { arena in
      try arena.add(span: AddressRange(0, 29))
      for first in [0, 10, 20] as [UInt32] { try arena.claim(AddressRange(first, first + 9)) }
      // Tags that are left are used up, so that the free of a back finds none.
      var parts = 0
      while arena.statistics.freeTags > 0 {
        let first = UInt32(parts * 2)
        try arena.freeFragment(AddressRange(first + 1, first + 1))
        parts += 1
      }
      try arena.freeFragment(AddressRange(18, 19))
      #expect(arena.checkInvariants() == 0)
      let lower = try #require(arena.segment(atOrAfter: 9))
      #expect(arena.join(at: 10))
      #expect(arena.checkInvariants() == 0)
      #expect(arena.segment(atOrAfter: 12)?.range == AddressRange(lower.range.first, 17))
      while let live = arena.lowestLive() { try arena.free(live) }
      #expect(arena.statistics.freeSegments == 1 && arena.statistics.inUse == 0)
    }
  }

  /// What was reserved for a middle free of the upper one is not lost.
  @Test func aReservedTagGoesBack() throws {
    try withArena(of: UInt32.self) { arena in
      try arena.add(span: AddressRange(0, 99))
      var request = Request<UInt32>(count: 10)
      request.isFragmentable = true
      let lower = try arena.allocate(request)
      let upper = try arena.allocate(request)
      #expect(upper.first == lower.last + 1)
      #expect(arena.statistics.reservedTags == 2)
      #expect(arena.join(at: upper.first))
      #expect(arena.statistics.reservedTags == 1)
      try arena.free(AddressRange(lower.first, upper.last))
      #expect(arena.statistics.reservedTags == 0)
    }
  }

  @Test func theCandidateIsWhereTheRequestGoes() throws {
    try withArena(of: UInt32.self) { arena in
      try arena.add(span: AddressRange(0, 99))
      try arena.claim(AddressRange(10, 19))
      var request = Request<UInt32>(count: 8)
      request.alignment = 16
      request.policy = .firstFit
      let candidate = try arena.candidate(for: request)
      #expect(candidate.start == 0 && candidate.segment == AddressRange(0, 9))
      request.count(20)
      let other = try arena.candidate(for: request)
      #expect(other.start == 32 && other.segment == AddressRange(20, 99))
      #expect(try arena.allocate(request).first == 32)
      #expect(throws: AllocationError<UInt32>.noSpace(Request(count: 200))) {
        _ = try arena.candidate(for: Request(count: 200))
      }
    }
  }

  @Test func aLabelCanChange() throws {
    try withArena(of: UInt32.self) { arena in
      try arena.add(span: AddressRange(0, 99))
      try arena.claim(AddressRange(10, 19), owner: one)
      #expect(arena.label(15, as: two))
      #expect(arena.segment(atOrAfter: 10)?.owner == two)
      #expect(!arena.label(5, as: two) && !arena.label(20, as: two))
    }
  }

  @Test func whatNoSpanCouldEverHold() throws {
    try withArena(of: UInt32.self) { arena in
      try arena.add(span: AddressRange(0, 49))
      try arena.add(span: AddressRange(0xFFFF_FFF0, .max))
      try arena.claim(AddressRange(0, 49))
      // Full or not does not matter.
      #expect(arena.couldEverHold(Request(count: 50)))
      #expect(!arena.couldEverHold(Request(count: 51)))
      #expect(!arena.couldEverHold(Request(count: 0)))
      #expect(arena.couldEverHold(Request(exactly: AddressRange(0xFFFF_FFF0, .max))))
      #expect(!arena.couldEverHold(Request(exactly: AddressRange(40, 60))))
      var beyond = Request<UInt32>(count: 2)
      beyond.at = .max
      #expect(!arena.couldEverHold(beyond))
      var bounded = Request<UInt32>(count: 10)
      bounded.first = 45
      #expect(arena.couldEverHold(bounded))
      bounded.last = 0xFFFF_FFF8
      #expect(!arena.couldEverHold(bounded))
    }
  }
}

extension Request {
  /// The same request for another count.
  fileprivate mutating func count(_ count: Address) {
    var other = Request(count: count)
    other.alignment = alignment
    other.policy = policy
    self = other
  }
}
