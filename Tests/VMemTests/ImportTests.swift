import Primitives
import Testing
import VMem

@Suite struct ImportTests {
  @Test func spansComeAndGoWithTheirLastAllocation() throws {
    try withArena(of: UInt32.self, quantum: 0x1000) { source in
      try source.add(span: AddressRange(0xe000_0000, 0xffff_ffff))
      try withArena(of: UInt32.self, quantum: 0x10) { arena in
        arena.setSource(.arena(source), quantum: 0x4000)
        let one = try arena.allocate(Request(count: 1))
        #expect(source.statistics.inUse == 0x4000)
        let two = try arena.allocate(Request(count: 0x3ff0))
        #expect(arena.statistics.importedSpans == 1)
        try arena.free(one)
        #expect(source.statistics.inUse == 0x4000)
        try arena.free(two)
        #expect(source.statistics.inUse == 0)
        #expect(arena.statistics.importedSpans == 0)
        #expect(arena.statistics.total == 0)
      }
    }
  }

  @Test func everyConstraintReachesTheSource() throws {
    try withArena(of: UInt8.self, quantum: 4, allocations: 40) { source in
      try source.add(span: .whole)
      try source.claim(AddressRange(0, 63))
      try withArena(of: UInt8.self) { arena in
        arena.setSource(.arena(source), quantum: 16)
        var tried = 0
        for count in [1, 3, 5, 9] as [UInt8] {
          for (alignment, phase) in [(1, 0), (2, 1), (8, 3), (16, 6), (32, 17)] as [(UInt8, UInt8)] {
            for nocross in [0, 16, 64] as [UInt8] {
              for first in stride(from: UInt8(50), to: 240, by: 3) {
                for last in [first, first + 4, first + 12, 255] {
                  var request = Request<UInt8>(count: count)
                  request.alignment = alignment
                  request.phase = phase
                  request.nocross = nocross
                  request.first = first
                  request.last = last
                  let lowest = max(first, 64)
                  let isPossible =
                    lowest <= last
                    && (lowest...last).contains { start in
                      let end = Int(start) + Int(count) - 1
                      return end <= Int(last) && start % alignment == phase % alignment
                        && (nocross == 0 || Int(start) / Int(nocross) == end / Int(nocross))
                    }
                  let range = try? arena.allocate(request)
                  #expect((range != nil) == isPossible, "\(request)")
                  if let range { try arena.free(range) }
                  #expect(source.statistics.inUse == 64)
                  tried += 1
                }
              }
            }
          }
        }
        #expect(tried > 10_000)
      }
    }
  }

  @Test func theCapHolds() throws {
    try withArena(of: UInt16.self) { source in
      try source.add(span: .whole)
      try withArena(of: UInt16.self) { arena in
        arena.setSource(.arena(source), quantum: 64, limitMinusOne: 99)
        let one = try arena.allocate(Request(count: 60))
        #expect(arena.statistics.imported == 64)
        let two = try arena.allocate(Request(count: 36))
        #expect(arena.statistics.imported == 100)
        #expect(throws: AllocationError<UInt16>.self) { try arena.allocate(Request(count: 37)) }
        try arena.free(one)
        try arena.free(two)
        #expect(source.statistics.inUse == 0)
      }
    }
  }

  @Test func aFunctionIsAskedOnceForARequest() throws {
    struct Log {
      var calls = 0
      var preferred: UInt32 = 0
      var released: AddressRange<UInt32>?
    }
    var log = Log()
    try unsafe withUnsafeMutablePointer(to: &log) { log in
      let functions = unsafe SourceFunctions<UInt32>(
        grant: { context, call in
          let log = unsafe context!.assumingMemoryBound(to: Log.self)
          let call = unsafe ImportCall<UInt32>.at(call)
          unsafe log.pointee.calls += 1
          unsafe log.pointee.preferred = call.pointee.preferredCountMinusOne
          if unsafe log.pointee.calls == 2 { unsafe call.pointee.granted = AddressRange(0x100, 0x1ff) }
        },
        release: { context, range in
          let log = unsafe context!.assumingMemoryBound(to: Log.self)
          unsafe log.pointee.released = range.load(as: AddressRange<UInt32>.self)
        },
        context: log, granularity: 0x100)
      try withArena(of: UInt32.self, quantum: 0x10) { arena in
        arena.setSource(.functions(functions), quantum: 0x400)
        #expect(throws: AllocationError<UInt32>.noSpace(Request(count: 0x20))) {
          try arena.allocate(Request(count: 0x20))
        }
        #expect(unsafe log.pointee.calls == 1)
        let range = try arena.allocate(Request(count: 0x20))
        #expect(range == AddressRange(0x100, 0x11f))
        #expect(unsafe log.pointee.calls == 2)
        #expect(unsafe log.pointee.preferred == 0x3ff)
        try arena.free(range)
        #expect(unsafe log.pointee.released == AddressRange(0x100, 0x1ff))
      }
    }
  }

  @Test(arguments: [FaultSite.tag, .importing, .importedSpan])
  func aFailedImportLeavesNothing(_ site: FaultSite) throws {
    try withArena(of: UInt32.self) { source in
      try source.add(span: .whole)
      try withArena(of: UInt32.self) { arena in
        arena.setSource(.arena(source), quantum: 0x100)
        arena.plan(FaultPlan(failing: site, onCall: 1))
        #expect(throws: AllocationError<UInt32>.self) { try arena.allocate(Request(count: 8)) }
        #expect(arena.faults.hasStruck)
        #expect(arena.statistics.spans == 0)
        #expect(source.statistics.inUse == 0)
        let range = try arena.allocate(Request(count: 8))
        try arena.free(range)
        #expect(source.statistics.inUse == 0)
      }
    }
  }
}
