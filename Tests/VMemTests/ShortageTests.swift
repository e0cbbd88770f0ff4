import Primitives
import Testing
import VMem

/// A request fails for want of a tag only if none can be had: from the tag source, or by reaping.
@Suite struct ShortageTests {
  /// One piece of storage that is granted once.
  struct Piece {
    var memory: UnsafeMutableRawPointer
    var granted = 0
  }

  static func source(_ piece: UnsafeMutablePointer<Piece>, byteCount: Int) -> TagSource {
    unsafe TagSource(
      grant: { context, _ in
        let piece = unsafe context!.assumingMemoryBound(to: Piece.self)
        unsafe piece.pointee.granted += 1
        return unsafe piece.pointee.granted == 1 ? piece.pointee.memory : nil
      },
      release: { _, _, _ in }, context: piece, byteCount: byteCount)
  }

  /// What is reaped leaves more than the request takes, so that it needs a tag; the source has one.
  @Test func whatIsReapedMayNeedTheTagSource() throws {
    let storage = UnsafeMutableRawBufferPointer.allocate(
      byteCount: Small.storageSize(spans: 1, allocations: 1, cacheLimit: 2), alignment: 16)
    let added = UnsafeMutableRawBufferPointer.allocate(byteCount: 448, alignment: 16)
    defer {
      unsafe storage.deallocate()
      unsafe added.deallocate()
    }
    try withArena(of: UInt8.self) { source in
      try source.add(span: AddressRange(0, 11))
      let consumer = try unsafe Small.create(name: "consumer", cacheLimit: 2, storage: storage)
      consumer.setSource(.arena(source), quantum: 4)
      var piece = Piece(memory: added.baseAddress!)
      try unsafe withUnsafeMutablePointer(to: &piece) { piece in
        unsafe consumer.setTagSource(Self.source(piece, byteCount: 448))
        _ = try consumer.allocate(Request(count: 1))
        _ = try consumer.allocate(Request(count: 1))
        let two = try consumer.allocate(Request(count: 2))
        try consumer.free(two)
        #expect(unsafe piece.pointee.granted == 0 && consumer.statistics.cachedSegments == 1)
        let last = try consumer.allocate(Request(count: 1))
        #expect(two.contains(last.first))
        #expect(unsafe piece.pointee.granted == 1)
        #expect(consumer.checkInvariants() == 0)
      }
    }
  }

  /// The addresses are there, and the tags lie in a magazine.
  @Test func reapingGivesTags() throws {
    let storage = UnsafeMutableRawBufferPointer.allocate(
      byteCount: Words.storageSize(spans: 1, allocations: 3, cacheLimit: 2), alignment: 16)
    defer { unsafe storage.deallocate() }
    let arena = try unsafe Words.create(name: "cached", cacheLimit: 2, storage: storage)
    try arena.add(span: AddressRange(0, 99))
    var held: [AddressRange<UInt32>] = []
    while let range = try? arena.allocate(Request(count: 1)) { held.append(range) }
    for range in held { try arena.free(range) }
    #expect(arena.statistics.cachedSegments == held.count)
    #expect(try arena.allocate(Request(count: 3)) == AddressRange(0, 2))
    #expect(arena.checkInvariants() == 0)
  }
}
