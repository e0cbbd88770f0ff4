import Primitives

extension Arena where Lock: ~Copyable {
  func acquire() -> Lock.Token { state.value.lock.acquire() }

  func release(_ token: Lock.Token) { state.value.lock.release(token) }

  /// What the arena is called.
  public var name: ArenaName { state.value.name }

  /// The unit of every size and address.
  public var quantum: Address { state.value.core.quantumMask &+ 1 }

  /// Adds `span`, all of it free. It must lie on quanta and overlap no other span; spans that touch stay two.
  public func add(span: AddressRange<Address>) throws(SpanError<Address>) {
    let token = acquire()
    do throws(SpanError<Address>) {
      try state.value.core.add(span)
    } catch {
      release(token)
      note(Operation(.addSpan, span, hasSucceeded: false))
      throw error
    }
    release(token)
    note(Operation(.addSpan, span, hasSucceeded: true))
  }

  /// Adds the `count` addresses from `first` on; refuses none, and a range that would pass the end of the space.
  public func add(first: Address, count: Address) throws(SpanError<Address>) {
    guard count != 0 else { throw .empty(first: first) }
    guard let span = AddressRange(first: first, count: count) else {
      throw .wraps(first: first, count: count)
    }
    try add(span: span)
  }

  /// How `request` would fare: where it would be placed, or what rules it out. Changes nothing: a dry run.
  public func explain(
    _ request: Request<Address>
  ) throws(AllocationError<Address>) -> Explanation<Address> {
    let token = acquire()
    defer { release(token) }
    return try state.value.core.explain(request)
  }

  /// Whether `range`, rounded up to the quantum, is exactly one allocation in a client's hands.
  ///
  /// - Complexity: a search in a chain of the table; as `segment` while free addresses lie somewhere without a tag.
  public func isAllocated(_ range: AddressRange<Address>) -> Bool {
    let token = acquire()
    defer { release(token) }
    return state.value.core.isAllocated(range)
  }

  /// The segment that contains `address`, or else the lowest above it; `nil` if there is none.
  public func segment(atOrAfter address: Address) -> Segment<Address>? {
    let token = acquire()
    defer { release(token) }
    return state.value.core.segment(atOrAfter: address)
  }

  /// The span that contains `address`, or else the lowest above it; `nil` if there is none.
  public func span(atOrAfter address: Address) -> AddressRange<Address>? {
    let token = acquire()
    defer { release(token) }
    return state.value.core.span(atOrAfter: address)
  }

  /// Calls `body` with each segment in address order. The lock is not held meanwhile, so `body` may use the arena
  /// and others may change it; every segment shown was there when it was looked up, and addresses only rise.
  public func walk(_ body: (Segment<Address>) -> Void) {
    var address: Address? = .min
    while let from = address, let segment = segment(atOrAfter: from) {
      body(segment)
      address = segment.range.last == .max ? nil : segment.range.last + 1
    }
  }

  /// Calls `body` with each span in address order, as `walk` does with segments.
  public func walkSpans(_ body: (AddressRange<Address>) -> Void) {
    var address: Address? = .min
    while let from = address, let span = span(atOrAfter: from) {
      body(span)
      address = span.last == .max ? nil : span.last + 1
    }
  }

  /// What the arena holds and has done.
  public var statistics: Statistics {
    let token = acquire()
    defer { release(token) }
    var statistics = state.value.core.statistics()
    magazines.count(
      into: &statistics, reaped: state.value.core.reaped, quantumShift: UInt64(state.value.core.quantumShift))
    return statistics
  }

  /// Makes a step fail, to see that nothing is left half done. Replaces the plan in force.
  public func plan(_ faults: FaultPlan) {
    let token = acquire()
    defer { release(token) }
    state.value.core.plan(faults, isLogged: state.value.log != nil)
  }

  /// The plan in force, with what it has counted.
  public var faults: FaultPlan {
    let token = acquire()
    defer { release(token) }
    return state.value.core.faults
  }

  /// The number of the first invariant of the theory (VMem-I1 and so on) that does not hold; 0 if all do.
  public func checkInvariants() -> Int {
    let token = acquire()
    defer { release(token) }
    let broken = state.value.core.firstBrokenInvariant()
    if broken != 0 { return broken }
    // VMem-I9.
    return magazines.areSound(filler: state.value.core.sentinel) ? 0 : 9
  }

  /// Ends the arena. Refuses while allocations live; `walk` lists them. Otherwise reaps the caches, which gives the
  /// imported spans back, and gives the tag source its storage back. Afterwards no copy of the handle may be used
  /// and the storage handed in is the caller's again.
  public func destroy() throws(DestroyError<Address>) {
    _ = reapQuietly()
    let token = acquire()
    if let live = state.value.core.lowestAllocation() {
      let count = state.value.core.allocatedCount
      release(token)
      throw .live(count: count, lowest: live.range, owner: live.owner)
    }
    release(token)
    returnGrantedStorage()
    // The last use: the caller was told so.
    unsafe state.deinitialize()
  }
}
