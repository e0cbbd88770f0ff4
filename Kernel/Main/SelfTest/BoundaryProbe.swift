#if os(none)
import Instructions
import Machine
import Text

/// A routine that must bear an interrupt between any two of its instructions. Functions of C, for the handler has no
/// context: what they work on is in globals.
struct CriticalRoutine {
  let name: StaticString
  /// Makes the state in which it starts, the same each time.
  let prepare: @convention(c) () -> Void
  let run: @convention(c) () -> Void
  /// What the handler does in between.
  let intrude: @convention(c) () -> Void
  /// Whether all invariants hold afterwards; puts everything back as it was before `prepare`.
  let check: @convention(c) () -> Bool
}

/// Fires the local timer, once, at a chosen instruction of a routine: with a clock that counts instructions, a count of
/// k in the timer is the boundary behind the k-th instruction from there.
///
/// The boundaries of a routine are numbered by the timer's count. Where the interrupt came is known from the clock,
/// read first thing in the handler: it is later than the count by the same amount each time, unless interrupts were
/// off at that boundary. Then it comes at the end of the masked section; the first boundary that is not masked has that
/// very moment for its own.
struct BoundaryProbe {
  private let controller: LocalAPIC
  /// Boundaries between begin and end of a routine that its length does not count: they lie outside the two readings
  /// of the clock.
  private var surplus: UInt32 = 0

  /// The handler stays until another one is installed.
  init(_ controller: LocalAPIC) {
    self.controller = controller
    Shot.controller = controller
    Interrupts.handle(vector: LocalAPIC.timerVector) { _ in Shot.fall() }
    let nothing = cover(OpenInstructions.nothing)
    surplus = nothing.reached &- nothing.boundaries
  }

  /// Runs the routine once for each of its boundaries; what came of it.
  func cover(_ routine: CriticalRoutine) -> Coverage {
    Shot.intrude = routine.intrude
    // Once without looking: what a first time makes, caches and such, is there then.
    _ = length(of: routine)
    var coverage = Coverage(boundaries: length(of: routine) &+ surplus)
    var delay = UInt32.max
    var count: UInt32 = 0
    while coverage.failure == nil, count < Self.limit {
      count += 1
      routine.prepare()
      fire(after: count, routine.run)
      let isSound = routine.check()
      guard let phase = Shot.phaseOfFall else {
        coverage.failure = .noInterrupt(count)
        continue
      }
      if !isSound { coverage.failure = .unsound(count) }
      delay = min(delay, Shot.moment &- count)
      switch phase {
      case .before: coverage.first = count
      case .during: coverage.note(moment: Shot.moment, isLate: Shot.moment &- count > delay)
      case .after: return coverage
      }
    }
    return coverage
  }

  /// The longest stretch of the routine in which interrupts are off, in instructions; nil where no interrupt came, or
  /// the routine's check failed.
  ///
  /// An interrupt that comes late was asked for within a masked section, at whose end it comes; the search goes on
  /// behind that. So a section costs one run, and every other boundary one.
  func longestMasked(_ routine: CriticalRoutine) -> UInt32? {
    Shot.intrude = nil
    _ = length(of: routine)
    var (delay, longest, count) = (UInt32.max, UInt32(0), UInt32(1))
    while count < Self.limit {
      routine.prepare()
      fire(after: count, routine.run)
      guard routine.check(), let phase = Shot.phaseOfFall else { return nil }
      if phase == .after { return longest }
      delay = min(delay, Shot.moment &- count)
      let masked = phase == .during ? Shot.moment &- count &- delay : 0
      longest = max(longest, masked)
      count += 1 + masked
    }
    return nil
  }

  /// More boundaries than any routine has.
  private static var limit: UInt32 { 100_000 }

  /// Instructions between the two ends of the routine when nothing comes in between.
  private func length(of routine: CriticalRoutine) -> UInt32 {
    controller.stopTimer()
    routine.prepare()
    Shot.begin()
    let length = Self.bracket(routine.run)
    Shot.end()
    _ = routine.check()
    return length
  }

