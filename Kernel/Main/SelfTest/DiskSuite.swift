#if os(none)
import Disks
import Frames
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
  t.test("by the processor, an interrupt for each sector carries a transfer on, and the thread sleeps") { t in
    guard let slow = disk.withoutEngine else { return t.skip("no disk that the processor reads") }
    expectInterrupts(&t, slow, buffer, ofRead: 32, ofWrite: 8)
  }
  t.test("by the disk's own engine, one interrupt ends a transfer") { t in
    guard disk.hasEngine else { return t.skip("nothing but the processor moves data") }
    expectInterrupts(&t, disk, buffer, ofRead: 1, ofWrite: 1)
  }
  t.test("threads that want the same disk take turns") { t in
    Readers.begin(disk)
    withThreads(&t, ("a", 1), ("b", 2), ("c", 3), { Readers.read($0) }) { _ in Readers.read(4) }
    t.expect(Readers.wrong, is: 0, "sectors that were read wrong")
    t.expect(Readers.read, is: 4 * 40, "sectors that were read")
  }
}

/// A read of 32 sectors and a write of 8 by a thread that sleeps meanwhile, each with so many interrupts.
private func expectInterrupts(
  _ t: inout TestRun, _ disk: KernelDisk, _ buffer: borrowing Buffer, ofRead: UInt32, ofWrite: UInt32
) {
  guard disk.controller.value.line != nil else { return t.skip("the line is somebody else's") }
  buffer.clear(count: 32)
  let before = disk.controller.value.interrupts
  expectDone(&t) { () throws(DiskError) in try disk.perform(buffer.read(16, count: 32)) }
  t.expect(disk.controller.value.interrupts - before, is: ofRead, "interrupts of a read")
  t.expect(buffer.holds(16, count: 32), "what was read")
  let last = disk.lastSector
  buffer.fill(last - 7, count: 8, changed: true)
  expectDone(&t) { () throws(DiskError) in try disk.perform(buffer.write(last - 7, count: 8)) }
  t.expect(disk.controller.value.interrupts - before - ofRead, is: ofWrite, "interrupts of a write")
  t.expect(disk.controller.value.missed, is: 0, "requests without an interrupt")
  expect(&t, disk, buffer, last - 7, count: 8, changed: true)
}

/// Polls of a few microseconds each: more than a second.
private let patience: UInt32 = 10_000_000

/// The disk whose first sector says that it is for tests: only on that one anything is written.
private func testDisk() -> KernelDisks.Disk? {
  // The first one on ATA, or the first one on virtio.
  guard let disk = KernelDisks.disk(0) ?? KernelDisks.disk(4),
    let buffer = Buffer(KernelMemory.shared.frames)
  else { return nil }
  do throws(DiskError) { try disk.perform(buffer.read(0, count: 1)) } catch { return nil }
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

/// What several threads do with one disk.
private enum Readers {
  private nonisolated(unsafe) static var disk: KernelDisk?
  private nonisolated(unsafe) static var storedWrong: UInt32 = 0
  private nonisolated(unsafe) static var storedRead: UInt32 = 0

  static var wrong: UInt32 { unsafe storedWrong }
  static var read: UInt32 { unsafe storedRead }

  static func begin(_ disk: KernelDisk) {
    unsafe self.disk = disk
    unsafe storedWrong = 0
    unsafe storedRead = 0
  }

  /// Reads forty times one of the sectors that are not 0.
  static func read(_ thread: UInt) {
    guard let disk = unsafe disk, let buffer = Buffer(KernelMemory.shared.frames) else { return }
    for round in 0..<40 as Range<UInt32> {
      let sector = UInt64(1 + (UInt32(thread) * 17 + round) % 63)
      var isRight = false
      do throws(DiskError) {
        try disk.perform(buffer.read(sector, count: 1))
        isRight = buffer.holds(sector, count: 1)
      } catch {}
      withInterruptsDisabled {
        unsafe storedRead += 1
        if !isRight { unsafe storedWrong += 1 }
      }
    }
  }
}
#endif
