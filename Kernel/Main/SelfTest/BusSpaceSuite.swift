#if os(none)
import BusSpace
import Machine
import Paging
import Primitives
import Text
import VMap
import VMem

/// bus_space on real devices: ports and device memory through handles.
func busSpaceSuite(_ t: inout TestRun) {
  t.test("the CMOS clock is read through a handle, and ends with it") { t in
    let bus = t.kernel.mappedBus
    let clock = BusRange(AddressRange<UInt16>(first: 0x70, last: 0x71))
    guard let held = bus.space.holder(of: clock) else { return t.fail("the clock's ports are claimed") }
    do throws(BusError) {
      let handle = try bus.space.handle(within: clock, owner: held.owner)
      // Register 0x0D, bit 7: the battery is good (MC146818A datasheet).
      bus.access.write(handle, 0, UInt8(0x0D))
      t.expect(bus.access.read(handle, 1, as: UInt8.self) & 0x80 != 0, "the clock's memory is valid")
      _ = try bus.space.handle(within: clock, owner: Owners.register("self-test"))
      t.fail("not in another name")
    } catch {
      t.expect(error == .notOwned(clock), "the error names the range")
    }
  }
  t.test("the last bytes of physical memory are mapped, read and unmapped") { t in
    let bus = t.kernel.mappedBus
    // Firmware's ROM lies there; its claim makes way for the time of the test.
    let top = BusRange(AddressRange<UInt32>(first: 0xFFFF_FFF0, last: .max))
    guard let held = bus.space.holder(of: top) else { return t.skip("no ROM below 4 GiB") }
    withRelease(&t, of: held, in: bus) { t in
      expectMapping(&t, top) { t, handle in
        // The reset vector: a far jump (Intel SDM 3A, 9.1.4).
        t.expect(UInt32(bus.access.read(handle, 0, as: UInt8.self)), is: 0xEA, "first byte at 0xfffffff0")
        t.expect(bus.physicalAddress(of: handle, offset: 15) == .max, "the last byte's address")
      }
    }
  }
  t.test("a mapping that the window refuses gives its claim back") { t in
    let before = t.kernel.bus.statistics(of: .memory).inUse
    let range = BusRange(AddressRange<UInt32>(first: 0x8000_0000, last: 0xBFFF_FFFF))
    guard t.kernel.bus.holder(of: range) == nil else { return t.skip("there is memory or a device") }
    do throws(BusError) {
      _ = try t.kernel.mappedBus.map(range, owner: Owners.register("self-test"))
      t.expect(false, "a gibibyte does not fit the window")
    } catch {
      t.expect(error == .mapping(range), "the error names the range")
    }
    t.expect(t.kernel.bus.statistics(of: .memory).inUse == before, "nothing is left behind")
  }
  t.test("ports, memory, a line and kernel addresses are taken as one, or none of them (BusSpace-I6)") { t in
    expectTransaction(&t)
  }
  t.test("more claims than static storage holds") { t in
    let bus = t.kernel.bus
    let owner = Owners.register("self-test")
    let before = bus.statistics(of: .io)
    var claimed: UInt32 = 0
    for index: UInt32 in 0..<400 {
      guard let range = BusRange(.io, first: 0x5700 + index * 16, countMinusOne: 7) else { continue }
      do throws(ClaimError) {
        try bus.claim(range, owner: owner)
        claimed += 1
      } catch { t.fail("a claim is refused") }
    }
    t.expect(claimed, is: 400, "claims")
    for index: UInt32 in 0..<400 {
      guard let range = BusRange(.io, first: 0x5700 + index * 16, countMinusOne: 7) else { continue }
      do throws(ReleaseError) { try bus.release(range) } catch { t.fail("a release is refused") }
    }
    t.expect(bus.statistics(of: .io).inUse == before.inUse, "nothing is left behind")
  }
}

