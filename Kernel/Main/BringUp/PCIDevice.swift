#if os(none)
import BusSpace
import Machine
import Primitives

/// A PCI function and where it answers: what a driver starts from.
struct PCIDevice {
  let function: PCIFunction
  /// By the number of the base address; nil for what is not there or not decoded.
  private(set) var windows = InlineArray<6, BusRange?>(repeating: nil)

  /// The first function of that vendor and device, or nil if there is none.
  init?(_ vendor: UInt16, _ device: UInt16, in configuration: PCIPorts) {
    var found: PCIFunction?
    PCIEnumeration.each(in: configuration) { function in
      if found == nil, function.vendor == vendor, function.device == device { found = function }
    }
    guard let found else { return nil }
    function = found
    var windows = InlineArray<6, BusRange?>(repeating: nil)
    found.eachBaseAddress(in: configuration) { base in
      if base.index < 6 { windows[Int(base.index)] = base.range }
    }
    self.windows = windows
  }
}

extension Kernel {
  /// A handle for a window of a function, within the claim of its boot.
  func open(_ window: BusRange, _ attributes: BusAttributes = .uncached) throws(BusError) -> BusHandle {
    guard let held = bus.holder(of: window) else { throw .notOwned(window) }
    if window.tag == .memory { return try mappedBus.map(within: window, attributes, owner: held.owner) }
    return try bus.handle(within: window, owner: held.owner)
  }

  /// Ends a handle that `open` made; the claim stays.
  func close(_ handle: BusHandle) throws(BusError) {
    if handle.range.tag == .memory { try mappedBus.unmap(handle) }
  }
}
#endif
