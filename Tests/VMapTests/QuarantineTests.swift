import Frames
import Paging
import SimulatedMMU
import Testing
import VMap

@Suite struct QuarantineTests {
  /// Maps `count` frames that the window will own, and unmaps them with a deferred flush.
  func pass(_ fixture: Fixture, _ count: Int) throws -> (address: UInt32, frames: [FrameNumber]) {
    let frames = try fixture.takeFrames(count)
    let mapping = try fixture.window.vmapPages(frames, MappingOptions(owner: driver), isOwned: true)
    try fixture.window.vunmap(mapping.address, isDeferred: true)
    return (mapping.address, frames)
  }

  /// A mapping that keeps the first table in use.
  func anchor(_ fixture: Fixture) throws -> Mapping {
    try fixture.window.vmap(0xFEB0_0000, size: 1, MappingOptions(owner: otherDriver))
  }

  /// VMap-I6
  @Test func framesAndAddressesWaitForOneFlush() throws {
    let fixture = Fixture()
    let anchor = try anchor(fixture)
    fixture.mmu.watched = (0..<64).map { 0xE0000 + $0 }
    let flushes = (fixture.mmu.flushCount, fixture.mmu.fullFlushCount)
    var addresses: Set<UInt32> = []
    for _ in 0..<32 {
      let (address, frames) = try pass(fixture, 1)
      #expect(addresses.insert(address).inserted, "an address was reused before the flush")
      #expect(fixture.frames.record(of: frames[0]).state == .single, "a frame was freed before the flush")
    }
    #expect(fixture.mmu.flushCount == flushes.0 && fixture.mmu.fullFlushCount == flushes.1)
    // The thirty-third finds the quarantine full.
    _ = try pass(fixture, 1)
    #expect(fixture.window.statistics.drains == 1)
    #expect(fixture.window.quarantinedPages == 1)
    try fixture.window.vunmap(anchor.address)
    try fixture.expectEmpty()
  }

  @Test func quarantineIsBoundedInPages() throws {
    let fixture = Fixture()
    _ = try anchor(fixture)
    _ = try pass(fixture, 500)
    _ = try pass(fixture, 500)
    #expect(fixture.window.quarantinedPages == 500)
    _ = try pass(fixture, 600)
    #expect(fixture.window.quarantinedPages == 500, "a mapping larger than the quarantine is flushed at once")
  }

  @Test func addressesComeBackWhenTheWindowIsFull() throws {
    let fixture = Fixture.window(pages: 40)
    _ = try anchor(fixture)
    for _ in 0..<100 { _ = try pass(fixture, 20) }
    #expect(fixture.window.statistics.drains >= 99)
  }

  @Test func framesComeBackWhenTablesRunOut() throws {
    var configuration = Fixture.Configuration()
    configuration.memoryFrames = 20
    let fixture = Fixture(configuration)
    _ = try anchor(fixture)
    _ = try pass(fixture, 4)
    while (try? fixture.frames.allocate(owner: otherDriver)) != nil {}
    // The table for 4 MiB more can only be one of the four.
    let mapping = try fixture.window.vmap(0xF000_0000, size: 4 << 20, MappingOptions(owner: driver))
    #expect(mapping.size == 4 << 20)
  }

  /// Device memory is never deferred: the next driver may have the device's addresses at once.
  @Test func deviceMemoryIsFlushedAtOnce() throws {
    let fixture = Fixture()
    _ = try anchor(fixture)
    let mapping = try fixture.window.vmap(0xFEC0_0000, size: 1, MappingOptions(owner: driver))
    fixture.mmu.watched = [mapping.address >> 12]
    try fixture.window.vunmap(mapping.address, isDeferred: true)
    #expect(fixture.mmu.processors.allSatisfy { $0.translations.isEmpty })
    #expect(fixture.window.quarantinedPages == 0)
  }

  /// A table that became empty leaves the directory only with a flush.
  @Test func aTableCannotWait() throws {
    let fixture = Fixture()
    _ = try pass(fixture, 1)
    #expect(fixture.window.quarantinedPages == 0)
    try fixture.expectEmpty()
  }

  /// Guard pages are lent: they do not halve the capacity for small mappings.
  @Test func guardPagesAreTakenBackWhenTheWindowIsFull() throws {
    let fixture = Fixture.window(pages: 1000)
    var options = MappingOptions(owner: driver)
    options.hasGuardPage = true
    var live: [UInt32] = []
    for _ in 0..<500 { live.append(try fixture.window.vmap(0xFEB0_0000, size: 1, options).address) }
    try fixture.window.checkInvariants()
    options.hasGuardPage = false
    for _ in 0..<500 { live.append(try fixture.window.vmap(0xFEB0_0000, size: 1, options).address) }
    try fixture.window.checkInvariants()
    #expect(throws: VMapError.noSpace(pages: 1)) { _ = try fixture.window.vmap(0, size: 1, options) }
    for address in live.shuffled() { try fixture.window.vunmap(address) }
    try fixture.expectEmpty()
  }
}
