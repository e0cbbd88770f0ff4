import Oracle
import Primitives
import Testing

@testable import VMem

/// The index by address where it has many groups: a tree of some depth, in which groups come, go and change their level.
@Suite struct IndexTests {
  private func withIndex(spans: Int, allocations: Int, _ body: (Words) throws -> Void) throws {
    let size = Words.storageSize(spans: spans, allocations: allocations, addressIndex: .always)
    let storage = UnsafeMutableRawBufferPointer.allocate(byteCount: size, alignment: 16)
    defer { unsafe storage.deallocate() }
    let arena = try unsafe Words.create(name: "indexed", addressIndex: .always, storage: storage)
    try body(arena)
    #expect(arena.checkInvariants() == 0)
  }

  /// Grows to hundreds of groups, shrinks to one, and grows again; sizes differ, so that each group has another level.
  @Test(arguments: [1, 2] as [UInt64]) func treesOfSomeDepth(seed: UInt64) throws {
    try withIndex(spans: 1, allocations: 1500) { arena in
      try arena.add(span: AddressRange(0, 0xf_ffff))
      var dice = Dice(seed: seed)
      var held: [AddressRange<UInt32>] = []
      var deepest = 0
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
        }
      }
      // 2^7 groups and more.
      #expect(deepest >= 8)
      for range in held { try arena.free(range) }
      #expect(arena.statistics.freeSegments == 1 && arena.state.value.core.groupCount == 1)
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
