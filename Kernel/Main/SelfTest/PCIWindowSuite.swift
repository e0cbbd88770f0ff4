#if os(none)
import BusSpace
import Instructions
import Machine
import Primitives
import VMem

/// Functions whose windows firmware left out, or put where they cannot be. Memory behind a 64-bit base address
/// (`-device ivshmem-plain`) shows by its bytes that it is the same one at another place (BusSpace-I9).
func pciWindowSuite(_ t: inout TestRun) {
  guard let configuration = t.kernel.pci else { return t.skipSuite("no PCI bus") }
  guard let block = SharedBlock(t.kernel, configuration) else {
    return t.skipSuite("no shared memory device")
  }
  t.test("a window that was left out gets a place, and its bytes are still there") { t in
    expectMove(&t, block, to: 0)
  }
  t.test("a window on top of the display's is refused in its favour and moved") { t in
    guard let display = t.kernel.display else { return t.skip("no display to collide with") }
    guard display.frameBuffer.first & block.window.countMinusOne == 0 else {
      return t.skip("the frame buffer is not at a multiple of the size")
    }
    expectMove(
      &t, block, to: display.frameBuffer.first, inTheWay: t.kernel.bus.holder(of: display.frameBuffer))
  }
  t.test("the only place that is left in the whole window is found") { t in
    expectLastPlace(&t, block)
  }
}

/// Bridges whose windows are closed, one behind the other, with edu behind both and shared memory between them.
func pciBridgeSuite(_ t: inout TestRun) {
  guard let configuration = t.kernel.pci else { return t.skipSuite("no PCI bus") }
  guard let edu = PCIDevice(EducationalDevice.vendor, EducationalDevice.device, in: configuration),
    let registers = edu.windows[0], edu.function.address.bus > 1,
    let block = SharedBlock(t.kernel, configuration), block.device.function.address.bus > 0
  else { return t.skipSuite("no two bridges with devices behind them") }
  t.test("behind two closed bridges nothing answers; opened again, both devices work at new places") { t in
    expectEdu(&t, registers)
    block.write(&t, block.window, 0x600D_0001)
    let owner = Owners.register("self-test")
    var moved = Released(t.kernel, configuration)
    moved.releaseBehindBridges()
    moved.closeBridges()
    // Everything takes part in the new order, so something is in the way at the old place.
    t.expect(!block.holds(&t, block.window, 0x600D_0001), "nothing passes a closed bridge")
    do throws(ClaimError) { try t.kernel.bus.claim(registers, owner: owner) } catch {
      return t.fail("the old place is free")
    }
    let (assigned, refused) = moved.assignBehindBridges(owner)
    t.expect(refused, is: 0, "windows without a place")
    t.expect(assigned >= 3, "edu's, the block's and the inner bridge's windows")
    guard let again = PCIDevice(EducationalDevice.vendor, EducationalDevice.device, in: configuration),
      let place = again.windows[0], let other = SharedBlock(t.kernel, configuration)
    else { return t.fail("both devices have windows") }
    t.expect(place != registers, "edu is somewhere else")
    expectEdu(&t, place)
    t.expect(other.holds(&t, other.window, 0x600D_0001), "the block's bytes are still there")
    expectPassed(&t, place, on: again.function.address.bus)
    expectPassed(&t, other.window, on: other.device.function.address.bus)
    do throws(ReleaseError) { try t.kernel.bus.release(registers) } catch {
      t.fail("the old place is released")
    }
  }
}

/// The window of a function of shared memory: base address 2, 64 bits wide.
private struct SharedBlock {
  let device: PCIDevice
  let window: BusRange
  let configuration: PCIPorts
  private let kernel: Kernel

  /// The first that is decoded below 4 GiB.
  init?(_ kernel: Kernel, _ configuration: PCIPorts) {
    guard let device = PCIDevice(0x1AF4, 0x1110, in: configuration), let window = device.windows[2] else {
      return nil
    }
    self.device = device
    self.window = window
    self.configuration = configuration
    self.kernel = kernel
  }

  /// Its base address now.
  var base: PCIBaseAddress? {
    var found: PCIBaseAddress?
    device.function.eachBaseAddress(in: configuration) { if $0.index == 2 { found = $0 } }
    return found
  }

  /// Writes a word to both ends of a place that is claimed.
  func write(_ t: inout TestRun, _ range: BusRange, _ word: UInt32) {
    withEnds(&t, range) { handle, offset in ProcessorBus().write(handle, offset, word ^ offset) }
  }

  /// Whether that word is at both ends of a place.
  func holds(_ t: inout TestRun, _ range: BusRange, _ word: UInt32) -> Bool {
    var isThere = true
    withEnds(&t, range) { handle, offset in
      if ProcessorBus().read(handle, offset, as: UInt32.self) != word ^ offset { isThere = false }
    }
    return isThere
  }

