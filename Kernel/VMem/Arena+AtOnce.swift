import Primitives

// The short ways of allocation: for callers to whom an error is worth nothing, such as the C library, and what `allocate`
// itself begins with. None sleeps, asks a source, or reaps, so each may be called wherever its lock may be taken.

extension Arena where Lock: ~Copyable {
  /// Allocates `count` addresses by instant fit, without constraints or label, if that can be done at once; `nil` if
  /// anything at all is in the way. `allocate` then does what it takes, or says what is wrong.
  ///
  /// - Complexity: constant.
  @inline(__always)
  public func allocateAtOnce(count: Address) -> Address? {
    guard count != 0, let tag = allocateIfAtOnce(count &- 1, .none) else { return nil }
    return tag.first
  }

  /// The same with an alignment, a phase and bounds, as a request has them. It may answer `nil` although there is a place.
  ///
  /// - Complexity: constant.
  @inline(__always)
  public func allocateAtOnce(
    count: Address, alignment: Address, phase: Address = 0, first: Address = .min, last: Address = .max
  ) -> Address? {
    guard count != 0, let tag = allocateConstrained(count &- 1, alignment, phase, first, last, .none)
    else { return nil }
    return tag.first
  }

  /// Allocates exactly `count` addresses from `first` on, if that can be done at once; whether it was. `claim` then says
  /// what is in the way.
  ///
  /// - Complexity: as an exact request by `allocate`.
  @inline(__always)
  public func claimAtOnce(first: Address, count: Address) -> Bool {
    count != 0 && allocateExact(first, count &- 1, .none) != nil
  }

  /// Allocates `count` addresses out of the caller's magazine; `nil` if it has none, or none takes that size. `allocate` then
  /// does the rest.
  ///
  /// For functions that mostly ask for what is cached: with this first, and `allocate` in a function of its own that ends
  /// them, they need no frame while a magazine serves.
  /// - Complexity: constant.
  @inline(__always)
  public func allocateCachedAtOnce(count: Address, owner: Owner = .none) -> Address? {
    let token = acquire()
    defer { release(token) }
    // None, less one, is more than any magazine takes (`Layout`).
    return takeCached(count &- 1, sizes: state.value.core.openSizes, owner)?.first
  }

  /// Puts the allocation of `count` addresses from `first` on back into the caller's magazine, if it is what was taken out
  /// of that last; whether it was. `free` then does the rest, or says what is wrong.
  ///
  /// - Complexity: constant.
  @inline(__always)
  public func freeCachedAtOnce(first: Address, count: Address) -> Bool {
    let token = acquire()
    defer { release(token) }
    return putLastBack(first, count &- 1, sizes: state.value.core.openSizes)
  }

  /// Instant fit without constraints, by the short ways: from the arena's own spans, or from the caller's magazine. The
  /// shortest becomes part of the caller, the others are functions of their own. `nil` if anything is in the way.
  @inline(__always)
  func allocateIfAtOnce(_ countMinusOne: Address, _ owner: Owner) -> TagReference<Address>? {
    let token = acquire()
    defer { release(token) }
    if !state.value.core.mode.isBare {
      return takeCached(countMinusOne, sizes: state.value.core.openSizes, owner)
        ?? allocateUncached(countMinusOne, owner)
    }
    return state.value.core.allocatePlain(countMinusOne | state.value.core.quantumMask, owner)
  }

  /// Best fit without constraints, likewise.
  @inline(__always)
  func allocateBestIfAtOnce(_ countMinusOne: Address, _ owner: Owner) -> TagReference<Address>? {
    let token = acquire()
    defer { release(token) }
    guard state.value.core.mode.isBare else { return nil }
    return state.value.core.allocateBest(countMinusOne | state.value.core.quantumMask, owner)
  }

