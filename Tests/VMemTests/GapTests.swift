import Primitives
import Testing
import VMem

/// Free addresses for which no tag was left: found again, named and used as soon as there are tags (VMem-I2, VMem-I8).
@Suite struct GapTests {
  /// Three allocations side by side in an arena without another tag; the body may free parts at their ends.
  private func withoutTags(_ body: (Words) throws -> Void) throws {
    try withArena(of: UInt32.self, spans: 1, allocations: 1) { arena in
      try arena.add(span: AddressRange(0, 29))
      var first: UInt32 = 0
      // What is left over when all tags are used is the last allocation.
      while arena.statistics.freeTags > 0 {
        try arena.claim(AddressRange(first, first + 1), owner: Owner(rawValue: 7))
        first += 2
      }
      try arena.claim(AddressRange(first, 29))
      #expect(arena.statistics.freeSegments == 0 && arena.statistics.freeTags == 0)
      try body(arena)
      while let live = arena.lowestLive() { try arena.free(live) }
      #expect(arena.statistics.freeSegments == 1 && arena.statistics.inUse == 0)
    }
  }

  /// The last allocation ends at 29 and has more than ten addresses.
  @Test func aGapIsTheLargestFreeRangeAndWantsATag() throws {
    try withoutTags { arena in
      try arena.freeFragment(AddressRange(24, 29))
      #expect(arena.checkInvariants() == 0)
      // There is space, and no tag to note an allocation of it with.
      let explanation = try arena.explain(Request(count: 4))
      #expect(explanation.placement == nil && explanation.ruledOutBy == .tags)
      #expect(explanation.largestFree == AddressRange(24, 29))
      #expect(throws: AllocationError<UInt32>.outOfTags(Request(count: 4))) {
        try arena.allocate(Request(count: 4))
      }
      #expect(try arena.explain(Request(count: 7)).ruledOutBy == .size)
      #expect(throws: AllocationError<UInt32>.noSpace(Request(count: 7))) {
        try arena.allocate(Request(count: 7))
      }
      // A larger gap before it, behind another allocation.
      #expect(throws: AllocationError<UInt32>.self) { try arena.claim(AddressRange(25, 26)) }
      // More of the back: the gap grows.
      try arena.freeFragment(AddressRange(22, 23))
      #expect(try arena.explain(Request(count: 7)).largestFree == AddressRange(22, 29))
      #expect(arena.checkInvariants() == 0)
    }
  }

  @Test func gapsGetTagsWhenThereAreSome() throws {
    let added = UnsafeMutableRawBufferPointer.allocate(byteCount: 2048, alignment: 16)
    defer { unsafe added.deallocate() }
    try withoutTags { arena in
      try arena.freeFragment(AddressRange(24, 29))
      // The front of the lowest allocation: a gap behind the span's barrier.
      try arena.freeFragment(AddressRange(0, 0))
      #expect(arena.checkInvariants() == 0)
      _ = unsafe arena.addStorage(added)
      #expect(try arena.allocate(Request(count: 6)) == AddressRange(24, 29))
      #expect(try arena.allocate(Request(count: 1)) == AddressRange(0, 0))
      #expect(arena.checkInvariants() == 0)
      try arena.free(AddressRange(24, 29))
      try arena.free(AddressRange(0, 0))
    }
  }

  /// A middle part of an allocation that has a gap behind it: the gap stays with the upper rest.
  @Test func aMiddlePartBeforeAGap() throws {
    let added = UnsafeMutableRawBufferPointer.allocate(byteCount: 2048, alignment: 16)
    defer { unsafe added.deallocate() }
    try withArena(of: UInt32.self, spans: 1, allocations: 1) { arena in
      try arena.add(span: AddressRange(0, 99))
      var request = Request<UInt32>(count: 60)
      request.isFragmentable = true
      let range = try arena.allocate(request)
      try arena.claim(AddressRange(range.last + 1, 99))
      // Its tag is reserved; the back goes without one.
      #expect(arena.statistics.reservedTags == 1)
      while arena.statistics.freeTags > 0 {
        try arena.freeFragment(AddressRange(98, 98))
        break
      }
      try arena.freeFragment(AddressRange(50, 59))
      try arena.freeFragment(AddressRange(20, 29))
      #expect(arena.checkInvariants() == 0)
      #expect(arena.segment(atOrAfter: 0)?.range == AddressRange(0, 19))
      #expect(arena.segment(atOrAfter: 30)?.range == AddressRange(30, 49))
      _ = unsafe arena.addStorage(added)
      try arena.free(AddressRange(30, 49))
      #expect(arena.checkInvariants() == 0)
      while let live = arena.lowestLive() { try arena.free(live) }
      #expect(arena.statistics.freeSegments == 1)
    }
  }
}
