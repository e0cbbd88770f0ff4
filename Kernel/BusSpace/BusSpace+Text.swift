import Primitives
import Text

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
