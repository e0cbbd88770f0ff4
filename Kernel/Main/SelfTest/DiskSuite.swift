#if os(none)
import Disks
import Frames
import Instructions
import Machine
import Primitives
import Text

/// A real ATA disk, with known bytes on it. `Scripts/QEMU/TestDisk.swift` makes it, and looks afterwards at what was written.
func diskSuite(_ t: inout TestRun) {
  guard let disk = testDisk() else { return t.skipSuite("no disk that the test made") }
  guard let buffer = Buffer(t.kernel.memory.frames) else { return t.skipSuite("no memory for a buffer") }
  t.test("every sector that is on it is read, one at a time and many") { t in
    expect(&t, disk, buffer, 1, count: 63)
    for sector: UInt64 in 1...7 { expect(&t, disk, buffer, sector, count: 1) }
  }
  t.test("beyond 28 bits of address it is read too, across the border and to the last sector") { t in
    expect(&t, disk, buffer, (1 << 28) - 8, count: 16)
    expect(&t, disk, buffer, disk.lastSector - 8, count: 1)
  }
  t.test("what is written is read back, and reaches the medium") { t in
    let last = disk.lastSector
    buffer.fill(last - 7, count: 8, changed: true)
    expectDone(&t) { () throws(DiskError) in
      try disk.transfer(buffer.write(last - 7, count: 8), patience: patience)
      try disk.transfer(.flush, patience: patience)
    }
    expect(&t, disk, buffer, last - 7, count: 8, changed: true)
    expect(&t, disk, buffer, last - 8, count: 1)
  }
  t.test("a read beyond the end is refused, and so is a second request") { t in
    let beyond = disk.lastSector + 1
    expectError(&t, .beyondEnd(SectorRange(only: beyond), last: disk.lastSector)) { () throws(DiskError) in
      try disk.start(buffer.read(beyond, count: 1))
    }
    expectDone(&t) { () throws(DiskError) in try disk.start(buffer.read(1, count: 4)) }
    expectError(&t, .busy) { () throws(DiskError) in try disk.start(buffer.read(1, count: 1)) }
    disk.abandon()
    expect(&t, disk, buffer, 9, count: 2)
  }
  t.test("the channel's interrupt line carries a transfer on") { t in
    let line = KernelDisks.lines[0]
    Carrier.begin(disk)
    Interrupts.handle(vector: Interrupts.firstLineVector + UInt32(line)) { _ in Carrier.poll() }
    disk.channel.setInterrupts(true)
    InterruptController.unmask(line: line)
    buffer.clear(count: 32)
    expectDone(&t) { () throws(DiskError) in
      try withInterruptsDisabled { () throws(DiskError) in
        try disk.start(buffer.read(16, count: 32))
        while !Carrier.isDone {
          cpu_enable_interrupts_and_halt()
          cpu_disable_interrupts()
        }
      }
      try disk.finish()
    }
    disk.channel.setInterrupts(false)
    InterruptController.mask(line: line)
    t.expect(Carrier.interrupts, is: 32, "interrupts, one a sector")
    t.expect(buffer.holds(16, count: 32), "what was read")
  }
}

/// Polls of a few microseconds each: more than a second.
private let patience: UInt32 = 10_000_000

/// The disk whose first sector says that it is for tests: only on that one anything is written.
private func testDisk() -> KernelDisks.Disk? {
  guard let disk = KernelDisks.disk(0), let buffer = Buffer(KernelMemory.shared.frames) else { return nil }
  do throws(DiskError) { try disk.transfer(buffer.read(0, count: 1), patience: patience) } catch {
    return nil
  }
  return buffer.isSignature ? disk : nil
}

private func expect(
  _ t: inout TestRun, _ disk: KernelDisks.Disk, _ buffer: borrowing Buffer, _ first: UInt64, count: UInt32,
  changed: Bool = false
) {
  buffer.clear(count: count)
  do throws(DiskError) { try disk.transfer(buffer.read(first, count: count), patience: patience) } catch {
    return t.fail { $0.write(error) }
  }
  t.expect(buffer.holds(first, count: count, changed: changed), "the sectors' bytes")
}

private func expectDone(_ t: inout TestRun, _ body: () throws(DiskError) -> Void) {
  do throws(DiskError) { try body() } catch { t.fail { $0.write(error) } }
}

