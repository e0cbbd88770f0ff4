import Disks
import Testing

@Suite("ATA disks")
struct ATATests {
  private static let sectors: UInt64 = 1 << 28 + 100

  private func transfer(
    _ operation: DiskRequest.Operation, _ first: UInt64, _ words: inout [UInt16], _ disk: ATADisk<ModelATA>
  ) throws(DiskError) {
    let sectors = SectorRange(first: first, countMinusOne: UInt32(words.count / 256 - 1))!
    var failure: DiskError?
    words.withUnsafeMutableBytes { bytes in
      let request: DiskRequest =
        operation == .read
        ? .read(sectors, into: bytes) : .write(sectors, from: UnsafeRawBufferPointer(bytes))
      do throws(DiskError) { try disk.transfer(request, patience: 100_000) } catch { failure = error }
    }
    if let failure { throw failure }
  }

  private func words(_ sectors: [UInt64]) -> [UInt16] {
    sectors.flatMap { [UInt16](repeating: UInt16(truncatingIfNeeded: $0), count: 256) }
  }

  @Test("a disk tells its size and its name", arguments: [true, false])
  func identity(_ isWide: Bool) throws {
    let bench = try ATABench(ModelATA(.init(sectors: 1000, isWide: isWide)))
    let disk = try #require(ATADisk(bench.channel, .first))
    #expect(disk.lastSector == 999)
    #expect(disk.identity.isWide == isWide)
    #expect(disk.largestCountMinusOne == (isWide ? 65_535 : 255))
    let name = (0..<10).map { disk.identity.model[$0] }
    #expect(String(decoding: name, as: UTF8.self) == "MODEL DISK")
    #expect(ATADisk(bench.channel, .second, patience: 100) == nil)
    #expect(bench.model.faults == [])
  }

  @Test("where there is no disk there is none")
  func absent() throws {
    let nothing = try ATABench(ModelATA(nil))
    #expect(ATADisk(nothing.channel, .first, patience: 100) == nil)
    #expect(ATADisk(nothing.channel, .second, patience: 100) == nil)
    let packets = try ATABench(ModelATA(.init(sectors: 10, isPacketDevice: true)))
    #expect(ATADisk(packets.channel, .first, patience: 100) == nil)
    let stuck = ModelATA(.init(sectors: 10))
    stuck.isStuck = true
    #expect(ATADisk(try ATABench(stuck).channel, .first, patience: 100) == nil)
    // The channel is free for the other drive.
    let both = ModelATA(.init(sectors: 10, isPacketDevice: true), .init(sectors: 77))
    let bench = try ATABench(both)
    #expect(ATADisk(bench.channel, .first, patience: 100) == nil)
    #expect(try #require(ATADisk(bench.channel, .second)).lastSector == 76)
    #expect(both.faults == [])
  }

  @Test(
    "reads take 28 bits where they are enough, and 48 beyond",
    arguments: [
      (0, 1, 0x20), (0, 256, 0x20), (0, 257, 0x24), (0xFFF_FFFF, 1, 0x20), (0xFFF_FFFF, 2, 0x24),
      (0x1000_0000, 3, 0x24), (sectors - 1, 1, 0x24), (5, 2, 0x20),
    ] as [(UInt64, Int, UInt8)])
  func reads(_ first: UInt64, _ count: Int, _ command: UInt8) throws {
    let model = ModelATA(.init(sectors: Self.sectors))
    let bench = try ATABench(model)
    let disk = try #require(ATADisk(bench.channel, .first))
    var words = [UInt16](repeating: 0xFFFF, count: count * 256)
    try transfer(.read, first, &words, disk)
    #expect(words == self.words((0..<UInt64(count)).map { first + $0 }))
    #expect(model.commands.last == command)
    #expect(model.faults == [])
  }

  @Test("writes arrive on the drive that they are for", arguments: [ATADrive.first, .second])
  func writes(_ drive: ATADrive) throws {
    let model = ModelATA(.init(sectors: Self.sectors), .init(sectors: Self.sectors, isWide: true))
    let bench = try ATABench(model)
    let disk = try #require(ATADisk(bench.channel, drive))
    for first in [0, 7, 0xFFF_FFFF, Self.sectors - 3] {
      var words = (0..<768).map { UInt16($0) &* 31 &+ UInt16(truncatingIfNeeded: first) }
      try transfer(.write, first, &words, disk)
      var back = [UInt16](repeating: 0, count: 768)
      try transfer(.read, first, &back, disk)
      #expect(back == words)
      #expect(model.content(Int(drive.rawValue), first + 2) == Array(words[512...]))
    }
    try disk.transfer(.flush)
    #expect(model.commands.last == 0xEA)
    #expect(model.drives[drive == .first ? 1 : 0]!.contents.isEmpty)
    #expect(model.faults == [])
  }

