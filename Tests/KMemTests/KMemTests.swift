import KMem
import Oracle
import Pool
import Primitives
import SimulatedPages
import Testing
import VMem

struct KMemTests {
  /// KMem-I1: an object is taken back as any size of its class, and as none of the class below or above.
  @Test func everySizeHasTheLeastClassThatHoldsIt() throws {
    let classes =
      Array(stride(from: 8, through: 64, by: 8))
      + [64, 128, 256, 512, 1024, 2048, 4096].flatMap { power in
        (1...4).map { power + power / 4 * $0 }
      }
    let world = try World(direct: 200, frames: 200)
    for size in 1...8192 {
      let number = try #require(classes.firstIndex { $0 >= size })
      let object = try #require(world.kmem.allocate(size), "\(size) bytes")
      for wrong in [number - 1, number + 1] where classes.indices.contains(wrong) {
        #expect(throws: Damage.self) { try world.kmem.free(object, size: classes[wrong]) }
      }
      try world.kmem.free(object, size: classes[number])
    }
    world.expectSound()
  }

  @Test func everySizeIsServedAlignedAndReturned() throws {
    let world = try World(direct: 200, frames: 200)
    world.kmem.reap()
    let boot = world.counts
    for size in [
      1, 7, 8, 9, 63, 64, 65, 100, 1000, 4095, 4096, 4097, 8191, 8192, 8193, 12288, 40000, 65536, 500_000,
    ] {
      let object = try #require(world.kmem.allocateZeroed(size), "\(size) bytes")
      let address = UInt(bitPattern: object)
      #expect(address % 8 == 0)
      if size % 4096 == 0 { #expect(address % 4096 == 0) }
      #expect(UnsafeRawBufferPointer(start: object, count: size).allSatisfy { $0 == 0 })
      object.initializeMemory(as: UInt8.self, repeating: 1, count: size)
      world.expectSound()
      try world.kmem.free(object, size: size)
      world.expectSound()
    }
    world.kmem.reap()
    #expect(world.counts == boot)
    let nothing = try #require(world.kmem.allocate(0), "a byte")
    try world.kmem.free(nothing, size: 0)
    #expect(world.kmem.allocate(-1) == nil)
  }

  /// With every aid on too: alignment is a promise, not a habit.
  @Test(arguments: [DebuggingAids.none, .all, .redZones, .audit, .quarantine])
  func pageMultiplesAreAlignedToPages(aids: DebuggingAids) throws {
    let world = try World(direct: 100, frames: 150, aids: aids)
    for pages in 1...12 {
      for _ in 0..<3 {
        let object = try #require(world.kmem.allocate(pages * 4096))
        #expect(UInt(bitPattern: object) % 4096 == 0)
        try world.kmem.free(object, size: pages * 4096)
      }
    }
    for power in 3...12 {
      let object = try #require(world.kmem.allocate(1 << power))
      #expect(UInt(bitPattern: object) % (1 << power) == 0, "powers of two are aligned to themselves")
    }
    world.expectSound()
  }

  @Test func wrongFreesAreNamedAndChangeNothing() throws {
    let world = try World()
    let kmem = world.kmem!
    func damage(_ object: UnsafeMutableRawPointer, _ size: Int) -> Damage? {
      do throws(Damage) { try kmem.free(object, size: size) } catch { return error }
      return nil
    }
    let small = try #require(kmem.allocate(100))
    let large = try #require(kmem.allocate(20000))
    #expect(damage(small, 112) == nil, "of the same class; an audit would know better")
    let again = try #require(kmem.allocate(100))
    #expect(again == small)
    #expect(damage(small, 113).map { [$0.size, $0.offset] } == [112, 113])
    #expect(damage(small, 20000)?.kind == .size)
    #expect(damage(small, 0)?.kind == .size)
    #expect(damage(small, -5)?.kind == .size)
    #expect(damage(small + 8, 100)?.kind == .noObject)
    #expect(damage(small + 8, 1000)?.kind == .noObject)
    #expect(damage(small, 100) == nil)
    #expect(damage(small, 100)?.kind == .doubleFree)
    #expect(damage(small, 1000)?.kind == .doubleFree)
    #expect(damage(large, 100).map { [$0.size, $0.offset] } == [20480, 100])
    #expect(damage(large, 30000).map { [$0.size, $0.offset] } == [20480, 30000])
    #expect(damage(large + 4096, 16384)?.kind == .noObject)
    #expect(damage(large, 20000) == nil)
    #expect(damage(large, 20000)?.kind == .foreign)
    var local = 0
    withUnsafeMutablePointer(to: &local) {
      #expect(damage(UnsafeMutableRawPointer($0), 8)?.kind == .foreign)
      #expect(damage(UnsafeMutableRawPointer($0), 80000)?.kind == .foreign)
    }
    // A slab of several pages is an allocation of the arena too, but nobody's to free as one.
    let fromSlab = try #require(kmem.allocate(5120))
    #expect(damage(fromSlab, 20480) != nil)
    #expect(damage(fromSlab, 5120) == nil)
    world.expectSound()
  }

  @Test func aSleepingRequestGetsWhatIsFreed() throws {
    let world = try World(direct: 30, frames: 8)
    let kmem = world.kmem!
    let first = try #require(kmem.allocate(16384))
    let second = try #require(kmem.allocate(16384))
    #expect(kmem.allocate(16384) == nil)
    final class Sleeper {
      let action: () -> Void
      var sleeps = 0
      init(_ action: @escaping () -> Void) { self.action = action }
    }
    let sleeper = Sleeper { try! kmem.free(first, size: 16384) }
    kmem.pools.setWaiting(
      WaitHooks(
        wait: { context, seen in
          let sleeper = Unmanaged<Sleeper>.fromOpaque(context!).takeUnretainedValue()
          sleeper.sleeps += 1
          if sleeper.sleeps == 2 { sleeper.action() }
          return sleeper.sleeps < 5
        }, wake: { _ in }, context: Unmanaged.passUnretained(sleeper).toOpaque()))
    #expect(kmem.allocate(16384, .sleep) == first)
    #expect(sleeper.sleeps == 2)
    #expect(kmem.allocate(16384, .sleep) == nil, "given up")
    try kmem.free(second, size: 16384)
    #expect(kmem.pools.waiters == 0)
    world.expectSound()
  }

  /// While somebody waits every free is told, also those that would go into a magazine.
  @Test func noFreeGoesUnnoticedWhileSomebodyWaits() throws {
    let world = try World(direct: 30, frames: 4)
    let kmem = world.kmem!
    var objects: [UnsafeMutableRawPointer] = []
    while let object = kmem.allocate(64) { objects.append(object) }
    final class Log {
      var wakes = 0
      var waits = 0
      var free: () -> Void = {}
    }
    let log = Log()
    log.free = { try! kmem.free(objects.removeLast(), size: 64) }
    kmem.pools.setWaiting(
      WaitHooks(
        wait: { context, _ in
          let log = Unmanaged<Log>.fromOpaque(context!).takeUnretainedValue()
          log.waits += 1
          log.free()
          #expect(log.wakes == log.waits)
          return true
        },
        wake: { Unmanaged<Log>.fromOpaque($0!).takeUnretainedValue().wakes += 1 },
        context: Unmanaged.passUnretained(log).toOpaque()))
    for _ in 0..<20 { #expect(kmem.allocate(64, .sleep) != nil) }
    #expect(log.waits == 20)
    world.expectSound()
  }

  @Test(arguments: 0..<8)
  func kmemAgreesWithTheModel(seed: UInt64) throws {
    var dice = Dice(seed: seed)
    let aids: DebuggingAids = seed % 4 == 3 ? .all : .none
    let world = try World(direct: dice.roll(30...100), frames: dice.roll(20...200), aids: aids)
    let kmem = world.kmem!
    kmem.reap()
    let boot = world.counts
    var live: [(object: UnsafeMutableRawPointer, size: Int, fill: UInt8)] = []
    for step in 0..<3000 {
      if dice.percent(step / 400 % 2 == 0 ? 70 : 30) || live.isEmpty {
        let size =
          dice.percent(70)
          ? dice.roll(1...500) : dice.percent(80) ? dice.roll(1...9000) : dice.roll(1...60000)
        guard let object = kmem.allocate(size) else { continue }
        if size % 4096 == 0 { #expect(UInt(bitPattern: object) % 4096 == 0) }
        let fill = UInt8(dice.roll(0...255))
        object.initializeMemory(as: UInt8.self, repeating: fill, count: size)
        live.append((object, size, fill))
      } else {
        let (object, size, fill) = live.remove(at: dice.roll(0...live.count - 1))
        #expect(UnsafeRawBufferPointer(start: object, count: size).allSatisfy { $0 == fill })
        try kmem.free(object, size: size)
      }
      if step % 149 == 0 { world.expectSound() }
      if dice.roll(0...399) == 0 { kmem.reap() }
    }
    for (object, size, _) in live { try kmem.free(object, size: size) }
    kmem.reap()
    #expect(world.counts == boot)
    #expect(world.damages.isEmpty)
    world.expectSound()
  }

  /// Each page, frame and tag fails in turn; whoever cannot be served is told, and nothing is lost.
  @Test func everyStepMayFail() throws {
    for site in 0..<3 {
      for failing in 1...30 {
        let world = try World(direct: 80, frames: 80)
        world.kmem.reap()
        let boot = world.counts
        switch site {
        case 0: world.direct.failing = failing
        case 1: world.failingBack = failing
        default: world.tagPages.failing = failing
        }
        var live: [(UnsafeMutableRawPointer, Int)] = []
        for size in [8, 100, 5000, 4096, 20000, 700, 9000, 64, 8192, 12288, 3000, 33000] {
          if let object = world.kmem.allocate(size) { live.append((object, size)) }
          world.expectSound()
        }
        #expect(live.count >= 11)
        for (object, size) in live { try world.kmem.free(object, size: size) }
        world.kmem.reap()
        #expect(world.counts == boot, "site \(site), call \(failing)")
      }
    }
  }

  /// KMem-I4
  @Test(arguments: [8, 100, 4096, 5120, 20480])
  func exhaustionToTheLastPageAndBack(size: Int) throws {
    let world = try World(direct: 60, frames: 40, kvaPages: 64)
    let kmem = world.kmem!
    kmem.reap()
    let boot = world.counts
    for round in 0..<3 {
      var objects: [UnsafeMutableRawPointer] = []
      while let object = kmem.allocate(size) { objects.append(object) }
      #expect(world.frames < 8 && (world.direct.free == 0 || size > 4096), "round \(round)")
      for object in objects.shuffled() { try kmem.free(object, size: size) }
      kmem.reap()
      #expect(world.counts == boot)
      world.expectSound()
    }
  }

  /// Every other object freed, then other sizes asked for: what shares no slab with a survivor is there for all.
  @Test func fragmentationGivesWholeSlabsBack() throws {
    let world = try World(direct: 60, frames: 40)
    let kmem = world.kmem!
    var objects: [UnsafeMutableRawPointer] = []
    while let object = kmem.allocate(512) { objects.append(object) }
    var byPage: [UInt: [UnsafeMutableRawPointer]] = [:]
    for object in objects { byPage[UInt(bitPattern: object) >> 12, default: []].append(object) }
    for (number, page) in byPage.values.enumerated() {
      for object in number % 2 == 0 ? page : Array(page.dropFirst()) { try kmem.free(object, size: 512) }
    }
    var pages = 0
    while kmem.allocate(4096) != nil { pages += 1 }
    // Half of the slabs are wholly free; their books and those of the pages are about even.
    #expect(pages >= byPage.count / 2 - 3)
    world.expectSound()
  }

  /// Without the pages for its books there is no kmem, and what it had taken comes back.
  @Test func creationNeedsItsPagesAndLeavesNoneBehind() throws {
    var needed = 0
    while true {
      do {
        _ = try World(direct: needed, frames: 0)
        break
      } catch let error as World.NotMade {
        #expect(error.free == needed)
        needed += 1
      }
    }
    #expect(needed >= 3 && needed < 10)
  }

  /// Arrays of words that grow by an eighth until they are dropped, as amaps do. Every byte that is held and was not
  /// asked for is accounted for: rounding to classes, a fifth of an object and 7 bytes at most; what runs waste, an
  /// eighth at most; free objects of slabs in use; books.
  @Test func whatGrowingArraysLoseIsExplainedToTheByte() throws {
    var dice = Dice(seed: 7)
    let world = try World(direct: 900, frames: 900, kvaPages: 1000)
    let kmem = world.kmem!
    kmem.reap()
    let before = (free: world.frames + world.direct.free, books: kmem.statistics.bookPages)
    var arrays: [(object: UnsafeMutableRawPointer, size: Int)?] = Array(repeating: nil, count: 600)
    for _ in 0..<12000 {
      let index = dice.roll(0...599)
      let old = arrays[index]
      let isNew = old == nil || old!.size > 7000 || dice.percent(4)
      let size = isNew ? 4 * dice.roll(1...16) : (old!.size + old!.size / 8 + 4 * dice.roll(0...7)) & ~3
      let object = try #require(kmem.allocate(size))
      if let old {
        object.copyMemory(from: old.object, byteCount: min(size, old.size))
        try kmem.free(old.object, size: old.size)
      }
      arrays[index] = (object, size)
    }
    kmem.reap()
    let asked = arrays.reduce(0) { $0 + ($1?.size ?? 0) }
    let statistics = kmem.statistics
    let held = (before.free - world.frames - world.direct.free) * 4096
    #expect(held == (statistics.slabPages + statistics.bookPages - before.books) * 4096)
    #expect(statistics.live - asked <= asked / 5 + 7 * 600, "rounding")
    var (waste, free, slabBytes) = (0, 0, 0)
    kmem.pools.forEachCache { cache in
      let one = cache.statistics
      waste += one.slabs * one.wastePerSlab
      free += (one.objects - one.live) * one.size
      slabBytes += one.pages * 4096
    }
    #expect(waste * 8 <= slabBytes)
    #expect(slabBytes == statistics.live + free + waste)
    for case let array? in arrays { try kmem.free(array.object, size: array.size) }
    kmem.reap()
    #expect(world.frames + world.direct.free == before.free)
    world.expectSound()
  }
}
