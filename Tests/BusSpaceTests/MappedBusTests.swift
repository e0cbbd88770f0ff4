import BusSpace
import Primitives
import Testing
import VMem

@Suite("bus_space")
struct MappedBusTests {
  private let test: TestBus
  private let recorder = RecordingBus()
  private let bus: MappedBus<NoLock, HostNames, RecordingBus>
  private let owner = Owner(rawValue: 9)

  init() throws {
    test = try TestBus()
    bus = MappedBus(test.bus, recorder)
  }

  /// Nothing is claimed and nothing is mapped.
  private func expectNothingLeft() {
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

  @Test("words are copied between handles of both buses")
  func copyAcross() throws {
    let ports = try bus.map(.io, first: 0x300, count: 8, owner: owner)
    let window = try bus.map(.memory, first: 0xA_0000, count: 0x100, owner: owner)
    for offset in 0..<8 as Range<UInt32> { recorder.write(ports, offset, UInt8(offset + 1)) }
    recorder.forget()
    recorder.copy(ports, 0, to: window, 0x10, count: 2, as: UInt16.self)
    #expect(
      recorder.transfers == [
        .read(.io, 0x300, width: 2), .write(.memory, 0xE00A_0010, 0x0201, width: 2),
        .read(.io, 0x302, width: 2), .write(.memory, 0xE00A_0012, 0x0403, width: 2),
      ])
    try bus.unmap(ports)
    try bus.unmap(window)
    expectNothingLeft()
  }

  @Test("each form of access transfers what it says, once, at every width and on both buses")
  func forms() throws {
    for tag in [BusTag.io, .memory] {
      try expectForms(tag, UInt8.self)
      try expectForms(tag, UInt16.self)
      try expectForms(tag, UInt32.self)
    }
    expectNothingLeft()
  }

  private func expectForms<Word: BusWord>(_ tag: BusTag, _: Word.Type) throws {
    let handle = try bus.map(tag, first: 0x1000, count: 0x100, owner: owner)
    defer { try? bus.unmap(handle) }
    let base: UInt32 = tag == .io ? 0x1000 : 0xE000_1000
    let width = Word.bitWidth / 8
    let step = UInt32(width)
    func write(_ offset: UInt32, _ value: UInt32) -> RecordingBus.Transfer {
      .write(tag, base + offset, value, width: width)
    }
    func read(_ offset: UInt32) -> RecordingBus.Transfer { .read(tag, base + offset, width: width) }
    func expect(_ transfers: [RecordingBus.Transfer], line: Int = #line) {
      #expect(recorder.transfers == transfers, "line \(line)")
      recorder.forget()
    }
    recorder.forget()
    var words: [Word] = [1, 2, 3]
    recorder.write(handle, 8, words[2])
    #expect(recorder.read(handle, 8) == words[2])
    expect([write(8, 3), read(8)])
    recorder.writeRegion(handle, 4, words.span)
    expect([write(4, 1), write(4 + step, 2), write(4 + 2 * step, 3)])
    recorder.writeMulti(handle, 0, words.span)
    expect([write(0, 1), write(0, 2), write(0, 3)])
    words = [0, 0, 0]
    var span = words.mutableSpan
    recorder.readRegion(handle, 4, &span)
    expect([read(4), read(4 + step), read(4 + 2 * step)])
    #expect(words == [1, 2, 3])
    span = words.mutableSpan
    recorder.readMulti(handle, 0, &span)
    expect([read(0), read(0), read(0)])
    #expect(words == [3, 3, 3])
    // Up to the handle's last byte.
    recorder.setRegion(handle, 0x100 - 2 * step, Word(7), count: 2)
    expect([write(0x100 - 2 * step, 7), write(0x100 - step, 7)])
    recorder.setMulti(handle, 0x100 - step, Word(9), count: 2)
    expect([write(0x100 - step, 9), write(0x100 - step, 9)])
    recorder.copy(handle, 4, to: handle, 0, count: 2, as: Word.self)
    expect([read(4), write(0, 1), read(4 + step), write(step, 2)])
    recorder.barrier()
    expect([.barrier])
    // Nothing is nothing.
    recorder.setRegion(handle, 0, Word(1), count: 0)
    recorder.copy(handle, 0, to: handle, 0, count: 0, as: Word.self)
    expect([])
  }

  @Test(
    "the machine is told how memory is to be mapped, uncached unless asked otherwise",
    arguments: [
      BusAttributes.uncached, .linear, .cacheable, .prefetchable, .linear.union(.prefetchable),
    ])
  func attributes(_ attributes: BusAttributes) throws {
    let handle =
      attributes == .uncached
      ? try bus.map(.memory, first: 0x1000, count: 1, owner: owner)
      : try bus.map(.memory, first: 0x1000, count: 1, attributes, owner: owner)
    #expect(recorder.attributes == [attributes])
    #expect(handle.attributes == attributes)
    if attributes.contains(.linear) {
      #expect(try bus.address(of: handle) == 0xE000_1000)
    } else {
      #expect(throws: BusError.notLinear(handle.range)) { try bus.address(of: handle) }
    }
    try bus.unmap(handle)
    expectNothingLeft()
  }

  @Test("overlapping copies are as if all was read first", arguments: [(0, 3), (3, 0), (0, 0), (0, 8)])
  func copies(_ from: UInt32, _ to: UInt32) throws {
    let handle = try bus.map(.memory, first: 0x2000, count: 0x40, owner: owner)
    let bytes: [UInt8] = Array(1...16)
    recorder.writeRegion(handle, 0, bytes.span)
    recorder.copy(handle, from, to: handle, to, count: 8, as: UInt8.self)
    var expected = bytes
    expected.replaceSubrange(Int(to)..<Int(to) + 8, with: bytes[Int(from)..<Int(from) + 8])
    var after = [UInt8](repeating: 0, count: 16)
    var span = after.mutableSpan
    recorder.readRegion(handle, 0, &span)
    #expect(after == expected)
  }

  @Test("an access outside of its handle traps before it reaches the bus")
  func outsideAccess() async {
    await #expect(processExitsWith: .failure) {
      let test = try TestBus()
      let bus = RecordingBus()
      let handle = try MappedBus(test.bus, bus).map(.io, first: 0x60, count: 4, owner: .none)
      _ = bus.read(handle, 1, as: UInt32.self)
    }
    await #expect(processExitsWith: .failure) {
      let test = try TestBus()
      let bus = RecordingBus()
      let handle = try MappedBus(test.bus, bus).map(.io, first: 0x60, count: 4, owner: .none)
      bus.setRegion(handle, 0, UInt8(0), count: 5)
    }
  }
}

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
