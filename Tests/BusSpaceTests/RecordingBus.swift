import BusSpace
import Primitives
import VMem

/// A bus that remembers every transfer, with bytes behind it, and can be told to refuse the n-th mapping.
final class RecordingBus: BusAccess {
  enum Transfer: Equatable {
    case read(BusTag, UInt32, width: Int)
    case write(BusTag, UInt32, UInt32, width: Int)
    case barrier
  }

  private(set) var transfers: [Transfer] = []
  /// Live mappings: virtual address to range.
  private(set) var mappings: [UInt32: BusRange] = [:]
  private(set) var attributes: [BusAttributes] = []
  private var bytes: [UInt64: UInt8] = [:]
  var mappingsUntilFailure = Int.max

  func forget() { transfers = [] }

  func map(_ range: BusRange, _ attributes: BusAttributes) throws(BusMappingError) -> UInt32 {
    guard mappingsUntilFailure > 0 else { throw BusMappingError() }
    mappingsUntilFailure -= 1
    self.attributes.append(attributes)
    // Somewhere else than the physical address, with the same offset in its page.
    let address = 0xE000_0000 &+ range.first
    mappings[address] = range
    return address
  }

  func unmap(_ address: UInt32, _ range: BusRange) {
    precondition(mappings.removeValue(forKey: address) == range)
  }

  /// Reserved kernel addresses, and where the next come from.
  private(set) var reserved: [AddressRange<UInt32>] = []
  private var nextReserved: UInt32 = 0x1000_0000

  func reserve(
    countMinusOne: UInt32, alignment: UInt32, _ owner: Owner
  ) throws(BusMappingError) -> AddressRange<UInt32> {
    guard mappingsUntilFailure > 0 else { throw BusMappingError() }
    mappingsUntilFailure -= 1
    let alignment = max(alignment, 0x1000)
    nextReserved = (nextReserved + alignment - 1) & ~(alignment - 1)
    let addresses = AddressRange(first: nextReserved, last: nextReserved + (countMinusOne | 0xFFF))
    nextReserved = addresses.last + 1
    reserved.append(addresses)
    return addresses
  }

  func unreserve(_ addresses: AddressRange<UInt32>) {
    reserved.remove(at: reserved.firstIndex(of: addresses)!)
  }

  func read8(_ tag: BusTag, _ address: UInt32) -> UInt8 { UInt8(read(tag, address, 1)) }
  func read16(_ tag: BusTag, _ address: UInt32) -> UInt16 { UInt16(read(tag, address, 2)) }
  func read32(_ tag: BusTag, _ address: UInt32) -> UInt32 { read(tag, address, 4) }
  func write8(_ tag: BusTag, _ address: UInt32, _ value: UInt8) { write(tag, address, UInt32(value), 1) }
  func write16(_ tag: BusTag, _ address: UInt32, _ value: UInt16) { write(tag, address, UInt32(value), 2) }
  func write32(_ tag: BusTag, _ address: UInt32, _ value: UInt32) { write(tag, address, value, 4) }
  func barrier() { transfers.append(.barrier) }

  private func place(_ tag: BusTag, _ address: UInt32) -> UInt64 {
    UInt64(tag.rawValue) << 32 | UInt64(address)
  }

  private func read(_ tag: BusTag, _ address: UInt32, _ width: Int) -> UInt32 {
    transfers.append(.read(tag, address, width: width))
    return (0..<width).reduce(0) {
      $0 | UInt32(bytes[place(tag, address) + UInt64($1)] ?? 0) << UInt32($1 * 8)
    }
  }

  private func write(_ tag: BusTag, _ address: UInt32, _ value: UInt32, _ width: Int) {
    transfers.append(.write(tag, address, value, width: width))
    for index in 0..<width {
      bytes[place(tag, address) + UInt64(index)] = UInt8(truncatingIfNeeded: value >> UInt32(index * 8))
    }
  }
}
