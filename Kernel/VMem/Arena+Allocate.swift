import Primitives

extension Arena where Lock: ~Copyable {
  /// Allocates as `request` says. It fails only if no placement exists, here or in the source, or no tag is left.
  ///
  /// Before it fails it reaps the quantum caches, asks the tag source for storage if tags are short, and asks the
  /// source for one more span. The lock is not held while sources are asked. Never sleeps.
  @inline(__always)
  public func allocate(
    _ request: Request<Address>
  ) throws(AllocationError<Address>) -> AddressRange<Address> {
    if request.isPlain, let tag = allocateQuickly(countMinusOne: request.countMinusOne, owner: request.owner)
    {
      return range(of: tag, request)
    }
    if request.isPlain { try failIfHopeless(request) }
    return range(of: try allocateTag(request), request)
  }

  /// Allocates `count` addresses by instant fit, without constraints or label, if that can be done at once; `nil` if
  /// anything at all is in the way. `allocate` then does what it takes, or says what is wrong.
  @inline(__always)
  public func allocateAtOnce(count: Address) -> Address? {
    guard count != 0, let tag = allocateQuickly(countMinusOne: count &- 1, owner: .none) else { return nil }
    return tag.first
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
    let tag = try allocateTag(request)
    return Region(tag: tag, range: range(of: tag, request), arena: self)
  }

  /// What `tag` was just allocated as. Its own first address and the size tell; where its neighbour begins, by which
  /// a tag otherwise knows its end, may change as soon as the lock is given back.
  @inline(__always)
  private func range(of tag: TagReference<Address>, _ request: Request<Address>) -> AddressRange<Address> {
    let last = tag.first &+ (request.countMinusOne | state.value.core.quantumMask)
    return AddressRange(uncheckedFirst: tag.first, last: last)
  }

  /// The short ways: from the caller's magazine, or instant fit without constraints from the arena's own spans.
  /// Each is a function of its own, so that the shorter one has few variables to save and restore.
  @inline(__always)
  private func allocateQuickly(countMinusOne: Address, owner: Owner) -> TagReference<Address>? {
    let size = countMinusOne &>> state.value.core.quantumShift
    if size < Address(truncatingIfNeeded: state.value.magazines.sizes),
      let tag = takeCached(Int(truncatingIfNeeded: size), owner)
    {
      return tag
    }
    return allocatePlain(countMinusOne: countMinusOne, owner: owner)
  }

  @inline(never)
  private func takeCached(_ size: Int, _ owner: Owner) -> TagReference<Address>? {
    if state.value.core.isWatched { return nil }
    return takeCachedAnyhow(size, owner)
  }

  @inline(__always)
  private func takeCachedAnyhow(_ size: Int, _ owner: Owner) -> TagReference<Address>? {
    let token = acquire()
    defer { release(token) }
    guard let tag = state.value.magazines.pop(size, of: Lock.processor) else { return nil }
    tag.flags.subtract(.isCached)
    tag.owner = owner
    state.value.core.cacheHits &+= 1
    return tag
  }

  @inline(never)
  private func allocatePlain(countMinusOne: Address, owner: Owner) -> TagReference<Address>? {
    let token = acquire()
    defer { release(token) }
    let rounded = countMinusOne | state.value.core.quantumMask
    let tag = state.value.core.allocatePlain(countMinusOne: rounded, owner: owner)
    let size = rounded &>> state.value.core.quantumShift
    if size < Address(truncatingIfNeeded: state.value.magazines.sizes) { tag?.flags.formUnion(.isCacheable) }
    return tag
  }

  /// Fails a plain request that `allocatePlain` just could not serve, if that was for want of space alone and there
  /// is nothing to reap and no source: failure is then as cheap as success.
  @inline(never)
  private func failIfHopeless(_ request: Request<Address>) throws(AllocationError<Address>) {
    let token = acquire()
    defer { release(token) }
    guard state.value.magazines.sizes == 0, case .none = state.value.importing.source,
      state.value.core.cannotHold(request)
    else { return }
    state.value.core.failures &+= 1
    throw .noSpace(request)
  }

  @inline(never)
  func allocateTag(
    _ request: Request<Address>
  ) throws(AllocationError<Address>) -> TagReference<Address> {
    if state.value.core.isWatched, request.isPlain, let tag = takeCachedWatched(request) {
      note(Operation(request, range(of: tag, request)))
      return tag
    }
    do throws(AllocationError<Address>) {
      let tag = try allocateAnyhow(request)
      note(Operation(request, range(of: tag, request)))
      return tag
    } catch {
      note(Operation(request, nil))
      throw error
    }
  }

  private func takeCachedWatched(_ request: Request<Address>) -> TagReference<Address>? {
    let size = request.countMinusOne &>> state.value.core.quantumShift
    guard size < Address(truncatingIfNeeded: state.value.magazines.sizes) else { return nil }
    return takeCachedAnyhow(Int(truncatingIfNeeded: size), request.owner)
  }

  private func allocateAnyhow(
    _ request: Request<Address>
  ) throws(AllocationError<Address>) -> TagReference<Address> {
    do throws(AllocationError<Address>) {
      let tag = try allocateOnce(request)
      if request.usesReserve { restoreReserve() }
      return tag
    } catch {
      return try allocateSlowly(request, after: error)
    }
  }

  /// Tries everything that can make room, each once and in the order of cost.
  private func allocateSlowly(
    _ request: Request<Address>, after error: AllocationError<Address>
  ) throws(AllocationError<Address>) -> TagReference<Address> {
    var error = error
    if case .outOfTags = error, refillTags(to: request.tagCount, for: request) {
      do throws(AllocationError<Address>) { return try allocateOnce(request) } catch let second {
        error = second
      }
    }
    if error.mayEnd, reapQuietly() {
      do throws(AllocationError<Address>) { return try allocateOnce(request) } catch let second {
        error = second
      }
    }
    if error.mayEnd {
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
    let size = request.countMinusOne &>> state.value.core.quantumShift
    if request.isPlain, size < Address(truncatingIfNeeded: state.value.magazines.sizes) {
      tag.flags.formUnion(.isCacheable)
    }
    return tag
  }

  private func noteFailure() {
    let token = acquire()
    state.value.core.failures &+= 1
    release(token)
  }
}

extension AllocationError {
  /// Whether reaping or importing may make the request succeed.
  var mayEnd: Bool {
    switch self {
    case .invalid, .outOfTags: false
    case .noSpace, .conflict, .outsideSpans: true
    }
  }
}
