import Frames
import Paging
import Primitives
import Testing

@testable import Pageable

/// The checker must find what it looks for: each invariant is broken behind the memory's back, and named.
@Suite struct BrokenInvariantTests {
  private let world = World()

  private func violation(in world: World) -> PageableViolation? {
    do {
      try world.memory.checkInvariants()
      return nil
    } catch { return error }
  }

  private var violation: PageableViolation? { violation(in: world) }

  // MARK: Pages to break

  private func untouched(in world: World) throws -> UInt32 {
    let page = try world.allocate(pages: 1).first >> 12
    try #require(violation(in: world) == nil)
    return page
  }

  private func resident() throws -> UInt32 {
    let page = try untouched(in: world)
    try #require(world.touch(page, isWrite: true) == .done)
    try #require(violation == nil)
    return page
  }

  /// A page on its way out, with the request that it is in.
  private func leaving() throws -> (page: UInt32, request: Int) {
    let page = try resident()
    try #require(world.memory.evict(upTo: 1, isForced: true).queued == 1)
    let requests = world.memory.state.value.requests
    let request = try #require((0..<requests.count).first { requests[$0].status == .queued })
    try #require(violation == nil)
    return (page, request)
  }

  private func swapped() throws -> UInt32 {
    let page = try leaving().page
    world.settle()
    try #require(violation == nil)
    return page
  }

  private func record(_ page: UInt32, in world: World) throws -> PageRecord {
    try #require(world.memory.record(of: page))
  }

  private func change(_ page: UInt32, in world: World, _ body: (inout PageRecord) -> Void) throws {
    var record = try record(page, in: world)
    body(&record)
    world.memory.setRecord(of: page, to: record)
  }

  private func unmap(_ page: UInt32, in world: World) {
    var batch = PageBatch()
    batch.append(PageNumber(page))
    _ = world.memory.pageMap.withdraw(batch)
  }

  private func takeSlot(in world: World) throws -> UInt32 {
    let run = world.memory.state.value.slots.take(upTo: 1)
    return try #require(run).first
  }

  /// Lets a mapped page have another frame, in its record and in its entry.
  private func move(_ page: UInt32, to frame: FrameNumber, in world: World) throws {
    unmap(page, in: world)
    try change(page, in: world) { $0.frame = frame }
    world.memory.enter(page, try record(page, in: world))
  }

  // MARK: Pageable-I1

  @Test("Pageable-I1: a resident page without an entry")
  func unmapped() throws {
    let page = try resident()
    unmap(page, in: world)
    #expect(violation == .entry(page: page, .resident))
  }

  @Test("Pageable-I1: an entry of another frame than the record's")
  func otherFrame() throws {
    let (page, other) = (try resident(), try resident())
    let frame = try record(other, in: world).frame
    let right = try record(page, in: world)
    try move(page, to: frame, in: world)
    world.memory.setRecord(of: page, to: right)
    #expect(violation == .entry(page: page, .resident))
  }

  @Test("Pageable-I1: a page that is nowhere, and mapped")
  func mapped() throws {
    let (page, other) = (try untouched(in: world), try resident())
    world.memory.enter(page, try record(other, in: world))
    #expect(violation == .entry(page: page, .untouched))
  }

  @Test("Pageable-I1: a page both mapped and hidden")
  func hidden() throws {
    let world = World(isForced: true)
    let page = try untouched(in: world)
    try #require(world.touch(page, isWrite: false) == .done)
    #expect(violation(in: world) == nil)
    try change(page, in: world) { $0.set(.hidden, true) }
    #expect(violation(in: world) == .entry(page: page, .resident))
  }

  @Test("Pageable-I1: a frame in another's name")
  func foreign() throws {
    let page = try resident()
    let frame = try world.fixture.frames.allocate(in: .direct, owner: Owner(rawValue: 31))
    try move(page, to: frame, in: world)
    #expect(violation == .entry(page: page, .resident))
  }

