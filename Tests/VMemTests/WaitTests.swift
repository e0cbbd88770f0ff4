import Primitives
import Testing
import VMem

@Suite struct WaitTests {
  struct Scene {
    var arena: Words
    var held: AddressRange<UInt32>
    var sleeps = 0
    var wakes = 0
  }

  @Test func aSleeperIsWokenByAFreeAndServed() throws {
    try withArena(of: UInt32.self) { arena in
      try arena.add(span: AddressRange(0, 9))
      var scene = Scene(arena: arena, held: try arena.allocate(Request(count: 10)))
      try unsafe withUnsafeMutablePointer(to: &scene) { scene in
        let hooks = unsafe WaitHooks(
          wait: { context, seen in
            let scene = unsafe context!.assumingMemoryBound(to: Scene.self)
            unsafe scene.pointee.sleeps += 1
            if unsafe scene.pointee.sleeps > 1 { return false }
            try! unsafe scene.pointee.arena.free(scene.pointee.held)
            return unsafe scene.pointee.arena.releaseCount != seen
          },
          wake: { context in unsafe context!.assumingMemoryBound(to: Scene.self).pointee.wakes += 1 },
          context: scene)
        arena.setWaiting(hooks)
        let range = try arena.allocateWaiting(Request(count: 10))
        #expect(range == AddressRange(0, 9))
        #expect(unsafe scene.pointee.wakes == 1)
        #expect(throws: AllocationError<UInt32>.noSpace(Request(count: 10))) {
          try arena.allocateWaiting(Request(count: 10))
        }
        #expect(unsafe scene.pointee.sleeps == 2)
        try arena.free(range)
        #expect(unsafe scene.pointee.wakes == 1)
      }
    }
  }
}
