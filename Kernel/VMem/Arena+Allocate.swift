import Primitives

extension Arena where Lock: ~Copyable {
  /// Allocates as `request` says. It fails only if no placement exists, here or in the source, or no tag is left.
  ///
  /// Before it fails it asks the tag source for storage wherever tags are short, reaps the quantum caches, and asks the
  /// source for one more span. The lock is not held while sources are asked. Never sleeps.
  @inline(__always)
  public func allocate(
    _ request: Request<Address>
  ) throws(AllocationError<Address>) -> AddressRange<Address> {
    // Only numbers are passed on: the request itself need not exist on these ways.
    if request.isPlainOrEmpty {
      if request.isEmpty { throw refuseEmpty(request.owner) }
      if let tag = allocateIfAtOnce(request.countMinusOne, request.owner) {
        return range(of: tag, request.countMinusOne)
      }
      return range(
        of: try allocatePlainly(request.countMinusOne, request.owner).get(), request.countMinusOne)
    }
    if request.isPlainBest {
      if let tag = allocateBestIfAtOnce(request.countMinusOne, request.owner) {
        return range(of: tag, request.countMinusOne)
      }
      return range(
        of: try allocateBestPlainly(request.countMinusOne, request.owner).get(), request.countMinusOne)
    }
    if request.isPlainlyExact, let first = request.at {
      if let tag = allocateExact(first, request.countMinusOne, request.owner) {
        return range(of: tag, request.countMinusOne)
      }
    }
    if request.isPlainlyConstrained, request.nocross == 0,
      let tag = allocateConstrained(
        request.countMinusOne, request.alignment, request.phase, request.first, request.last, request.owner)
    {
      return range(of: tag, request.countMinusOne)
    }
    return range(of: try allocateTag(request).get(), request.countMinusOne)
  }

  @inline(never)
  private func refuseEmpty(_ owner: Owner) -> AllocationError<Address> {
    var request = Request<Address>(count: 0)
    request.owner = owner
    guard case .failure(let error) = allocateTag(request) else { fatalError("an empty request was granted") }
    return error
  }

  /// Allocates `count` addresses by instant fit, without constraints or label, if that can be done at once; `nil` if
  /// anything at all is in the way. `allocate` then does what it takes, or says what is wrong.
  @inline(__always)
  public func allocateAtOnce(count: Address) -> Address? {
    guard count != 0, let tag = allocateIfAtOnce(count &- 1, .none) else { return nil }
    return tag.first
  }

  /// Instant fit without constraints, by the short ways: from the arena's own spans, or from the caller's magazine. The
  /// shortest becomes part of the caller, the others are functions of their own. `nil` if anything is in the way.
  @inline(__always)
  private func allocateIfAtOnce(_ countMinusOne: Address, _ owner: Owner) -> TagReference<Address>? {
    let token = acquire()
    defer { release(token) }
    if !state.value.core.mode.isEmpty {
      return takeCached(countMinusOne, sizes: state.value.core.openSizes, owner)
        ?? allocateUncached(countMinusOne, owner)
    }
    return state.value.core.allocatePlain(countMinusOne | state.value.core.quantumMask, owner)
  }

  /// Best fit without constraints, likewise.
  @inline(__always)
  private func allocateBestIfAtOnce(_ countMinusOne: Address, _ owner: Owner) -> TagReference<Address>? {
    let token = acquire()
    defer { release(token) }
    guard state.value.core.mode.isEmpty else { return nil }
    return state.value.core.allocateBest(countMinusOne | state.value.core.quantumMask, owner)
  }

  /// Allocates exactly `range`, rounded up to the quantum. A conflict names the range and owner in the way.
  @discardableResult
  public func claim(
    _ range: AddressRange<Address>, owner: Owner = .none
  ) throws(AllocationError<Address>) -> AddressRange<Address> {
    var request = Request(exactly: range)
    request.owner = owner
    return try allocate(request)
  }

  /// As `allocate`, and answers an owner of the region: freeing it takes constant time and consumes it.
  public func allocateRegion(
    _ request: Request<Address>
  ) throws(AllocationError<Address>) -> Region<Address, Lock> {
    let tag = try allocateTag(request).get()
    return Region(tag: tag, range: range(of: tag, request.countMinusOne), arena: self)
  }

  /// What `tag` was just allocated as. Its own first address and the size tell; where its neighbour begins, by which
  /// a tag otherwise knows its end, may change as soon as the lock is given back.
  @inline(__always)
  private func range(of tag: TagReference<Address>, _ countMinusOne: Address) -> AddressRange<Address> {
    let last = tag.first &+ (countMinusOne | state.value.core.quantumMask)
    return AddressRange(uncheckedFirst: tag.first, last: last)
  }

  /// From the arena's own spans if caches are all that it has to look after beside them.
  @inline(never)
  private func allocateUncached(_ countMinusOne: Address, _ owner: Owner) -> TagReference<Address>? {
    guard state.value.core.mode == .hasCaches,
      let tag = state.value.core.allocatePlain(countMinusOne | state.value.core.quantumMask, owner)
    else { return nil }
    noteCacheable(tag, countMinusOne)
    return tag
  }

  @inline(never)
  private func allocateBestPlainly(
    _ countMinusOne: Address, _ owner: Owner
  ) -> AllocationResult<Address> {
    var request = Request(countMinusOne: countMinusOne)
    request.policy = .bestFit
    request.owner = owner
    return allocateTag(request)
  }

