import Primitives
import Text
import VMem

extension BusSpace where Lock: ~Copyable {
  /// Writes an owner's name, or that there is none.
  public func write<S: ByteSink>(_ owner: Owner, to sink: inout S) {
    owners.withName(of: owner) { name in
      if name.isEmpty { sink.write("nobody") } else { sink.write(foreign: name) }
    }
  }

  /// Writes why a claim was refused: both ranges, both names.
  public func write<S: ByteSink>(_ error: ClaimError, to sink: inout S) {
    switch error {
    case .conflict(let conflict):
      sink.write(conflict.wanted)
      sink.write(" for ")
      write(conflict.wantedBy, to: &sink)
      sink.write(" conflicts with ")
      sink.write(conflict.held)
      sink.write(" of ")
      write(conflict.heldBy, to: &sink)
    case .noDescriptors(let range):
      sink.write(range)
      sink.write(": no descriptor is left")
    case .noNames(let range):
      sink.write(range)
      sink.write(": the table of names is full")
    }
  }

  /// Writes why an operation on a bus was refused.
  public func write<S: ByteSink>(_ error: BusError, to sink: inout S) {
    switch error {
    case .zeroSize: sink.write("a size of 0 has no addresses")
    case .outsideBus(let tag, let first, let countMinusOne):
      sink.write(address: first)
      sink.write(" and ")
      sink.write(address: countMinusOne)
      sink.write(" more pass the end of ")
      sink.write(.whole(tag))
    case .claim(let error): write(error, to: &sink)
    case .invalid(let fault): write(fault, to: &sink)
    case .noSpace(let tag, let countMinusOne):
      sink.write("no free range of ")
      sink.write(address: countMinusOne)
      sink.write(" more than one in ")
      sink.write(.whole(tag))
    case .outsideHandle(let range, let offset, let countMinusOne):
      sink.write(address: offset)
      sink.write(" and ")
      sink.write(address: countMinusOne)
      sink.write(" more reach out of ")
      sink.write(range)
    case .isSubregion(let range, let region):
      sink.write(range)
      sink.write(" is a part of ")
      sink.write(region)
    case .noAddresses(let countMinusOne):
      sink.write("the kernel has no free addresses for ")
      sink.write(address: countMinusOne)
      sink.write(" more than one")
    case .linearIO(let range): sink.write(range, ": ports are not linear")
    case .mapping(let range): sink.write(range, ": the machine could not map it")
    case .notMapped(let range): sink.write(range, ": not mapped any more")
    case .notOwned(let range): sink.write(range, ": not in a claim of that owner")
    case .noHandles(let range): sink.write(range, ": no handle is left")
    case .alreadyMapped(let range): sink.write(range, ": mapped whole already")
    case .notLinear(let range): sink.write(range, ": not mapped to be linear")
    }
  }

  private func write<S: ByteSink>(_ fault: RequestFault, to sink: inout S) {
    switch fault {
    case .empty, .tooLong: sink.write("the size is none, or more than the space")
    case .alignment: sink.write("the alignment is not a power of two")
    case .phase: sink.write("the phase is not below the alignment")
    case .nocross: sink.write("the boundary is not a power of two")
    case .nocrossBelowSize: sink.write("every range of that size crosses such a boundary")
    case .bounds: sink.write("the maximum is below the minimum")
    }
  }
}

extension ByteSink where Self: ~Copyable & ~Escapable {
  fileprivate mutating func write(_ range: BusRange, _ what: StaticString) {
    write(range)
    write(what)
  }
}

extension ByteSink where Self: ~Copyable & ~Escapable {
  /// Writes the bus and the range: `ports 0x000003f8-0x000003ff`, `memory 0xfd000000-0xfdffffff`.
  public mutating func write(_ range: BusRange) {
    switch range.tag {
    case .io: write("ports ")
    case .memory: write("memory ")
    case .interrupt: write("interrupts ")
    }
    write(first: range.first, last: range.last)
  }
}
