import Oracle
import Primitives
import Testing

@testable import VMem

/// The index by address where it has many groups: a tree of some depth, in which groups come, go and change their level.
@Suite struct IndexTests {
  private func withIndex(
    _ index: AddressIndex = .always, spans: Int, allocations: Int, _ body: (Words) throws -> Void
  ) throws {
    let size = Words.storageSize(spans: spans, allocations: allocations, addressIndex: index)
    let storage = UnsafeMutableRawBufferPointer.allocate(byteCount: size, alignment: 16)
    defer { unsafe storage.deallocate() }
    let arena = try unsafe Words.create(name: "indexed", addressIndex: index, storage: storage)
    try body(arena)
    #expect(arena.checkInvariants() == 0)
  }

  /// Grows to hundreds of groups, shrinks to one, and grows again; sizes differ, so that each group has another level.
  @Test(arguments: [1, 2] as [UInt64]) func treesOfSomeDepth(seed: UInt64) throws {
    try withIndex(spans: 1, allocations: 1500) { arena in
      try arena.add(span: AddressRange(0, 0xf_ffff))
      var dice = Dice(seed: seed)
      var held: [AddressRange<UInt32>] = []
      var (deepest, most) = (0, 0)
      for (steps, share) in [(2500, 80), (2500, 20), (1500, 90), (1500, 5)] {
        for step in 0..<steps {
          if dice.percent(share), held.count < 1400 {
            let first = UInt32(dice.roll(0...0xf_feff))
            var request = Request(exactly: AddressRange(first, first + UInt32(dice.roll(0...199))))
            if dice.percent(30) {
              request.at = nil
              request.policy = .firstFit
              request.first = first
            }
            if let range = try? arena.allocate(request) { held.append(range) }
          } else if !held.isEmpty {
            try arena.free(held.swapRemove(dice.roll(0...held.count - 1)))
          }
          if step % 20 == 0 { try #require(arena.checkInvariants() == 0, "step \(step), share \(share)") }
          deepest = max(deepest, arena.state.value.core.root?.height ?? 0)
          most = max(most, arena.state.value.core.groupCount)
        }
      }
      #expect(deepest >= 8 && most >= 200)
      for range in held { try arena.free(range) }
      #expect(arena.statistics.freeSegments == 1 && arena.state.value.core.groupCount == 1)
    }
  }

  /// A group that could not be parted for long, for want of tags, does not know how many it has: it counts when it is asked.
  @Test(arguments: [true, false]) func aGroupThatHasLostCount(isLowest: Bool) throws {
    try withIndex(spans: 1, allocations: 100) { arena in
      try arena.add(span: AddressRange(0, 9999))
      for index in 0..<30 as Range<UInt32> { try arena.claim(AddressRange(20 * index, 20 * index + 9)) }
      let lowest = arena.state.value.core.firstGroup
      let first = try #require(lowest)
      let second = arena.state.value.core.successor(of: first)
      let group = isLowest ? first : try #require(second)
      let count = group.count
      group.count = GroupReference<UInt32>.mostCounted
      #expect(arena.state.value.core.memberCount(of: group) == count)
      #expect(arena.checkInvariants() == 0)
      let range = AddressRange(group.head.next.first, group.head.next.first)
      // The second tag of the lowest group, behind the barrier, is an allocation; the other group's is one or free.
      if arena.segment(atOrAfter: range.first)?.kind == .free {
        try arena.claim(range)
      } else {
        try arena.free(AddressRange(range.first, range.first + 9))
      }
      #expect(arena.checkInvariants() == 0 && !group.isUncounted)
    }
  }

  /// An arena whose only span goes back to its source has no group, until the next one comes.
  @Test func theLastGroupEnds() throws {
    try withArena(of: UInt32.self) { source in
      try source.add(span: AddressRange(0, 999))
      try withIndex(spans: 4, allocations: 16) { arena in
        arena.setSource(.arena(source))
        for _ in 0..<2 {
          let range = try arena.allocate(Request(count: 10))
          #expect(arena.state.value.core.groupCount == 1 && arena.checkInvariants() == 0)
          try arena.free(range)
          #expect(arena.state.value.core.groupCount == 0 && arena.checkInvariants() == 0)
          #expect(arena.state.value.core.root == nil && source.statistics.inUse == 0)
        }
      }
    }
  }

  /// The lowest group has nothing below it to be joined with.
  @Test func theLowestGroupShrinks() throws {
    try withIndex(spans: 1, allocations: 100) { arena in
      try arena.add(span: AddressRange(0, 9999))
      for index in 0..<30 as Range<UInt32> { try arena.claim(AddressRange(20 * index, 20 * index + 9)) }
      let before = arena.state.value.core.groupCount
      for index in 0..<30 as Range<UInt32> {
        try arena.free(AddressRange(20 * index, 20 * index + 9))
        #expect(arena.checkInvariants() == 0)
      }
      #expect(before > 4 && arena.state.value.core.groupCount == 1)
    }
  }

  /// More segments of one class than best fit looks at one by one: sizes of 97 to 104 are one. All of them fit, or few, or
  /// none does, and then those of the next class; the oracle looks at every segment.
  @Test(arguments: [AddressIndex.never, .onDemand, .always], [96 as UInt32, 97, 100, 103, 104, 105, 112])
  func bestFitInACrowdedClass(index: AddressIndex, size: UInt32) throws {
    try withIndex(index, spans: 1, allocations: 1600) { arena in
      try arena.add(span: AddressRange(0, 0xf_ffff))
      var dice = Dice(seed: UInt64(size))
      var next: UInt32 = 0
      for _ in 0..<700 {
        // Mostly of a size that only the smaller requests fit into, and a fence behind each.
        let free = UInt32(dice.percent(95) ? dice.roll(97...103) : dice.roll(97...111))
        try arena.claim(AddressRange(next + free, next + free))
        next += free + 1
      }
      try arena.claim(AddressRange(next, 0xf_ffff))
      #expect(arena.statistics.freeSegments == 700 && arena.isPlain == (index != .always))
      while true {
        var best: AddressRange<UInt32>?
        for segment in segments(arena) where segment.kind == .free {
          let count = segment.range.countMinusOne
          if count >= size - 1, count < best?.countMinusOne ?? .max { best = segment.range }
        }
        var request = Request<UInt32>(count: size)
        request.policy = .bestFit
        let range = try? arena.allocate(request)
        #expect(range?.first == best?.first)
        guard range != nil, dice.percent(97) else { break }
      }
      // With bounds and an alignment too.
      var bounded = Request<UInt32>(count: 98)
      bounded.policy = .bestFit
      bounded.alignment = 4
      (bounded.first, bounded.last) = (0x2000, 0xc000)
      var best: AddressRange<UInt32>?
      for segment in segments(arena) where segment.kind == .free {
        let start = (max(segment.range.first, 0x2000) + 3) & ~3
        let count = segment.range.countMinusOne
        if start + 97 <= min(segment.range.last, 0xc000), count < best?.countMinusOne ?? .max {
          best = segment.range
        }
      }
      let range = try? arena.allocate(bounded)
      #expect(
        range.map { ($0.first - (best?.first ?? 0)) }
          == best.map { (max($0.first, 0x2000) + 3) & ~3 - $0.first })
    }
  }