private func expectError(_ t: inout TestRun, _ expected: DiskError, _ body: () throws(DiskError) -> Void) {
  do throws(DiskError) {
    try body()
    t.fail("it is refused")
  } catch {
    if error != expected { t.fail { $0.write(error) } }
  }
}

/// Eight frames in a row: 64 sectors.
private struct Buffer: ~Copyable {
  private let frames: FrameAllocator<KernelLock>
  private let run: FrameRange
  private static var owner: Owner { Owners.register("self-test") }

  init?(_ frames: FrameAllocator<KernelLock>) {
    var request = RunRequest(count: 8)
    request.last = FrameNumber(frames.directLimit - 1)
    do throws(FrameError) { run = try frames.allocateRun(request, owner: Self.owner) } catch { return nil }
    self.frames = frames
  }

  deinit {
    do throws(FrameError) { try frames.freeRun(run, owner: Self.owner) } catch {
      panic("a buffer's frames are gone", .decimal("frame", run.first.rawValue))
    }
  }

  /// The first so many sectors.
  private func bytes(_ count: UInt32) -> UnsafeMutableRawBufferPointer {
    precondition(count <= 64)
    // Consecutive frames are consecutive in the direct map, and these are ours.
    return unsafe UnsafeMutableRawBufferPointer(
      start: HardwareMMU().memory(of: run.first).baseAddress, count: Int(count) * SectorRange.bytesPerSector)
  }

  private func sectors(_ first: UInt64, _ count: UInt32) -> SectorRange {
    guard let sectors = SectorRange(first: first, countMinusOne: count - 1) else { panic("no such sectors") }
    return sectors
  }

  /// The buffer lives longer than any request of this file, which waits for each.
  func read(_ first: UInt64, count: UInt32) -> DiskRequest {
    unsafe .read(sectors(first, count), into: bytes(count))
  }

  func write(_ first: UInt64, count: UInt32) -> DiskRequest {
    unsafe .write(sectors(first, count), from: UnsafeRawBufferPointer(bytes(count)))
  }

  func clear(count: UInt32) { each(count) { _ in 0 } }

  func fill(_ first: UInt64, count: UInt32, changed: Bool) {
    each(count) { Self.word(first, $0, changed) }
  }

  func holds(_ first: UInt64, count: UInt32, changed: Bool = false) -> Bool {
    let words = unsafe bytes(count).bindMemory(to: UInt32.self)
    for index in words.indices where unsafe words[index] != Self.word(first, index, changed) { return false }
    return true
  }

  /// `Tessera test\0\0\0\1`, as the runner writes it.
  var isSignature: Bool {
    let words = unsafe bytes(1).bindMemory(to: UInt32.self)
    return unsafe words[0] == 0x7373_6554 && words[1] == 0x2061_7265 && words[2] == 0x7473_6574
      && words[3] == 0x0100_0000
  }

  /// Word `index` from sector `first` on: the sector's number times a constant, and the word's place in it; its complement
  /// where the test has written.
  private static func word(_ first: UInt64, _ index: Int, _ changed: Bool) -> UInt32 {
    let sector = UInt32(truncatingIfNeeded: first) &+ UInt32(index >> 7)
    let word = sector &* 0x9E37_79B1 &+ UInt32(index & 127)
    return changed ? ~word : word
  }

  private func each(_ count: UInt32, _ value: (Int) -> UInt32) {
    let words = unsafe bytes(count).bindMemory(to: UInt32.self)
    for index in words.indices { unsafe words[index] = value(index) }
  }
}

/// What the handler of the channel's line shares with the test.
private enum Carrier {
  private nonisolated(unsafe) static var disk: KernelDisks.Disk?
  private nonisolated(unsafe) static var count: UInt32 = 0
  private nonisolated(unsafe) static var progress = DiskProgress.idle

  static func begin(_ disk: KernelDisks.Disk) {
    unsafe self.disk = disk
    unsafe count = 0
    unsafe progress = .working
  }

  @inline(never) static func poll() {
    unsafe count += 1
    if let disk = unsafe disk { unsafe progress = disk.poll() }
  }

  static var isDone: Bool {
    @inline(never) get { unsafe progress == .done }
  }

  static var interrupts: UInt32 {
    @inline(never) get { unsafe count }
  }
}
#endif
