import Primitives
import Testing
import VMem

@testable import Pageable

/// Signatures, slots, and bounded submaps.
@Suite struct SwapTests {
  private func sector(slots: UInt32) -> [UInt8] {
    var bytes = [UInt8](repeating: 0xAA, count: SwapSignature.byteCount)
    var span = bytes.mutableSpan
    SwapSignature.write(slots: slots, into: &span)
    return bytes
  }

  private func signature(_ sector: [UInt8]) -> UInt32? { SwapSignature.read(sector.span) }

  private func area(_ sector: [UInt8], sectors: UInt32) -> SwapArea? {
    SwapArea(signature: sector.span, sectors: sectors)
  }

  @Test func aSignatureIsReadBack() {
    #expect(signature(sector(slots: 32767)) == 32767)
    #expect(area(sector(slots: 32767), sectors: 32768 * 8)?.slots == 32767)
    // A disk that is smaller than it says was cut, and is not ours to write.
    #expect(area(sector(slots: 32767), sectors: 32768 * 8 - 1) == nil)
    #expect(signature(sector(slots: 0)) == nil)
  }

  @Test func nothingElseIsASignature() {
    let good = sector(slots: 1000)
    for index in good.indices {
      for bit in [UInt8(1), 0x80] {
        var bad = good
        bad[index] ^= bit
        // Slots and their complement guard each other.
        #expect(signature(bad) == nil, "byte \(index)")
      }
    }
    #expect(signature([UInt8](repeating: 0, count: 512)) == nil)
    #expect(signature(Array(good[..<511])) == nil)
  }

  @Test func slotsOfADisk() {
    #expect(SwapSignature.slots(sectors: 0) == 0)
    #expect(SwapSignature.slots(sectors: 15) == 0)
    #expect(SwapSignature.slots(sectors: 16) == 1)
    #expect(SwapSignature.slots(sectors: 262_144) == 32767)
    #expect(SwapSignature.slots(sectors: .max) == 1 << 20 - 1)
    #expect(SwapArea(named: 15) == nil)
    #expect(SwapArea(named: 16)?.slots == 1)
  }

  @Test(arguments: [UInt32(1), 31, 32, 63, 64, 100]) func slotsAreTakenOnceAndComeBack(count: UInt32) {
    let storage = UnsafeMutableRawBufferPointer.allocate(
      byteCount: SlotMap.storageSize(slots: count), alignment: 8)
    defer { storage.deallocate() }
    var slots = SlotMap(slots: count, storage: storage)
    for round in 0..<3 {
      var taken: Set<UInt32> = []
      while let run = slots.take(upTo: 8) {
        for slot in run.first..<run.first + run.count {
          #expect(slot >= 1 && slot <= count && taken.insert(slot).inserted, "round \(round)")
          slots.assign(slot, to: 0xE0000 + slot, checksum: slot)
        }
      }
      #expect(taken.count == Int(count) && slots.freeCount == 0)
      for slot in taken { slots.release(slot, of: 0xE0000 + slot) }
      #expect(slots.freeCount == count)
    }
  }

  @Test func theLongestOfTheNextRunsIsTaken() {
    let storage = UnsafeMutableRawBufferPointer.allocate(
      byteCount: SlotMap.storageSize(slots: 40), alignment: 8)
    defer { storage.deallocate() }
    var slots = SlotMap(slots: 40, storage: storage)
    while let run = slots.take(upTo: 8) {
      for slot in run.first..<run.first + run.count { slots.assign(slot, to: slot, checksum: 0) }
    }
    for slot in [UInt32(3), 10, 11, 30, 31, 32, 33] { slots.release(slot, of: slot) }
    #expect(slots.take(upTo: 3).map { [$0.first, $0.count] } == [30, 3])
    #expect(slots.take(upTo: 8).map { [$0.first, $0.count] } == [33, 1])
    #expect(slots.take(upTo: 8).map { [$0.first, $0.count] } == [10, 2])
    slots.retire(1, of: 1)
    #expect(slots.usable == 39)
    #expect(slots.take(upTo: 8).map { [$0.first, $0.count] } == [3, 1])
    #expect(slots.take(upTo: 1) == nil)
  }

  @Test func theSumSeesEveryWordAndTheirOrder() {
    var words = (0..<1024).map { UInt32($0) &* 2_654_435_761 }
    let sum = words.withUnsafeBytes { pageSum($0) }
    for index in stride(from: 0, to: 1024, by: 31) {
      var other = words
      other[index] ^= 0x10
      #expect(other.withUnsafeBytes { pageSum($0) } != sum)
    }
    words.swapAt(0, 1023)
    #expect(words.withUnsafeBytes { pageSum($0) } != sum)
    #expect(slotChecksum(sum, slot: 1) != slotChecksum(sum, slot: 2))
  }

  @Test func aSubmapGrowsAndShrinksWithinItsBounds() throws {
    let world = World(slotCount: 6000)
    let storage = world.bytes(Arena<UInt32, NoLock>.storageSize(spans: 16, allocations: 64))
    let submap = try PageableSubmap.create(
      "tmpfs", of: world.memory, limit: 1 << 20, storage: storage, lock: NoLock())
    var ranges: [AddressRange<UInt32>] = []
    while let range = try? submap.allocate(Request(count: 64 << 10)) { ranges.append(range) }
    #expect(ranges.count == 16)
    #expect(throws: PageableError.self) { try submap.allocate(Request(count: 4096)) }
    #expect(world.violation() == nil)
    // The others have all the rest.
    let other = try world.allocate(pages: 1024)
    #expect(throws: PageableError.notAllocated(ranges[0])) { try world.memory.free(ranges[0]) }
    for range in ranges { try submap.free(range) }
    #expect(submap.arena.statistics.imported == 0)
    try world.free(other)
    try submap.destroy()
    #expect(world.kva.statistics.inUse == 0)
    #expect(world.violation() == nil)
  }
}
