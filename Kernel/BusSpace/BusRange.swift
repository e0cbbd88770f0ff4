import VMem

/// One of the two buses of an i386, or its interrupt lines, which are given out the same way.
public enum BusTag: UInt8, Sendable {
  /// I/O ports, 0...0xFFFF.
  case io
  /// Physical memory, 0...0xFFFFFFFF.
  case memory
  /// Interrupt lines of the two 8259A, 0...15.
  case interrupt

  /// The highest address of the bus, included.
  public var last: UInt32 {
    switch self {
    case .io: 0xFFFF
    case .memory: 0xFFFF_FFFF
    case .interrupt: 15
    }
  }
}

/// Addresses of one bus, both ends included.
///
/// Having a value of this type tells you that `first <= last` and that both are on the bus.
public struct BusRange: Equatable, Sendable {
  public let tag: BusTag
  public let first: UInt32
  public let last: UInt32

  /// The range, or nil if it is reversed or reaches beyond the bus.
  public init?(_ tag: BusTag, first: UInt32, last: UInt32) {
    guard first <= last, last <= tag.last else { return nil }
    self.tag = tag
    self.first = first
    self.last = last
  }

  /// The range of `countMinusOne` + 1 addresses, or nil if it reaches beyond the bus.
  public init?(_ tag: BusTag, first: UInt32, countMinusOne: UInt32) {
    guard first <= tag.last, countMinusOne <= tag.last - first else { return nil }
    self.tag = tag
    self.first = first
    last = first + countMinusOne
  }

  /// Ports as the arena of ports has them.
  public init(_ ports: AddressRange<UInt16>) {
    tag = .io
    first = UInt32(ports.first)
    last = UInt32(ports.last)
  }

  /// Ports or interrupt lines as their arena has them; the caller vouches that they are on the bus.
  init(_ tag: BusTag, _ narrow: AddressRange<UInt16>) {
    self.tag = tag
    first = UInt32(narrow.first)
    last = UInt32(narrow.last)
  }

  /// Physical memory as the arena of memory has it.
  public init(_ memory: AddressRange<UInt32>) {
    tag = .memory
    first = memory.first
    last = memory.last
  }

  /// One interrupt line.
  ///
  /// - Precondition: There are 16.
  public static func line(_ number: UInt8) -> BusRange {
    precondition(number < 16)
    return BusRange(.interrupt, AddressRange<UInt16>(first: UInt16(number), last: UInt16(number)))
  }

  /// Everything that is on the bus.
  public static func whole(_ tag: BusTag) -> BusRange {
    switch tag {
    case .io: BusRange(AddressRange<UInt16>.whole)
    case .memory: BusRange(AddressRange<UInt32>.whole)
    case .interrupt: BusRange(.interrupt, AddressRange<UInt16>(first: 0, last: 15))
    }
  }

  /// How many addresses, less one.
  public var countMinusOne: UInt32 { last - first }

  /// Whether `other` lies inside, on the same bus.
  public func contains(_ other: BusRange) -> Bool {
    tag == other.tag && first <= other.first && other.last <= last
  }

  /// Whether the two share an address.
  public func overlaps(_ other: BusRange) -> Bool {
    tag == other.tag && first <= other.last && other.first <= last
  }

  /// As an arena of 16 bits has it: ports and lines.
  var narrow: AddressRange<UInt16> {
    AddressRange(first: UInt16(truncatingIfNeeded: first), last: UInt16(truncatingIfNeeded: last))
  }

  /// As the arena of memory has it.
  var wide: AddressRange<UInt32> {
    AddressRange(first: first, last: last)
  }
}
