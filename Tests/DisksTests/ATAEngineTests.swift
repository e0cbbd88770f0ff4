import Testing

@testable import Disks

/// A bus master moves the data.
@Suite("ATA disks with a bus master")
struct ATAEngineTests {
  let memory = ModelMemory(byteCount: 2 << 20)

  private func bench(
    _ drive: ModelATA.Drive, hasMode: Bool = true
  ) throws -> (bench: ATABench, disk: ATADisk<ModelATA>) {
    var drive = drive
    drive.hasTransferMode = hasMode
    let model = ModelATA(drive)
    model.memory = memory
    let bench = try ATABench(model)
    return (bench, try #require(ATADisk(bench.channel, .first)))
  }

  private func range(_ first: UInt64, _ count: Int) -> SectorRange {
    SectorRange(first: first, countMinusOne: UInt32(count - 1))!
  }

  @Test("it is used by drives for which a mode was chosen, and by no others")
  func modes() throws {
    #expect(try bench(.init(sectors: 10)).disk.usesEngine)
    #expect(try !bench(.init(sectors: 10), hasMode: false).disk.usesEngine)
    let model = ModelATA(.init(sectors: 10, hasTransferMode: true))
    #expect(try !#require(ATADisk(try ATABench(model).channel, .first)).usesEngine)
  }

  @Test(
    "reads and writes are the same as by the processor, wherever the buffer lies",
    arguments: [(0, 1, 0xC8), (5, 256, 0xC8), (0xFFF_FFFF, 2, 0x25), (0x1000_0000, 300, 0x25)]
      as [(UInt64, Int, UInt8)])
  func transfers(_ first: UInt64, _ count: Int, _ command: UInt8) throws {
    for offset in [0, 2, 0xFFFE, 512] {
      let (bench, disk) = try bench(.init(sectors: 1 << 28 + 1000))
      let bytes = memory.take(count * 512 + 0x1_0000)
      let buffer = UnsafeMutableRawBufferPointer(rebasing: bytes[offset..<offset + count * 512])
      try disk.transfer(.read(range(first, count), into: buffer))
      #expect(bench.model.commands.last == command)
      let lastWords = (0..<count).map {
        buffer.loadUnaligned(fromByteOffset: $0 * 512 + 510, as: UInt16.self)
      }
      #expect(lastWords == (0..<count).map { UInt16(truncatingIfNeeded: first + UInt64($0)) })
      for index in stride(from: 0, to: count * 512, by: 2) {
        buffer.storeBytes(
          of: UInt16(truncatingIfNeeded: index &* 7 + offset), toByteOffset: index, as: UInt16.self)
      }
      try disk.transfer(.write(range(first, count), from: UnsafeRawBufferPointer(buffer)))
      #expect(bench.model.commands.last == command | (command == 0xC8 ? 2 : 0x10))
      let last = bench.model.content(0, first + UInt64(count - 1))
      #expect(last[255] == UInt16(truncatingIfNeeded: (count * 512 - 2) &* 7 + offset))
      // Every region is even and within 64 KiB, and all of them are the buffer.
      #expect(bench.model.engine.regions.reduce(0) { $0 + $1.count } == count * 512)
      #expect(bench.model.faults == [])
    }
  }

  @Test("what it cannot reach, or has no room to describe, the processor moves")
  func processor() throws {
    let (bench, disk) = try bench(.init(sectors: 10_000))
    let elsewhere = UnsafeMutableRawBufferPointer.allocate(byteCount: 512, alignment: 4)
    defer { elsewhere.deallocate() }
    try disk.transfer(.read(range(3, 1), into: elsewhere))
    #expect(bench.model.commands.last == 0x20)
    #expect(elsewhere.load(as: UInt16.self) == 3)
    let odd = UnsafeMutableRawBufferPointer(rebasing: memory.take(1024)[2..<514])
    try disk.transfer(.read(range(4, 1), into: odd))
    #expect(bench.model.commands.last == 0xC8)
    // 17 regions are a mebibyte from the middle of one on; a sector more is one too many.
    let many = memory.take((1 << 20) + 512, alignment: 0x1_0000)
    try disk.transfer(.read(range(0, 2048), into: .init(rebasing: many[..<(1 << 20)])))
    #expect(bench.model.commands.last == 0x25)
    var slow = disk
    slow.usesEngine = false
    try slow.transfer(.read(range(4, 1), into: odd))
    #expect(bench.model.commands.last == 0x20)
    #expect(bench.model.faults == [])
  }

  @Test("a table describes 17 regions and refuses an eighteenth")
  func table() {
    let table = ATARegionTable(storage: memory.take(ATARegionTable.byteCount, alignment: 8))
    #expect(table.set(first: 0x1_0000, count: 17 << 16))
    #expect(!table.set(first: 0x1_0000, count: 17 << 16 + 2))
    #expect(table.set(first: 0x1_FFFE, count: 16 << 16 + 2))
    #expect(!table.set(first: 0x1_FFFE, count: 16 << 16 + 4))
    #expect(!table.set(first: 1, count: 2))
    #expect(!table.set(first: 0, count: 3))
    #expect(!table.set(first: 0, count: 0))
  }

  @Test("a bad sector is named, by 28 bits and by 48", arguments: [1000, 1 << 28 + 5] as [UInt64])
  func badSector(_ bad: UInt64) throws {
    let (bench, disk) = try bench(.init(sectors: 1 << 28 + 100, badSectors: [bad]))
    let buffer = memory.take(8 * 512)
    for operation in [DiskRequest.Operation.read, .write] {
      #expect(throws: DiskError.failed(sector: bad, status: 0x51, error: 0x40)) {
        try disk.transfer(
          operation == .read
            ? .read(range(bad - 3, 8), into: buffer) : .write(range(bad - 3, 8), from: .init(buffer)))
      }
    }
    try disk.transfer(.read(range(bad + 1, 8), into: buffer))
    #expect(bench.model.faults == [])
  }

