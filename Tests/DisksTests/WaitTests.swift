import Disks
import Testing

/// Threads that sleep while an ATA drive works, with and without a bus master.
@Suite("Waiting for a disk's interrupt")
struct WaitTests {
  private func bench(_ hasEngine: Bool, _ sectors: UInt64 = 100) throws -> (ModelATA, ATADisk<ModelATA>) {
    let model = ModelATA(.init(sectors: sectors, hasTransferMode: true))
    if hasEngine { model.memory = ModelMemory(byteCount: 1 << 20) }
    let bench = try ATABench(model)
    return (model, try #require(ATADisk(bench.channel, .first)))
  }

  private func buffer(_ model: ModelATA, _ sectors: Int) -> UnsafeMutableRawBufferPointer {
    // Leaked where there is no memory of the model's.
    model.memory?.take(sectors * 512) ?? .allocate(byteCount: sectors * 512, alignment: 16)
  }

  /// Time goes by: the drive takes a step.
  private func waiter(_ model: ModelATA, stepsASleep: Int = 100) -> HostWaiter {
    HostWaiter(stepsASleep: stepsASleep) { _ = model.read8(.io, ModelATA.controlPort) }
  }

  /// Puts the handler at the line.
  private func connect(_ model: ModelATA, _ disk: ATADisk<ModelATA>, _ waiter: HostWaiter) {
    waiter.handler = { _ = disk.poll() }
    model.atInterrupt = { waiter.interrupt() }
  }

  @Test("the handler ends a transfer, and the line is still afterwards", arguments: [false, true])
  func interrupted(_ hasEngine: Bool) throws {
    let (model, disk) = try bench(hasEngine)
    let waiter = waiter(model)
    connect(model, disk, waiter)
    let buffer = buffer(model, 4)
    for first: UInt64 in [3, 40] {
      try disk.transfer(
        .read(SectorRange(first: first, countMinusOne: 3)!, into: buffer), waiting: waiter, rounds: 2,
        patience: 10)
      #expect(
        (0..<4).allSatisfy {
          buffer.load(fromByteOffset: $0 * 512, as: UInt16.self) == UInt16(first) + UInt16($0)
        })
      buffer.storeBytes(of: 0x1234, as: UInt16.self)
      try disk.transfer(
        .write(SectorRange(first: first + 4, countMinusOne: 3)!, from: .init(buffer)), waiting: waiter,
        rounds: 2,
        patience: 10)
      #expect(model.content(0, first + 4)[0] == 0x1234)
      #expect(model.content(0, first + 7)[255] == UInt16(first) + 3)
    }
    try disk.transfer(.flush, waiting: waiter, rounds: 2, patience: 10)
    #expect(waiter.sleeps == 5, "no wait in vain")
    // Quiet now: polling raises no line.
    let before = model.interrupts
    try disk.transfer(.read(SectorRange(only: 1), into: .init(rebasing: buffer[..<512])))
    #expect(model.interrupts == before)
    #expect(model.faults == [])
  }

