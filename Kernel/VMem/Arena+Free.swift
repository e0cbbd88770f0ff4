import Primitives

extension Arena where Lock: ~Copyable {
  /// Frees one allocation: `range` is exactly what `allocate` answered, or starts where it does and rounds up to
  /// it. Anything else is an error and changes nothing. Needs no tag, so it never fails for want of one. An
  /// imported span that becomes wholly free goes back to its source before this returns.
  @inline(__always)
  public func free(_ range: AddressRange<Address>) throws(FreeError<Address>) {
    let token = acquire()
    if freeQuickly(range) { return release(token) }
    if let error = freeAnyhow(range, token) { throw error }
  }

  /// Frees the allocation of `count` addresses from `first` on, if there is exactly such a one and that can be done at
  /// once; whether it was. `free` then says what is wrong.
  @inline(__always)
  public func freeAtOnce(first: Address, count: Address) -> Bool {
    let last = first &+ (count &- 1)
    guard count != 0, last >= first else { return false }
    let token = acquire()
    defer { release(token) }
    return freeQuickly(AddressRange(uncheckedFirst: first, last: last))
  }

  /// The short ways, as at allocation: the table knows the allocation, and nothing else is to be looked after; or it
  /// goes into a magazine. The lock is held.
  @inline(__always)
  private func freeQuickly(_ range: AddressRange<Address>) -> Bool {
    if state.value.core.mode.isBare { return state.value.core.freeListed(range) }
    return putCached(range, sizes: state.value.core.openSizes) || freeUncached(range)
  }

  /// Frees an allocation that no magazine takes, or for which its own has no room, in an arena with caches.
  @inline(never)
  private func freeUncached(_ range: AddressRange<Address>) -> Bool {
    guard state.value.core.mode.isCachingOnly, state.value.core.freeListed(range) else { return false }
    forget(range.first, (range.last &- range.first) &>> state.value.core.quantumShift)
    return true
  }

  /// Frees an allocation with all that may follow from it, or says what is wrong with `range`: as a value, so that the
  /// short ways need no place for an error.
  @inline(never)
  func freeAnyhow(
    _ range: AddressRange<Address>, _ token: consuming Lock.Token
  ) -> FreeError<Address>? {
    let tag: TagReference<Address>
    do throws(FreeError<Address>) {
      tag = try state.value.core.allocation(range)
    } catch {
      release(token)
      note(Operation(.free, range, hasSucceeded: false))
      return error
    }
    finishFree(of: tag, token)
    note(Operation(.free, range, hasSucceeded: true))
    return nil
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
    finish(before, token)
    note(Operation(.freeFragment, part, hasSucceeded: true))
  }

  /// Frees `tag`, an allocation, into its magazine or the arena, and gives the lock back.
  @inline(never)
  func finishFree(of tag: TagReference<Address>, _ token: consuming Lock.Token) {
    if tag.flags.contains(.isCacheable) {
      if putCached(tag.range, sizes: state.value.core.cachedSizes) { return announceRelease(token) }
      forget(tag)
    }
    finish(state.value.core.freeWhole(tag), token)
  }

  /// Frees `tag`, which came out of a magazine, and gives the lock back.
  func finishReaping(_ tag: TagReference<Address>, _ token: consuming Lock.Token) {
    finish(state.value.core.freeWhole(tag), token)
  }

  /// Releases the span of `segment` if that is all of an imported one, and gives the lock back.
  private func finish(_ segment: TagReference<Address>, _ token: consuming Lock.Token) {
    if state.value.core.mode.contains(.isImporting), let barrier = state.value.core.releasable(segment) {
      releaseSpan(of: barrier, token)
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
  private func announceRelease(_ token: consuming Lock.Token) {
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
