import Glibc
import Primitives
import Synchronization
import VMem

/// Threads in one arena or one pool cache, meant to be built with `-sanitize=thread`. Says how it went in KTAP.
///
/// `threads [moves]`: 4,000 moves for each of four threads unless it says otherwise.
@main
enum Threads {
  static func main() {
    let moves = CommandLine.arguments.dropFirst().first.flatMap { Int($0) } ?? 4000
    let tests: [(String, (Int) throws -> String?)] = [
      ("an arena behind the spin lock", plain),
      ("quantum caches behind the spin lock", cached),
      ("imports from an arena that others use", importing),
      ("sleepers are all served", sleeping),
      ("pool caches, a magazine for each processor", pools),
      ("objects allocated on one processor and freed on another", passing),
      ("sleepers of a pool cache are all served", starving),
    ]
    print("KTAP version 1")
    print("1..\(tests.count)")
    var failed = false
    for (index, (name, test)) in tests.enumerated() {
      var complaint: String?
      do { complaint = try test(moves) } catch { complaint = "\(error)" }
      if let complaint { print("# \(complaint)") }
      print("\(complaint == nil ? "ok" : "not ok") \(index + 1) threads: \(name)")
      // Whoever follows sees each result when it comes, also through a pipe.
      fflush(nil)
      failed = failed || complaint != nil
    }
    exit(failed ? 1 : 0)
  }

  private static let threads = 4

  /// An arena in memory that is never given back: the process ends soon.
  private static func arena(
    quantum: UInt32, cacheLimit: UInt32 = 0, allocations: Int = 1200
  ) throws -> Contest.Shared {
    let size = Contest.Shared.storageSize(
      spans: 260, allocations: allocations, quantum: quantum, cacheLimit: cacheLimit)
    let storage = UnsafeMutableRawBufferPointer.allocate(byteCount: size, alignment: 16)
    return try Contest.Shared.create(
      name: "shared", quantum: quantum, cacheLimit: cacheLimit, storage: storage, lock: HostLock())
  }

  private static func contest(_ arena: Contest.Shared, quantum: UInt32, moves: Int) -> Contest {
    Contest(
      arena: arena, board: Board(first: 0xE000_0000, quantum: quantum, cells: Contest.cells),
      quantum: quantum, moves: moves)
  }

  private static func span(quantum: UInt32) -> AddressRange<UInt32> {
    AddressRange(first: 0xE000_0000, count: UInt32(Contest.cells) * quantum)!
  }

  private static func plain(_ moves: Int) throws -> String? {
    let arena = try arena(quantum: 0x1000)
    try arena.add(span: span(quantum: 0x1000))
    return contest(arena, quantum: 0x1000, moves: moves).play(threads: threads)
  }

  private static func cached(_ moves: Int) throws -> String? {
    let arena = try arena(quantum: 0x1000, cacheLimit: 0x4000)
    try arena.add(span: span(quantum: 0x1000))
    return contest(arena, quantum: 0x1000, moves: moves).play(threads: threads)
  }

  private static func importing(_ moves: Int) throws -> String? {
    let source = try arena(quantum: 0x4000)
    try source.add(span: span(quantum: 0x1000))
    let arena = try arena(quantum: 0x1000)
    arena.setSource(.arena(source), quantum: 0x8000)
    let complaint = contest(arena, quantum: 0x1000, moves: moves).play(threads: threads)
    if complaint != nil { return complaint }
    let kept = source.statistics.inUse
    return kept == 0 ? nil : "\(kept) addresses were not given back to the source"
  }

  // MARK: Pools

  private static func pools(_ moves: Int) throws -> String? {
    try PoolContest(pages: 200, processors: threads).play(threads: threads, moves: moves)
  }

  private static func passing(_ moves: Int) throws -> String? {
    try PoolContest(pages: 400, processors: threads).passAlong(threads: threads, moves: moves)
  }

  /// Three pages, four objects, eight processors.
  private static func starving(_ moves: Int) throws -> String? {
    try PoolContest(pages: 3, processors: 8).starve(threads: 8, turns: max(1, moves / 20))
  }

  // MARK: Sleeping

  /// What sleepers wait on: the hooks' context.
  private final class Bed: Sendable {
    let arena: Contest.Shared
    let wakes = Atomic<UInt32>(0)

    init(_ arena: Contest.Shared) { self.arena = arena }
  }

  /// Room for one, wanted by all: each sleeps until it is its turn, and all get their turns. A lost wake-up would
  /// keep a thread waiting for ever; a thousand naps without news count as that.
  private static func sleeping(_ moves: Int) throws -> String? {
    let arena = try arena(quantum: 1)
    try arena.add(span: AddressRange(first: 0xFFFF_FFF0, last: .max))
    let bed = Bed(arena)
    arena.setWaiting(
      WaitHooks(
        wait: { context, seen in
          let bed = Unmanaged<Bed>.fromOpaque(context!).takeUnretainedValue()
          for _ in 0..<100_000 {
            if bed.arena.releaseCount != seen { return true }
            sched_yield()
          }
          return false
        },
        wake: { context in
          Unmanaged<Bed>.fromOpaque(context!).takeUnretainedValue().wakes.add(1, ordering: .relaxed)
        }, context: Unmanaged.passUnretained(bed).toOpaque()))
    let turns = max(1, moves / 20)
    let complaints = Mutex<[String]>([])
    team(of: threads) { _ in
      for _ in 0..<turns {
        do {
          try arena.free(arena.allocateWaiting(Request(count: 16)))
        } catch {
          complaints.withLock { $0.append("\(error)") }
          return
        }
      }
    }
    if let complaint = complaints.withLock({ $0.first }) { return complaint }
    return withExtendedLifetime(bed) { arena.statistics.inUse == 0 ? nil : "not all was given back" }
  }
}