  @Test("a bad sector is named, and the disk goes on", arguments: [DiskRequest.Operation.read, .write])
  func badSector(_ operation: DiskRequest.Operation) throws {
    let model = ModelATA(.init(sectors: 100, badSectors: [12]))
    let bench = try ATABench(model)
    let disk = try #require(ATADisk(bench.channel, .first))
    var words = [UInt16](repeating: 3, count: 4 * 256)
    #expect(throws: DiskError.failed(sector: 12, status: 0x51, error: 0x40)) {
      try transfer(operation, 10, &words, disk)
    }
    #expect(disk.poll() == .idle)
    try transfer(operation, 13, &words, disk)
    #expect(model.faults == [])
  }

  @Test("one request at a time, in steps; each poll moves a sector at most (Disks-I3)")
  func steps() throws {
    let model = ModelATA(.init(sectors: 100), .init(sectors: 100))
    let bench = try ATABench(model)
    let disk = try #require(ATADisk(bench.channel, .first))
    let other = try #require(ATADisk(bench.channel, .second))
    #expect(disk.poll() == .idle)
    #expect(throws: DiskError.notDone) { try disk.finish() }
    let bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: 1024, alignment: 2)
    defer { bytes.deallocate() }
    bytes.copyBytes(from: repeatElement(0xEE, count: 1024))
    try disk.start(.read(SectorRange(first: 5, last: 6)!, into: bytes))
    #expect(throws: DiskError.busy) { try disk.start(.flush) }
    #expect(throws: DiskError.busy) { try other.start(.flush) }
    #expect(throws: DiskError.notDone) { try disk.finish() }
    var moved: [Int] = []
    var progress = DiskProgress.working
    while progress == .working {
      progress = disk.poll()
      moved.append((0..<2).count { bytes[$0 * 512] != 0xEE })
    }
    #expect(progress == .done)
    #expect(zip(moved, moved.dropFirst()).allSatisfy { $1 - $0 <= 1 } && moved.contains(1))
    #expect(disk.poll() == .done)
    try disk.finish()
    #expect(bytes[0] == 5 && bytes[1023] == 0 && bytes[1022] == 6)
    try other.start(.flush)
    other.abandon()
    #expect(model.faults == [])
  }

  @Test("every step raises the line once, and a poll takes it back")
  func interrupts() throws {
    let model = ModelATA(.init(sectors: 100))
    let bench = try ATABench(model)
    let disk = try #require(ATADisk(bench.channel, .first))
    #expect(model.interrupts == 0)
    bench.channel.setInterrupts(true)
    let bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: 1536, alignment: 2)
    defer { bytes.deallocate() }
    try disk.start(.read(SectorRange(first: 5, last: 7)!, into: bytes))
    var polls = 0
    while disk.poll() != .done { polls += 1 }
    try disk.finish()
    #expect(model.interrupts == 3)
    #expect(!model.isLineUp)
    bench.channel.setInterrupts(false)
    try disk.transfer(.flush)
    #expect(model.interrupts == 3)
  }

  @Test(
    "a request that is given up leaves its buffer alone, and the disk works again after the reset (Disks-I2)")
  func abandoned() throws {
    let model = ModelATA(.init(sectors: 100))
    let bench = try ATABench(model)
    let disk = try #require(ATADisk(bench.channel, .first))
    model.isStuck = true
    var words = [UInt16](repeating: 9, count: 256)
    // A drive that does not even become idle is not given a command.
    #expect(throws: DiskError.noAnswer(status: 0x80)) { try transfer(.read, 1, &words, disk) }
    model.isStuck = false
    let bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: 512, alignment: 2)
    defer { bytes.deallocate() }
    bytes.copyBytes(from: repeatElement(0xEE, count: 512))
    try disk.start(.read(SectorRange(only: 1), into: bytes))
    model.isStuck = true
    for _ in 0..<100 { #expect(disk.poll() == .working) }
    disk.abandon()
    #expect(model.resets == 1)
    model.isStuck = false
    #expect(disk.poll() == .idle)
    #expect(bytes.allSatisfy { $0 == 0xEE })
    for _ in 0..<10 { _ = model.read8(.io, ModelATA.controlPort) }
    try transfer(.read, 1, &words, disk)
    #expect(words == self.words([1]))
    #expect(model.faults == [])
  }
}