  private func fire(after count: UInt32, _ run: @convention(c) () -> Void) {
    cpu_disable_interrupts()
    Shot.begin()
    controller.interruptOnce(after: count)
    cpu_enable_interrupts()
    _ = Self.bracket(run)
    // What comes late comes here.
    while !Shot.hasFallen, controller.remainingCounts > 0 {}
    for _ in 0..<16 { cpu_order_memory() }
    Shot.end()
    controller.stopTimer()
  }

  /// Not inlined, so that the same instructions surround every routine.
  @inline(never)
  private static func bracket(_ run: @convention(c) () -> Void) -> UInt32 {
    Shot.phase = .during
    let start = TimeStampCounter.low
    run()
    let length = TimeStampCounter.low &- start
    Shot.phase = .after
    return length
  }
}

/// What one routine's boundaries came to.
struct Coverage {
  enum Failure {
    /// No interrupt came for this count.
    case noInterrupt(UInt32)
    /// An invariant was broken after an interrupt at this count.
    case unsound(UInt32)
  }

  /// Boundaries of the routine when nothing comes in between, those of the call included.
  let boundaries: UInt32
  /// The last count before the routine began.
  var first: UInt32 = 0
  /// Boundaries at which the interrupt came at once.
  var atOnce: UInt32 = 0
  /// Boundaries at which interrupts were off: it came at the end of the masked section.
  var deferred: UInt32 = 0
  /// Boundaries whose interrupt came late although the next boundary that was not masked has another moment: no
  /// masked section explains that.
  var unexplained: UInt32 = 0
  var failure: Failure?
  /// The moment at which the boundaries of the present masked section were served, and how many those are so far.
  private var section: (moment: UInt32, count: UInt32) = (0, 0)

  init(boundaries: UInt32) { self.boundaries = boundaries }

  /// Boundaries at which an interrupt came, at once or at the end of a masked section.
  var reached: UInt32 { atOnce + deferred }

  mutating func note(moment: UInt32, isLate: Bool) {
    if section.count > 0, moment != section.moment {
      // The section ended, and not at a boundary of its own moment.
      unexplained += section.count
      deferred -= section.count
      section.count = 0
    }
    if isLate {
      deferred += 1
      section = (moment, section.count + 1)
    } else {
      atOnce += 1
      section.count = 0
    }
  }
}

/// The one interrupt of a run, shared with its handler.
private enum Shot {
  enum Phase { case before, during, after }

  // Written by the handler and by the code that it interrupts.
  private nonisolated(unsafe) static var storedPhase = Phase.before
  private nonisolated(unsafe) static var storedFall: Phase?
  private nonisolated(unsafe) static var storedStart: UInt32 = 0
  private nonisolated(unsafe) static var storedMoment: UInt32 = 0
  private nonisolated(unsafe) static var storedController: LocalAPIC?
  private nonisolated(unsafe) static var storedIntruder: (@convention(c) () -> Void)?

  static var controller: LocalAPIC? {
    get { unsafe storedController }
    set { unsafe storedController = newValue }
  }

  static var intrude: (@convention(c) () -> Void)? {
    get { unsafe storedIntruder }
    set { unsafe storedIntruder = newValue }
  }

  static var phase: Phase {
    @inline(__always) get { unsafe storedPhase }
    @inline(__always) set {
      unsafe storedPhase = newValue
      cpu_order_memory()
    }
  }

  static var phaseOfFall: Phase? {
    cpu_order_memory()
    return unsafe storedFall
  }

  static var hasFallen: Bool { phaseOfFall != nil }

  /// Counts since `begin`.
  static var moment: UInt32 { unsafe storedMoment &- storedStart }

  static func begin() {
    unsafe storedPhase = .before
    unsafe storedFall = nil
    unsafe storedStart = TimeStampCounter.low
    cpu_order_memory()
  }

  static func end() { phase = .before }

  /// The handler.
  static func fall() {
    unsafe storedMoment = TimeStampCounter.low
    unsafe storedFall = phase
    if phase == .during, let intrude { intrude() }
    controller?.acknowledge()
  }
}
#endif
