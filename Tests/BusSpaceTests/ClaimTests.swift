import BusSpace
import Primitives
import Testing
import VMem

@Suite("Claims")
struct ClaimTests {
  @Test("both ends of both buses can be claimed", arguments: [BusTag.io, .memory])
  func ends(_ tag: BusTag) throws {
    let test = try TestBus()
    let owner = Owner(rawValue: 7)
    let lowest = BusRange(tag, first: 0, last: 0)!
    let highest = BusRange(tag, first: tag.last, last: tag.last)!
    let rest = BusRange(tag, first: 1, last: tag.last - 1)!
    for range in [lowest, highest, rest] { try test.bus.claim(range, owner: owner) }
    #expect(test.bus.statistics(of: tag).free == 0)
    for range in [lowest, highest, rest] { #expect(test.bus.holder(of: range)?.range == range) }
    for range in [rest, lowest, highest] { try test.bus.release(range) }
    try test.bus.claim(.whole(tag), owner: owner)
    #expect(test.bus.holder(of: highest)?.range == .whole(tag))
  }

  @Test("a range beyond the bus or reversed is none (BusSpace-I3)")
  func impossibleRanges() {
    #expect(BusRange(.io, first: 0, last: 0x10000) == nil)
    #expect(BusRange(.io, first: 0xFFFF, countMinusOne: 1) == nil)
    #expect(BusRange(.io, first: 0x10000, countMinusOne: 0) == nil)
    #expect(BusRange(.memory, first: 0xFFFF_FFFF, countMinusOne: 1) == nil)
    #expect(BusRange(.memory, first: 2, last: 1) == nil)
    #expect(BusRange(.memory, first: 0xFFFF_FFFF, countMinusOne: 0)?.last == 0xFFFF_FFFF)
  }

  @Test("a conflict names both owners and changes nothing (BusSpace-I1)")
  func conflictNamesBoth() throws {
    let test = try TestBus()
    try test.bus.claim(io(0x3F8, 0x3FF), named: "com1")
    let before = test.bus.statistics(of: .io)
    do throws(ClaimError) {
      try test.bus.claim(io(0x3FF, 0x400), named: "modem")
      Issue.record("the claim was granted")
    } catch {
      let text = test.text(error)
      #expect(
        text == "ports 0x000003ff-0x00000400 for modem conflicts with ports 0x000003f8-0x000003ff of com1")
    }
    #expect(test.bus.statistics(of: .io).inUse == before.inUse)
    #expect(test.bus.statistics(of: .io).allocatedSegments == 1)
  }

  @Test("the lowest range in the way is named, also above free space")
  func lowestConflict() throws {
    let test = try TestBus()
    try test.bus.claim(memory(0x3000, 0x3FFF), named: "high")
    try test.bus.claim(memory(0x1000, 0x1FFF), named: "low")
    do throws(ClaimError) {
      try test.bus.claim(memory(0x800, 0xFFFF), named: "wide")
      Issue.record("the claim was granted")
    } catch {
      let text = test.text(error)
      #expect(
        text == "memory 0x00000800-0x0000ffff for wide conflicts with memory 0x00001000-0x00001fff of low")
    }
  }

  @Test("without descriptors the claim fails, what was claimed stays, and a release makes room (BusSpace-I2)")
  func noDescriptors() throws {
    let test = try TestBus(claims: 2)
    var claimed: UInt32 = 0
    do throws(ClaimError) {
      while true {
        try test.bus.claim(io(claimed * 4, claimed * 4 + 1), owner: Owner(rawValue: 1))
        claimed += 1
      }
    } catch {
      #expect(error == .noDescriptors(io(claimed * 4, claimed * 4 + 1)))
    }
    #expect(claimed >= 2)
    for index in 0..<claimed {
      #expect(test.bus.holder(of: io(index * 4, index * 4))?.range.last == index * 4 + 1)
    }
    try test.bus.release(io(0, 1))
    try test.bus.claim(io(0x100, 0x100), owner: Owner(rawValue: 2))
  }

  @Test("a name that finds no room is an error of its own, and claims nothing")
  func noNames() throws {
    let test = try TestBus()
    for length in stride(from: 200, through: 1, by: -1) {
      let name = [UInt8](repeating: 0x61, count: length)
      _ = test.bus.owners.register(name.span)
    }
    let before = test.bus.statistics(of: .io)
    let wanted = io(0x8000, 0x8000)
    #expect(throws: ClaimError.noNames(wanted)) { try test.bus.claim(wanted, named: "a name that is new") }
    #expect(test.text(.noNames(wanted)) == "ports 0x00008000-0x00008000: the table of names is full")
    #expect(test.bus.statistics(of: .io).inUse == before.inUse)
    #expect(test.bus.holder(of: wanted) == nil)
  }

  @Test("only what was claimed can be released")
  func release() throws {
    let test = try TestBus()
    try test.bus.claim(io(0x60, 0x6F), owner: Owner(rawValue: 1))
    for range in [io(0x60, 0x6E), io(0x61, 0x6F), io(0x50, 0x5F), io(0, 0xFFFF)] {
      #expect(throws: ReleaseError.notClaimed(range)) { try test.bus.release(range) }
    }
    try test.bus.release(io(0x60, 0x6F))
    #expect(throws: ReleaseError.notClaimed(io(0x60, 0x6F))) { try test.bus.release(io(0x60, 0x6F)) }
    #expect(test.bus.statistics(of: .io).inUse == 0)
  }

  @Test(
    "a part is carved out of any place of a claim, and the rest stays",
    arguments: [(0, 0), (0, 9), (5, 9), (9, 15), (15, 15), (0, 15)])
  func carve(_ first: UInt32, _ last: UInt32) throws {
    let test = try TestBus()
    try test.bus.claim(memory(0x10, 0x1F), owner: Owner(rawValue: 1))
    let part = memory(0x10 + first, 0x10 + last)
    try test.bus.carve(part, owner: Owner(rawValue: 2))
    for address: UInt32 in 0x10...0x1F {
      let expected: UInt16 = part.first <= address && address <= part.last ? 2 : 1
      #expect(test.bus.holder(of: memory(address, address))?.owner.rawValue == expected)
    }
    #expect(test.bus.statistics(of: .memory).inUse == 16)
  }

  @Test("a part that reaches out of its holder is a conflict")
  func carveConflict() throws {
    let test = try TestBus()
    try test.bus.claim(memory(0x10, 0x1F), owner: Owner(rawValue: 1))
    #expect(throws: ClaimError.self) { try test.bus.carve(memory(0x18, 0x20), owner: Owner(rawValue: 2)) }
    #expect(test.bus.holder(of: memory(0x18, 0x18))?.range == memory(0x10, 0x1F))
    try test.bus.carve(memory(0x20, 0x2F), owner: Owner(rawValue: 3))
  }

  @Test(
    "no two devices of a mainboard want the same port",
    arguments: [ISADevice.Mainboard.isa, .piix, .ich9, .otherPCI])
  func devicesFit(_ mainboard: ISADevice.Mainboard) throws {
    let test = try TestBus()
    var refused: [String] = []
    func take(_ device: ISADevice) {
      do throws(ClaimError) {
        try test.bus.claim(device.range, named: device.name)
      } catch {
        refused.append(test.text(error))
      }
    }
    ISADevice.eachCommon(take)
    ISADevice.each(on: mainboard, take)
    #expect(refused.isEmpty)
    #expect(test.bus.holder(of: io(0, 0))?.range == io(0, 0xF))
  }
}
