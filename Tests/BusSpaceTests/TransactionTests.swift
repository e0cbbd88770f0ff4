import BusSpace
import Primitives
import Testing
import VMem

@Suite("Transactions")
struct TransactionTests {
  private let lines = BusRange(.interrupt, first: 5, last: 5)!

  @Test("a transaction takes everything, and gives everything back")
  func whole() throws {
    let test = try TestBus()
    let ranges = [io(0x300, 0x31F), memory(0xFEB0_0000, 0xFEB0_FFFF), lines]
    try test.bus.claim(all: ranges.span, owner: Owner(rawValue: 4))
    for range in ranges { #expect(test.bus.holder(of: range)?.range == range) }
    try test.bus.release(all: ranges.span)
    for tag in [BusTag.io, .memory, .interrupt] { #expect(test.bus.statistics(of: tag).inUse == 0) }
    #expect(throws: ReleaseError.notClaimed(ranges[0])) { try test.bus.release(all: ranges.span) }
  }

  @Test("whichever resource is in the way, nothing is left (BusSpace-I6)", arguments: 0..<3)
  func conflict(_ index: Int) throws {
    let test = try TestBus()
    let ranges = [io(0x300, 0x31F), memory(0xFEB0_0000, 0xFEB0_FFFF), lines]
    let other = Owner(rawValue: 1)
    try test.bus.claim(ranges[index], owner: other)
    #expect(
      throws: ClaimError.conflict(
        ClaimConflict(
          wanted: ranges[index], wantedBy: Owner(rawValue: 4), held: ranges[index], heldBy: other))
    ) {
      try test.bus.claim(all: ranges.span, owner: Owner(rawValue: 4))
    }
    for (place, range) in ranges.enumerated() {
      #expect((test.bus.holder(of: range) != nil) == (place == index))
    }
    #expect(throws: ReleaseError.self) { try test.bus.release(all: ranges.span) }
    #expect(test.bus.holder(of: ranges[index])?.owner == other)
  }

  @Test("a transaction against itself is refused")
  func selfConflict() throws {
    let test = try TestBus()
    let ranges = [io(0x10, 0x1F), io(0x1F, 0x2F)]
    #expect(throws: ClaimError.self) { try test.bus.claim(all: ranges.span, owner: Owner(rawValue: 4)) }
    #expect(test.bus.statistics(of: .io).inUse == 0)
  }

  @Test("with a source of storage no claim lacks a descriptor; without, the last one fails and loses nothing")
  func growth() throws {
    let test = try TestBus(claims: 4)
    let grant: TagSource.Grant = { _, count in .allocate(byteCount: count, alignment: 16) }
    let release: TagSource.Release = { _, base, _ in base.deallocate() }
    test.bus.grow(from: TagSource(grant: grant, release: release, context: nil, byteCount: 1024))
    for index: UInt32 in 0..<200 {
      try test.bus.claim(io(index * 8, index * 8 + 3), owner: Owner(rawValue: 1))
    }
    #expect(test.bus.statistics(of: .io).allocatedSegments == 200)
  }
}