/// Takes four kinds of resources as one; then with each of them in another's hands.
private func expectTransaction(_ t: inout TestRun) {
  let bus = t.kernel.mappedBus
  let ports = BusRange(AddressRange<UInt16>(first: 0x5700, last: 0x570F))
  var anywhere = BusRequest(.memory, countMinusOne: 0xFFFF)
  anywhere.first = 0x8000_0000
  anywhere.alignment = 0x1_0000
  let wanted: InlineArray<4, BusResource> = [
    .claim(ports), .claim(.line(5)), .anywhere(anywhere, .linear),
    .addresses(countMinusOne: 0x3F_FFFF, alignment: 0x40_0000),
  ]
  let owner = Owners.register("self-test")
  let before = inUse(t.kernel)
  do throws(BusError) {
    let holding = try bus.take(wanted, owner: owner)
    t.expect(holding.handle(1).range == .line(5), "the line")
    let address = try bus.address(of: holding.handle(2))
    t.expect(t.kernel.memory.window.query(address) != nil, "the memory is mapped")
    if case .addresses(let addresses) = holding[3] {
      t.expect(addresses.first & 0x3F_FFFF, is: 0, "alignment of the addresses")
      t.expect(t.kernel.memory.window.query(addresses.first) == nil, "nothing is behind them")
    } else {
      t.fail("no addresses")
    }
    bus.giveBack(holding)
  } catch {
    t.fail(error)
  }
  t.expect(inUse(t.kernel) == before, "nothing is left of it")
  for index in 0..<2 {
    let held = index == 0 ? ports : BusRange.line(5)
    do throws(BusError) {
      let other = try bus.map(held, owner: Owners.register("trial"))
      do throws(BusError) {
        bus.giveBack(try bus.take(wanted, owner: owner))
        t.fail("the transaction is refused")
      } catch {
        if case .claim(.conflict(let conflict)) = error {
          t.expect(conflict.held == held && conflict.heldBy == other.owner, "who is in the way")
        } else {
          t.fail(error)
        }
      }
      try bus.unmap(other)
    } catch {
      t.fail(error)
    }
    t.expect(inUse(t.kernel) == before, "nothing is left of the refused one")
  }
}

/// What all four arenas have given out, added up: a difference shows. What the window keeps for the next mapping of a
/// size goes back first: the first transaction would seem to leave it.
private func inUse(_ kernel: Kernel) -> UInt64 {
  kernel.memory.window.drain()
  return UInt64(kernel.bus.statistics(of: .io).inUse) + UInt64(kernel.bus.statistics(of: .memory).inUse)
    + UInt64(kernel.bus.statistics(of: .interrupt).inUse)
    + UInt64(kernel.memory.window.arena.statistics.allocatedSegments)
}

