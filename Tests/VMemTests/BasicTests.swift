import Primitives
import Testing
import VMem

@Suite struct BasicTests {
  @Test func wholeSpaceIsOneSpanAndOneAllocation() throws {
    try withArena(of: UInt32.self) { arena in
      try arena.add(span: .whole)
      #expect(arena.statistics.free == 1 << 32)
      let all = try arena.allocate(Request(countMinusOne: .max))
      #expect(all == .whole)
      #expect(all.count == nil)
      #expect(arena.statistics.inUse == 1 << 32)
      #expect(arena.statistics.inUseHighWater == 1 << 32)
      #expect(arena.checkInvariants() == 0)
      try arena.free(all)
      #expect(segments(arena) == [Segment(range: .whole, kind: .free, owner: .none)])
    }
  }

  @Test func bothEndsAreAddresses() throws {
    try withArena(of: UInt8.self) { arena in
      try arena.add(span: .whole)
      #expect(try arena.claim(AddressRange(0, 0)) == AddressRange(0, 0))
      #expect(try arena.claim(AddressRange(255, 255)) == AddressRange(255, 255))
      #expect(throws: AllocationError<UInt8>.self) { try arena.claim(AddressRange(0, 3)) }
      try arena.free(AddressRange(0, 0))
      try arena.free(AddressRange(255, 255))
      #expect(arena.statistics.freeSegments == 1)
    }
  }

  @Test func conflictNamesOwnerAndRange() throws {
    try withArena(of: UInt16.self) { arena in
      try arena.add(span: .whole)
      try arena.claim(AddressRange(0x3f8, 0x3ff), owner: Owner(rawValue: 7))
      #expect(
        throws: AllocationError<UInt16>.conflict(
          wanted: AddressRange(0x3f0, 0x3f9), with: AddressRange(0x3f8, 0x3ff), owner: Owner(rawValue: 7))
      ) {
        try arena.claim(AddressRange(0x3f0, 0x3f9))
      }
    }
  }

  @Test func adjacentSpansStayApart() throws {
    try withArena(of: UInt8.self) { arena in
      try arena.add(span: AddressRange(128, 255))
      try arena.add(span: AddressRange(0, 127))
      #expect(throws: AllocationError<UInt8>.outsideSpans(AddressRange(120, 130))) {
        try arena.claim(AddressRange(120, 130))
      }
      #expect(throws: SpanError<UInt8>.overlap(AddressRange(100, 200), with: AddressRange(0, 127))) {
        try arena.add(span: AddressRange(100, 200))
      }
      #expect(throws: SpanError<UInt8>.wraps(first: 200, count: 57)) { try arena.add(first: 200, count: 57) }
      #expect(throws: SpanError<UInt8>.empty(first: 200)) { try arena.add(first: 200, count: 0) }
      var spans: [AddressRange<UInt8>] = []
      arena.walkSpans { spans.append($0) }
      #expect(spans == [AddressRange(0, 127), AddressRange(128, 255)])
    }
  }

  @Test func partsOfAnAllocation() throws {
    try withArena(of: UInt32.self, quantum: 0x10, spans: 1, allocations: 3) { arena in
      try arena.add(span: AddressRange(0, 0xfff))
      var request = Request<UInt32>(count: 0x75)
      request.isFragmentable = true
      let range = try arena.allocate(request)
      #expect(range == AddressRange(0, 0x7f))
      _ = try arena.allocate(Request(count: 1))
      // No tag is left but the one that is reserved.
      let others: [UInt32] = [0x800, 0x810]
      for first in others { try arena.claim(AddressRange(first, first + 0xf)) }
      #expect(arena.statistics.freeTags == 0)
      #expect(throws: FreeError<UInt32>.misaligned(AddressRange(0, 4), quantum: 0x10)) {
        try arena.freeFragment(AddressRange(0, 4))
      }
      try arena.freeFragment(AddressRange(0x20, 0x2f))
      #expect(throws: FreeError<UInt32>.outOfTags(AddressRange(0x50, 0x5f))) {
        try arena.freeFragment(AddressRange(0x50, 0x5f))
      }
      try arena.freeFragment(AddressRange(0x0, 0xf))
      try arena.freeFragment(AddressRange(0x70, 0x7f))
      #expect(throws: FreeError<UInt32>.self) { try arena.freeFragment(AddressRange(0x10, 0x3f)) }
      try arena.free(AddressRange(0x10, 0x1f))
      try arena.free(AddressRange(0x30, 0x6f))
      try arena.free(AddressRange(0x80, 0x8f))
      for first in others { try arena.free(AddressRange(first, first + 0xf)) }
      #expect(arena.statistics.inUse == 0)
      #expect(arena.statistics.freeSegments == 1)
      #expect(arena.statistics.freeTags == 6)
    }
  }

  @Test func storageThatIsTooSmallIsRefused() throws {
    let size = Words.storageSize(spans: 0, allocations: 0)
    let storage = UnsafeMutableRawBufferPointer.allocate(byteCount: size, alignment: 16)
    defer { unsafe storage.deallocate() }
    #expect(throws: Never.self) { try unsafe Words.create(name: "enough", storage: storage) }
    for count in 0..<(size - 15) {
      let less = unsafe UnsafeMutableRawBufferPointer(rebasing: storage[..<count])
      #expect(throws: CreationError.self) { try unsafe Words.create(name: "small", storage: less) }
    }
  }
}
