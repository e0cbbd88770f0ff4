import BusSpace
import Primitives
import Testing
import VMem

@Suite("Several resources as one")
struct HoldingTests {
  private let owner = Owner(rawValue: 4)
  private let ports = io(0x300, 0x31F)
  private let registers = memory(0xFEB0_0000, 0xFEB0_FFFF)
  private let buffer = memory(0xFD00_0000, 0xFDFF_FFFF)
  private let line = BusRange.line(5)

  private var wanted: InlineArray<6, BusResource> {
    var anywhere = BusRequest(.io, countMinusOne: 7)
    anywhere.alignment = 8
    return [
      .claim(ports), .mapped(registers, .uncached), .claim(buffer), .claim(line),
      .anywhere(anywhere, .uncached), .addresses(countMinusOne: 0x3FFF, alignment: 0x40_0000),
    ]
  }

  private func expectNothing(_ test: TestBus, _ recorder: RecordingBus) {
    for tag in [BusTag.io, .memory, .interrupt] { #expect(test.bus.statistics(of: tag).inUse == 0) }
    #expect(recorder.mappings.isEmpty && recorder.reserved.isEmpty)
  }

  @Test("ports, memory, a line and kernel addresses are taken as one and given back as one")
  func whole() throws {
    let test = try TestBus()
    let recorder = RecordingBus()
    let bus = MappedBus(test.bus, recorder)
    let holding = try bus.take(wanted, owner: owner)
    recorder.write(holding.handle(0), 0x1F, UInt8(1))
    recorder.write(holding.handle(1), 0xFFFC, UInt32(2))
    #expect(holding[2] == .claim(buffer))
    #expect(holding.handle(3).range == line)
    #expect(holding.handle(4).range == io(0, 7))
    guard case .addresses(let addresses) = holding[5] else {
      Issue.record("no addresses")
      return
    }
    #expect(addresses.first & 0x3F_FFFF == 0 && addresses.last - addresses.first == 0x3FFF)
    for range in [ports, registers, buffer, line] { #expect(test.bus.holder(of: range)?.range == range) }
    let handle = holding.handle(1)
    bus.giveBack(holding)
    #expect(!handle.isLive)
    expectNothing(test, recorder)
  }

  @Test("whichever is in the way, nothing is left and the error names both (BusSpace-I6)", arguments: 0..<4)
  func conflicts(_ index: Int) throws {
    let test = try TestBus()
    let recorder = RecordingBus()
    let bus = MappedBus(test.bus, recorder)
    let held = [ports, registers, buffer, line][index]
    let other = Owner(rawValue: 1)
    try test.bus.claim(held, owner: other)
    do throws(BusError) {
      _ = try bus.take(wanted, owner: owner)
      Issue.record("it was granted")
    } catch {
      #expect(
        error
          == .claim(
            .conflict(ClaimConflict(wanted: held, wantedBy: owner, held: held, heldBy: other))))
    }
    try test.bus.release(held)
    expectNothing(test, recorder)
  }

  @Test("whichever step the machine refuses, nothing is left", arguments: 0..<2)
  func machine(_ mappings: Int) throws {
    let test = try TestBus()
    let recorder = RecordingBus()
    let bus = MappedBus(test.bus, recorder)
    recorder.mappingsUntilFailure = mappings
    do throws(BusError) {
      _ = try bus.take(wanted, owner: owner)
      Issue.record("it was granted")
    } catch {
      #expect(error == (mappings == 0 ? .mapping(registers) : .noAddresses(countMinusOne: 0x3FFF)))
    }
    expectNothing(test, recorder)
  }

  @Test("whichever handle finds no record, nothing is left", arguments: 1..<4)
  func records(_ handles: Int) throws {
    let test = try TestBus(handles: handles)
    let recorder = RecordingBus()
    let bus = MappedBus(test.bus, recorder)
    #expect(throws: BusError.self) { _ = try bus.take(wanted, owner: owner) }
    expectNothing(test, recorder)
  }

  @Test("a handle that was unmapped on its own is gone already")
  func partly() throws {
    let test = try TestBus()
    let recorder = RecordingBus()
    let bus = MappedBus(test.bus, recorder)
    let holding = try bus.take(wanted, owner: owner)
    try bus.unmap(holding.handle(1))
    let again = try bus.map(registers, owner: Owner(rawValue: 2))
    bus.giveBack(holding)
    #expect(again.isLive)
    try bus.unmap(again)
    expectNothing(test, recorder)
  }
}
