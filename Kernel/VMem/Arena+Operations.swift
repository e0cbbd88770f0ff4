import Primitives

extension Arena where Lock: ~Copyable {
  func acquire() -> Lock.Token { unsafe state.pointee.lock.acquire() }

  func release(_ token: Lock.Token) { unsafe state.pointee.lock.release(token) }

  /// What the arena is called.
  public var name: ArenaName { unsafe state.pointee.name }

  /// The unit of every size and address.
  public var quantum: Address { unsafe state.pointee.core.quantumMask &+ 1 }

  /// Adds `span`, all of it free. It must lie on quanta and overlap no other span; spans that touch stay two.
  public func add(span: AddressRange<Address>) throws(SpanError<Address>) {
    let token = acquire()
    defer { release(token) }
    unsafe try state.pointee.core.add(span)
  }

  /// Adds the `count` addresses from `first` on; refuses none, and a range that would pass the end of the space.
  public func add(first: Address, count: Address) throws(SpanError<Address>) {
    guard count != 0 else { throw .empty(first: first) }
    guard let span = AddressRange(first: first, count: count) else {
      throw .wraps(first: first, count: count)
    }
    try add(span: span)
  }

  /// Allocates as `request` says. It fails only if no placement exists or no tag is left.
  public func allocate(
    _ request: Request<Address>
  ) throws(AllocationError<Address>) -> AddressRange<Address> {
    let token = acquire()
    defer { release(token) }
    return try unsafe state.pointee.core.allocate(request).range
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

  /// Frees one allocation: `range` is exactly what `allocate` answered, or starts where it does and rounds up to
  /// it. Anything else is an error and changes nothing. Needs no tag, so it never fails for want of one.
  public func free(_ range: AddressRange<Address>) throws(FreeError<Address>) {
    let token = acquire()
    defer { release(token) }
    try unsafe state.pointee.core.free(range)
  }

  /// Frees a part of one allocation, on quanta at both ends. What remains stays allocated, in one piece or two,
  /// each freeable by itself. The whole, the front and the back need no tag. A part from the middle needs one:
  /// the one reserved if the request was fragmentable, else any that is left, else it fails.
  public func freeFragment(_ part: AddressRange<Address>) throws(FreeError<Address>) {
    let token = acquire()
    defer { release(token) }
    try unsafe state.pointee.core.freeFragment(part)
  }

  /// How `request` would fare: where it would be placed, or what rules it out. Changes nothing: a dry run.
  public func explain(
    _ request: Request<Address>
  ) throws(AllocationError<Address>) -> Explanation<Address> {
    let token = acquire()
    defer { release(token) }
    return try unsafe state.pointee.core.explain(request)
  }

  /// The segment that contains `address`, or else the lowest above it; `nil` if there is none.
  public func segment(atOrAfter address: Address) -> Segment<Address>? {
    let token = acquire()
    defer { release(token) }
    return unsafe state.pointee.core.segment(atOrAfter: address)
  }

  /// The span that contains `address`, or else the lowest above it; `nil` if there is none.
  public func span(atOrAfter address: Address) -> AddressRange<Address>? {
    let token = acquire()
    defer { release(token) }
    return unsafe state.pointee.core.span(atOrAfter: address)
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
    return unsafe state.pointee.core.statistics
  }

  /// The number of the first invariant of the theory (VMem-I1 and so on) that does not hold; 0 if all do.
  public func checkInvariants() -> Int {
    let token = acquire()
    defer { release(token) }
    return unsafe state.pointee.core.firstBrokenInvariant()
  }

  /// Ends the arena. Refuses while allocations live. Afterwards no copy of the handle may be used and the storage
  /// is the caller's again.
  public func destroy() throws(DestroyError<Address>) {
    let token = acquire()
    if let live = unsafe state.pointee.core.lowestAllocation() {
      let count = unsafe state.pointee.core.allocatedCount
      release(token)
      throw .live(count: count, lowest: live.range, owner: live.owner)
    }
    release(token)
    unsafe state.deinitialize(count: 1)
  }
}
