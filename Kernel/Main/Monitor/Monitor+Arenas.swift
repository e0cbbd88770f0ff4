#if os(none)
import BusSpace
import Machine
import Primitives
import Text
import VMem

extension Monitor {
  /// Whom the monitor's own allocations belong to.
  static var owner: Owner { Owners.register("monitor") }

  /// `arenas`: a line for each.
  mutating func listArenas() {
    let kernel = kernel
    Table<ConsoleSink, 7>.write(to: &console) { table in
      table.heading("arena")
      table.heading("span")
      table.heading("in use", .right)
      table.heading("free", .right)
      table.heading("largest free", .right)
      table.heading("segments", .right)
      table.heading("spans", .right)
      table.endRow()
      kernel.eachArena { table.row(of: $0) }
    }
  }

  /// `walk`: a line for each segment.
  mutating func walk(_ name: ShortName) {
    guard let arena = find(name) else { return }
    Table<ConsoleSink, 3>.write(to: &console) { table in
      arena.walk { segment in
        table.cell { $0.write(first: segment.range.first, last: segment.range.last) }
        table.cell(.right) { $0.write(sizeMinusOne: segment.range.countMinusOne) }
        if segment.kind == .free {
          table.cell { cell in cell.styled(.quiet) { $0.write("free") } }
        } else {
          table.cell { cell in cell.styled(.name) { $0.write(segment.owner) } }
        }
        table.endRow()
      }
    }
  }

  /// `alloc`: takes addresses in the monitor's name.
  mutating func allocate(_ name: ShortName, _ words: AllocationWords) {
    guard let arena = find(name) else { return }
    switch arena {
    case .words(let arena): allocate(words.request(), from: arena)
    case .ports(let arena):
      guard words.fitsPorts else { return fail("ports end at 0x0000ffff") }
      allocate(words.request(), from: arena)
    }
  }

  /// `free`: gives back what `alloc` took, whole or in part.
  mutating func free(_ name: ShortName, _ address: UInt32, sizeMinusOne: UInt32?) {
    guard let arena = find(name) else { return }
    switch arena {
    case .words(let arena): free(address, sizeMinusOne: sizeMinusOne, in: arena)
    case .ports(let arena):
      guard let port = UInt16(exactly: address), (sizeMinusOne ?? 0) <= 0xFFFF else {
        return fail("ports end at 0x0000ffff")
      }
      free(port, sizeMinusOne: sizeMinusOne.map { UInt16(truncatingIfNeeded: $0) }, in: arena)
    }
  }

  mutating func find(_ name: ShortName) -> AnyArena? {
    guard let arena = kernel.arena(named: name) else {
      beginFailure()
      name.write(to: &console)
      console.write(": no such arena; arenas lists them")
      console.newline()
      return nil
    }
    return arena
  }

  private mutating func allocate<Address>(_ request: Request<Address>, from arena: Arena<Address, KernelLock>)
  {
    do throws(AllocationError<Address>) {
      let range = try arena.allocate(request)
      console.write(first: UInt32(range.first), last: UInt32(range.last))
    } catch {
      FailedRequest.note(request, error, in: arena)
      beginFailure()
      console.write(error, in: arena)
    }
    console.newline()
  }

  private mutating func free<Address>(
    _ address: Address, sizeMinusOne: Address?, in arena: Arena<Address, KernelLock>
  ) {
    guard let segment = arena.segment(atOrAfter: address), segment.range.contains(address) else {
      return fail("the address is in no span of the arena")
    }
    guard segment.kind == .allocated else { return fail("the address is free") }
    guard segment.owner == Self.owner else {
      console.write("error: it belongs to ")
      console.write(segment.owner)
      console.write("; free gives back what alloc took")
      return console.newline()
    }
    do throws(FreeError<Address>) {
      if let sizeMinusOne {
        guard let part = AddressRange(first: address, countMinusOne: sizeMinusOne) else {
          return fail("the range passes the end of the space")
        }
        try arena.freeFragment(part)
      } else {
        guard segment.range.first == address else { return fail("the region does not start there") }
        try arena.free(segment.range)
      }
      console.write("freed")
    } catch {
      beginFailure()
      console.write(error)
    }
    console.newline()
  }
}

extension AllocationWords {
  /// Whether every operand is a port, or a size of ports.
  var fitsPorts: Bool {
    sizeMinusOne <= 0xFFFF && alignment <= 0x8000 && phase <= 0xFFFF && nocross <= 0x8000 && first <= 0xFFFF
      && (at ?? 0) <= 0xFFFF
  }

  /// The operands as a request; what is above the address type means its end.
  func request<Address: ArenaAddress>() -> Request<Address> {
    var request = Request(countMinusOne: Address(truncatingIfNeeded: sizeMinusOne))
    request.alignment = Address(truncatingIfNeeded: alignment)
    request.phase = Address(truncatingIfNeeded: phase)
    request.nocross = Address(truncatingIfNeeded: nocross)
    request.first = Address(truncatingIfNeeded: first)
    request.last = Address(clamping: last)
    request.at = at.map { Address(truncatingIfNeeded: $0) }
    request.owner = Monitor.owner
    return request
  }
}

extension Table {
  /// A line of `arenas`.
  fileprivate mutating func row(of arena: AnyArena) {
    let statistics = arena.statistics
    cell { table in arena.name.withBytes { table.write($0) } }
    cell {
      guard let hull = arena.hull else { return $0.write("none") }
      $0.write(first: hull.first, last: hull.last)
    }
    cell(.right) { $0.write(size: statistics.inUse) }
    cell(.right) { $0.write(size: statistics.free) }
    cell(.right) { table in
      table.write(size: statistics.largestFreeMinusOne.map { $0 + 1 } ?? 0)
    }
    cell(.right) { $0.write(decimal: UInt32(statistics.allocatedSegments + statistics.freeSegments)) }
    cell(.right) { $0.write(decimal: UInt32(statistics.spans)) }
    endRow()
  }
}
#endif
