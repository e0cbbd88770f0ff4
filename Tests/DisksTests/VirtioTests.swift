import BusSpace
import Disks
import Testing

@Suite("Virtio disks")
struct VirtioTests {
  let memory = ModelMemory(byteCount: 4 << 20)

  private func disk(_ model: ModelVirtio) throws -> VirtioDisk<ModelVirtio> {
    let ports = try ClaimedPorts([ModelVirtio.ports]).handles[0]
    let layout = try #require(VirtioDisk.layout(model, ports))
    let bytes = memory.take(VirtioDisk<ModelVirtio>.memorySize(layout), alignment: 4096)
    return try #require(
      unsafe VirtioDisk(model, ports, layout, memory: bytes, storage: .allocate(capacity: 1)))
  }

  private func range(_ first: UInt64, _ count: Int) -> SectorRange {
    SectorRange(first: first, countMinusOne: UInt32(count - 1))!
  }

  @Test("it tells its size, and how much it takes at once")
  func size() throws {
    let model = ModelVirtio(memory, sectors: 1 << 33 + 5)
    let disk = try disk(model)
    #expect(disk.lastSector == 1 << 33 + 4)
    #expect(disk.largestCountMinusOne == 2047)
    #expect(!disk.isReadOnly)
    #expect(model.status == 7 && model.accepted == 1 << 9)
    let limited = ModelVirtio(memory, sectors: 8, features: 2)
    limited.largestPiece = 8192
    #expect(try self.disk(limited).largestCountMinusOne == 15)
    #expect(limited.faults == [] && model.faults == [])
  }

  @Test("a device without a queue, without sectors or without memory is none")
  func absent() throws {
    let ports = try ClaimedPorts([ModelVirtio.ports]).handles[0]
    #expect(VirtioDisk.layout(ModelVirtio(memory, sectors: 8, queueSize: 0), ports) == nil)
    #expect(VirtioDisk.layout(ModelVirtio(memory, sectors: 8, queueSize: 2), ports) == nil)
    let empty = ModelVirtio(memory, sectors: 0)
    let layout = try #require(VirtioDisk.layout(empty, ports))
    let size = VirtioDisk<ModelVirtio>.memorySize(layout)
    #expect(
      VirtioDisk(
        empty, ports, layout, memory: memory.take(size, alignment: 4096), storage: .allocate(capacity: 1))
        == nil)
    #expect(empty.status == 128)
    let far = UnsafeMutableRawBufferPointer.allocate(byteCount: size, alignment: 4096)
    defer { far.deallocate() }
    let model = ModelVirtio(memory, sectors: 8)
    #expect(VirtioDisk(model, ports, layout, memory: far, storage: .allocate(capacity: 1)) == nil)
    #expect(model.status == 128)
  }

  @Test("what is written is read back, by any number of sectors", arguments: [1, 8, 2048])
  func transfers(_ count: Int) throws {
    let model = ModelVirtio(memory, sectors: 10_000)
    let disk = try disk(model)
    let buffer = memory.take(count * 512)
    try disk.transfer(.read(range(77, count), into: buffer))
    #expect(buffer[0] == 77 && buffer[count * 512 - 1] == UInt8(truncatingIfNeeded: 76 + count))
    for index in buffer.indices { buffer[index] = UInt8(truncatingIfNeeded: index &* 31 >> 3) }
    try disk.transfer(.write(range(5000, count), from: .init(buffer)))
    #expect(model.content(5000 + UInt64(count) - 1) == Array(buffer[(count * 512 - 512)...]))
    buffer.initializeMemory(as: UInt8.self, repeating: 0)
    try disk.transfer(.read(range(5000, count), into: buffer))
    #expect(buffer.indices.allSatisfy { buffer[$0] == UInt8(truncatingIfNeeded: $0 &* 31 >> 3) })
    #expect(model.faults == [])
  }

  @Test("a flush goes to the device that has one, and is nothing to the others", arguments: [true, false])
  func flush(_ hasFlush: Bool) throws {
    let model = ModelVirtio(memory, sectors: 8, features: hasFlush ? 1 << 9 : 0)
    let disk = try disk(model)
    try disk.transfer(.flush)
    #expect(model.flushes == (hasFlush ? 1 : 0))
    #expect(disk.progress == .idle)
    #expect(model.faults == [])
  }

  @Test("what is wrong is told with its operands, and the disk goes on (Disks-I7)")
  func errors() throws {
    let model = ModelVirtio(memory, sectors: 100)
    model.badSectors = [12]
    let disk = try disk(model)
    let buffer = memory.take(4 * 512)
    #expect(throws: DiskError.failed(sector: 10, status: 1, error: 0)) {
      try disk.transfer(.read(range(10, 4), into: buffer))
    }
    #expect(throws: DiskError.failed(sector: 10, status: 1, error: 0)) {
      try disk.transfer(.write(range(10, 4), from: .init(buffer)))
    }
    model.missing = 100
    #expect(throws: DiskError.short(range(20, 4), bytes: 1948)) {
      try disk.transfer(.read(range(20, 4), into: buffer))
    }
    model.missing = 0
    #expect(throws: DiskError.beyondEnd(range(98, 4), last: 99)) {
      try disk.transfer(.read(range(98, 4), into: buffer))
    }
    let far = UnsafeMutableRawBufferPointer.allocate(byteCount: 512, alignment: 16)
    defer { far.deallocate() }
    #expect(throws: DiskError.unreachable(bytes: 512)) { try disk.transfer(.read(range(1, 1), into: far)) }
    let resets = model.resets
    model.lie = 2
    #expect(throws: DiskError.strangeAnswer(number: 2)) {
      try disk.transfer(.read(range(20, 4), into: buffer))
    }
    model.lie = nil
    // It was reset, for nobody knows what else it does.
    #expect(model.resets == resets + 1)
    try disk.transfer(.read(range(20, 4), into: buffer))
    #expect(buffer[2047] == 23)
    #expect(model.faults == [])
  }

  @Test("a disk that can only be read is not asked to write")
  func readOnly() throws {
    let model = ModelVirtio(memory, sectors: 100, features: 1 << 5)
    let disk = try disk(model)
    let buffer = memory.take(512)
    #expect(disk.isReadOnly)
    #expect(throws: DiskError.readOnly) { try disk.transfer(.write(range(1, 1), from: .init(buffer))) }
    #expect(model.notifications == 0)
    try disk.transfer(.read(range(1, 1), into: buffer))
    #expect(buffer[0] == 1)
  }

  @Test("a request that is given up leaves its buffer alone, and so does a disk that was detached (Disks-I2)")
  func abandoned() throws {
    let model = ModelVirtio(memory, sectors: 100)
    let disk = try disk(model)
    let buffer = memory.take(512)
    buffer.initializeMemory(as: UInt8.self, repeating: 0xEE)
    model.isStuck = true
    #expect(throws: DiskError.noAnswer(status: 0xFF)) {
      try disk.transfer(.read(range(1, 1), into: buffer), patience: 10)
    }
    #expect(model.pending.isEmpty && model.status == 7)
    model.isStuck = false
    #expect(disk.poll() == .idle && buffer[0] == 0xEE)
    try disk.transfer(.read(range(1, 1), into: buffer))
    #expect(buffer[0] == 1)
    model.isStuck = true
    try disk.start(.read(range(2, 1), into: buffer))
    disk.detach()
    #expect(model.status == 0 && disk.progress == .idle && buffer[0] == 1)
    #expect(model.faults == [])
  }

  @Test("the line goes up for who wants it, and a poll takes it back")
  func interrupts() throws {
    let model = ModelVirtio(memory, sectors: 100)
    let disk = try disk(model)
    let buffer = memory.take(512)
    var interrupts = 0
    model.atInterrupt = { interrupts += 1 }
    try disk.transfer(.read(range(1, 1), into: buffer))
    #expect(interrupts == 0)
    let waiter = HostWaiter(stepsASleep: 5) {
      model.look()
      model.completeAll()
    }
    waiter.handler = { _ = disk.poll() }
    model.atInterrupt = {
      interrupts += 1
      waiter.interrupt()
    }
    model.isStuck = true
    try disk.transfer(.read(range(3, 1), into: buffer), waiting: waiter, rounds: 2, patience: 10)
    #expect(interrupts == 1 && !model.isLineUp && buffer[0] == 3)
    model.atInterrupt = {}
    #expect(throws: DiskError.noInterrupt(status: 0)) {
      try disk.transfer(.read(range(4, 1), into: buffer), waiting: waiter, rounds: 2, patience: 10)
    }
    #expect(buffer[0] == 4 && disk.progress == .idle)
    #expect(model.faults == [])
  }

  @Test("a line that goes up without a request is taken back, for it would go up for ever")
  func interruptsOutOfTheBlue() throws {
    let model = ModelVirtio(memory, sectors: 100)
    let disk = try disk(model)
    let buffer = memory.take(512)
    model.resize(200)
    #expect(disk.poll() == .idle && !model.isLineUp)
    try disk.start(.read(range(1, 1), into: buffer))
    #expect(disk.poll() == .done)
    // The device shows what it is through with before it raises the line: a poll may see the one and not the other.
    model.resize(300)
    #expect(disk.poll() == .done && !model.isLineUp)
    try disk.finish()
    #expect(buffer[0] == 1 && model.faults == [])
  }
}
