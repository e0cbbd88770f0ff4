import Foundation
import Pool
import Primitives
import SimulatedPages
import Testing

/// A lock that lets somebody in between two critical sections, chosen by number: where an interrupt, a preemption or
/// another processor may come. One suite uses it, one test at a time.
struct IntrudedLock: Locking, ~Copyable {
  nonisolated(unsafe) static var depth = 0
  nonisolated(unsafe) static var countdown = 0
  nonisolated(unsafe) static var intruder: (() -> Void)?

  func acquire() {
    if Self.depth == 0, Self.countdown > 0 {
      Self.countdown -= 1
      if Self.countdown == 0 { Self.intruder?() }
    }
    Self.depth += 1
  }

  func release(_: Void) { Self.depth -= 1 }

  /// Runs `body`, and `intruder` in front of its critical section number `number`; whether there was one.
  static func intrude(
    at number: Int, by intruder: @escaping () -> Void, during body: () throws -> Void
  ) rethrows -> Bool {
    countdown = number
    self.intruder = intruder
    defer {
      countdown = 0
      self.intruder = nil
    }
    try body()
    return countdown == 0
  }
}

/// Somebody else comes between any two critical sections of each operation: whatever he does, nothing is lost.
@Suite(.serialized) struct IntrusionTests {
  private final class World {
    let pages = SimulatedPages(pages: 40)
    let books: SimulatedPages
    let pools: Pools<IntrudedLock>
    private let storage: UnsafeMutableRawBufferPointer

    init(books count: Int = 40) {
      books = SimulatedPages(pages: count)
      storage = .allocate(byteCount: Pools<IntrudedLock>.storageSize, alignment: 1)
      pools = Pools.create(
        wired: books.source, objects: pages.source, storage: storage, lock: IntrudedLock())!
    }

    deinit { storage.deallocate() }

    func cache(_ size: Int) throws -> PoolCache<IntrudedLock> {
      try pools.makeCache(name: "test", size: size) { IntrudedLock() }
    }

    func expectSound(_ location: SourceLocation = #_sourceLocation) {
      #expect(throws: Never.self, sourceLocation: location) { try pools.checkInvariants() }
      #expect(pages.misuses.isEmpty && books.misuses.isEmpty, sourceLocation: location)
    }
  }

  enum Intrusion: CaseIterable { case pairs, reap, keep }

  /// An interrupt's handler allocates and frees, reaps, or keeps what it allocated, in the very cache.
  @Test(arguments: Intrusion.allCases)
  func everyOperationBearsAnother(intrusion: Intrusion) throws {
    // The third begins with nothing: slab, index and magazine are made with somebody in between. The last makes so many
    // visits that magazines grow: what counts there is the freeing.
    for (rounds, isWarm, from) in [(1, true, 1), (30, true, 1), (1, false, 1), (200, false, 200)] {
      for number in from... {
        let world = World()
        let cache = try world.cache(64)
        var kept: [UnsafeMutableRawPointer] = []
        var held: Set<UnsafeMutableRawPointer> = []
        let intruder = {
          switch intrusion {
          case .pairs:
            let objects = (0..<8).map { _ in cache.allocate()! }
            for object in objects { try! cache.free(object) }
          case .reap: world.pools.reap()
          case .keep:
            let object = cache.allocate()!
            #expect(!held.contains(object), "handed out twice")
            kept.append(object)
          }
        }
        if isWarm {
          let objects = (0..<rounds).map { _ in cache.allocate()! }
          for object in objects { try cache.free(object) }
        }
        let wasThere = try IntrudedLock.intrude(
          at: number, by: intruder,
          during: {
            for _ in 0..<rounds {
              let object = cache.allocate()!
              #expect(!kept.contains(object), "handed out twice")
              #expect(held.insert(object).inserted)
            }
            while let object = held.popFirst() { try cache.free(object) }
          })
        world.expectSound()
        // What a wrong size of a magazine would have overwritten is used now.
        let many = (0..<300).map { _ in cache.allocate()! }
        #expect(Set(many).count == 300 && Set(many).isDisjoint(with: kept))
        for object in many + kept { try cache.free(object) }
        world.expectSound()
        #expect(cache.destroy())
        world.pools.reap()
        #expect(world.pages.free == 40 && world.books.free == 40)
        if !wasThere { break }
      }
    }
  }

