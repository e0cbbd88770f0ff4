import BusSpace
import Primitives
import Testing
import VMem

@Suite("bus_space")
struct MappedBusTests {
  let test: TestBus
  let recorder = RecordingBus()
  let bus: MappedBus<NoLock, HostNames, RecordingBus>
  let owner = Owner(rawValue: 9)

  init() throws {
    test = try TestBus()
    bus = MappedBus(test.bus, recorder)
  }

  /// Nothing is claimed and nothing is mapped.
  func expectNothingLeft() {
    #expect(test.bus.statistics(of: .io).inUse == 0)
    #expect(test.bus.statistics(of: .memory).inUse == 0)
    #expect(recorder.mappings.isEmpty)
  }

  @Test("both ends of both buses are mapped and unmapped", arguments: [BusTag.io, .memory])
  func ends(_ tag: BusTag) throws {
    for first in [0, tag.last] {
      let handle = try bus.map(tag, first: first, count: 1, owner: owner)
      #expect(handle.range == BusRange(tag, first: first, last: first))
      recorder.write(handle, 0, UInt8(0x5A))
      #expect(recorder.read(handle, 0, as: UInt8.self) == 0x5A)
      try bus.unmap(handle)
    }
    expectNothingLeft()
  }

  @Test("a mapping that ends at 0xFFFFFFFF is read to its last byte")
  func top() throws {
    let handle = try bus.map(.memory, first: 0xFFFF_F000, count: 0x1000, .linear, owner: owner)
    recorder.write(handle, 0xFFC, UInt32(0x1234_5678))
    #expect(recorder.read(handle, 0xFFF, as: UInt8.self) == 0x12)
    #expect(try bus.address(of: handle) == 0xDFFF_F000)
    #expect(bus.physicalAddress(of: handle, offset: 0xFFF) == 0xFFFF_FFFF)
    #expect(bus.physicalAddress(of: handle, offset: 0x1000) == nil)
    try bus.unmap(handle)
    expectNothingLeft()
  }

