import Primitives
import Testing
import VMem

/// What an arena tells of itself.
@Suite struct LookingTests {
  @Test func fragmentationIsTheShareOutsideTheLargestRange() throws {
    try withArena(of: UInt32.self) { arena in
      #expect(arena.statistics.fragmentation == 0, "nothing is free")
      try arena.add(span: AddressRange(0, 99))
      #expect(arena.statistics.fragmentation == 0, "one range")
      try arena.claim(AddressRange(50, 59))
      // 50 and 40 are free.
      #expect(arena.statistics.fragmentation == 1000 - 50 * 1000 / 90)
      #expect(arena.statistics.largestFreeMinusOne == 49)
    }
    // Numbers that have to be scaled down.
    try withArena(of: UInt64.self) { arena in
      try arena.add(span: .whole)
      try arena.claim(AddressRange(1 << 63, 1 << 63))
      #expect((499...501).contains(arena.statistics.fragmentation))
    }
  }

  @Test func aPlanCountsTheStepsThatItReached() throws {
    try withArena(of: UInt32.self) { arena in
      try arena.add(span: AddressRange(0, 99))
      for site in FaultSite.allCases { #expect(arena.faults.reached(site) == 0) }
      arena.plan(FaultPlan(failing: .tag, onCall: 3))
      _ = try arena.allocate(Request(count: 1))
      #expect(arena.faults.reached(.tag) > 0 && !arena.faults.hasStruck)
      while (try? arena.allocate(Request(count: 1))) != nil {}
      #expect(arena.faults.hasStruck)
      for site in [FaultSite.importing, .importedSpan, .tagSource] {
        #expect(arena.faults.reached(site) == 0)
      }
      arena.plan(FaultPlan(failing: .importing, onCall: 1))
      #expect(arena.faults.reached(.tag) == 0)
    }
  }

  @Test func namesEndAtTheFirstNUL() throws {
    let bytes: [UInt8] = Array("ports".utf8) + [0, 65]
    bytes.withUnsafeBufferPointer { bytes in
      let name = unsafe ArenaName(nulTerminated: bytes.baseAddress!)
      #expect(name.withBytes { $0.count } == 5)
    }
  }

  @Test func aTagSourceGivesStorageForGood() {
    let source = unsafe TagSource(
      grant: { _, count in UnsafeMutableRawPointer.allocate(byteCount: count, alignment: 16) },
      release: { _, base, _ in unsafe base.deallocate() },
      context: nil, byteCount: 128)
    let storage = unsafe source.grantStorage()
    #expect(storage?.count == 128)
    unsafe storage?.deallocate()
    let empty = unsafe TagSource(
      grant: { _, _ in nil }, release: { _, _, _ in }, context: nil, byteCount: 128)
    #expect(unsafe empty.grantStorage() == nil)
  }

  @Test func aLogWithoutStorageKeepsNothing() {
    let log = OperationLog<UInt32>(storage: UnsafeMutableRawBufferPointer(start: nil, count: 0))
    #expect(log.capacity == 0 && log.isComplete)
    let few = UnsafeMutableRawBufferPointer.allocate(byteCount: 4, alignment: 4)
    defer { unsafe few.deallocate() }
    #expect(OperationLog<UInt32>(storage: few).capacity == 0)
  }

  /// Every constraint that rules a request out is named.
  @Test func explanationsNameTheConstraint() throws {
    try withArena(of: UInt32.self) { arena in
      try arena.add(span: AddressRange(3, 30))
      var request = Request<UInt32>(count: 40)
      #expect(try arena.explain(request).ruledOutBy == .size)
      request = Request(count: 8)
      request.first = 25
      #expect(try arena.explain(request).ruledOutBy == .bounds)
      request = Request(count: 8)
      request.alignment = 32
      #expect(try arena.explain(request).ruledOutBy == .alignment)
      request = Request(count: 8)
      request.nocross = 8
      request.alignment = 16
      request.phase = 4
      #expect(try arena.explain(request).ruledOutBy == .nocross)
      request = Request(exactly: AddressRange(0, 7))
      #expect(try arena.explain(request).ruledOutBy == .exact)
      #expect(try arena.explain(Request(count: 8)).placement?.count == 8)
      #expect(throws: AllocationError<UInt32>.invalid(.empty, Request(count: 0))) {
        _ = try arena.explain(Request(count: 0))
      }
    }
  }

  @Test func whatCanNeverBeRightIsRefusedAtOnce() throws {
    try withArena(of: UInt32.self, quantum: 16) { arena in
      #expect(arena.name.withBytes { $0.count } == 4)
      let span = AddressRange<UInt32>(1, 32)
      #expect(throws: SpanError<UInt32>.misaligned(span, quantum: 16)) { try arena.add(span: span) }
      try arena.add(span: AddressRange(32, 63))
      #expect(throws: SpanError<UInt32>.overlap(AddressRange(0, 47), with: AddressRange(32, 63))) {
        try arena.add(span: AddressRange(0, 47))
      }
      for phase in [64, 8] as [UInt32] {
        var request = Request<UInt32>(count: 16)
        request.alignment = 64
        request.phase = phase
        #expect(throws: AllocationError<UInt32>.invalid(.phase, request)) { try arena.allocate(request) }
      }
      let counts = arena.statistics.allocations
      #expect(counts == arena.statistics.allocations)
      _ = try arena.allocate(Request(count: 16))
      #expect(counts != arena.statistics.allocations)
    }
  }
}
