import BusSpace
import CHooks
import Primitives
import VMem

/// What lies at the start of the storage of buses in C; `struct bus_space *` points to it.
@unsafe
struct BusState {
  /// The lock hook's. First, so that its address is the state's. One for both arenas and the handles, which are never
  /// locked together.
  private var lockWord: UInt = 0
  let space: BusSpace<HookLock, BusNames>
  /// Behind `BusNames`.
  var names: OwnerTable

  init(_ space: BusSpace<HookLock, BusNames>, names: OwnerTable) {
    unsafe self.space = space
    unsafe self.names = names
  }
}

/// The names of buses in C, in their state. Registering is serialised by whoever sets the tags up.
@safe
struct BusNames: OwnerNames {
  let state: UnsafeMutablePointer<BusState>

  func register(_ name: Span<UInt8>) -> Owner? {
    unsafe name.withUnsafeBufferPointer { unsafe state.pointee.names.register($0) }
  }

  func withName(of owner: Owner, _ body: (Span<UInt8>) -> Void) {
    unsafe state.pointee.names.withName(of: owner, body)
  }
}

/// Mapping by the kernel's hooks. A virtual address may be wider than an address of the bus, so it does not travel
/// through the handle: it is beside it in `bus_space_handle_t`, and here for the time of a call.
@safe
struct HookBus: BusAccess {
  let address: UnsafeMutablePointer<UInt>

  func map(_ range: BusRange, _ attributes: BusAttributes) throws(BusMappingError) -> UInt32 {
    let answer = unsafe tessera_bus_map(range.first, range.countMinusOne, CInt(attributes.flags), address)
    guard answer == 0 else { throw BusMappingError() }
    return range.first
  }

  func unmap(_ base: UInt32, _ range: BusRange) {
    unsafe tessera_bus_unmap(address.pointee, range.countMinusOne)
  }

  // Nothing asks for these: accesses are made in C, at addresses that were checked here.

  func reserve(
    countMinusOne: UInt32, alignment: UInt32, _ owner: Owner
  ) throws(BusMappingError) -> AddressRange<UInt32> { throw BusMappingError() }

  func unreserve(_ addresses: AddressRange<UInt32>) {}
  func read8(_ tag: BusTag, _ address: UInt32) -> UInt8 { 0 }
  func read16(_ tag: BusTag, _ address: UInt32) -> UInt16 { 0 }
  func read32(_ tag: BusTag, _ address: UInt32) -> UInt32 { 0 }
  func write8(_ tag: BusTag, _ address: UInt32, _ value: UInt8) {}
  func write16(_ tag: BusTag, _ address: UInt32, _ value: UInt16) {}
  func write32(_ tag: BusTag, _ address: UInt32, _ value: UInt32) {}
  func barrier() {}
}

extension BusAttributes {
  /// From BUS_SPACE_MAP_CACHEABLE, LINEAR and PREFETCHABLE.
  init(flags: CInt) {
    var bits: UInt8 = 0
    if flags & BUS_SPACE_MAP_LINEAR != 0 { bits |= BusAttributes.linear.rawValue }
    if flags & BUS_SPACE_MAP_CACHEABLE != 0 { bits |= BusAttributes.cacheable.rawValue }
    if flags & BUS_SPACE_MAP_PREFETCHABLE != 0 { bits |= BusAttributes.prefetchable.rawValue }
    self.init(rawValue: bits)
  }

  /// The same back.
  fileprivate var flags: CInt {
    (contains(.linear) ? BUS_SPACE_MAP_LINEAR : 0) | (contains(.cacheable) ? BUS_SPACE_MAP_CACHEABLE : 0)
      | (contains(.prefetchable) ? BUS_SPACE_MAP_PREFETCHABLE : 0)
  }
}

extension BusError {
  /// C's number for it.
  var number: CInt {
    switch self {
    case .claim(.conflict), .noSpace, .alreadyMapped: EAGAIN
    case .claim, .mapping, .noHandles, .noAddresses: ENOMEM
    case .zeroSize, .outsideBus, .linearIO, .invalid, .outsideHandle, .notMapped, .isSubregion, .notOwned,
      .notLinear:
      EINVAL
    }
  }
}