  @Test("every bad range has its error and leaves nothing")
  func badRanges() throws {
    #expect(throws: BusError.zeroSize) { try bus.map(.io, first: 0, count: 0, owner: owner) }
    #expect(throws: BusError.outsideBus(.memory, first: 0xFFFF_FFFF, countMinusOne: 1)) {
      try bus.map(.memory, first: 0xFFFF_FFFF, count: 2, owner: owner)
    }
    #expect(throws: BusError.outsideBus(.io, first: 0xFFFF, countMinusOne: 1)) {
      try bus.map(.io, first: 0xFFFF, count: 2, owner: owner)
    }
    #expect(throws: BusError.outsideBus(.io, first: 0x10000, countMinusOne: 0)) {
      try bus.map(.io, first: 0x10000, count: 1, owner: owner)
    }
    #expect(throws: BusError.linearIO(io(0x60, 0x60))) {
      try bus.map(.io, first: 0x60, count: 1, .linear, owner: owner)
    }
    expectNothingLeft()
  }

  @Test("an overlapping claim is refused with what is in the way")
  func overlap() throws {
    let first = try bus.map(.memory, first: 0x1000, count: 0x1000, owner: owner)
    let other = Owner(rawValue: 3)
    do throws(BusError) {
      _ = try bus.map(.memory, first: 0x1FFF, count: 2, owner: other)
      Issue.record("the mapping was granted")
    } catch {
      guard case .claim(.conflict(let conflict)) = error else {
        Issue.record("another error")
        return
      }
      #expect(conflict.held == first.range && conflict.heldBy == owner && conflict.wantedBy == other)
    }
    #expect(recorder.mappings.count == 1)
    try bus.unmap(first)
    expectNothingLeft()
  }

  @Test("a mapping that fails gives its claim back (BusSpace-I7)")
  func failedMapping() throws {
    recorder.mappingsUntilFailure = 0
    #expect(throws: BusError.mapping(memory(0x1000, 0x1FFF))) {
      try bus.map(.memory, first: 0x1000, count: 0x1000, owner: owner)
    }
    #expect(throws: BusError.self) {
      try bus.allocate(BusRequest(.memory, countMinusOne: 0xFF), owner: owner)
    }
    expectNothingLeft()
  }

  @Test("double unmap, use after unmap and unmap of a part are refused")
  func unmapTwice() throws {
    let handle = try bus.map(.memory, first: 0x4000, count: 0x100, .linear, owner: owner)
    let part = try bus.subregion(of: handle, offset: 0x10, count: 0x10)
    #expect(throws: BusError.isSubregion(part.range, of: handle.range)) { try bus.unmap(part) }
    try bus.unmap(handle)
    #expect(throws: BusError.notMapped(handle.region)) { try bus.unmap(handle) }
    #expect(throws: BusError.notMapped(handle.region)) { try bus.subregion(of: handle, offset: 0, count: 1) }
    #expect(throws: BusError.notMapped(handle.region)) { try bus.address(of: handle) }
    #expect(!part.isLive)
    #expect(bus.physicalAddress(of: handle, offset: 0) == nil)
    // Somebody else's mapping of the same place does not bring the handle back.
    let other = try bus.map(.memory, first: 0x4000, count: 0x100, owner: Owner(rawValue: 2))
    #expect(!handle.isLive)
    try bus.unmap(other)
    expectNothingLeft()
  }

  @Test("subregions are checked, also parts of parts")
  func subregions() throws {
    let handle = try bus.map(.io, first: 0xFFF0, count: 0x10, owner: owner)
    let part = try bus.subregion(of: handle, offset: 8, count: 8)
    let last = try bus.subregion(of: part, offset: 7, count: 1)
    #expect(last.range == io(0xFFFF, 0xFFFF))
    recorder.write(last, 0, UInt8(7))
    #expect(recorder.transfers == [.write(.io, 0xFFFF, 7, width: 1)])
    #expect(throws: BusError.outsideHandle(part.range, offset: 7, countMinusOne: 1)) {
      try bus.subregion(of: part, offset: 7, count: 2)
    }
    #expect(throws: BusError.outsideHandle(part.range, offset: 8, countMinusOne: 0)) {
      try bus.subregion(of: part, offset: 8, count: 1)
    }
    #expect(throws: BusError.outsideHandle(part.range, offset: 1, countMinusOne: 0xFFFF_FFFE)) {
      try bus.subregion(of: part, offset: 1, count: .max)
    }
    #expect(throws: BusError.zeroSize) { try bus.subregion(of: part, offset: 0, count: 0) }
    #expect(throws: BusError.linearIO(part.range)) { try bus.address(of: part) }
    try bus.unmap(handle)
  }

  @Test("ports of one's own claim have a handle, nobody else's have")
  func handleWithinClaim() throws {
    try test.bus.claim(io(0x300, 0x30F), owner: owner)
    let handle = try test.bus.handle(within: io(0x304, 0x305), owner: owner)
    recorder.write(handle, 0, UInt16(0x1234))
    #expect(recorder.transfers == [.write(.io, 0x304, 0x1234, width: 2)])
    for (range, owner) in [
      (io(0x304, 0x305), Owner(rawValue: 1)), (io(0x30F, 0x310), owner), (io(0x200, 0x200), owner),
    ] {
      #expect(throws: BusError.notOwned(range)) { try test.bus.handle(within: range, owner: owner) }
    }
    try test.bus.claim(memory(0x1000, 0x1FFF), owner: owner)
    #expect(throws: BusError.notOwned(memory(0x1000, 0x1FFF))) {
      try test.bus.handle(within: memory(0x1000, 0x1FFF), owner: owner)
    }
    try test.bus.release(memory(0x1000, 0x1FFF))
    try test.bus.release(io(0x300, 0x30F))
    #expect(!handle.isLive)
    expectNothingLeft()
  }

  @Test("allocation keeps bounds, alignment and boundary")
  func allocation() throws {
    try test.bus.claim(io(0x1000, 0x10FF), owner: Owner(rawValue: 1))
    var request = BusRequest(.io, countMinusOne: 0x1F)
    request.first = 0x10F0
    request.last = 0x1FFF
    request.alignment = 0x20
    request.boundary = 0x100
    #expect(try bus.allocate(request, owner: owner).range == io(0x1100, 0x111F))
    request.first = 0x1FE1
    #expect(throws: BusError.noSpace(.io, countMinusOne: 0x1F)) { try bus.allocate(request, owner: owner) }
    // A region of one address, at the very end.
    var one = BusRequest(.memory, countMinusOne: 0)
    one.first = .max
    let handle = try bus.allocate(one, owner: owner)
    #expect(handle.range == memory(.max, .max))
    #expect(throws: BusError.noSpace(.memory, countMinusOne: 0)) { try bus.allocate(one, owner: owner) }
  }

  @Test("contradictions of a request have their errors")
  func badRequests() throws {
    var request = BusRequest(.memory, countMinusOne: 0x1FF)
    request.boundary = 0x100
    #expect(throws: BusError.invalid(.nocrossBelowSize)) { try bus.allocate(request, owner: owner) }
    request.boundary = 0
    request.alignment = 3
    #expect(throws: BusError.invalid(.alignment)) { try bus.allocate(request, owner: owner) }
    request.alignment = 0
    request.first = 2
    request.last = 1
    #expect(throws: BusError.invalid(.bounds)) { try bus.allocate(request, owner: owner) }
    request.last = 0x10
    #expect(throws: BusError.noSpace(.memory, countMinusOne: 0x1FF)) {
      try bus.allocate(request, owner: owner)
    }
    var ports = BusRequest(.io, countMinusOne: 0x1_0000)
    #expect(throws: BusError.outsideBus(.io, first: 0, countMinusOne: 0x1_0000)) {
      try bus.allocate(ports, owner: owner)
    }
    ports = BusRequest(.io, countMinusOne: 0)
    ports.last = 0x1_0000
    #expect(throws: BusError.outsideBus(.io, first: 0, countMinusOne: 0)) {
      try bus.allocate(ports, owner: owner)
    }
    #expect(throws: BusError.linearIO(.whole(.io))) {
      try bus.allocate(BusRequest(.io, countMinusOne: 0), .linear, owner: owner)
    }
    expectNothingLeft()
  }

  @Test("a request knows what lies beyond its bus: minimum, alignment and boundary of 64 KiB of ports")
  func beyondTheBus() throws {
    var ports = BusRequest(.io, countMinusOne: 0)
    // Above every port, and so above the maximum; the last port is not what was meant.
    ports.first = 0x1_0000
    #expect(throws: BusError.invalid(.bounds)) { try bus.allocate(ports, owner: owner) }
    // No range of ports crosses it.
    ports.first = 0xFFFF
    ports.boundary = 0x1_0000
    let last = try bus.allocate(ports, owner: owner)
    #expect(last.range == io(0xFFFF, 0xFFFF))
    try bus.unmap(last)
    ports.boundary = 0x1_0001
    #expect(throws: BusError.invalid(.nocross)) { try bus.allocate(ports, owner: owner) }
    ports.boundary = 0
    // Port 0 alone is a multiple of it.
    ports.alignment = 0x1_0000
    #expect(throws: BusError.noSpace(.io, countMinusOne: 0)) { try bus.allocate(ports, owner: owner) }
    ports.first = 0
    let first = try bus.allocate(ports, owner: owner)
    #expect(first.range == io(0, 0))
    #expect(throws: BusError.noSpace(.io, countMinusOne: 0)) { try bus.allocate(ports, owner: owner) }
    try bus.unmap(first)
    ports.alignment = 0x1_0001
    #expect(throws: BusError.invalid(.alignment)) { try bus.allocate(ports, owner: owner) }
    expectNothingLeft()
  }
}
