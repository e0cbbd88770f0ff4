#if os(none)
import BusSpace
import Frames
import Instructions
import Machine
import Paging
import Primitives
import VMap
import VMem

/// Devices of QEMU whose registers answer to what is written, reached through handles within their functions' claims:
/// `-device edu -device pci-testdev`.
func deviceSuite(_ t: inout TestRun) {
  guard let configuration = t.kernel.pci else { return t.skipSuite("no PCI bus") }
  let edu = PCIDevice(EducationalDevice.vendor, EducationalDevice.device, in: configuration)
  let testDevice = PCIDevice(PCITestDevice.vendor, PCITestDevice.device, in: configuration)
  guard edu != nil || testDevice != nil else { return t.skipSuite("neither edu nor pci-testdev") }
  t.test("edu inverts what is written and computes factorials") { t in
    withEducationalDevice(&t, edu) { t, device in expectComputing(&t, device) }
  }
  t.test("edu interrupts on its line when told to, until it is acknowledged") { t in
    guard let line = edu?.function.interruptLine(in: configuration) else {
      return t.skip("no interrupt line")
    }
    withEducationalDevice(&t, edu) { t, device in
      withInterruptsDisabled { expectInterrupt(&t, device, on: line) }
    }
  }
  t.test("edu copies memory into its buffer and back") { t in
    withEducationalDevice(&t, edu) { t, device in
      edu?.function.setMastering(true, in: configuration)
      expectCopies(&t, device)
      edu?.function.setMastering(false, in: configuration)
    }
  }
  t.test("pci-testdev counts the writes to its memory") { t in expectCounting(&t, testDevice, window: 0) }
  t.test("pci-testdev counts the writes to its ports") { t in expectCounting(&t, testDevice, window: 1) }
}

private func expectComputing(_ t: inout TestRun, _ device: EducationalDevice) {
  for shift in UInt32(0)..<32 {
    let value = 0x1234_5678 &+ UInt32(1) << shift
    t.expect(device.invert(value), is: ~value, "the complement")
  }
  t.expect(device.factorial(0), is: 1, "0!")
  t.expect(device.factorial(10), is: 3_628_800, "10!")
}

private func expectInterrupt(_ t: inout TestRun, _ device: EducationalDevice, on line: UInt8) {
  Signal.begin(device)
  Interrupts.handle(vector: Interrupts.firstLineVector + UInt32(line)) { _ in Signal.take() }
  InterruptController.unmask(line: line)
  for shift in stride(from: UInt32(0), through: 31, by: 31) {
    let reason: UInt32 = 1 << shift
    cpu_disable_interrupts()
    let before = Signal.count
    device.raise(reason)
    t.expect(Signal.count, is: before, "interrupts while they are off")
    Interrupts.enable()
    IntervalTimer.wait(counts: 1000)
    cpu_disable_interrupts()
    t.expect(Signal.count, is: before + 1, "interrupts")
    t.expect(Signal.reasons, is: reason, "the reason")
    t.expect(device.reasons, is: 0, "reasons that are left")
  }
  InterruptController.mask(line: line)
}

/// Most of a frame to the device, half of it back to another: what comes is what went, and nothing beside it.
private func expectCopies(_ t: inout TestRun, _ device: EducationalDevice) {
  let frames = t.kernel.memory.frames
  let owner = Owners.register("self-test")
  guard let source = frames.takeOne(owner), let target = frames.takeOne(owner),
    max(source.address, target.address) < 0x1000_0000
  else { return t.skip("no frame below 256M") }
  let from = unsafe HardwareMMU().memory(of: source).bindMemory(to: UInt32.self)
  let to = unsafe HardwareMMU().memory(of: target).bindMemory(to: UInt32.self)
  for index in 0..<1024 {
    unsafe from[index] = UInt32(index) &* 0x9E37_79B9
    unsafe to[index] = 0
  }
  device.copy(.fromMemory, physical: source.address, count: 4092)
  device.copy(.toMemory, physical: target.address + 16, count: 2048)
  var wrong: UInt32 = 0
  for index in 0..<1024 {
    let expected = index >= 4 && index < 516 ? UInt32(index - 4) &* 0x9E37_79B9 : 0
    if unsafe to[index] != expected { wrong += 1 }
  }
  t.expect(wrong, is: 0, "words that differ")
  frames.giveBack(source, isZero: false)
  frames.giveBack(target, isZero: false)
}

private func expectCounting(_ t: inout TestRun, _ device: PCIDevice?, window: Int) {
  guard let range = device?.windows[window] else { return t.skip("no pci-testdev") }
  withHandle(&t, range) { t, handle in
    let device = PCITestDevice(handle)
    // The tests after the first count through the host's kernel, where there is one.
    guard device.select(0) else { return t.fail("it has no test 0") }
    let name = device.name
    let kind: InlineArray<4, UInt8> =
      range.tag == .memory ? [0x6D, 0x6D, 0x69, 0x6F] : [0x70, 0x6F, 0x72, 0x74]
    for index in 0..<4 { t.expect(UInt32(name[index]), is: UInt32(kind[index]), "mmio or port(io)") }
    t.expect(device.count(ofWrites: 5), is: 5, "writes counted")
    t.expect(device.count(ofWrites: 0), is: 0, "writes counted")
    t.expect(!device.select(0xFF), "it has no test 255")
  }
}

private func withEducationalDevice(
  _ t: inout TestRun, _ device: PCIDevice?, _ body: (inout TestRun, EducationalDevice) -> Void
) {
  guard let range = device?.windows[0] else { return t.skip("no edu device") }
  withHandle(&t, range) { t, handle in
    guard let device = EducationalDevice(handle) else { return t.fail("the identification") }
    body(&t, device)
  }
}

/// Opens a window of a function for the body.
private func withHandle(
  _ t: inout TestRun, _ window: BusRange, _ body: (inout TestRun, BusHandle) -> Void
) {
  do throws(BusError) {
    let handle = try t.kernel.open(window, .linear)
    if window.tag == .memory {
      let mapped = t.kernel.memory.window.query(try t.kernel.mappedBus.address(of: handle))
      t.expect(mapped?.attributes.memoryType == .uncached, "registers are not cached")
    }
    body(&t, handle)
    try t.kernel.close(handle)
    t.expect(window.tag == .io || !handle.isLive, "the handle has ended")
  } catch {
    t.fail { $0.write(window) }
  }
}

/// What the handler of the device's line shares with the test.
private enum Signal {
  private nonisolated(unsafe) static var device: EducationalDevice?
  private nonisolated(unsafe) static var taken: UInt32 = 0
  private nonisolated(unsafe) static var last: UInt32 = 0

  static func begin(_ device: EducationalDevice) {
    unsafe self.device = device
    unsafe taken = 0
  }

  @inline(never) static func take() {
    guard let device = unsafe device else { return }
    unsafe taken += 1
    unsafe last = device.reasons
    device.acknowledge(device.reasons)
  }

  static var count: UInt32 {
    @inline(never) get { unsafe taken }
  }

  static var reasons: UInt32 {
    @inline(never) get { unsafe last }
  }
}
#endif