  @Test("Pageable-I1: two pages in one frame, the other's frame lost or free")
  func shared() throws {
    let world = World(slotCount: nil)
    let page = try world.allocate(pages: 2).first >> 12
    #expect(violation(in: world) == nil)
    let lost = try record(page + 1, in: world).frame
    try move(page + 1, to: try record(page, in: world).frame, in: world)
    let held = UInt32(world.framesHeld)
    #expect(violation(in: world) == .frames(held: held, found: held))
    world.fixture.frames.giveBack(lost, isZero: false)
    #expect(violation(in: world) == .frames(held: held - 1, found: held))
  }

  @Test("Pageable-I1: a frame that the memory has and does not know of")
  func leak() throws {
    _ = try resident()
    let held = UInt32(world.framesHeld)
    _ = world.memory.state.value.reserve.take(link: world.fixture.frames)
    #expect(violation == .frames(held: held, found: held - 1))
  }

  // MARK: Pageable-I2

  @Test("Pageable-I2: a slot that is free, and a page in it")
  func freeSlot() throws {
    let page = try swapped()
    let slot = try record(page, in: world).slot
    world.memory.state.value.slots.release(slot, of: page)
    #expect(violation == .slot(page: page, slot: slot))
  }

  @Test("Pageable-I2: a slot that is out of use, and a page in it")
  func retiredSlot() throws {
    let page = try swapped()
    let slot = try record(page, in: world).slot
    world.memory.state.value.slots.retire(slot, of: page)
    #expect(violation == .slot(page: page, slot: slot))
  }

  @Test("Pageable-I2: a page whose slot is another's")
  func otherSlot() throws {
    let (page, other) = (try swapped(), try swapped())
    let slot = try record(other, in: world).slot
    try change(page, in: world) { $0.slot = slot }
    #expect(violation == .slot(page: page, slot: slot))
  }

  @Test("Pageable-I2: a page without a slot that must have one, and one with a slot that must not")
  func needlessSlot() throws {
    let (page, other) = (try swapped(), try untouched(in: world))
    let slot = try record(page, in: world).slot
    try change(page, in: world) { $0.slot = 0 }
    #expect(violation == .slot(page: page, slot: 0))
    try change(page, in: world) { $0.slot = slot }
    let taken = try takeSlot(in: world)
    world.memory.state.value.slots.assign(taken, to: other, checksum: 0)
    try change(other, in: world) { $0.slot = taken }
    #expect(violation == .slot(page: other, slot: taken))
  }

  @Test("Pageable-I2: a slot that is nobody's and not free")
  func lostSlot() throws {
    _ = try swapped()
    _ = try takeSlot(in: world)
    #expect(violation == .slotCount(used: 2, found: 1))
  }

  @Test("Pageable-I2: a transfer whose page was freed, and whose slot is another's")
  func orphanedSlot() throws {
    let (page, request) = try leaving()
    try world.free(.init(first: page << 12, last: page << 12 | 0xFFF))
    #expect(violation == nil)
    let requests = world.memory.state.value.requests
    let slot = requests[request].slot
    requests[request].slot = slot + 1
    #expect(violation == .slot(page: page, slot: slot + 1))
  }

  // MARK: Pageable-I3

  @Test("Pageable-I3: promises that the pages do not account for")
  func promises() throws {
    _ = try resident()
    world.memory.state.value.counts.promised += 1
    #expect(violation == .promises(counted: 2, found: 1, usable: 64))
    world.memory.state.value.counts.promised -= 1
    world.memory.state.value.counts.pinned += 1
    #expect(violation == .pinned(counted: 1, found: 0))
  }

  @Test("Pageable-I3: more promises than slots that can be used")
  func tooManyPromises() throws {
    let world = World(slotCount: 4)
    _ = try world.allocate(pages: 4)
    #expect(violation(in: world) == nil)
    let slot = try takeSlot(in: world)
    world.memory.state.value.slots.assign(slot, to: 1, checksum: 0)
    world.memory.state.value.slots.retire(slot, of: 1)
    #expect(violation(in: world) == .promises(counted: 4, found: 4, usable: 3))
  }

