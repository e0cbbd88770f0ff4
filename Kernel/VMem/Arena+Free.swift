import Primitives

extension Arena where Lock: ~Copyable {
  /// Frees one allocation: `range` is exactly what `allocate` answered, or starts where it does and rounds up to
  /// it. Anything else is an error and changes nothing. Needs no tag, so it never fails for want of one. An
  /// imported span that becomes wholly free goes back to its source before this returns.
  @inline(__always)
  public func free(_ range: AddressRange<Address>) throws(FreeError<Address>) {
    if state.value.core.isWatched { return try freeWatched(range) }
    try freeAnyhow(range)
  }

  @inline(__always)
  private func freeAnyhow(_ range: AddressRange<Address>) throws(FreeError<Address>) {
    if state.value.magazines.sizes > 0, freeCached(range) { return }
    try freeUncached(range)
  }

  @inline(never)
  private func freeWatched(_ range: AddressRange<Address>) throws(FreeError<Address>) {
    do throws(FreeError<Address>) {
      try freeAnyhow(range)
      note(Operation(.free, range, hasSucceeded: true))
    } catch {
      note(Operation(.free, range, hasSucceeded: false))
      throw error
    }
  }

  @inline(never)
  private func freeCached(_ range: AddressRange<Address>) -> Bool {
    let token = acquire()
    guard putCached(range) else {
      release(token)
      return false
    }
    announceRelease(token)
    return true
  }

  /// Frees the allocation of `count` addresses from `first` on, if there is exactly such a one; whether there is.
  /// `free` then says what is wrong.
  @inline(__always)
  public func freeAtOnce(first: Address, count: Address) -> Bool {
    let last = first &+ (count &- 1)
    guard count != 0, last >= first, !state.value.core.isWatched else { return false }
    let range = AddressRange(uncheckedFirst: first, last: last)
    if state.value.magazines.sizes > 0, freeCached(range) { return true }
    return freeListed(range)
  }

  /// Frees an allocation that the table knows; whether it does.
  @inline(never)
  private func freeListed(_ range: AddressRange<Address>) -> Bool {
    let token = acquire()
    guard let slot = state.value.core.liveAllocation(range), let tag = slot.tag else {
      release(token)
      return false
    }
    state.value.core.hash.remove(at: slot)
    finish(freedAfter: state.value.core.freeUnlisted(tag), token)
    return true
  }

  @inline(__always)
  private func freeUncached(_ range: AddressRange<Address>) throws(FreeError<Address>) {
    if !freeListed(range) { try freeUnlisted(range) }
  }

  /// Frees an allocation that the table had no room for, or says what is wrong with `range`.
  @inline(never)
  private func freeUnlisted(_ range: AddressRange<Address>) throws(FreeError<Address>) {
    let token = acquire()
    let tag: TagReference<Address>
    do throws(FreeError<Address>) {
      tag = try state.value.core.allocation(range)
    } catch {
      release(token)
      throw error
    }
    finishFree(of: tag, token)
  }

  /// Frees a part of one allocation, on quanta at both ends. What remains stays allocated, in one piece or two,
  /// each freeable by itself. The whole, the front and the back need no tag. A part from the middle needs one:
  /// the one reserved if the request was fragmentable, else any that is left, else it fails.
  public func freeFragment(_ part: AddressRange<Address>) throws(FreeError<Address>) {
    let token = acquire()
    let before: TagReference<Address>
    do throws(FreeError<Address>) {
      before = try state.value.core.freeFragment(part)
    } catch {
      release(token)
      note(Operation(.freeFragment, part, hasSucceeded: false))
      throw error
    }
    finish(freedAfter: before, token)
    note(Operation(.freeFragment, part, hasSucceeded: true))
  }

  /// Frees `tag`, an allocation, into its magazine or the arena, and gives the lock back.
  @inline(never)
  func finishFree(of tag: TagReference<Address>, _ token: consuming Lock.Token) {
    if tag.flags.contains(.isCacheable), putCached(tag.range) {
      announceRelease(token)
    } else {
      finish(freedAfter: state.value.core.freeWhole(tag), token)
    }
  }

  /// Frees `tag`, which came out of a magazine, and gives the lock back.
  @inline(never)
  func finishReaping(_ tag: TagReference<Address>, _ token: consuming Lock.Token) {
    finish(freedAfter: state.value.core.freeWhole(tag), token)
  }

  /// Releases the span of `before` if it is an imported one without allocations, and gives the lock back.
  @inline(__always)
  private func finish(freedAfter before: TagReference<Address>, _ token: consuming Lock.Token) {
    if before.flags.contains(.isImported), state.value.core.isReleasable(before) {
      releaseSpan(of: before, token)
    } else {
      announceRelease(token)
    }
  }

  @inline(never)
  private func releaseSpan(of barrier: TagReference<Address>, _ token: consuming Lock.Token) {
    let span = state.value.core.release(spanOf: barrier)
    let source = state.value.importing.source
    announceRelease(token)
    source.takeBack(span)
  }

  /// Makes the free visible to waiters and gives the lock back.
  @inline(__always)
  private func announceRelease(_ token: consuming Lock.Token) {
    state.value.releaseCount &+= 1
    if state.value.waiters > 0 { return wake(token) }
    release(token)
  }

  @inline(never)
  private func wake(_ token: consuming Lock.Token) {
    let hooks = state.value.waiting
    release(token)
    hooks?.wakeAll()
  }
}
