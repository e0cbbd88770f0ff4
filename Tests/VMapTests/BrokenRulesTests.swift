import Frames
import Paging
import Primitives
import SimulatedMMU
import Testing
import VMap
import VMem

/// The checks of paging and of the window must find what they look for: each rule is broken behind their backs, by writing to
/// the tables, and named.
@Suite struct BrokenRulesTests {
  private let fixture = Fixture()
  private let page = PageNumber(0xE_2005)

  private var map: Fixture.Map { fixture.map }
  private var directory: FrameNumber { fixture.mmu.directory }

  /// The frame of the table of `page`, which has one.
  private func table(of page: PageNumber) -> FrameNumber {
    FrameNumber(fixture.mmu.load(directory, page.rawValue >> 10) >> 12)
  }

  private func mapOne() throws {
    let frame = try fixture.frames.allocate(owner: driver)
    try map.map(PageRange(page, through: page), to: frame, PageAttributes(.writeBack))
    try map.checkInvariants()
  }

  @Test("Paging-I1: a table that nobody counts on")
  func emptyTable() throws {
    try mapOne()
    fixture.frames.setWord(of: table(of: page), to: 0)
    #expect(throws: PagingViolation.emptyTable(index: 0x388)) { try map.checkInvariants() }
  }

  @Test("Paging-I2: an entry that was not counted")
  func uncounted() throws {
    try mapOne()
    fixture.mmu.store(table(of: page), 6, 0x5003)
    #expect(throws: PagingViolation.count(index: 0x388, counted: 1, found: 2)) { try map.checkInvariants() }
  }

  @Test("Paging-I4: a table that is not the map's")
  func foreignTable() throws {
    let frame = try fixture.frames.allocate(in: .direct, owner: driver)
    fixture.mmu.store(directory, 0x388, frame.address | 3)
    #expect(throws: PagingViolation.foreignTable(index: 0x388, frame: frame)) { try map.checkInvariants() }
  }

  @Test("Paging-I6: a table that left without a word")
  func lostTable() throws {
    try mapOne()
    fixture.mmu.store(directory, 0x388, 0)
    #expect(throws: PagingViolation.tables(counted: 1, found: 0)) { try map.checkInvariants() }
  }

  @Test("Paging-I7: a reserve that is not empty")
  func writtenReserve() throws {
    try mapOne()
    let table = table(of: page)
    map.finish(try map.unmap(PageRange(page, through: page)))
    try map.checkInvariants()
    fixture.mmu.store(table, 1023, 1)
    #expect(throws: PagingViolation.reserve(table)) { try map.checkInvariants() }
  }

  /// Registers of a device, two pages and a guard page.
  private func mapRegisters() throws -> PageNumber {
    var options = MappingOptions(.uncached, owner: driver)
    options.hasGuardPage = true
    let mapping = try fixture.window.vmap(0xFEB0_0000, size: 8192, options)
    try fixture.window.checkInvariants()
    return PageNumber(containing: mapping.address)
  }

  private func change(_ page: PageNumber, _ new: (UInt32) -> UInt32) {
    let index = page.rawValue & 1023
    fixture.mmu.store(table(of: page), index, new(fixture.mmu.load(table(of: page), index)))
  }

  @Test("VMap-I1: a page of a mapping that is gone, and a page of nobody")
  func holeAndStray() throws {
    let first = try mapRegisters()
    let second = PageNumber(first.rawValue + 1)
    let entry = fixture.mmu.load(table(of: second), second.rawValue & 1023)
    change(second) { _ in 0 }
    #expect(throws: VMapViolation.hole(page: second, owner: driver)) { try fixture.window.checkInvariants() }
    change(second) { _ in entry }
    let stray = PageNumber(first.rawValue + 9)
    change(stray) { _ in entry }
    #expect(throws: VMapViolation.stray(page: stray)) { try fixture.window.checkInvariants() }
  }

  @Test("VMap-I2: a mapping whose record is gone")
  func lostRecord() throws {
    change(try mapRegisters()) { $0 & ~0xE00 }
    #expect(throws: VMapViolation.counts(live: 0, guards: 0)) { try fixture.window.checkInvariants() }
  }

  @Test("VMap-I3: a guard page that is mapped")
  func mappedGuard() throws {
    let guardPage = PageNumber(try mapRegisters().rawValue + 2)
    change(guardPage) { _ in 0x5003 }
    #expect(throws: VMapViolation.guardMapped(guardPage)) { try fixture.window.checkInvariants() }
  }

  @Test("VMap-I4: a device behind a cache")
  func wrongType() throws {
    change(try mapRegisters()) { $0 & ~0x18 }
    #expect(throws: VMapViolation.memoryType(FrameNumber(0xF_EB00), .writeBack)) {
      try fixture.window.checkInvariants()
    }
  }
}