/// The display's register block in memory answers wherever its base address is moved to.
func pciMoveSuite(_ t: inout TestRun) {
  guard let configuration = t.kernel.pci else { return t.skipSuite("no PCI bus") }
  guard let found = displayRegisters(in: configuration) else { return t.skipSuite("no Bochs display") }
  t.test("the display's registers follow their base address, and come back") { t in
    let bus = t.kernel.mappedBus
    guard let old = found.base.range, let held = bus.space.holder(of: old) else {
      return t.expect(false, "the registers are claimed")
    }
    let version = readVersion(&t, at: held)
    t.expect(version & 0xFFF0, is: 0xB0C0, "version at the old address")
    var request = BusRequest(.memory, countMinusOne: old.countMinusOne)
    request.first = 0xFE00_0000
    request.last = 0xFEBF_FFFF
    request.alignment = old.countMinusOne + 1
    do throws(BusError) {
      let place = try bus.allocate(request, owner: held.owner)
      t.expect(place.range.first & old.countMinusOne, is: 0, "natural alignment")
      try bus.unmap(place)
      found.function.assign(found.base, to: place.range.first, in: configuration)
      t.expect(readVersion(&t, atFree: place.range), is: version, "version at the new address")
      found.function.assign(found.base, to: old.first, in: configuration)
      t.expect(readVersion(&t, at: held), is: version, "version back at the old address")
    } catch {
      t.fail("no free place for the registers")
    }
  }
  t.test("registers that firmware left without an address are assigned one and work") { t in
    let bus = t.kernel.mappedBus
    guard let old = found.base.range, let held = bus.space.holder(of: old) else {
      return t.expect(false, "the registers are claimed")
    }
    do throws(ReleaseError) { try bus.space.release(held.range) } catch {
      return t.fail("the claim is released")
    }
    found.function.assign(found.base, to: 0, in: configuration)
    let assigner = PCIAssigner(
      bus.space, configuration, ports: BusRange(AddressRange<UInt16>(first: 0xC000, last: .max)),
      memory: BusRange(AddressRange<UInt32>(first: 0xFE00_0000, last: lastPCIMemory)))
    let (assigned, refused) = assigner.assign(found.function, owner: held.owner)
    t.expect(UInt32(assigned), is: 1, "assigned")
    t.expect(UInt32(refused), is: 0, "refused")
    found.function.eachBaseAddress(in: configuration) { base in
      guard base.index == 2, let range = base.range else { return }
      t.expect(bus.space.holder(of: range)?.range == range, "the new place is claimed")
      t.expect(readVersion(&t, at: (range, held.owner)) & 0xFFF0, is: 0xB0C0, "version at the new place")
      do throws(ReleaseError) { try bus.space.release(range) } catch { t.fail("the new claim is released") }
    }
    found.function.assign(found.base, to: old.first, in: configuration)
    do throws(ClaimError) { try bus.space.claim(held.range, owner: held.owner) } catch {
      t.fail("the old claim comes back")
    }
    t.expect(readVersion(&t, at: held) & 0xFFF0, is: 0xB0C0, "version back at the old place")
  }
}

/// The register block of the Bochs display: base address 2, with the DISPI registers at 0x500.
private func displayRegisters(
  in configuration: PCIPorts
) -> (function: PCIFunction, base: PCIBaseAddress)? {
  var found: (PCIFunction, PCIBaseAddress)?
  PCIEnumeration.each(in: configuration) { function in
    guard function.vendor == BochsDisplay.vendor, function.device == BochsDisplay.device else { return }
    function.eachBaseAddress(in: configuration) { base in
      if base.index == 2, base.range != nil { found = (function, base) }
    }
  }
  return found.map { (function: $0.0, base: $0.1) }
}

/// Reads DISPI register 0 of a block that is claimed: the claim makes way for the time of the mapping.
private func readVersion(_ t: inout TestRun, at held: (range: BusRange, owner: Owner)) -> UInt32 {
  var version: UInt32 = 0
  withRelease(&t, of: held, in: t.kernel.mappedBus) { t in version = readVersion(&t, atFree: held.range) }
  return version
}

private func readVersion(_ t: inout TestRun, atFree range: BusRange) -> UInt32 {
  var version: UInt32 = 0
  expectMapping(&t, range) { t, handle in
    version = UInt32(ProcessorBus().read(handle, 0x500, as: UInt16.self))
  }
  return version
}

/// Maps a range, runs the body, unmaps; the claim is gone afterwards.
private func expectMapping(
  _ t: inout TestRun, _ range: BusRange, _ body: (inout TestRun, BusHandle) -> Void
) {
  let bus = t.kernel.mappedBus
  do throws(BusError) {
    let handle = try bus.map(range, owner: Owners.register("self-test"))
    body(&t, handle)
    try bus.unmap(handle)
    t.expect(!handle.isLive, "the handle has ended")
  } catch {
    t.fail { $0.write(range) }
  }
}

/// Takes another's claim away for the time of the body.
private func withRelease(
  _ t: inout TestRun, of held: (range: BusRange, owner: Owner), in bus: Kernel.Bus,
  _ body: (inout TestRun) -> Void
) {
  do throws(ReleaseError) { try bus.space.release(held.range) } catch {
    return t.fail("the claim is released")
  }
  body(&t)
  do throws(ClaimError) { try bus.space.claim(held.range, owner: held.owner) } catch {
    t.fail("the claim comes back")
  }
}
#endif
