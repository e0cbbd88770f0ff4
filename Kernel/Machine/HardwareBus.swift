#if os(none)
import BusSpace
import Instructions
import Paging
import Primitives
import VMap
import VMem

/// The processor's own ports, and physical memory through the window for devices.
public struct HardwareBus: BusAccess {
  private let window: VMap<HardwareMMU, KernelLock>
  /// In whose name the window's addresses are taken.
  private let owner: Owner

  public init(window: VMap<HardwareMMU, KernelLock>, owner: Owner) {
    self.window = window
    self.owner = owner
  }

  /// Uncached, unless the attributes allow more.
  public func map(_ range: BusRange, _ attributes: BusAttributes) throws(BusMappingError) -> UInt32 {
    // The window has half a gibibyte; 2^32 bytes have no UInt32 and could never fit.
    guard range.countMinusOne < .max else { throw BusMappingError() }
    let policy: CachePolicy =
      attributes.contains(.prefetchable)
      ? .writeCombining : attributes.contains(.cacheable) ? .natural : .uncached
    do throws(VMapError) {
      return try window.vmap(
        range.first, size: range.countMinusOne + 1, MappingOptions(policy, owner: owner)
      ).address
    } catch {
      throw BusMappingError()
    }
  }

  public func unmap(_ address: UInt32, _ range: BusRange) {
    do throws(VMapError) { try window.vunmap(address) } catch {
      preconditionFailure("a mapping of the bus is gone")
    }
  }

  public func read8(_ tag: BusTag, _ address: UInt32) -> UInt8 {
    tag == .io ? cpu_in8(UInt16(truncatingIfNeeded: address)) : cpu_load8(address)
  }

  public func read16(_ tag: BusTag, _ address: UInt32) -> UInt16 {
    tag == .io ? cpu_in16(UInt16(truncatingIfNeeded: address)) : cpu_load16(address)
  }

  public func read32(_ tag: BusTag, _ address: UInt32) -> UInt32 {
    tag == .io ? cpu_in32(UInt16(truncatingIfNeeded: address)) : cpu_load32(address)
  }

  public func write8(_ tag: BusTag, _ address: UInt32, _ value: UInt8) {
    if tag == .io { cpu_out8(UInt16(truncatingIfNeeded: address), value) } else { cpu_store8(address, value) }
  }

  public func write16(_ tag: BusTag, _ address: UInt32, _ value: UInt16) {
    if tag == .io {
      cpu_out16(UInt16(truncatingIfNeeded: address), value)
    } else {
      cpu_store16(address, value)
    }
  }

  public func write32(_ tag: BusTag, _ address: UInt32, _ value: UInt32) {
    if tag == .io {
      cpu_out32(UInt16(truncatingIfNeeded: address), value)
    } else {
      cpu_store32(address, value)
    }
  }

  /// A locked instruction orders all loads and stores on every i386 (Intel SDM 3A, 8.2.2); ports are ordered anyway.
  public func barrier() {
    var word: UInt32 = 0
    _ = unsafe cpu_exchange(&word, 1)
  }
}
#endif
