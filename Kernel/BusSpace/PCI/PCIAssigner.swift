import Primitives
import VMem

/// Gives windows to functions that firmware left without, or put where they cannot be: one constrained allocation each.
///
/// A window is a power of two in size and lies at a multiple of it, so that it collides with nothing that is claimed. Behind a
/// bridge it lies in what the bridge passes on, and where that is too small the bridge is made to pass on more; on a bus
/// with bridges it stays out of what they pass on.
///
/// Boot context: first every function's ``claim(_:owner:refused:)``, then every function's ``assign(_:owner:)``. Nothing that is
/// moved may be in use.
public struct PCIAssigner<Lock: Locking & ~Copyable, Names: OwnerNames, Configuration: PCIConfiguration> {
  let space: BusSpace<Lock, Names>
  let configuration: Configuration
  /// What the host bridge passes on to bus 0.
  private let ports: BusRange
  private let memory: BusRange

  public init(
    _ space: BusSpace<Lock, Names>, _ configuration: Configuration, ports: BusRange, memory: BusRange
  ) {
    self.space = space
    self.configuration = configuration
    self.ports = ports
    self.memory = memory
  }

  /// Claims every window of `function` that firmware put where it can be reached and nobody else is.
  ///
  /// - Parameter refused: Is given the conflicts of the others, which `assign` will move. One that no bridge passes on has
  ///   none.
  ///
  /// Worst case: 7 base addresses, for each an exact allocation.
  public func claim(_ function: PCIFunction, owner: Owner, refused: (ClaimError) -> Void) {
    function.eachBaseAddress(in: configuration) { base in
      guard let range = base.range, reaches(range, on: function.address.bus) else { return }
      do throws(ClaimError) { try space.claim(range, owner: owner) } catch { refused(error) }
    }
  }

  /// Assigns every base address of `function` that holds none, or is decoded without the claim that it needs; the
  /// expansion ROM is left alone, for nobody reads it.
  ///
  /// - Returns: How many were assigned, and how many found no place. A window that finds none stays as it was.
  ///
  /// Worst case: 6 base addresses, for each an allocation for every bridge on the way and beside it.
  public func assign(_ function: PCIFunction, owner: Owner) -> (assigned: Int, refused: Int) {
    var result = (assigned: 0, refused: 0)
    function.eachBaseAddress(in: configuration) { base in
      guard base.kind != .rom, needsPlace(base, owner) else { return }
      if let range = place(for: base, on: function.address.bus, owner) {
        function.assign(base, to: range.first, in: configuration)
        result.assigned += 1
      } else {
        result.refused += 1
      }
    }
    return result
  }

  /// One without an address; or one with an address that is not claimed for it, being taken, above 4 GiB, or out of
  /// reach.
  private func needsPlace(_ base: PCIBaseAddress, _ owner: Owner) -> Bool {
    if base.base == 0 { return true }
    guard base.isDecoded else { return false }
    guard let range = base.range, let held = space.holder(of: range) else { return true }
    return held.range != range || held.owner != owner
  }

  /// Whether a window can be reached on a bus. Bus 0 has windows at fixed places too, which nobody tells.
  private func reaches(_ range: BusRange, on bus: UInt8) -> Bool {
    bus == 0 || bridge(to: bus)?.passes(range) == true
  }

  /// Claims a free place for a window.
  private func place(for base: PCIBaseAddress, on bus: UInt8, _ owner: Owner) -> BusRange? {
    // A window as large as the space would need no alignment, and has no place.
    guard base.countMinusOne < UInt64(base.tag.last) else { return nil }
    let countMinusOne = UInt32(truncatingIfNeeded: base.countMinusOne)
    let place = PCIPlace(tag: base.tag, countMinusOne: countMinusOne, alignment: countMinusOne + 1)
    if let range = claim(place, on: bus, owner) { return range }
    guard widen(bus, for: place, owner) else { return nil }
    return claim(place, on: bus, owner)
  }

  /// Claims the lowest free place on a bus, if there is one.
  func claim(_ place: PCIPlace, on bus: UInt8, _ owner: Owner) -> BusRange? {
    guard let window = window(of: bus, place.tag), place.countMinusOne <= window.countMinusOne else {
      return nil
    }
    var request = BusRequest(place.tag, countMinusOne: place.countMinusOne)
    request.alignment = place.alignment
    request.first = window.first
    request.last = window.last
    while true {
      let found: BusRange
      do throws(BusError) { found = try space.place(request, owner) } catch { return nil }
      guard let other = bridgeWindow(on: bus, overlapping: found) else { return found }
      space.giveBack(found)
      guard other.last < request.last else { return nil }
      request.first = other.last + 1
    }
  }

  /// What can be reached on a bus: the host's window, or that of the bridge in front of it.
  func window(of bus: UInt8, _ tag: BusTag) -> BusRange? {
    if bus == 0 { return tag == .io ? ports : memory }
    return bridge(to: bus)?.window(on: tag)
  }

  /// The bridge in front of a bus.
  func bridge(to bus: UInt8) -> PCIBridge? {
    var found: PCIBridge?
    eachBridge { if $0.secondary == bus { found = $0 } }
    return found
  }

  /// A window of a bridge on this bus that overlaps a range.
  func bridgeWindow(on bus: UInt8, overlapping range: BusRange) -> BusRange? {
    var found: BusRange?
    eachBridge { bridge in
      if bridge.function.address.bus == bus, let window = bridge.window(overlapping: range) { found = window }
    }
    return found
  }

  private func eachBridge(_ body: (PCIBridge) -> Void) {
    PCIEnumeration.each(in: configuration) { function in
      if let bridge = PCIBridge(function, in: configuration) { body(bridge) }
    }
  }
}

/// What a place on a PCI bus must be like.
struct PCIPlace {
  let tag: BusTag
  let countMinusOne: UInt32
  /// A power of two.
  let alignment: UInt32
}
