/// Finds the functions behind a configuration mechanism.
public enum PCIEnumeration {
  /// Gives every function to `body`, bus by bus, following bridges.
  ///
  /// A bus is looked at when a bridge on an already visited one names it as its secondary; each is visited once, so
  /// that a circle of misprogrammed bridges ends too (BusSpace-I5). Worst case 256 buses of 32 devices of 8 functions.
  public static func each<Configuration: PCIConfiguration>(
    in configuration: Configuration, _ body: (PCIFunction) -> Void
  ) {
    var buses = BusSet()
    buses.insert(0)
    while let bus = buses.next() {
      for device: UInt8 in 0..<32 {
        visit(bus: bus, device: device, in: configuration) { function in
          body(function)
          if let secondary = secondaryBus(of: function, in: configuration) { buses.insert(secondary) }
        }
      }
    }
  }

  private static func visit<Configuration: PCIConfiguration>(
    bus: UInt8, device: UInt8, in configuration: Configuration, _ body: (PCIFunction) -> Void
  ) {
    let first = PCIAddress(bus: bus, device: device, function: 0)
    guard let function = PCIFunction(at: first, in: configuration) else { return }
    body(function)
    guard function.isMultifunction else { return }
    for number: UInt8 in 1..<8 {
      let address = PCIAddress(bus: bus, device: device, function: number)
      if let function = PCIFunction(at: address, in: configuration) { body(function) }
    }
  }

  private static func secondaryBus<Configuration: PCIConfiguration>(
    of function: PCIFunction, in configuration: Configuration
  ) -> UInt8? {
    guard function.header == .bridge else { return nil }
    // Bus numbers of a bridge: primary, secondary, subordinate (PCI-to-PCI Bridge Architecture 1.2, 3.2.5.3).
    let secondary = UInt8(truncatingIfNeeded: configuration.read(function.address, register: 0x18) >> 8)
    return secondary == 0 ? nil : secondary
  }
}

/// Buses that were named, and those of them that were visited.
private struct BusSet {
  private var named = InlineArray<8, UInt32>(repeating: 0)
  private var visited = InlineArray<8, UInt32>(repeating: 0)

  mutating func insert(_ bus: UInt8) {
    named[Int(bus >> 5)] |= 1 << UInt32(bus & 31)
  }

  /// The lowest that was named and not visited; it counts as visited from here on.
  mutating func next() -> UInt8? {
    for word in 0..<8 {
      let waiting = named[word] & ~visited[word]
      if waiting != 0 {
        let bit = UInt32(truncatingIfNeeded: waiting.trailingZeroBitCount)
        visited[word] |= 1 << bit
        return UInt8(truncatingIfNeeded: word) << 5 | UInt8(truncatingIfNeeded: bit)
      }
    }
    return nil
  }
}
