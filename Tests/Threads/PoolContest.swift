import Glibc
import Oracle
import Pool
import Primitives
import VMem

/// The spin lock on a machine of several processors: each thread of a team is one.
struct ProcessorLock: ~Copyable, Locking {
  private let lock = HostLock()

  borrowing func acquire() { lock.acquire() }
  borrowing func release(_: Void) { lock.release(()) }

  /// Threads of a team number themselves from 1 on, so that others are processor 0.
  static var processor: Int { max(0, Int(bitPattern: pthread_getspecific(key)) - 1) }

  static func number(_ processor: Int) {
    pthread_setspecific(key, UnsafeRawPointer(bitPattern: processor + 1))
  }

  private static let key: pthread_key_t = {
    var key = pthread_key_t()
    pthread_key_create(&key, nil)
    return key
  }()
}

/// A value behind the spin lock: ThreadSanitizer does not see that a `Mutex` excludes anybody.
final class Guarded<Value>: @unchecked Sendable {
  private let lock = HostLock()
  private var value: Value

  init(_ value: Value) { self.value = value }

  func withLock<Result>(_ body: (inout Value) -> Result) -> Result {
    lock.acquire()
    defer { lock.release(()) }
    return body(&value)
  }
}

/// Pages for several threads, from one block behind a lock.
final class SharedPages: @unchecked Sendable {
  private let base: UnsafeMutableRawPointer
  let count: Int
  private let taken: Guarded<[Bool]>

  init(_ count: Int) {
    self.count = count
    base = .allocate(byteCount: count * 4096, alignment: 4096)
    taken = Guarded(Array(repeating: false, count: count))
  }

  var inUse: Int { taken.withLock { $0.count { $0 } } }

  /// The lowest run that is free.
  func take(_ pages: Int) -> UnsafeMutableRawPointer? {
    let first: Int? = taken.withLock { taken in
      var first = 0
      while first + pages <= count {
        if let last = (first..<first + pages).last(where: { taken[$0] }) {
          first = last + 1
          continue
        }
        for page in first..<first + pages { taken[page] = true }
        return first
      }
      return nil
    }
    return first.map { base + $0 * 4096 }
  }

  func giveBack(_ run: UnsafeMutableRawPointer, _ pages: Int) {
    let first = (run - base) / 4096
    taken.withLock { taken in for page in first..<first + pages { taken[page] = false } }
  }

  var source: PageSource {
    PageSource(
      grant: { Unmanaged<SharedPages>.fromOpaque($0!).takeUnretainedValue().take($1) },
      release: { Unmanaged<SharedPages>.fromOpaque($0!).takeUnretainedValue().giveBack($1, $2) },
      context: Unmanaged.passUnretained(self).toOpaque())
  }
}

/// Several processors in the same pool caches: each has magazines of its own, full and empty ones go through the depot.
///
/// What must hold: no object is handed out twice, what was written into it is still there when it comes back, nothing
/// valid fails to be freed, and in the end every page is back and every invariant holds.
struct PoolContest {
  typealias Shared = Pools<ProcessorLock>

  let pages: SharedPages
  let books: SharedPages
  let pools: Shared
  let caches: [PoolCache<ProcessorLock>]
  let sizes = [24, 200, 3000]

  init(pages pageCount: Int, processors: Int) throws {
    pages = SharedPages(pageCount)
    books = SharedPages(64)
    let storage = UnsafeMutableRawBufferPointer.allocate(byteCount: Shared.storageSize, alignment: 64)
    pools = Shared.create(
      wired: books.source, objects: pages.source, processors: processors, storage: storage,
      lock: ProcessorLock())!
    let pools = pools
    caches = try sizes.map { try pools.makeCache(name: "shared", size: $0) { ProcessorLock() } }
  }

  /// What is on its way from the threads that allocate to those that free.
  private typealias Belt = Guarded<[Item]>

  struct Item: @unchecked Sendable {
    var object: UnsafeMutableRawPointer
    var cache: Int
    var mark: UInt64
  }

