#if os(none)
import Boot
import BusSpace
import Machine
import Primitives
import Text
import VMem

/// The buses as they are in use: both ends, conflicts, and that nothing is left behind.
func busSuite(_ t: inout TestRun) {
  t.test("each bus is one span from 0 to its end") { t in
    t.expect(t.kernel.bus.ports.span(atOrAfter: 0) == .whole, "ioport spans 0...0xFFFF")
    t.expect(t.kernel.bus.memory.span(atOrAfter: 0) == .whole, "iomem spans 0...0xFFFFFFFF")
  }
  t.test("port 0 belongs to the DMA controller, and a conflict says so") { t in
    expectConflict(&t, BusRange(AddressRange<UInt16>(first: 0, last: 0)), with: "dma")
  }
  t.test("a claim of everything is refused by the lowest owner") { t in
    expectConflict(&t, .whole(.io), with: "dma")
  }
  t.test("the last port and the last byte can be claimed and given back") { t in
    expectClaim(&t, BusRange(AddressRange<UInt16>(first: .max, last: .max)))
    expectClaim(&t, BusRange(AddressRange<UInt32>(first: .max, last: .max)))
  }
  t.test("the kernel's image is taken out of memory under its name") { t in
    expectConflict(&t, BusRange(KernelImage.physicalRange), with: "kernel image")
  }
  t.test("static storage holds what layout.h says: 96 claims on a bus, every interrupt line") { t in
    unsafe withFrames(&t) { t, memory in
      unsafe expectClaims(&t, of: UInt16.self, 96, apart: 0x200, in: memory[..<Int(BUS_ARENA_STORAGE)])
      unsafe expectClaims(&t, of: UInt32.self, 96, apart: 0x0200_0000, in: memory[..<Int(BUS_ARENA_STORAGE)])
      unsafe expectClaims(&t, of: UInt16.self, 16, apart: 1, in: memory[..<Int(INTERRUPT_ARENA_STORAGE)])
    }
  }
  t.test("a release of what was not claimed is refused") { t in
    let range = BusRange(AddressRange<UInt16>(first: 0xFFF0, last: 0xFFF7))
    guard t.kernel.bus.holder(of: range) == nil else { return t.skip("the ports are in use") }
    do throws(ReleaseError) {
      try t.kernel.bus.release(range)
      t.expect(false, "the release fails")
    } catch {
      t.expect(error == .notClaimed(range), "the error names the range")
    }
  }
}

/// Makes an arena of the whole bus in `storage` alone, as the boot does, and claims one address in each `distance`, in an
/// order that splits free room most of the time.
private func expectClaims<Address: ArenaAddress>(
  _ t: inout TestRun, of: Address.Type, _ count: Address, apart distance: Address,
  in storage: Slice<UnsafeMutableRawBufferPointer>
) {
  do throws(CreationError) {
    // The bytes are the caller's to lend until it returns, and the arena does not outlive this call.
    let arena = try unsafe Arena<Address, KernelLock>.create(
      name: "self-test", storage: UnsafeMutableRawBufferPointer(rebasing: storage), lock: KernelLock())
    do throws(SpanError<Address>) { try arena.add(span: .whole) } catch { t.fail("the whole bus is refused") }
    for index in 0..<count {
      // 37 has no divisor in common with 96 or 16: every place is met once.
      let first = index * 37 % count * distance
      do throws(AllocationError<Address>) {
        try arena.claim(AddressRange(first: first, last: first))
      } catch { return t.fail("a claim is refused") }
    }
    t.expect(arena.statistics.inUse == UInt64(count), "all are in use")
  } catch { t.fail("an arena in so little storage") }
}

/// Claims and releases; the arena is as before. Where firmware has the place already, the conflict counts.
private func expectClaim(_ t: inout TestRun, _ range: BusRange) {
  if t.kernel.bus.holder(of: range) != nil { return expectConflict(&t, range, with: "firmware") }
  let before = t.kernel.bus.statistics(of: range.tag)
  do throws(ClaimError) {
    try t.kernel.bus.claim(range, named: "self-test")
    t.expect(t.kernel.bus.holder(of: range)?.range == range, "the claim is what was asked for")
    do throws(ReleaseError) { try t.kernel.bus.release(range) } catch {
      t.expect(false, "it can be released")
    }
  } catch {
    t.fail { $0.write(range) }
  }
  t.expect(t.kernel.bus.statistics(of: range.tag).inUse == before.inUse, "nothing is left behind")
}

/// A claim that must be refused in favour of an owner of that name, and change nothing (Main-I2).
private func expectConflict(_ t: inout TestRun, _ range: BusRange, with name: StaticString) {
  let bus = t.kernel.bus
  let before = bus.statistics(of: range.tag)
  do throws(ClaimError) {
    try bus.claim(range, named: "self-test")
    t.expect(false, "the claim is refused")
  } catch {
    guard case .conflict(let conflict) = error else { return t.expect(false, "it is a conflict") }
    t.expect(conflict.wanted == range, "the conflict names what was wanted")
    bus.owners.withName(of: conflict.heldBy) { t.expect($0.equals(name), "the owner in the way") }
    bus.owners.withName(of: conflict.wantedBy) { t.expect($0.equals("self-test"), "who wanted it") }
  }
  let after = bus.statistics(of: range.tag)
  t.expect(
    after.inUse == before.inUse && after.allocatedSegments == before.allocatedSegments, "nothing changed")
}

extension TestRun {
  /// Fails the test with what a bus refused.
  mutating func fail(_ error: BusError, line: UInt32 = #line) {
    let bus = kernel.bus
    fail(line) { bus.write(error, to: &$0) }
  }
}
#endif