  /// Maps a page at either end, claimed or not.
  private func withEnds(_ t: inout TestRun, _ range: BusRange, _ body: (BusHandle, UInt32) -> Void) {
    let ends = (
      BusRange(.memory, first: range.first, countMinusOne: 0xFFF),
      BusRange(.memory, first: range.last - 0xFFF, countMinusOne: 0xFFF)
    )
    for end in 0..<2 {
      guard let part = end == 0 ? ends.0 : ends.1 else { return t.fail("a page of the window") }
      let isClaimed = kernel.bus.holder(of: part) != nil
      do throws(BusError) {
        let handle =
          isClaimed
          ? try kernel.open(part) : try kernel.mappedBus.map(part, owner: Owners.register("self-test"))
        body(handle, end == 0 ? 0 : 0xFFC)
        try kernel.mappedBus.unmap(handle)
      } catch {
        t.fail(error)
      }
    }
  }
}

/// Puts a block's window at a wrong place, has it assigned, and looks for its bytes at the new one.
private func expectMove(
  _ t: inout TestRun, _ block: SharedBlock, to wrong: UInt32, inTheWay: (range: BusRange, owner: Owner)? = nil
) {
  guard let base = block.base, let held = t.kernel.bus.holder(of: block.window) else {
    return t.fail("the window is claimed")
  }
  block.write(&t, block.window, 0xB10C_0000)
  do throws(ReleaseError) { try t.kernel.bus.release(held.range) } catch { return t.fail("it is released") }
  block.device.function.assign(base, to: wrong, in: block.configuration)
  let assigner = assigner(t.kernel, block.configuration)
  var conflict: ClaimConflict?
  assigner.claim(block.device.function, owner: held.owner) { error in
    if case .conflict(let found) = error, found.wanted.first == wrong { conflict = found }
  }
  if let inTheWay { t.expect(conflict?.heldBy == inTheWay.owner, "the conflict names who is there") }
  let (assigned, refused) = assigner.assign(block.device.function, owner: held.owner)
  t.expect(UInt32(assigned), is: 1, "assigned")
  t.expect(UInt32(refused), is: 0, "refused")
  guard let place = block.base?.range else { return t.fail("it has a window") }
  t.expect(place.first != wrong, "it is somewhere else")
  t.expect(t.kernel.bus.holder(of: place)?.range == place, "the place is claimed")
  t.expect(place.first & place.countMinusOne, is: 0, "natural alignment")
  t.expect(block.holds(&t, place, 0xB10C_0000), "its bytes")
  // Back to where firmware had it, for what comes next.
  do throws(ReleaseError) { try t.kernel.bus.release(place) } catch { t.fail("the place is released") }
  block.device.function.assign(base, to: held.range.first, in: block.configuration)
  do throws(ClaimError) { try t.kernel.bus.claim(held.range, owner: held.owner) } catch {
    t.fail("the old claim comes back")
  }
  t.expect(block.holds(&t, held.range, 0xB10C_0000), "its bytes at the old place")
}

/// Claims all that is free in the host's window but one place that fits; the window must land there.
private func expectLastPlace(_ t: inout TestRun, _ block: SharedBlock) {
  let bus = t.kernel.bus
  let filler = Owners.register("filler")
  let whole = hostMemory(t.kernel)
  guard let base = block.base, let held = bus.holder(of: block.window) else { return t.fail("it is claimed") }
  block.write(&t, block.window, 0x0001_A570)
  var request = BusRequest(.memory, countMinusOne: block.window.countMinusOne)
  (request.first, request.last) = (whole.first, whole.last)
  request.alignment = block.window.countMinusOne + 1
  let hole: BusRange
  do throws(BusError) { hole = try bus.place(request, filler) } catch { return t.skip("no second place") }
  // The rest, one free segment after the other.
  var count: UInt32 = 0
  while true {
    var one = BusRequest(.memory, countMinusOne: 0)
    (one.first, one.last) = (whole.first, whole.last)
    guard let found = try? bus.place(one, filler) else { break }
    count += 1
    // Grow it to the end of its segment, which is where somebody's begins.
    do throws(ReleaseError) { try bus.release(found) } catch { return t.fail("a byte is released") }
    let rest = BusRange(.memory, first: found.first, last: whole.last).flatMap { bus.holder(of: $0) }
    let last = min((rest?.range.first).map { $0 - 1 } ?? whole.last, whole.last)
    guard let segment = BusRange(.memory, first: found.first, last: last) else { break }
    do throws(ClaimError) { try bus.claim(segment, owner: filler) } catch {
      return t.fail("a segment is free")
    }
  }
  do throws(ReleaseError) {
    try bus.release(hole)
    try bus.release(held.range)
    // The old place is somebody else's too.
    do throws(ClaimError) { try bus.claim(held.range, owner: filler) } catch {
      t.fail("the old place is free")
    }
    block.device.function.assign(base, to: 0, in: block.configuration)
    let result = assigner(t.kernel, block.configuration).assign(block.device.function, owner: held.owner)
    t.expect(UInt32(result.assigned), is: 1, "assigned")
    t.expect(block.base?.range == hole, "the only place left")
    t.expect(block.holds(&t, hole, 0x0001_A570), "its bytes")
    try bus.release(hole)
    try bus.release(held.range)
    block.device.function.assign(base, to: held.range.first, in: block.configuration)
    do throws(ClaimError) { try bus.claim(held.range, owner: held.owner) } catch { t.fail("it comes back") }
  } catch {
    t.fail("a claim is released")
  }
  // What the filler has, from the lowest on.
  var next = whole.first
  while let rest = BusRange(.memory, first: next, last: whole.last), let holder = bus.holder(of: rest) {
    if holder.owner == filler {
      do throws(ReleaseError) { try bus.release(holder.range) } catch { t.fail("a filler is released") }
      count -= 1
    }
    guard holder.range.last < whole.last else { break }
    next = holder.range.last + 1
  }
  t.expect(count, is: 0, "fillers that are left")
}

