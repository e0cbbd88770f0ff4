import Primitives

extension Arena where Lock: ~Copyable {
  /// Frees one allocation: `range` is exactly what `allocate` answered, or starts where it does and rounds up to
  /// it. Anything else is an error and changes nothing. Needs no tag, so it never fails for want of one. An
  /// imported span that becomes wholly free goes back to its source before this returns.
  @inline(__always)
  public func free(_ range: AddressRange<Address>) throws(FreeError<Address>) {
    if state.value.magazines.sizes > 0, freeCached(range) { return }
    try freeUncached(range)
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

  @inline(never)
  private func freeUncached(_ range: AddressRange<Address>) throws(FreeError<Address>) {
    let token = acquire()
    if let slot = state.value.core.liveAllocation(range), let tag = slot.tag {
      state.value.core.hash.remove(at: slot)
      return finish(freedAfter: state.value.core.freeUnlisted(tag), token)
    }
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
      throw error
    }
    finish(freedAfter: before, token)
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