  /// Spans that touch: each begins where its barrier does, whose hole is empty, and so does the first tag in it. Wherever one
  /// group ends and the next begins, a tag must be found in its own.
  @Test(arguments: [3, 4] as [UInt64]) func neighboursThatBeginAtOneAddress(seed: UInt64) throws {
    try withIndex(spans: 64, allocations: 400) { arena in
      for span in 0..<64 as Range<UInt32> { try arena.add(span: AddressRange(8 * span, 8 * span + 7)) }
      var dice = Dice(seed: seed)
      var held: [AddressRange<UInt32>] = []
      for step in 0..<4000 {
        if dice.percent(step / 500 % 2 == 0 ? 70 : 30) {
          // Mostly at the front of a span.
          let offset = dice.percent(33) ? dice.roll(0...6) : 0
          let first = UInt32(8 * dice.roll(0...63) + offset)
          let range = AddressRange(first, first + UInt32(dice.roll(0...7 - offset)))
          if (try? arena.claim(range)) != nil { held.append(range) }
        } else if !held.isEmpty {
          try arena.free(held.swapRemove(dice.roll(0...held.count - 1)))
        }
        try #require(arena.checkInvariants() == 0, "step \(step)")
      }
    }
  }
}

extension Array {
  fileprivate mutating func swapRemove(_ index: Int) -> Element {
    swapAt(index, count - 1)
    return removeLast()
  }
}
