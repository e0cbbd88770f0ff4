import Primitives
import Testing
import VMem

/// An arena `low` feeds `high`, and the tag storage of both comes from `high`: the loop that every kernel has.
@Suite struct TagSourceTests {
  struct Loop {
    var high: Longs
    var granted = 0
    var returned = 0
  }

  static func source(_ loop: UnsafeMutablePointer<Loop>) -> TagSource {
    unsafe TagSource(
      grant: { context, byteCount in
        let loop = unsafe context!.assumingMemoryBound(to: Loop.self)
        var request = Request<UInt64>(count: UInt64(byteCount))
        request.usesReserve = true
        guard let range = try? unsafe loop.pointee.high.allocate(request) else { return nil }
        unsafe loop.pointee.granted += 1
        return UnsafeMutableRawPointer(bitPattern: UInt(range.first))
      },
      release: { context, base, byteCount in
        let loop = unsafe context!.assumingMemoryBound(to: Loop.self)
        let first = UInt64(UInt(bitPattern: base))
        unsafe loop.pointee.returned += 1
        try! unsafe loop.pointee.high.free(AddressRange(first: first, count: UInt64(byteCount))!)
      },
      context: loop, byteCount: 4096)
  }

  @Test func tagsComeFromTheArenaThatTheyServe() throws {
    let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: 64 * 4096, alignment: 4096)
    defer { unsafe memory.deallocate() }
    let first = UInt64(UInt(bitPattern: memory.baseAddress!))
    try withArena(of: UInt64.self, quantum: 4096, spans: 1, allocations: 3) { low in
      try low.add(first: first, count: 64 * 4096)
      try withArena(of: UInt64.self, quantum: 64, spans: 1, allocations: 5) { high in
        high.setSource(.arena(low), quantum: 4096)
        var loop = Loop(high: high)
        try unsafe withUnsafeMutablePointer(to: &loop) { loop in
          unsafe low.setTagSource(Self.source(loop), reserve: 2)
          unsafe high.setTagSource(Self.source(loop), reserve: 6)
          var held: [AddressRange<UInt64>] = []
          while let range = try? high.allocate(Request(count: 64)) { held.append(range) }
          #expect(unsafe loop.pointee.granted > 10)
          let granted = unsafe loop.pointee.granted
          #expect(held.count + granted * 64 > 63 * 64)
          #expect(low.statistics.inUse == 64 * 4096)
          #expect(high.checkInvariants() == 0 && low.checkInvariants() == 0)
          for range in held { try high.free(range) }
          #expect(low.statistics.inUse == UInt64(granted * 4096))
        }
        high.setTagSource(nil)
      }
    }
  }
}
