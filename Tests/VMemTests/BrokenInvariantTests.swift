import Primitives
import Testing

@testable import VMem

/// The checker must find what it looks for: each invariant is broken behind the arena's back, and named.
@Suite struct BrokenInvariantTests {
  /// An arena with free segments between allocations, an index by address, and a magazine that holds one of two
  /// allocations of 2.
  private func withBooks(_ body: (Words) throws -> Void) throws {
    let size = Words.storageSize(spans: 2, allocations: 64, cacheLimit: 2, addressIndex: .always)
    let storage = UnsafeMutableRawBufferPointer.allocate(byteCount: size, alignment: 16)
    defer { unsafe storage.deallocate() }
    let arena = try unsafe Words.create(
      name: "broken", cacheLimit: 2, addressIndex: .always, storage: storage)
    try arena.add(span: AddressRange(0, 999))
    for index: UInt32 in 0..<20 { try arena.claim(AddressRange(10 * index, 10 * index + 5)) }
    let pair = [try arena.allocate(Request(count: 2)), try arena.allocate(Request(count: 2))]
    for range in pair { try arena.free(range) }
    _ = try arena.allocate(Request(count: 2))
    #expect(arena.checkInvariants() == 0)
    try body(arena)
  }

  private func tag(at address: UInt32, of arena: Words) -> TagReference<UInt32> {
    arena.state.value.core.predecessor(of: address)
  }

  @Test("VMem-I1: a link back that leads elsewhere")
  func backLink() throws {
    try withBooks { arena in
      let tag = tag(at: 20, of: arena)
      tag.previous = tag.previous.previous
      #expect(arena.checkInvariants() == 1)
    }
  }

  @Test("VMem-I1: an allocation that begins before the one in front of it", arguments: [20, 26])
  func order(address: UInt32) throws {
    try withBooks { arena in
      tag(at: address, of: arena).first = 3
      #expect(arena.checkInvariants() == 1)
    }
  }

  @Test("VMem-I2: two free segments side by side")
  func freeNeighbours() throws {
    try withBooks { arena in
      let tag = tag(at: 20, of: arena)
      tag.setNext(tag.next, isFree: true)
      #expect(arena.checkInvariants() == 2)
    }
  }

  @Test("VMem-I3: a sum that nothing adds up to")
  func sum() throws {
    try withBooks { arena in
      arena.state.value.core.total += 1
      #expect(arena.checkInvariants() == 3)
    }
  }

  @Test("VMem-I4: a tag reserved for nobody")
  func reserved() throws {
    try withBooks { arena in
      arena.state.value.core.spareTagCount -= 1
      arena.state.value.core.reservedTagCount += 1
      #expect(arena.checkInvariants() == 4)
    }
  }

  @Test("VMem-I5: a group that lacks a tag, and one that begins behind its first")
  func groupless() throws {
    try withBooks { arena in
      let top = arena.state.value.core.root
      let root = try #require(top)
      root.count -= 1
      #expect(arena.checkInvariants() == 5)
      root.count += 1
      #expect(arena.checkInvariants() == 0)
      root.head = root.head.next
      #expect(arena.checkInvariants() == 5)
    }
  }

  @Test("VMem-I5: a memory of a group that ends elsewhere")
  func found() throws {
    try withBooks { arena in
      let low = tag(at: 20, of: arena)
      let group = arena.state.value.core.group(of: low)
      #expect(group != nil && arena.state.value.core.groupCount > 1)
      #expect(arena.state.value.core.found?.group == group)
      #expect(arena.checkInvariants() == 0)
      _ = arena.state.value.core.group(of: low)
      arena.state.value.core.found?.end = low
      #expect(arena.checkInvariants() == 5)
    }
  }

  @Test("VMem-I6: a level that no segment has")
  func level() throws {
    try withBooks { arena in
      let top = arena.state.value.core.root
      let root = try #require(top)
      root.largest += 1
      #expect(arena.checkInvariants() == 6)
    }
  }

  @Test("VMem-I7: a free segment in no list, and a bit for a list that is empty")
  func lists() throws {
    try withBooks { arena in
      let segment = tag(at: 26, of: arena)
      arena.state.value.core.lists.remove(segment)
      #expect(arena.checkInvariants() == 7)
      arena.state.value.core.lists.insert(segment, 3)
      #expect(arena.checkInvariants() == 0)
      arena.state.value.core.lists.exact |= 1 << 17
      #expect(arena.checkInvariants() == 7)
    }
  }

  @Test("VMem-I8: an allocation that is not in the table")
  func table() throws {
    try withBooks { arena in
      arena.state.value.core.hash.remove(tag(at: 20, of: arena))
      #expect(arena.checkInvariants() == 8)
    }
  }

  @Test("VMem-I9: a round that does not say that it is one, or that is of another size")
  func round() throws {
    try withBooks { arena in
      let magazine = arena.magazines.magazine(1, of: 0)
      #expect(magazine.value.count == 1)
      let top = magazine.value.pop()
      let round = try #require(top)
      // What lies behind the rounds may lie in a magazine too.
      #expect(magazine.value.count == 0 && arena.checkInvariants() == 0)
      round.remove(.isCached)
      let isBack = magazine.value.push(round)
      #expect(isBack && arena.checkInvariants() == 0)
      round.remove(.isCached)
      #expect(arena.checkInvariants() == 9)
      round.insert(.isCached)
      round.markCacheable(CacheMark(2))
      #expect(arena.checkInvariants() == 9)
    }
  }

  @Test("VMem-I9: a memory of what has ended")
  func memory() throws {
    try withBooks { arena in
      let magazine = arena.magazines.magazine(1, of: 0)
      var taken: UInt32?
      arena.walk { if $0.kind == .allocated, $0.range.countMinusOne == 1 { taken = $0.range.first } }
      let first = try #require(taken)
      let tag = tag(at: first, of: arena)
      tag.markUncacheable()
      #expect(arena.checkInvariants() == 9)
      magazine.value.forget(first, filler: arena.state.value.core.sentinel)
      #expect(arena.checkInvariants() == 0)
      // The round below it was not forgotten.
      #expect(magazine.value.count == 1)
    }
  }

  @Test("VMem-I9: an allocation where the filler must lie")
  func filler() throws {
    try withBooks { arena in
      let filler = arena.state.value.core.sentinel
      let places = UnsafeMutablePointer<TagReference<UInt32>?>.allocate(
        capacity: Magazine<UInt32>.places)
      defer { unsafe places.deallocate() }
      var magazine = unsafe Magazine(at: places, filler: filler)
      let round = tag(at: 0, of: arena)
      round.markCacheable(CacheMark(5))
      var count = 0
      while magazine.push(round) { count += 1 }
      #expect(count == Magazine<UInt32>.capacity && count == magazine.count)
      #expect(unsafe magazine.isSound(5, at: places, filler: filler))
      #expect(unsafe !magazine.isSound(4, at: places, filler: filler))
      // A full magazine takes nothing back: not even address 0, at which the filler begins.
      let tookFiller = magazine.putBack(0)
      #expect(!tookFiller)
      unsafe places[Magazine<UInt32>.capacity + 1] = round
      #expect(unsafe !magazine.isSound(5, at: places, filler: filler))
    }
  }
}