  /// Waits in a thread of its own for an object of `cache`. One of the two threads runs at a time.
  private final class Waiter: @unchecked Sendable {
    let asleep = DispatchSemaphore(value: 0)
    let woken = DispatchSemaphore(value: 0)
    let done = DispatchSemaphore(value: 0)
    private(set) var isAsleep = false
    private(set) var wakes = 0
    var givesUp = false
    private(set) var object: UnsafeMutableRawPointer?

    /// Answers when it sleeps, or was served.
    func start(_ cache: PoolCache<IntrudedLock>) {
      Thread.detachNewThread {
        self.object = cache.allocate(.sleep)
        self.isAsleep = false
        self.asleep.signal()
        self.done.signal()
      }
      asleep.wait()
    }

    var hooks: WaitHooks {
      WaitHooks(
        wait: { context, _ in
          let waiter = Unmanaged<Waiter>.fromOpaque(context!).takeUnretainedValue()
          waiter.isAsleep = true
          waiter.asleep.signal()
          waiter.woken.wait()
          return !waiter.givesUp
        },
        wake: { Unmanaged<Waiter>.fromOpaque($0!).takeUnretainedValue().wakes += 1 },
        context: Unmanaged.passUnretained(self).toOpaque())
    }

    /// Lets it go on, and waits for its end.
    func finish() {
      if isAsleep { woken.signal() }
      done.wait()
    }
  }

  enum Operation: CaseIterable { case free, allocateThenFree, failingAllocation, reap }

  /// A request that sleeps begins between any two critical sections of somebody who gives memory back, or who held
  /// some for a while: it is told. Before, a magazine loaded in between kept what was freed, and a failed attempt said
  /// nothing.
  @Test(arguments: Operation.allCases)
  func noWakeUpIsLostWhereverAWaiterComes(operation: Operation) throws {
    for number in 1... {
      let world = World(books: 6)
      let cache = try world.cache(2048)
      let other = try world.cache(100)
      let waiter = Waiter()
      world.pools.setWaiting(waiter.hooks)
      var objects: [UnsafeMutableRawPointer] = []
      while let object = cache.allocate() { objects.append(object) }
      if operation == .allocateThenFree { try cache.free(objects.removeLast()) }
      if operation == .reap || operation == .failingAllocation {
        // A page is left.
        try cache.free(objects.removeLast())
        try cache.free(objects.removeLast())
      }
      world.pools.reap()
      if operation == .reap {
        // And is kept, in a slab that is unused.
        let one = try #require(other.allocate())
        try other.free(one)
      }
      // None is left for the books of another slab, so that whoever took that page gives it back.
      if operation == .failingAllocation { while world.books.take(1) != nil {} }
      let wasThere = try IntrudedLock.intrude(
        at: number, by: { waiter.start(cache) },
        during: {
          switch operation {
          case .free: try cache.free(objects.removeLast())
          case .allocateThenFree:
            if let object = cache.allocate() { objects.append(object) }
            for _ in 0..<2 { try cache.free(objects.removeLast()) }
          case .failingAllocation: #expect(other.allocate() == nil)
          case .reap: world.pools.reap()
          }
        })
      guard wasThere else { break }
      if waiter.isAsleep {
        #expect(waiter.wakes > 0, "boundary \(number) of \(operation)")
        waiter.givesUp = waiter.wakes == 0
      }
      waiter.finish()
      #expect(waiter.object != nil, "boundary \(number) of \(operation)")
      world.expectSound()
      if number > 400 { break }
    }
  }
}
