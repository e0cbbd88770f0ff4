import Primitives

/// A thread: its record, at the upper end of the storage whose rest is its stack.
///
/// Only the scheduler changes it, under its lock.
public struct Thread: ~Copyable {
  /// What a thread runs. `argument` is the word that was given with it.
  public typealias Entry = @convention(c) (_ argument: UInt) -> Void

  /// For those who print.
  public let name: StaticString
  /// Unique among all threads that ever were, from 0.
  public let number: UInt32
  let entry: Entry?
  let argument: UInt
  /// What the machine needs to go on with it; valid while it does not run.
  var context: UInt = 0
  var state = ThreadState.ready
  var wait = Wait.nothing
  /// The next in the queue that it stands in: of ready threads, of a channel, of those who join.
  var next: ThreadReference?
  /// The next of those who wait for a tick.
  var nextInTime: ThreadReference?
  /// The next in the line that it stands in, asleep or not.
  var nextInLine: ThreadReference?
  /// The next of all threads, by number.
  var nextOfAll: ThreadReference?
  /// Who waits for its end.
  var joiner: ThreadReference?
  /// One attempt out of turn is granted.
  var mayOvertake = false
  /// The line's count of changes when it last tried; nil before its first attempt.
  var lastTried: UInt32?
  /// The line in which it stands, asleep or not.
  var standing: Place<WaitLine>?
  /// The line for which it makes an attempt right now.
  var attempting: Place<WaitLine>?
  /// The tick at which it is to be woken, while it waits for one.
  var wakeTime: UInt32 = 0
  /// Ticks that are left of its turn.
  var turn: UInt32 = 0
  /// How often a processor came to it.
  var switches: UInt32 = 0

  init(name: StaticString, number: UInt32, entry: Entry?, argument: UInt) {
    self.name = name
    self.number = number
    self.entry = entry
    self.argument = argument
  }
}

/// Where a thread's record is.
public typealias ThreadReference = Place<Thread>

/// What a thread is at.
public enum ThreadState: UInt8, Sendable {
  /// Waits for a processor, in the queue of ready threads.
  case ready
  /// Has a processor.
  case running
  /// Waits for something else.
  case sleeping
  /// Is through. Its storage goes back to whoever joins it.
  case ended
}

/// What a sleeping thread waits for.
enum Wait {
  case nothing
  case channel(Place<WaitChannel>)
  /// The same, but no longer than the tick in its record.
  case channelOrTime(Place<WaitChannel>)
  /// The tick at which to go on is in its record.
  case time
  case end(of: ThreadReference)
  /// Its turn in a line, for so many units of what the line is for.
  case line(Place<WaitLine>, amount: UInt64)
}
