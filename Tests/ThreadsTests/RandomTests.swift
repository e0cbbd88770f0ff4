import Primitives
import Testing
import Threads
import VMem

extension ThreadsTests {
  /// Many threads ask one arena for more than it has, and are interrupted anywhere between two steps.
  @Suite struct Random {
    init() { World.make() }

    /// After each step Threads-I1, Threads-I2 and Threads-I4 are proven; that all is as before at the end shows Threads-I8.
    @Test("no wake-up is lost, no request starves, everything comes back", arguments: 1...20)
    func hunt(seed: Int) throws {
      let line = World.line()
      let arena = World.arena(64, line)
      var random = UInt32(seed) &* 2_654_435_761 | 1
      func next(_ bound: UInt32) -> UInt32 {
        random = random &* 1_664_525 &+ 1_013_904_223
        return (random >> 8) % bound
      }
      func mayBePreempted() {
        if next(3) == 0 { HostThreads.interrupt { World.scheduler.tick() } }
      }
      var served = 0
      let threads = (0..<8).map { _ in
        World.spawn("worker") {
          for _ in 0..<40 {
            let range = try! World.scheduler.allocate(
              Request(count: 1 + next(40)), from: arena, in: line)
            served += 1
            mayBePreempted()
            #expect(World.scheduler.checkInvariants() == 0)
            if next(8) == 0 { World.scheduler.yield() }
            try! arena.free(range)
            mayBePreempted()
          }
        }
      }
      for thread in threads { World.scheduler.join(thread) }
      #expect(served == 8 * 40)
      #expect(World.deadlocks == [])
      #expect(arena.statistics.allocatedSegments == 0)
      #expect(arena.checkInvariants() == 0)
    }
  }
}
