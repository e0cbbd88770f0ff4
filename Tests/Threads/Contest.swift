import Oracle
import Primitives
import Synchronization
import VMem

/// Several threads allocate, free and look around in one arena behind the spin lock.
///
/// No order of events is expected; what must hold is that no two threads are given the same address, that nothing
/// valid fails to be freed, and that in the end everything is free and every invariant holds. ThreadSanitizer
/// watches meanwhile, if the program is built with it.
struct Contest: Sendable {
  typealias Shared = Arena<UInt32, HostLock>

  static let cells = 256
  let arena: Shared
  let board: Board
  let quantum: UInt32
  let moves: Int

  /// Plays with `threads` threads. The answer is what went wrong, nil if nothing did.
  func play(threads: Int) -> String? {
    let complaints = Mutex<[String]>([])
    team(of: threads) { number in
      var player = ContestPlayer(contest: self, number: number)
      for _ in 0..<moves where player.complaint == nil { player.move() }
      player.leave()
      if let complaint = player.complaint { complaints.withLock { $0.append(complaint) } }
    }
    if let complaint = complaints.withLock({ $0.first }) { return complaint }
    arena.reap()
    let broken = arena.checkInvariants()
    if broken != 0 { return "VMem-I\(broken) is broken" }
    let statistics = arena.statistics
    if statistics.inUse != 0 { return "\(statistics.inUse) addresses were not given back" }
    return nil
  }
}

/// One thread's part in a contest.
private struct ContestPlayer {
  let contest: Contest
  let number: Int
  var dice: Dice
  var held: [AddressRange<UInt32>] = []
  var complaint: String?

  init(contest: Contest, number: Int) {
    self.contest = contest
    self.number = number
    dice = Dice(seed: UInt64(number + 1))
  }

  mutating func move() {
    switch dice.roll(0...9) {
    case 0...4: allocate()
    case 5...7: free()
    case 8: freePart()
    default: look()
    }
  }

  private mutating func allocate() {
    var request = Request<UInt32>(count: UInt32(dice.roll(1...6)) * contest.quantum)
    request.policy = dice.pick(Policy.allCases)!
    if dice.percent(30) { request.alignment = contest.quantum << UInt32(dice.roll(0...3)) }
    request.owner = Owner(rawValue: UInt16(number + 1))
    guard let range = try? contest.arena.allocate(request) else { return }
    held.append(range)
    if !contest.board.sign(range, by: number) { complaint = "\(range) was given out twice" }
  }

  private mutating func free() {
    guard !held.isEmpty else { return }
    let range = held.remove(at: dice.roll(0...(held.count - 1)))
    guard contest.board.strikeOut(range, by: number) else {
      complaint = "\(range) was not \(number)'s any more"
      return
    }
    do { try contest.arena.free(range) } catch { complaint = "\(error)" }
  }

  /// Frees the upper half of something. An allocation that came through a cache refuses, and stays whole.
  private mutating func freePart() {
    guard let range = held.last, range.countMinusOne >= 2 * contest.quantum - 1 else { return }
    let cells = (range.countMinusOne / contest.quantum + 1) / 2
    let middle = range.first + cells * contest.quantum
    let part = AddressRange(first: middle, last: range.last)
    guard contest.board.strikeOut(part, by: number) else {
      complaint = "\(part) was not \(number)'s any more"
      return
    }
    do {
      try contest.arena.freeFragment(part)
      held[held.count - 1] = AddressRange(first: range.first, last: middle - 1)
    } catch {
      guard case .cached = error, contest.board.sign(part, by: number) else {
        complaint = "\(error)"
        return
      }
    }
  }

  private mutating func look() {
    switch dice.roll(0...3) {
    case 0:
      var last: UInt32?
      contest.arena.walk { segment in
        // It may begin further down than the last one ended: the two may have merged meanwhile.
        if let last, segment.range.last <= last { complaint = "a walk went backwards" }
        last = segment.range.last
      }
    case 1: _ = contest.arena.statistics
    case 2: _ = try? contest.arena.explain(Request(count: 4 * contest.quantum))
    default: contest.arena.reap()
    }
  }

  mutating func leave() {
    while !held.isEmpty, complaint == nil { free() }
  }
}
