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
        of: try allocatePlainAnyhow(request.countMinusOne, request.owner).get(), request.countMinusOne)
    }
    if request.isPlainBest {
      if let tag = allocateBestIfAtOnce(request.countMinusOne, request.owner) {
        return range(of: tag, request.countMinusOne)
      }
      return range(
        of: try allocateBestAnyhow(request.countMinusOne, request.owner).get(), request.countMinusOne)
    }
    if request.isPlainlyExact, let first = request.at {
      if let tag = allocateExact(first, request.countMinusOne, request.owner) {
        return range(of: tag, request.countMinusOne)
      }
    }
    if request.isPlainlyConstrained {
      if request.isEmpty { throw refuseEmpty(request.owner) }
      if let tag = allocateConstrained(
        request.countMinusOne, request.alignment, request.phase, request.first, request.last, request.owner)
      {
        return range(of: tag, request.countMinusOne)
      }
      return range(
        of: try allocateConstrainedAnyhow(
          request.countMinusOne, request.alignment, request.phase, request.first, request.last, request.owner
        ).get(), request.countMinusOne)
    }
    return range(of: try allocateTag(request).get(), request.countMinusOne)
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
  func range(of tag: TagReference<Address>, _ countMinusOne: Address) -> AddressRange<Address> {
    let last = tag.first &+ (countMinusOne | state.value.core.quantumMask)
    return AddressRange(uncheckedFirst: tag.first, last: last)
  }
}
