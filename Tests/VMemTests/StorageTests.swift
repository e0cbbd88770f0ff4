import Primitives
import Testing
import VMem

/// Storage is enough for exactly what the arithmetic says, wherever the allocations lie.
@Suite struct StorageTests {
  static let sizes: [(spans: Int, allocations: Int)] = [(1, 0), (1, 1), (2, 5), (1, 64), (3, 1000)]

  @Test(arguments: sizes, [AddressIndex.never, .onDemand, .always])
  func storageHoldsWhatItWasSizedFor(
    _ size: (spans: Int, allocations: Int), addressIndex: AddressIndex
  ) throws {
    for alignment in [1, 3, 16] { try holds(size, addressIndex, alignment: alignment) }
  }

  private func holds(
    _ size: (spans: Int, allocations: Int), _ addressIndex: AddressIndex, alignment: Int
  ) throws {
    let count = Words.storageSize(
      spans: size.spans, allocations: size.allocations, addressIndex: addressIndex)
    let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: count + 16, alignment: 16)
    defer { unsafe memory.deallocate() }
    let storage = unsafe UnsafeMutableRawBufferPointer(rebasing: memory[alignment...].prefix(count))
    if alignment == 3 {
      // Storage that another arena left behind: nothing in it may matter.
      let former = try unsafe Words.create(name: "former", addressIndex: .always, storage: storage)
      try? former.add(first: 0, count: 1 << 24)
      for index in 0..<UInt32(size.allocations) { _ = try? former.claim(AddressRange(index * 2, index * 2)) }
    }
    let arena = try unsafe Words.create(name: "sized", addressIndex: addressIndex, storage: storage)
    for span in 0..<size.spans { try arena.add(first: UInt32(span) << 24, count: 1 << 24) }
    // Every other address, so that each allocation has a free segment of its own behind it; the first one leaves none
    // before it.
    for index in 0..<size.allocations {
      let first = UInt32(index % size.spans) << 24 + UInt32(index / size.spans) * 2
      try arena.claim(AddressRange(first, first))
    }
    #expect(arena.statistics.allocatedSegments == size.allocations)
    #expect(arena.checkInvariants() == 0)
    // Storage comes in whole tags, and the index seldom takes the most that it may; beyond the promise there is
    // little.
    var extra = 0
    while (try? arena.claim(AddressRange(0xff_0000 + UInt32(extra) * 2, 0xff_0000 + UInt32(extra) * 2)))
      != nil
    {
      extra += 1
    }
    let index = addressIndex == .never ? 0 : size.allocations / 6 + 1
    #expect(extra <= size.spans + 2 + index, "\(extra) more than promised")
    for index in 0..<size.allocations {
      let first = UInt32(index % size.spans) << 24 + UInt32(index / size.spans) * 2
      try arena.free(AddressRange(first, first))
    }
    #expect(arena.checkInvariants() == 0)
  }

  @Test func frontAndBackFreesNeedNoTag() throws {
    try withArena(of: UInt32.self, spans: 1, allocations: 8) { arena in
      try arena.add(span: AddressRange(0, 8 * 16 - 1))
      var held: [AddressRange<UInt32>] = []
      while let range = try? arena.allocate(Request(count: 16)) { held.append(range) }
      #expect(held.count == 8)
      while (try? arena.claim(AddressRange(0, 0))) != nil {}
      for range in held {
        try arena.freeFragment(AddressRange(range.first, range.first + 3))
        try arena.freeFragment(AddressRange(range.last - 3, range.last))
      }
      #expect(arena.checkInvariants() == 0)
      for range in held { try arena.free(AddressRange(range.first + 4, range.last - 4)) }
      #expect(arena.statistics.freeSegments == 1)
    }
  }

  @Test func addedStorageMakesMoreOfEverything() throws {
    let added = UnsafeMutableRawBufferPointer.allocate(byteCount: 20_000, alignment: 1)
    defer { unsafe added.deallocate() }
    try withArena(of: UInt32.self, spans: 1, allocations: 2) { arena in
      try arena.add(span: .whole)
      while (try? arena.allocate(Request(count: 3))) != nil {}
      let before = arena.statistics.allocatedSegments
      let tags = unsafe arena.addStorage(added)
      #expect(tags > 100)
      for _ in 0..<tags { _ = try arena.allocate(Request(count: 3)) }
      #expect(throws: AllocationError<UInt32>.outOfTags(Request(count: 3))) {
        try arena.allocate(Request(count: 3))
      }
      #expect(arena.statistics.allocatedSegments == before + tags)
      #expect(arena.checkInvariants() == 0)
      while let live = arena.lowestLive() { try arena.free(live) }
      #expect(arena.statistics.freeSegments == 1)
    }
  }
}

extension Arena where Lock == NoLock {
  /// The lowest allocation.
  func lowestLive() -> AddressRange<Address>? {
    var found: AddressRange<Address>?
    walk { if $0.kind == .allocated, found == nil { found = $0.range } }
    return found
  }
}
