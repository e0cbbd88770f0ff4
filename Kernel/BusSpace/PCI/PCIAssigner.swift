import Primitives
import VMem

/// Gives windows to functions that firmware left without, where the bus that they are on can reach them.
///
/// A window is a power of two in size and lies at a multiple of it: one constrained allocation from the bus's arena, so it
/// collides with nothing that is claimed. Behind a bridge it lies in what the bridge passes on; on a bus with bridges it
/// stays out of what they pass on.
public struct PCIAssigner<Lock: Locking & ~Copyable, Names: OwnerNames, Configuration: PCIConfiguration> {
  private let space: BusSpace<Lock, Names>
  private let configuration: Configuration
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

  /// Assigns every base address of `function` that holds none; the expansion ROM is left alone, for nobody reads it.
  ///
  /// - Returns: How many were assigned, and how many found no place. A window that finds none stays as it was.
  ///
  /// Worst case: 6 base addresses, for each an allocation for every bridge on the bus.
  public func assign(_ function: PCIFunction, owner: Owner) -> (assigned: Int, refused: Int) {
    var result = (assigned: 0, refused: 0)
    function.eachBaseAddress(in: configuration) { base in
      guard base.base == 0, base.kind != .rom else { return }
      if let range = place(for: base, on: function.address.bus, owner) {
        function.assign(base, to: range.first, in: configuration)
        result.assigned += 1
      } else {
        result.refused += 1
      }
    }
    return result
  }

  /// Claims a free place for a window.
  private func place(for base: PCIBaseAddress, on bus: UInt8, _ owner: Owner) -> BusRange? {
    guard let window = window(of: bus, base.tag), base.countMinusOne <= window.countMinusOne else {
      return nil
    }
    var request = BusRequest(base.tag, countMinusOne: UInt32(truncatingIfNeeded: base.countMinusOne))
    // A window as large as the space would need no alignment; none below it overflows.
    request.alignment = request.countMinusOne &+ 1
    request.first = window.first
    request.last = window.last
    while true {
      let found: BusRange
      do throws(BusError) { found = try space.place(request, owner) } catch { return nil }
      guard let other = bridgeWindow(on: bus, overlapping: found) else { return found }
      do throws(ReleaseError) { try space.release(found) } catch {
        preconditionFailure("a claim is gone that was just made")
      }
      guard other.last < request.last else { return nil }
      request.first = other.last + 1
    }
  }

  /// What can be reached on a bus: the host's window, or that of the bridge in front of it.
  private func window(of bus: UInt8, _ tag: BusTag) -> BusRange? {
    if bus == 0 { return tag == .io ? ports : memory }
    var window: BusRange?
    eachBridge { _, bridge in
      if bridge.secondary == bus { window = bridge.window(on: tag) }
    }
    return window
  }

  /// The window of a bridge on this bus that overlaps a range.
  private func bridgeWindow(on bus: UInt8, overlapping range: BusRange) -> BusRange? {
    var found: BusRange?
    eachBridge { primary, bridge in
      if primary == bus, let window = bridge.window(on: range.tag), window.overlaps(range) { found = window }
    }
    return found
  }

  private func eachBridge(_ body: (UInt8, PCIBridge) -> Void) {
    PCIEnumeration.each(in: configuration) { function in
      if let bridge = PCIBridge(function, in: configuration) { body(function.address.bus, bridge) }
    }
  }
}
