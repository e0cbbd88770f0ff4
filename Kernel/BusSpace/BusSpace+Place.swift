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
    if request.tag == .memory { return BusRange(try place(request, in: memory, owner)) }
    return BusRange(request.tag, try place(request, in: narrowArena(request.tag), owner))
  }

  private func place<Address>(
    _ request: BusRequest, in arena: Arena<Address, Lock>, _ owner: Owner
  ) throws(BusError) -> AddressRange<Address> {
    var wanted = Request(countMinusOne: Address(truncatingIfNeeded: request.countMinusOne))
    wanted.policy = .firstFit
    wanted.first = Address(clamping: request.first)
    wanted.last = Address(truncatingIfNeeded: request.last)
    wanted.alignment = Address(clamping: request.alignment)
    wanted.nocross = Address(clamping: request.boundary)
    wanted.owner = owner
    do throws(AllocationError<Address>) { return try arena.allocate(wanted) } catch {
      if case .invalid(let fault, _) = error { throw .invalid(fault) }
      throw .noSpace(request.tag, countMinusOne: request.countMinusOne)
    }
  }
}