private func expectEdu(_ t: inout TestRun, _ window: BusRange) {
  do throws(BusError) {
    let handle = try t.kernel.open(window)
    if let device = EducationalDevice(handle) {
      t.expect(device.invert(0x0F0F_1234), is: 0xF0F0_EDCB, "the complement")
      t.expect(device.factorial(12), is: 479_001_600, "12!")
    } else {
      t.fail("the identification")
    }
    try t.kernel.close(handle)
  } catch {
    t.fail(error)
  }
}

/// That every bridge in front of a bus passes a window on.
private func expectPassed(_ t: inout TestRun, _ window: BusRange, on bus: UInt8) {
  guard let configuration = t.kernel.pci else { return }
  PCIEnumeration.each(in: configuration) { function in
    guard let bridge = PCIBridge(function, in: configuration), bridge.secondary == bus else { return }
    t.expect(bridge.passes(window), "the bridge passes the window on")
    if function.address.bus > 0 { expectPassed(&t, window, on: function.address.bus) }
  }
}

/// What the host bridge passes on, as the boot has it.
private func hostMemory(_ kernel: Kernel) -> BusRange {
  BusRange(AddressRange<UInt32>(first: Kernel.firstAboveMemory(kernel.boot), last: lastPCIMemory))
}

private func assigner(
  _ kernel: Kernel, _ configuration: PCIPorts
) -> PCIAssigner<KernelLock, KernelNames, PCIPorts> {
  PCIAssigner(
    kernel.bus, configuration, ports: BusRange(AddressRange<UInt16>(first: 0xC000, last: .max)),
    memory: hostMemory(kernel))
}

/// What is done to every function behind a bridge.
private struct Released {
  let kernel: Kernel
  let configuration: PCIPorts

  init(_ kernel: Kernel, _ configuration: PCIPorts) {
    self.kernel = kernel
    self.configuration = configuration
  }

  private func each(_ body: (PCIFunction) -> Void) {
    PCIEnumeration.each(in: configuration) { if $0.address.bus > 0 { body($0) } }
  }

  /// Gives their claims back and takes their addresses away.
  mutating func releaseBehindBridges() {
    each { function in
      function.eachBaseAddress(in: configuration) { base in
        guard let range = base.range, base.kind != .rom else { return }
        do throws(ReleaseError) { try kernel.bus.release(range) } catch { return }
        function.assign(base, to: 0, in: configuration)
      }
    }
  }

  mutating func closeBridges() {
    PCIEnumeration.each(in: configuration) { function in
      guard let bridge = PCIBridge(function, in: configuration) else { return }
      bridge.setWindow(.memory, nil, in: configuration)
      bridge.setWindow(.io, nil, in: configuration)
      bridge.closePrefetchable(in: configuration)
    }
  }

  mutating func assignBehindBridges(_ owner: Owner) -> (assigned: UInt32, refused: UInt32) {
    var sum: (assigned: UInt32, refused: UInt32) = (0, 0)
    let assigner = assigner(kernel, configuration)
    each { function in
      let result = assigner.assign(function, owner: owner)
      sum = (sum.assigned + UInt32(result.assigned), sum.refused + UInt32(result.refused))
    }
    return sum
  }
}
#endif
