import BusSpace

/// The registers of a legacy virtio device on PCI, in ports (Virtio 1.0, 4.1.4.8; Virtio 0.9.5, 2.2.2), with those of a block
/// device behind them (5.2.4). MSI-X is off, so its two are not there.
struct VirtioRegisters<Bus: BusMastering> {
  let bus: Bus
  let ports: BusHandle

  /// - Precondition: The handle reaches 28 ports.
  init(_ bus: Bus, _ ports: BusHandle) {
    precondition(ports.range.countMinusOne >= 27)
    self.bus = bus
    self.ports = ports
  }

  var features: VirtioFeatures { VirtioFeatures(rawValue: bus.read(ports, Offset.deviceFeatures)) }

  func accept(_ features: VirtioFeatures) { bus.write(ports, Offset.driverFeatures, features.rawValue) }

  /// Descriptors of the queue; 0 for none.
  func queueSize(of queue: UInt16) -> UInt16 {
    bus.write(ports, Offset.queueSelect, queue)
    return bus.read(ports, Offset.queueSize)
  }

  /// Tells in which page the queue begins.
  func setQueue(_ queue: UInt16, page: UInt32) {
    bus.write(ports, Offset.queueSelect, queue)
    bus.write(ports, Offset.queueAddress, page)
  }

  func notify(_ queue: UInt16) { bus.write(ports, Offset.notify, queue) }

  var status: VirtioStatus {
    get { VirtioStatus(rawValue: bus.read(ports, Offset.status)) }
    nonmutating set { bus.write(ports, Offset.status, newValue.rawValue) }
  }

  /// Why the device raised its line, which this takes back.
  func takeInterrupt() -> UInt8 { bus.read(ports, Offset.interrupt) }

  /// Sectors of 512 bytes.
  var capacity: UInt64 {
    let low: UInt32 = bus.read(ports, Offset.capacity)
    let high: UInt32 = bus.read(ports, Offset.capacity + 4)
    return UInt64(high) << 32 | UInt64(low)
  }

  /// The most bytes of a piece, where the device has a limit.
  var largestPiece: UInt32 { bus.read(ports, Offset.largestPiece) }

  private enum Offset {
    static var deviceFeatures: UInt32 { 0x00 }
    static var driverFeatures: UInt32 { 0x04 }
    static var queueAddress: UInt32 { 0x08 }
    static var queueSize: UInt32 { 0x0C }
    static var queueSelect: UInt32 { 0x0E }
    static var notify: UInt32 { 0x10 }
    static var status: UInt32 { 0x12 }
    static var interrupt: UInt32 { 0x13 }
    static var capacity: UInt32 { 0x14 }
    static var largestPiece: UInt32 { 0x1C }
  }
}

/// Of what a block device offers, what is looked at (Virtio 1.0, 5.2.3).
struct VirtioFeatures: OptionSet {
  let rawValue: UInt32

  static var none: VirtioFeatures { VirtioFeatures(rawValue: 0) }
  /// A piece may not be longer than the device says.
  static var sizeLimit: VirtioFeatures { VirtioFeatures(rawValue: 1 << 1) }
  static var readOnly: VirtioFeatures { VirtioFeatures(rawValue: 1 << 5) }
  static var flush: VirtioFeatures { VirtioFeatures(rawValue: 1 << 9) }
}

/// How far driver and device have come with each other (Virtio 1.0, 2.1). 0 resets the device.
struct VirtioStatus {
  let rawValue: UInt8

  static var reset: VirtioStatus { VirtioStatus(rawValue: 0) }
  /// Bit 0: it was found.
  static var acknowledged: VirtioStatus { VirtioStatus(rawValue: 1) }
  /// Bit 1: there is a driver for it.
  static var driver: VirtioStatus { VirtioStatus(rawValue: 3) }
  /// Bit 2: the driver is ready.
  static var ready: VirtioStatus { VirtioStatus(rawValue: 7) }
  /// Bit 7: the driver has given up.
  static var failed: VirtioStatus { VirtioStatus(rawValue: 128) }
}