  @Test(
    "an interrupt that never comes is told with the status, and the request is over",
    arguments: [false, true])
  func dumb(_ hasEngine: Bool) throws {
    let (model, disk) = try bench(hasEngine)
    model.isDumb = true
    let buffer = buffer(model, 1)
    #expect(throws: DiskError.noInterrupt(status: 0x50)) {
      try disk.transfer(
        .read(SectorRange(only: 9), into: buffer), waiting: waiter(model), rounds: 3, patience: 10)
    }
    // It did what it was asked.
    #expect(buffer.load(as: UInt16.self) == 9)
    #expect(disk.progress == .idle && model.resets == 0)
    try disk.transfer(.read(SectorRange(only: 8), into: buffer))
    #expect(buffer.load(as: UInt16.self) == 8)
    #expect(model.faults == [])
  }

  @Test(
    "a drive that is busy for ever is waited for, polled, and given up with its status (Disks-I6)",
    arguments: [false, true])
  func busyForEver(_ hasEngine: Bool) throws {
    let (model, disk) = try bench(hasEngine)
    // Longer than the driver looks when it begins.
    model.busyReads = 10
    let waiter = HostWaiter(stepsASleep: 1) { model.isStuck = true }
    connect(model, disk, waiter)
    let buffer = buffer(model, 1)
    buffer.initializeMemory(as: UInt8.self, repeating: 0xEE)
    #expect(throws: DiskError.noAnswer(status: 0x80)) {
      try disk.transfer(.read(SectorRange(only: 9), into: buffer), waiting: waiter, rounds: 3, patience: 50)
    }
    #expect(waiter.sleeps == 3 && model.resets == 1)
    model.isStuck = false
    #expect(disk.progress == .idle)
    #expect(buffer.allSatisfy { $0 == 0xEE })
    for _ in 0..<20 { _ = model.read8(.io, ModelATA.controlPort) }
    try disk.transfer(.read(SectorRange(only: 9), into: buffer))
    #expect(model.faults == [])
  }

  @Test("a drive that wants no data for a write is given up too")
  func busyBeforeWrite() throws {
    let (model, disk) = try bench(false)
    model.busyReads = 1_000_000
    let buffer = buffer(model, 1)
    #expect(throws: DiskError.noAnswer(status: 0x80)) {
      try disk.transfer(
        .write(SectorRange(only: 9), from: .init(buffer)), waiting: waiter(model), rounds: 2, patience: 20)
    }
    #expect(model.resets == 1)
  }

  @Test("slow is not late: a drive that needs several sleeps is waited for", arguments: [false, true])
  func slow(_ hasEngine: Bool) throws {
    let (model, disk) = try bench(hasEngine)
    model.busyReads = 25
    let waiter = waiter(model, stepsASleep: 10)
    connect(model, disk, waiter)
    let buffer = buffer(model, 1)
    try disk.transfer(.read(SectorRange(only: 9), into: buffer), waiting: waiter, rounds: 5, patience: 10)
    #expect(waiter.sleeps > 1)
    #expect(buffer.load(as: UInt16.self) == 9)
  }

  @Test(
    "a drive that is done at the very look of who slept in vain is not charged with silence",
    arguments: [false, true])
  func doneWhileLooking(_ hasEngine: Bool) throws {
    // Looks are steps of the model's time: one of these ends in each.
    for busyReads in 1...16 {
      for stepsASleep in [1, 4] {
        let (model, disk) = try bench(hasEngine)
        model.busyReads = busyReads
        let waiter = waiter(model, stepsASleep: stepsASleep)
        connect(model, disk, waiter)
        let buffer = buffer(model, 1)
        try disk.transfer(
          .read(SectorRange(only: 9), into: buffer), waiting: waiter, rounds: 3, patience: 50)
        #expect(buffer.load(as: UInt16.self) == 9, "busy for \(busyReads), sleeps of \(stepsASleep)")
      }
    }
  }

  @Test("errors of the device and of the request are what they are without a wait", arguments: [false, true])
  func errors(_ hasEngine: Bool) throws {
    let (model, disk) = try bench(hasEngine)
    model.drives[0]!.badSectors = [12]
    let waiter = waiter(model)
    connect(model, disk, waiter)
    let buffer = buffer(model, 4)
    let request = DiskRequest.read(SectorRange(first: 10, countMinusOne: 3)!, into: buffer)
    #expect(throws: DiskError.failed(sector: 12, status: 0x51, error: 0x40)) {
      try disk.transfer(request, waiting: waiter, rounds: 2, patience: 10)
    }
    #expect(throws: DiskError.beyondEnd(SectorRange(only: 100), last: 99)) {
      try disk.transfer(
        .read(SectorRange(only: 100), into: buffer), waiting: waiter, rounds: 2, patience: 10)
    }
    #expect(waiter.sleeps == 1)
  }
}
