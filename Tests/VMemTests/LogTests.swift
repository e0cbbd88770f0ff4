import Primitives
import Testing
import VMem

@Suite struct LogTests {
  func withCachedPorts(_ body: (Ports) throws -> Void) throws {
    let size = Ports.storageSize(spans: 2, allocations: 60, quantum: 4, cacheLimit: 16)
    let storage = UnsafeMutableRawBufferPointer.allocate(byteCount: size, alignment: 8)
    defer { unsafe storage.deallocate() }
    try body(unsafe Ports.create(name: "logged", quantum: 4, cacheLimit: 16, storage: storage))
  }

  /// An arena without caches, with tags enough: whether one is missing depends on more than on what is free.
  func withPorts(_ body: (Ports) throws -> Void) throws {
    let size = Ports.storageSize(spans: 2, allocations: 800, quantum: 4)
    let storage = UnsafeMutableRawBufferPointer.allocate(byteCount: size, alignment: 8)
    defer { unsafe storage.deallocate() }
    try body(unsafe Ports.create(name: "plain", quantum: 4, storage: storage))
  }

  /// A few hundred operations, right and wrong ones, the same for the same seed.
  func play(_ arena: Ports, seed: UInt32) {
    var state = seed
    func roll(_ sides: UInt32) -> UInt16 {
      state = state &* 1_664_525 &+ 1_013_904_223
      return UInt16((state >> 16) % sides)
    }
    var held: [AddressRange<UInt16>] = []
    try? arena.add(span: AddressRange(0, 1023))
    try? arena.add(span: AddressRange(512, 2047))
    try? arena.add(span: AddressRange(4096, 6143))
    for _ in 0..<400 {
      switch roll(8) {
      case 0...3:
        var request = Request<UInt16>(count: roll(40))
        request.policy = Policy(rawValue: UInt8(roll(4)))!
        if roll(3) == 0 { request.alignment = 64 }
        if let range = try? arena.allocate(request) { held.append(range) }
      case 4, 5:
        if !held.isEmpty { try? arena.free(held.remove(at: Int(roll(UInt32(held.count))))) }
      case 6:
        if let range = held.first { try? arena.freeFragment(AddressRange(range.first, range.first + 3)) }
      default:
        if roll(20) == 0 { arena.reap() } else { try? arena.free(AddressRange(roll(6000), 6143)) }
      }
    }
  }

  @Test(arguments: [1, 2, 3] as [UInt32])
  func aLogReplays(_ seed: UInt32) throws {
    let bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: 100_000, alignment: 1)
    defer { unsafe bytes.deallocate() }
    try withCachedPorts { original in
      original.setLog(unsafe OperationLog(storage: bytes))
      play(original, seed: seed)
      let log = try #require(original.log)
      #expect(log.isComplete && log.count > 300)
      try withCachedPorts { copy in
        #expect(copy.replay(log) == nil)
        #expect(segments(copy) == segments(original))
      }
      try withCachedPorts { other in
        try other.add(span: AddressRange(8192, 9215))
        try other.claim(AddressRange(8192, 8195))
        #expect(other.replay(log) != 0)
        #expect(segments(other) != segments(original))
      }
    }
  }

  @Test(arguments: [4, 5, 6] as [UInt32])
  func aLogThatBeganLaterIsReenacted(_ seed: UInt32) throws {
    let bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: 100_000, alignment: 8)
    defer { unsafe bytes.deallocate() }
    try withPorts { original in
      play(original, seed: seed)
      let before = segments(original)
      original.beginLog(unsafe OperationLog(storage: bytes))
      // Two spans, for the third overlapped one, and the allocations that a walk shows.
      let begun = try #require(original.log)
      #expect(begun.count == 2 + before.filter { $0.kind == .allocated }.count)
      #expect(begun.stateCount == begun.count)
      play(original, seed: seed &+ 100)
      let log = try #require(original.log)
      #expect(log.isComplete && log.count > 300)
      original.setLog(nil)
      try withPorts { copy in
        #expect(copy.reenact(log) == nil)
        let isSame = segments(copy) == segments(original)
        #expect(isSame)
      }
      // In an arena with more space a request that failed would succeed.
      try withPorts { other in
        try other.add(span: AddressRange(8192, 9215))
        let wrong = try #require(other.reenact(log))
        #expect(log[wrong].kind == .allocate && !log[wrong].hasSucceeded)
      }
    }
  }

  /// What reenacting is there to find: the log of an arena whose answers do not fit what is free in the copy.
  @Test func reenactingFindsWhatCannotHaveBeen() throws {
    let bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: 10_000, alignment: 8)
    defer { unsafe bytes.deallocate() }
    try withCachedPorts { arena in
      try arena.add(span: AddressRange(0, 63))
      try arena.claim(AddressRange(0, 3))
      // Not with its state: the copy believes that 0...3 are free, or that there is no span at all.
      arena.setLog(unsafe OperationLog(storage: bytes))
      #expect(throws: AllocationError<UInt16>.self) { try arena.claim(AddressRange(0, 3)) }
      try arena.free(AddressRange(0, 3))
      let log = try #require(arena.log)
      try withCachedPorts { copy in
        try copy.add(span: AddressRange(0, 63))
        // The first operation failed, and would succeed here.
        #expect(copy.reenact(log) == 0)
      }
      try withCachedPorts { copy in
        try copy.add(span: AddressRange(0, 63))
        try copy.claim(AddressRange(0, 7))
        // The claim fails as it did; the free of a half is refused.
        #expect(copy.reenact(log) == 1)
      }
    }
  }

  @Test func aFullLogKeepsTheLatest() throws {
    let bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: 400, alignment: 8)
    defer { unsafe bytes.deallocate() }
    try withCachedPorts { arena in
      arena.setLog(unsafe OperationLog(storage: bytes))
      try arena.add(span: AddressRange(10_240, 11_263))
      while let log = arena.log, log.isComplete {
        try arena.claim(AddressRange(10_240, 10_243))
        try arena.free(AddressRange(10_240, 10_243))
      }
      let log = try #require(arena.log)
      #expect(log[log.count - 1].kind == .free)
      #expect(log[log.count - 1].range == AddressRange(10_240, 10_243))
      arena.setLog(nil)
      #expect(arena.log == nil)
    }
  }
}
