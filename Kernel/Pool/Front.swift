import Primitives

/// What a processor has of a cache: the magazine in use and the one before. An allocation and a free at the edge of a
/// magazine only exchange the two.
///
/// While a magazine is loaded, three addresses stand for its count: that of the next round, and the two that it must not
/// pass. Those of the magazine that nobody owns are equal, so it is both empty and full.
@safe
struct Front<Lock: Locking & ~Copyable>: ~Copyable {
  private var top: UnsafeMutablePointer<Round>
  private var bottom: UnsafeMutablePointer<Round>
  private var limit: UnsafeMutablePointer<Round>
  private(set) var loaded: MagazineReference
  private(set) var previous: MagazineReference
  let lock: Lock

  init(_ none: MagazineReference, lock: consuming Lock) {
    unsafe top = none.rounds
    unsafe bottom = none.rounds
    unsafe limit = none.rounds
    loaded = none
    previous = none
    self.lock = lock
  }

  /// Rounds of the loaded magazine.
  var count: Int { unsafe top - bottom }
  var room: Int { unsafe limit - top }
  /// Whether there is a magazine to put something into.
  var hasMagazine: Bool { unsafe limit != bottom }

  /// Takes the round added last and makes its object live; nil if there is none.
  @inline(__always)
  mutating func pop() -> UnsafeMutableRawPointer? {
    let top = unsafe self.top
    if unsafe top == bottom { return nil }
    // Between the two addresses are rounds of the loaded magazine.
    let round = unsafe top - 1
    // Written first: the round is then read through one register.
    unsafe self.top = unsafe round
    unsafe ObjectState.store(ObjectState.live, round.pointee.state)
    return unsafe round.pointee.object
  }

  /// Adds a round; whether there was room.
  @inline(__always)
  mutating func push(_ object: UnsafeMutableRawPointer, _ state: UnsafeMutablePointer<UInt8>) -> Bool {
    let top = unsafe self.top
    if unsafe top == limit { return false }
    // Below the limit are rounds of the loaded magazine.
    unsafe ObjectState.store(ObjectState.cached, state)
    unsafe top.pointee.object = unsafe object
    unsafe top.pointee.state = unsafe state
    unsafe self.top = unsafe top + 1
    return true
  }

  /// Loads `magazine` and answers what was loaded, counted.
  mutating func load(_ magazine: MagazineReference) -> MagazineReference {
    let old = loaded
    if old.capacity > 0 { old.count = count }
    loaded = magazine
    unsafe bottom = magazine.rounds
    unsafe top = unsafe bottom + magazine.count
    unsafe limit = unsafe bottom + magazine.capacity
    return old
  }

  /// Loads `magazine`; the loaded one, if there is one, becomes the one before, which is answered.
  mutating func loadNext(_ magazine: MagazineReference) -> MagazineReference? {
    let old = load(magazine)
    guard old.capacity > 0 else { return nil }
    let leaving = previous
    previous = old
    return leaving.capacity > 0 ? leaving : nil
  }

  /// Exchanges the two magazines.
  mutating func swap() { previous = load(previous) }

  /// Takes both magazines away.
  mutating func clear(_ none: MagazineReference) -> (MagazineReference, MagazineReference) {
    let both = (load(none), previous)
    previous = none
    return both
  }
}
