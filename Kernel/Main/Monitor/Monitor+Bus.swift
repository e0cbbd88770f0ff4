#if os(none)
import BusSpace
import Machine
import Primitives
import Text
import VMem

extension Kernel {
  typealias Bus = MappedBus<KernelLock, KernelNames, HardwareBus>

  /// The buses with the processor's own access.
  var mappedBus: Bus {
    MappedBus(bus, HardwareBus(window: memory.window, owner: Owners.register("bus")))
  }
}

extension Monitor {
  mutating func performOnBus(_ command: MonitorCommand) {
    switch command {
    case .pci: listFunctions()
    case .disks: listDisks()
    case .bus: listClaims()
    case .claim(let bus, let first, let size): claim(bus, first, sizeMinusOne: size)
    case .release(let bus, let first): release(bus, first)
    case .input(let port, let width): input(port, width: width)
    case .output(let port, let value, let width): output(port, value, width: width)
    default: break
    }
  }

  /// `bus`: every claim on every bus.
  private mutating func listClaims() {
    let kernel = kernel
    Table<ConsoleSink, 4>.write(to: &console) { table in
      table.rows("io", of: .ports(kernel.bus.ports))
      table.rows("memory", of: .words(kernel.bus.memory))
      table.rows("irq", of: .ports(kernel.bus.interrupts))
    }
  }

  /// `claim`: in the monitor's name.
  private mutating func claim(_ bus: BusName, _ first: UInt32, sizeMinusOne: UInt32) {
    guard let range = BusRange(bus.tag, first: first, countMinusOne: sizeMinusOne) else {
      return fail("the range does not lie on that bus")
    }
    do throws(ClaimError) {
      try kernel.bus.claim(range, owner: Self.owner)
      console.write(range)
    } catch {
      note(error)
      beginFailure()
      kernel.bus.write(error, to: &console)
    }
    console.newline()
  }

  /// Keeps a conflict for `explain`.
  private func note(_ error: ClaimError) {
    guard case .conflict(let conflict) = error else { return }
    switch conflict.wanted.tag {
    case .memory: note(conflict, in: kernel.bus.memory)
    case .io: note(conflict, in: kernel.bus.ports)
    case .interrupt: note(conflict, in: kernel.bus.interrupts)
    }
  }

  private func note<Address>(_ conflict: ClaimConflict, in arena: Arena<Address, KernelLock>) {
    let wanted: AddressRange<Address> = conflict.wanted.addresses()
    var request = Request(exactly: wanted)
    request.owner = conflict.wantedBy
    FailedRequest.note(
      request, .conflict(wanted: wanted, with: conflict.held.addresses(), owner: conflict.heldBy), in: arena)
  }

  /// `release`: what `claim` took.
  private mutating func release(_ bus: BusName, _ first: UInt32) {
    guard let place = BusRange(bus.tag, first: first, countMinusOne: 0),
      let held = kernel.bus.holder(of: place), held.range.first == first, held.owner == Self.owner
    else { return fail("no claim of the monitor begins there") }
    do throws(ReleaseError) {
      try kernel.bus.release(held.range)
      console.write("released ")
      console.write(held.range)
      console.newline()
    } catch {
      fail("the claim is gone, or mapped")
    }
  }

  private mutating func input(_ port: UInt32, width: UInt32) {
    guard let handle = handle(port, width: width) else { return }
    let bus = ProcessorBus()
    switch width {
    case 1: console.write(hexadecimal: UInt32(bus.read(handle, 0, as: UInt8.self)), digits: 2)
    case 2: console.write(hexadecimal: UInt32(bus.read(handle, 0, as: UInt16.self)), digits: 4)
    default: console.write(hexadecimal: bus.read(handle, 0, as: UInt32.self), digits: 8)
    }
    console.newline()
  }

  private mutating func output(_ port: UInt32, _ value: UInt32, width: UInt32) {
    guard let handle = handle(port, width: width) else { return }
    let bus = ProcessorBus()
    switch width {
    case 1: bus.write(handle, 0, UInt8(truncatingIfNeeded: value))
    case 2: bus.write(handle, 0, UInt16(truncatingIfNeeded: value))
    default: bus.write(handle, 0, value)
    }
  }

  /// A handle for ports within a claim of the monitor; says so if there is none.
  private mutating func handle(_ port: UInt32, width: UInt32) -> BusHandle? {
    guard let range = BusRange(.io, first: port, countMinusOne: width - 1) else {
      fail("ports end at 0x0000ffff")
      return nil
    }
    do throws(BusError) { return try kernel.bus.handle(within: range, owner: Self.owner) } catch {
      if case .noHandles = error {
        fail("no handle is left")
      } else {
        fail("claim the ports first: in and out reach nobody else's")
      }
      return nil
    }
  }
}

extension BusRange {
  /// The same in the addresses of its bus.
  fileprivate func addresses<Address: ArenaAddress>() -> AddressRange<Address> {
    AddressRange(first: Address(truncatingIfNeeded: first), last: Address(truncatingIfNeeded: last))
  }
}

extension BusName {
  var tag: BusTag {
    switch self {
    case .io: .io
    case .memory: .memory
    case .irq: .interrupt
    }
  }
}

extension Table {
  fileprivate mutating func rows(_ bus: StaticString, of arena: AnyArena) {
    arena.walk { segment in
      guard segment.kind == .allocated else { return }
      cell(bus)
      cell { $0.write(first: segment.range.first, last: segment.range.last) }
      cell(.right) { $0.write(sizeMinusOne: segment.range.countMinusOne) }
      cell { $0.write(segment.owner) }
      endRow()
    }
  }
}
#endif