  @inline(never)
  private func allocateExact(
    _ first: Address, _ countMinusOne: Address, _ owner: Owner
  ) -> TagReference<Address>? {
    let token = acquire()
    defer { release(token) }
    let quantumMask = state.value.core.quantumMask
    guard first & quantumMask == 0 else { return nil }
    return state.value.core.allocateExact(first, countMinusOne | quantumMask, owner)
  }

  @inline(never)
  private func allocateConstrained(
    _ countMinusOne: Address, _ alignment: Address, _ phase: Address, _ first: Address, _ last: Address,
    _ owner: Owner
  ) -> TagReference<Address>? {
    let token = acquire()
    defer { release(token) }
    guard state.value.core.mode.isSubset(of: .hasCaches),
      let fit = FitTest(countMinusOne, alignment, phase, first, last, state.value.core.quantumMask)
    else { return nil }
    return state.value.core.allocateConstrained(fit, last, owner)
  }

  /// A plain request that the short ways did not serve. If that was for want of space alone and there is nothing to reap
  /// and no source, it fails at once: failure is as cheap as success.
  @inline(never)
  private func allocatePlainly(_ countMinusOne: Address, _ owner: Owner) -> AllocationResult<Address> {
    let token = acquire()
    let isHopeless =
      state.value.core.mode.isEmpty && state.value.importing.isNone
      && state.value.core.cannotHold(countMinusOne | state.value.core.quantumMask)
    if isHopeless { state.value.core.failures &+= 1 }
    release(token)
    var request = Request(countMinusOne: countMinusOne)
    request.owner = owner
    return isHopeless ? .failure(.noSpace(request)) : allocateTag(request)
  }

  /// Allocates with everything that may help. What failed is a value here, not thrown: who throws has a place for the
  /// error ready from the beginning, which the short ways would pay for.
  @inline(never)
  func allocateTag(_ request: Request<Address>) -> AllocationResult<Address> {
    if request.isPlain, let tag = takeCachedAnyhow(request) {
      note(Operation(request, range(of: tag, request.countMinusOne)))
      return .success(tag)
    }
    do throws(AllocationError<Address>) {
      let tag = try allocateAnyhow(request)
      note(Operation(request, range(of: tag, request.countMinusOne)))
      return .success(tag)
    } catch {
      note(Operation(request, nil))
      return .failure(error)
    }
  }

  /// From the caller's magazine, while the shortest way to it is closed or was not taken.
  private func takeCachedAnyhow(_ request: Request<Address>) -> TagReference<Address>? {
    let token = acquire()
    defer { release(token) }
    return takeCached(request.countMinusOne, sizes: state.value.core.cachedSizes, request.owner)
  }

  private func allocateAnyhow(
    _ request: Request<Address>
  ) throws(AllocationError<Address>) -> TagReference<Address> {
    let tag: TagReference<Address>
    do throws(AllocationError<Address>) {
      tag = try allocateRefilling(request)
    } catch {
      tag = try allocateSlowly(request, after: error)
    }
    if request.usesReserve { restoreReserve() }
    return tag
  }

  /// From the arena's own spans, with tags from the tag source if those that are left do not suffice.
  private func allocateRefilling(
    _ request: Request<Address>
  ) throws(AllocationError<Address>) -> TagReference<Address> {
    do throws(AllocationError<Address>) {
      return try allocateOnce(request)
    } catch {
      guard case .outOfTags = error, refillTags(to: request.tagCount, for: request) else { throw error }
    }
    return try allocateOnce(request)
  }

  /// Tries everything else that can make room, each once and in the order of cost. What is reaped may be addresses for
  /// which tags are then short, and it may be tags where the addresses were there.
  private func allocateSlowly(
    _ request: Request<Address>, after error: AllocationError<Address>
  ) throws(AllocationError<Address>) -> TagReference<Address> {
    var error = error
    if error.mayEnd, reapQuietly() {
      do throws(AllocationError<Address>) { return try allocateRefilling(request) } catch let second {
        error = second
      }
    }
    if error.isOfPlace {
      do throws(AllocationError<Address>) {
        if let tag = try allocateImported(request) { return tag }
      } catch let second {
        error = second
      }
    }
    noteFailure()
    throw error
  }

  func allocateOnce(
    _ request: Request<Address>
  ) throws(AllocationError<Address>) -> TagReference<Address> {
    let token = acquire()
    defer { release(token) }
    let tag = try state.value.core.allocate(request)
    if request.isPlain { noteCacheable(tag, request.countMinusOne) }
    return tag
  }

  private func noteFailure() {
    let token = acquire()
    state.value.core.failures &+= 1
    release(token)
  }
}

/// The tag of an allocation, or why there is none.
typealias AllocationResult<Address: ArenaAddress> = Result<TagReference<Address>, AllocationError<Address>>

extension AllocationError {
  /// Whether reaping may make the request succeed.
  var mayEnd: Bool {
    if case .invalid = self { false } else { true }
  }

  /// Whether there was no place for it, so that importing may make it succeed.
  var isOfPlace: Bool {
    switch self {
    case .invalid, .outOfTags: false
    case .noSpace, .conflict, .outsideSpans: true
    }
  }
}
