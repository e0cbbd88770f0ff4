import Primitives
import VMem

extension Scheduler {
  /// Makes `attempt` until it answers, in turn with all others who stand in `line`.
  ///
  /// A request joins the end of the line. The first in line tries, and then again after each `announceFree`; when it is
  /// served the next one is first. So requests are served in the order in which they came. There is one exception: when
  /// no thread could run otherwise, each request in the line is tried once, for the thread that is to free may itself
  /// stand in it (Threads-I7).
  ///
  /// - Parameters:
  ///   - amount: How much is asked for, for those who print.
  ///   - attempt: Answers nil for lack of what the line is for. Called without the lock. What it throws is passed on.
  ///
  /// Every free that may let an attempt succeed is announced: from before this call on, until it returns.
  /// Context: one that may sleep.
  public func wait<Result, Failure: Error>(
    in line: Place<WaitLine>, for amount: UInt64, _ attempt: () throws(Failure) -> Result?
  ) throws(Failure) -> Result {
    join(line)
    while true {
      awaitItsTurn(in: line, amount)
      do throws(Failure) {
        if let result = try attempt() {
          leave(line)
          return result
        }
        endAttempt()
      } catch {
        leave(line)
        throw error
      }
    }
  }

  /// For those who try again and again by themselves and only ask when: the calling thread stands in `line` from now on, if
  /// it does not yet; returns when it may try.
  ///
  /// Who uses it begins to have frees announced before the first attempt, and ends with `leaveLine`, served or not.
  /// `amount` is 0 where nobody knows it. Context: one that may sleep.
  public func awaitTurn(in line: Place<WaitLine>, for amount: UInt64) {
    if current.value.standing == nil { join(line) } else { endAttempt() }
    awaitItsTurn(in: line, amount)
  }

  /// Ends what `awaitTurn` began, if it did. Constant for the first in line.
  public func leaveLine(_ line: Place<WaitLine>) {
    if current.value.standing == line { leave(line) }
  }

  /// Something was freed for which requests may wait in `line`. Constant. Context: any.
  public func announceFree(in line: Place<WaitLine>) {
    let token = acquire()
    defer { release(token) }
    let before = line.value.changes
    line.value.changes &+= 1
    if !Machine.isInInterrupt, let attempting = running.value.attempting {
      // What an attempt gives back, it took itself before: no reason for the same attempt again.
      if attempting == line, running.value.lastTried == before {
        running.value.lastTried = line.value.changes
      }
    } else {
      state.value.activity &+= 1
    }
    if let first = line.value.first, first != running { wakeInLine(first) }
  }

  /// Allocates from `arena`, and sleeps in `line` while there is no space or no tag. Fails only for a request that
  /// contradicts itself.
  ///
  /// The arena announces its frees in the line: see `waitHooks`. What waits already is not overtaken.
  ///
  /// Context: one that may sleep.
  public func allocate<Address, ArenaLock>(
    _ request: Request<Address>, from arena: Arena<Address, ArenaLock>, in line: Place<WaitLine>
  ) throws(AllocationError<Address>) -> AddressRange<Address> where ArenaLock: ~Copyable {
    // A look at one word, without the lock: who comes at the same moment may come first or second.
    if line.value.first == nil {
      do throws(AllocationError<Address>) { return try arena.allocate(request) } catch {
        if case .invalid = error { throw error }
      }
    }
    arena.beginWaiting()
    defer { arena.endWaiting() }
    return try wait(in: line, for: UInt64(truncatingIfNeeded: request.countMinusOne) &+ 1) {
      () throws(AllocationError<Address>) in
      do throws(AllocationError<Address>) { return try arena.allocate(request) } catch {
        if case .invalid = error { throw error }
        return nil
      }
    }
  }
}

extension Scheduler {
  private func join(_ line: Place<WaitLine>) {
    let token = acquire()
    defer { release(token) }
    state.value.activity &+= 1
    precondition(running.value.standing == nil, "a thread stands in two lines")
    running.value.standing = line
    running.value.lastTried = nil
    running.value.mayOvertake = false
    line.value.append(running)
  }

  /// Returns when the calling thread, which stands in the line, may try.
  private func awaitItsTurn(in line: Place<WaitLine>, _ amount: UInt64) {
    let token = acquire()
    defer { release(token) }
    let thread = running
    while !thread.value.mayOvertake,
      line.value.first != thread || thread.value.lastTried == line.value.changes
    {
      sleep(.line(line, amount: amount))
    }
    thread.value.mayOvertake = false
    thread.value.lastTried = line.value.changes
    thread.value.attempting = line
  }

  private func endAttempt() {
    let token = acquire()
    running.value.attempting = nil
    release(token)
  }

  /// Takes the calling thread, which was served or gave up, out of the line.
  private func leave(_ line: Place<WaitLine>) {
    let token = acquire()
    defer { release(token) }
    let thread = running
    thread.value.attempting = nil
    thread.value.standing = nil
    let wasFirst = line.value.first == thread
    line.value.remove(thread)
    guard wasFirst else {
      line.value.overtakes += 1
      return
    }
    line.value.overtakes = 0
    if let first = line.value.first { wakeInLine(first) }
  }

  /// Wakes a thread of a line, unless it is awake.
  private func wakeInLine(_ thread: ThreadReference) {
    if case .line = thread.value.wait { makeReady(thread) }
  }
}
