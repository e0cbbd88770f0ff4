import Disks
import Testing

/// A disk of bytes in memory that takes a stated number of polls for a request.
final class MemoryDisk: BlockDevice {
  let lastSector: UInt64
  let largestCountMinusOne: UInt32 = 3
  let pollsToDone: Int
  private var polls = 0
  private(set) var isWorking = false

  init(sectors: UInt64, pollsToDone: Int) {
    lastSector = sectors - 1
    self.pollsToDone = pollsToDone
  }

  let needsPoll = false
  let status: UInt8 = 0xD0

  var progress: DiskProgress { !isWorking ? .idle : polls < pollsToDone ? .working : .done }

  var isReady: Bool { isWorking && polls + 1 == pollsToDone }

  func setInterrupts(_ isEnabled: Bool) {}

  func start(_ request: DiskRequest) throws(DiskError) {
    guard !isWorking else { throw .busy }
    try request.check(lastSector: lastSector, largestCountMinusOne: largestCountMinusOne)
    isWorking = true
    polls = 0
  }

  func poll() -> DiskProgress {
    guard isWorking else { return .idle }
    polls += 1
    return polls < pollsToDone ? .working : .done
  }

  func finish() throws(DiskError) {
    guard isWorking, polls >= pollsToDone else { throw .notDone }
    isWorking = false
  }

  func abandon() { isWorking = false }
}

@Suite("Disk requests")
struct RequestTests {
  private func read(_ first: UInt64, _ last: UInt64, bytes: Int) -> DiskRequest {
    // The buffer stays: the tests leak it.
    .read(SectorRange(first: first, last: last)!, into: .allocate(byteCount: bytes, alignment: 4))
  }

  @Test("a range of sectors is never reversed and never wraps")
  func ranges() {
    #expect(SectorRange(first: 1, last: 0) == nil)
    #expect(SectorRange(first: .max, countMinusOne: 1) == nil)
    #expect(SectorRange(first: .max, countMinusOne: 0)?.last == .max)
    #expect(SectorRange(first: 7, countMinusOne: 3)?.countMinusOne == 3)
  }

  @Test("a request is refused before the device hears of it (Disks-I1)")
  func refusals() throws {
    let disk = MemoryDisk(sectors: 8, pollsToDone: 1)
    #expect(throws: DiskError.beyondEnd(SectorRange(first: 7, last: 8)!, last: 7)) {
      try disk.start(read(7, 8, bytes: 1024))
    }
    #expect(throws: DiskError.tooLong(SectorRange(first: 0, last: 4)!, largestCountMinusOne: 3)) {
      try disk.start(read(0, 4, bytes: 2560))
    }
    for bytes in [0, 511, 513, 1024] {
      #expect(throws: DiskError.wrongBuffer(bytes: bytes, SectorRange(first: 7, last: 7)!)) {
        try disk.start(read(7, 7, bytes: bytes))
      }
    }
    #expect(!disk.isWorking)
    try disk.transfer(read(4, 7, bytes: 2048))
    try disk.transfer(.flush)
  }

  @Test("a transfer polls until it is done, and gives up when its patience ends")
  func patience() throws {
    let disk = MemoryDisk(sectors: 8, pollsToDone: 5)
    try disk.transfer(.flush, patience: 5)
    #expect(throws: DiskError.noAnswer(status: 0xD0)) { try disk.transfer(.flush, patience: 4) }
    #expect(!disk.isWorking)
    #expect(disk.poll() == .idle)
    #expect(throws: DiskError.notDone) { try disk.finish() }
  }
}