  @Test("a drive that ends early is noticed, with the interrupt at once and without it after a while")
  func short() throws {
    let (bench, disk) = try bench(.init(sectors: 100))
    let buffer = memory.take(8 * 512)
    bench.model.engine.missing = 3
    #expect(throws: DiskError.shortTransfer(range(10, 8), engine: 0x01)) {
      try disk.transfer(.read(range(10, 8), into: buffer), patience: 10_000)
    }
    disk.setInterrupts(true)
    try disk.start(.read(range(10, 8), into: buffer))
    var polls = 0
    while disk.poll() == .working { polls += 1 }
    #expect(polls < 10)
    #expect(throws: DiskError.shortTransfer(range(10, 8), engine: 0x05)) { try disk.finish() }
    disk.setInterrupts(false)
    bench.model.engine.missing = 0
    // Bytes that are only late are waited for.
    bench.model.engine.lag = 50
    try disk.transfer(.read(range(20, 8), into: buffer), patience: 10_000)
    #expect(buffer.load(fromByteOffset: 7 * 512, as: UInt16.self) == 27)
    #expect(bench.model.faults == [])
  }

  @Test("a table that ends before the drive does, and an engine without memory, are errors")
  func engineErrors() throws {
    let (bench, disk) = try bench(.init(sectors: 100))
    let buffer = memory.take(8 * 512)
    bench.model.engine.fails = true
    #expect(throws: DiskError.engineFailed(range(10, 8), engine: 0x02)) {
      try disk.transfer(.read(range(10, 8), into: buffer), patience: 10_000)
    }
    #expect(bench.model.resets == 1)
    bench.model.engine.fails = false
    // The drive gives more than it was asked for: it never ends, and is given up.
    bench.model.engine.missing = -1
    #expect(throws: DiskError.noAnswer(status: 0x58)) {
      try disk.transfer(.read(range(10, 8), into: buffer), patience: 10_000)
    }
    #expect(bench.model.engine.command == 0)
    bench.model.engine.missing = 0
    try disk.transfer(.read(range(20, 8), into: buffer))
    #expect(buffer.load(as: UInt16.self) == 20)
    #expect(bench.model.faults == [])
  }

  @Test("one interrupt ends a transfer; after abandon the engine stands still (Disks-I2)")
  func interruptAndAbandon() throws {
    let (bench, disk) = try bench(.init(sectors: 100))
    let buffer = memory.take(8 * 512)
    disk.setInterrupts(true)
    try disk.start(.read(range(10, 8), into: buffer))
    while disk.poll() == .working {}
    try disk.finish()
    #expect(bench.model.interrupts == 1 && !bench.model.isLineUp)
    buffer.initializeMemory(as: UInt8.self, repeating: 0xEE)
    // Longer than the driver looks when it begins.
    bench.model.busyReads = 10
    try disk.start(.read(range(10, 8), into: buffer))
    disk.abandon()
    #expect(bench.model.engine.command == 0 && bench.model.resets == 1)
    for _ in 0..<20 { _ = bench.model.read8(.io, ModelATA.controlPort) }
    #expect(buffer.allSatisfy { $0 == 0xEE })
    try disk.transfer(.read(range(10, 8), into: buffer))
    #expect(bench.model.faults == [])
  }
}