  /// From the arena's own spans if caches are all that it has to look after beside them.
  @inline(never)
  private func allocateUncached(_ countMinusOne: Address, _ owner: Owner) -> TagReference<Address>? {
    guard state.value.core.mode.isCachingOnly,
      let tag = state.value.core.allocatePlain(countMinusOne | state.value.core.quantumMask, owner)
    else { return nil }
    noteCacheable(tag, countMinusOne)
    return tag
  }

  @inline(never)
  func allocateExact(
    _ first: Address, _ countMinusOne: Address, _ owner: Owner
  ) -> TagReference<Address>? {
    let token = acquire()
    defer { release(token) }
    let quantumMask = state.value.core.quantumMask
    guard first & quantumMask == 0 else { return nil }
    return state.value.core.allocateExact(first, countMinusOne | quantumMask, owner)
  }

  @inline(never)
  func allocateConstrained(
    _ countMinusOne: Address, _ alignment: Address, _ phase: Address, _ first: Address, _ last: Address,
    _ owner: Owner
  ) -> TagReference<Address>? {
    let token = acquire()
    defer { release(token) }
    guard state.value.core.mode.isBare || canDoWithoutCache(alignment, first, last) else { return nil }
    return state.value.core.allocateConstrained(countMinusOne, alignment, phase, first, last, owner)
  }

  /// Whether caches are all that there is to look after, and the request is none for them.
  private func canDoWithoutCache(_ alignment: Address, _ first: Address, _ last: Address) -> Bool {
    state.value.core.mode.isCachingOnly && (alignment > 1 || first != .min || last != .max)
  }
}

// MARK: Without the lock

// For the C library, which learns from one word whether anything but the ring, the lists and the table is to be looked
// after, a lock included: its entries are so short that asking twice would show.
extension Arena where Lock: ~Copyable {
  /// Whether nothing is to be looked after, and no lock is needed: `allocatePlainly`, `allocateBestPlainly` and
  /// `freePlainly` may be called.
  @inline(__always)
  package var isPlain: Bool { state.value.core.mode.isEmpty }

  /// Allocates `count` addresses, which are not none, by instant fit; `nil` if anything is in the way.
  @inline(__always)
  package func allocatePlainly(count: Address) -> Address? {
    state.value.core.allocatePlain((count &- 1) | state.value.core.quantumMask, .none)?.first
  }

  /// The same by best fit.
  @inline(__always)
  package func allocateBestPlainly(count: Address) -> Address? {
    state.value.core.allocateBest((count &- 1) | state.value.core.quantumMask, .none)?.first
  }

  /// The same by instant fit with an alignment, a phase and bounds.
  @inline(__always)
  package func allocatePlainly(
    count: Address, alignment: Address, phase: Address, first: Address, last: Address
  ) -> Address? {
    state.value.core.allocateConstrained(count &- 1, alignment, phase, first, last, .none)?.first
  }

  /// Whether a request for `count` addresses for which `allocatePlainly` just answered `nil` has failed for good; then it
  /// is counted as failed.
  package func noteIfHopeless(count: Address) -> Bool { noteIfHopeless(count &- 1) }

  /// Frees the allocation of `count` addresses from `first` on; whether there was exactly such a one.
  @inline(__always)
  package func freePlainly(first: Address, count: Address) -> Bool {
    let last = first &+ (count &- 1)
    guard count != 0, last >= first else { return false }
    return state.value.core.freeListed(AddressRange(uncheckedFirst: first, last: last))
  }

  /// Takes `count` addresses out of the caller's magazine, in an arena that needs no lock; `nil` if there are none.
  @inline(__always)
  package func allocateCachedPlainly(count: Address) -> Address? {
    // None, less one, is more than any magazine takes (`Layout`).
    takeCached(count &- 1, sizes: state.value.core.unsharedSizes, .none)?.first
  }

  /// Puts an allocation back there; whether it was one that came from a magazine, and was the last to be taken.
  @inline(__always)
  package func freeCachedPlainly(first: Address, count: Address) -> Bool {
    putLastBack(first, count &- 1, sizes: state.value.core.unsharedSizes)
  }
}