  /// Threads allocate and free on their own, with a reap now and then.
  func play(threads: Int, moves: Int) -> String? {
    run(threads) { number in
      var dice = Dice(seed: UInt64(number + 1))
      var held: [Item] = []
      for move in 0..<moves {
        if dice.roll(0...499) == 0 { pools.reap() }
        if dice.percent(move / 200 % 2 == 0 ? 65 : 35) || held.isEmpty {
          if let item = allocate(&dice, number, move) { held.append(item) }
        } else if let complaint = free(held.remove(at: dice.roll(0...held.count - 1))) {
          return complaint
        }
      }
      for item in held { if let complaint = free(item) { return complaint } }
      return nil
    }
  }

  /// Half of the threads only allocate, the others only free: whole magazines go from one to the other by the depot.
  func passAlong(threads: Int, moves: Int) -> String? {
    let belt = Belt([])
    let complaint = run(threads) { number in
      var dice = Dice(seed: UInt64(number + 1))
      var done = 0
      while done < moves {
        if number % 2 == 0 {
          guard belt.withLock({ $0.count }) < 400, let item = allocate(&dice, number, done) else {
            sched_yield()
            continue
          }
          belt.withLock { $0.append(item) }
        } else {
          guard let item = belt.withLock({ $0.popLast() }) else {
            sched_yield()
            continue
          }
          if let complaint = free(item) { return complaint }
        }
        done += 1
      }
      return nil
    }
    if complaint != nil { return complaint }
    let visits = caches.reduce(0) { $0 + Int($1.statistics.counts.visits) }
    // A visit for each object would mean that magazines are of no use between processors.
    if visits == 0 || visits * 3 > threads * moves { return "\(visits) visits for \(threads * moves) calls" }
    return nil
  }

  private func allocate(_ dice: inout Dice, _ number: Int, _ move: Int) -> Item? {
    let cache = dice.roll(0...2)
    guard let object = caches[cache].allocate() else { return nil }
    let mark = UInt64(number) << 32 | UInt64(move)
    object.storeBytes(of: mark, as: UInt64.self)
    object.storeBytes(of: ~mark, toByteOffset: sizes[cache] - 8, as: UInt64.self)
    return Item(object: object, cache: cache, mark: mark)
  }

  private func free(_ item: Item) -> String? {
    let last = item.object.load(fromByteOffset: sizes[item.cache] - 8, as: UInt64.self)
    if item.object.load(as: UInt64.self) != item.mark || last != ~item.mark {
      return "an object was somebody else's too"
    }
    do throws(Damage) { try caches[item.cache].free(item.object) } catch { return "\(error)" }
    return nil
  }

  /// Runs `body` on each processor, and looks whether all is back afterwards.
  private func run(_ threads: Int, _ body: @escaping @Sendable (Int) -> String?) -> String? {
    let complaints = Guarded<[String]>([])
    team(of: threads) { number in
      ProcessorLock.number(number)
      if let complaint = body(number) { complaints.withLock { $0.append(complaint) } }
    }
    if let complaint = complaints.withLock({ $0.first }) { return complaint }
    do throws(PoolViolation) { try pools.checkInvariants() } catch { return "\(error)" }
    pools.reap()
    let live = caches.reduce(0) { $0 + $1.statistics.live }
    if live != 0 || pages.inUse != 0 { return "\(live) objects and \(pages.inUse) pages were not given back" }
    return nil
  }

  // MARK: Sleeping

  /// Sleepers of the pools: each looks whether anything was given back since it tried.
  private final class Bed: Sendable {
    let pools: Shared
    init(_ pools: Shared) { self.pools = pools }
  }

  /// Fewer objects than processors want: each sleeps until it is served. A lost wake-up would keep one waiting for ever; a
  /// hundred thousand looks without news count as that.
  func starve(threads: Int, turns: Int) -> String? {
    let bed = Bed(pools)
    pools.setWaiting(
      WaitHooks(
        wait: { context, seen in
          let pools = Unmanaged<Bed>.fromOpaque(context!).takeUnretainedValue().pools
          for _ in 0..<100_000 {
            if pools.releaseCount != seen { return true }
            sched_yield()
          }
          return false
        }, wake: { _ in }, context: Unmanaged.passUnretained(bed).toOpaque()))
    let cache = caches[2]
    let complaint = run(threads) { number in
      for turn in 0..<turns {
        guard let object = cache.allocate(.sleep) else { return "turn \(turn) of \(number) was never served" }
        do throws(Damage) { try cache.free(object) } catch { return "\(error)" }
      }
      return nil
    }
    return withExtendedLifetime(bed) { complaint }
  }
}
