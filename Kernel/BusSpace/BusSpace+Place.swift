import Primitives
import VMem

extension BusSpace where Lock: ~Copyable {
  /// Finds the lowest free range as `request` says and claims it.
  ///
  /// Worst case: that of a constrained allocation in the arena.
  public func place(_ request: BusRequest, _ owner: Owner) throws(BusError) -> BusRange {
    guard request.countMinusOne <= request.tag.last, request.last <= request.tag.last else {
      throw .outsideBus(request.tag, first: request.first, countMinusOne: request.countMinusOne)
    }
    // An arena of ports has 16 bits: what lies beyond them is said here, not cut off.
    guard request.first <= request.last else { throw .invalid(.bounds) }
    var request = request
    if request.boundary > request.tag.last {
      guard request.boundary.isPowerOfTwo else { throw .invalid(.nocross) }
      // Nothing on the bus crosses it.
      request.boundary = 0
    }
    if request.alignment > request.tag.last {
      guard request.alignment.isPowerOfTwo else { throw .invalid(.alignment) }
      // Address 0 alone is a multiple of it.
      guard request.first == 0, request.countMinusOne <= request.last else {
        throw .noSpace(request.tag, countMinusOne: request.countMinusOne)
      }
      request.alignment = 0
      request.last = request.countMinusOne
    }
    if request.tag == .memory { return BusRange(try place(request, in: memory, owner)) }
    return BusRange(request.tag, try place(request, in: narrowArena(request.tag), owner))
  }

  private func place<Address>(
    _ request: BusRequest, in arena: Arena<Address, Lock>, _ owner: Owner
  ) throws(BusError) -> AddressRange<Address> {
    var wanted = Request(countMinusOne: Address(truncatingIfNeeded: request.countMinusOne))
    wanted.policy = .firstFit
    // On the bus, all of them, so none loses a bit.
    wanted.first = Address(truncatingIfNeeded: request.first)
    wanted.last = Address(truncatingIfNeeded: request.last)
    wanted.alignment = Address(truncatingIfNeeded: request.alignment)
    wanted.nocross = Address(truncatingIfNeeded: request.boundary)
    wanted.owner = owner
    do throws(AllocationError<Address>) { return try arena.allocate(wanted) } catch {
      if case .invalid(let fault, _) = error { throw .invalid(fault) }
      throw .noSpace(request.tag, countMinusOne: request.countMinusOne)
    }
  }
}

extension UInt32 {
  fileprivate var isPowerOfTwo: Bool { self != 0 && self & (self - 1) == 0 }
}
