import Primitives
import Testing
import VMem

@Suite struct OwnedTests {
  @Test func freeingARegionGivesItBack() throws {
    try withArena(of: UInt32.self) { arena in
      try arena.add(span: AddressRange(0, 99))
      let region = try arena.allocateRegion(Request(count: 10))
      #expect(region.range == AddressRange(0, 9))
      region.free()
      #expect(arena.statistics.inUse == 0)
      let kept = try arena.allocateRegion(Request(count: 10)).relinquish()
      try arena.free(kept)
    }
  }

  @Test func aForgottenRegionTraps() async {
    await #expect(processExitsWith: .failure) {
      try withArena(of: UInt32.self) { arena in
        try arena.add(span: AddressRange(0, 99))
        let region = try arena.allocateRegion(Request(count: 10))
        #expect(region.range == AddressRange(0, 9))
      }
    }
  }

  @Test func aRegionFreedByAddressTraps() async {
    await #expect(processExitsWith: .failure) {
      try withArena(of: UInt32.self) { arena in
        try arena.add(span: AddressRange(0, 99))
        let region = try arena.allocateRegion(Request(count: 10))
        try arena.free(region.range)
        region.free()
      }
    }
  }

  @Test func destroyNamesWhatLives() throws {
    try withArena(of: UInt32.self) { arena in
      try arena.add(span: AddressRange(0, 99))
      try arena.claim(AddressRange(40, 49), owner: Owner(rawValue: 3))
      try arena.claim(AddressRange(60, 69), owner: Owner(rawValue: 4))
      #expect(
        throws: DestroyError<UInt32>.live(count: 2, lowest: AddressRange(40, 49), owner: Owner(rawValue: 3))
      ) {
        try arena.destroy()
      }
    }
  }
}
