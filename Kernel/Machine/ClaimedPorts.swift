#if os(none)
import BusSpace

/// A device's ports, through the handle of a claim: each access is inside it and only as long as it lasts
/// (BusSpace-I7, I8).
public struct ClaimedPorts: BytePorts {
  private let handle: BusHandle

  /// - Precondition: The handle is of ports.
  public init(_ handle: BusHandle) {
    precondition(handle.range.tag == .io)
    self.handle = handle
  }

  public func read(_ offset: UInt32) -> UInt8 { ProcessorBus().read(handle, offset) }

  public func write(_ offset: UInt32, _ value: UInt8) { ProcessorBus().write(handle, offset, value) }
}

/// The ports of a device that every PC has one of, from the moment when they are claimed.
struct DevicePorts {
  private var claimed: ClaimedPorts?

  /// Not claimed yet.
  init() { claimed = nil }

  mutating func attach(_ handle: BusHandle) { claimed = ClaimedPorts(handle) }

  var ports: ClaimedPorts {
    guard let claimed else { panic("a device is used before its ports are claimed") }
    return claimed
  }

  func read(_ offset: UInt32) -> UInt8 { ports.read(offset) }

  func write(_ offset: UInt32, _ value: UInt8) { ports.write(offset, value) }
}
#endif