  // MARK: Pageable-I4

  @Test("Pageable-I4: residents in each other's places")
  func residents() throws {
    let pages = [try resident(), try resident()]
    let table = world.memory.state.value.residents
    (table[0], table[1]) = (table[1], table[0])
    #expect(violation == .residents(page: pages[0], index: 0))
  }

  @Test("Pageable-I4: a frame whose word is no index, and a table that is too short or too long")
  func residentCount() throws {
    let page = try resident()
    let frame = try record(page, in: world).frame
    world.fixture.frames.setWord(of: frame, to: 7)
    #expect(violation == .residents(page: page, index: 7))
    world.fixture.frames.setWord(of: frame, to: 0)
    world.memory.state.value.residentCount = 0
    #expect(violation == .residents(page: page, index: 0))
    world.memory.state.value.residentCount = 2
    #expect(violation == .residents(page: 0, index: 2))
    world.memory.state.value.residentCount = 1
    world.memory.state.value.pageFrames += 1
    #expect(violation == .residents(page: 0, index: 1))
  }

  // MARK: Pageable-I5

  @Test("Pageable-I5: a busy page in no transfer")
  func noTransfer() throws {
    let request = try leaving().request
    world.memory.state.value.requests[request].status = .free
    #expect(violation == .transfer(page: 0))
    world.memory.state.value.requests[request].status = .queued
    let page = try untouched(in: world)
    let taken = world.memory.takeFrame()
    let frame = try #require(taken)
    try change(page, in: world) {
      $0.state = .busyIn
      $0.frame = frame
    }
    #expect(violation == .transfer(page: page))
  }

  @Test("Pageable-I5: a busy page in two transfers")
  func twoTransfers() throws {
    let request = try leaving().request
    let requests = world.memory.state.value.requests
    requests[request + 1] = requests[request]
    #expect(violation == .transfer(page: 0))
  }

  @Test("Pageable-I5: a transfer of a page that is not busy, of another slot, and of another frame")
  func otherTransfer() throws {
    let (page, request) = try leaving()
    let other = try untouched(in: world)
    let requests = world.memory.state.value.requests
    let right = requests[request]
    requests[request].pages[0] = other
    #expect(violation == .transfer(page: other))
    requests[request] = right
    requests[request].slot += 1
    #expect(violation == .transfer(page: page))
    requests[request] = right
    requests[request].frames[0] += 1
    #expect(violation == .transfer(page: page))
  }

  // MARK: Pageable-I6

  @Test("Pageable-I6: pages that a directory entry does not count")
  func directoryCount() throws {
    let page = try untouched(in: world)
    let index = Int(page >> 10)
    world.memory.state.value.directories[index].live += 1
    #expect(violation == .directory(index: UInt32(index), counted: 2, found: 1))
    world.memory.state.value.directories[index].live -= 1
    world.memory.state.value.counts.directories += 1
    #expect(violation == .directories(counted: 2, found: 1))
  }

  @Test("Pageable-I6: a table that nobody holds, with entries and without", arguments: [false, true])
  func table(isTouched: Bool) throws {
    let page = try untouched(in: world)
    if isTouched { try #require(world.touch(page, isWrite: false) == .done) }
    world.memory.pageMap.dropTable(of: PageNumber(page))
    #expect(violation == .directory(index: page >> 10, counted: 1, found: 1))
  }

  @Test("Pageable-I6: records of a directory entry without pages")
  func staleRecords() throws {
    _ = try untouched(in: world)
    world.memory.state.value.directories[5].second = FrameNumber(1)
    #expect(violation == .directory(index: 5, counted: 0, found: 0))
  }

  // MARK: Pageable-I7

  @Test("Pageable-I7: a change of which nobody was told")
  func unannounced() throws {
    _ = try resident()
    let generation = world.memory.generation
    world.memory.state.value.generation += 1
    #expect(violation == .unannounced(generation: generation + 1, announced: generation))
  }
}
