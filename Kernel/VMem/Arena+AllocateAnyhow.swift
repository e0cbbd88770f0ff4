import Primitives

// What an allocation comes to when a short way did not serve. What failed is a value here, not thrown: who throws has a
// place for the error ready from the beginning, which the short ways would pay for.

extension Arena where Lock: ~Copyable {
  @inline(never)
  func refuseEmpty(_ owner: Owner) -> AllocationError<Address> {
    var request = Request<Address>(count: 0)
    request.owner = owner
    guard case .failure(let error) = allocateTag(request) else { fatalError("an empty request was granted") }
    return error
  }

  /// A plain request that the short ways did not serve. If that was for want of space alone and there is nothing to reap
  /// and no source, it fails at once: failure is as cheap as success.
  @inline(never)
  func allocatePlainAnyhow(_ countMinusOne: Address, _ owner: Owner) -> AllocationResult<Address> {
    let token = acquire()
    let isHopeless = noteIfHopeless(countMinusOne)
    release(token)
    var request = Request(countMinusOne: countMinusOne)
    request.owner = owner
    return isHopeless ? .failure(.noSpace(request)) : allocateTag(request)
  }

  /// Whether a plain request for which the short way just answered `nil` has failed for good; then it is counted. The lock
  /// is held.
  func noteIfHopeless(_ countMinusOne: Address) -> Bool {
    guard state.value.core.mode.isBare, state.value.importing.isNone,
      state.value.core.cannotHold(countMinusOne | state.value.core.quantumMask)
    else { return false }
    state.value.core.failures &+= 1
    return true
  }

  @inline(never)
  func allocateBestAnyhow(
    _ countMinusOne: Address, _ owner: Owner
  ) -> AllocationResult<Address> {
    var request = Request(countMinusOne: countMinusOne)
    request.policy = .bestFit
    request.owner = owner
    return allocateTag(request)
  }

  @inline(never)
  func allocateConstrainedAnyhow(
    _ countMinusOne: Address, _ alignment: Address, _ phase: Address, _ first: Address, _ last: Address,
    _ owner: Owner
  ) -> AllocationResult<Address> {
    var request = Request(countMinusOne: countMinusOne)
    request.alignment = alignment
    request.phase = phase
    request.first = first
    request.last = last
    request.owner = owner
    return allocateTag(request)
  }

  /// Allocates with everything that may help.
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
