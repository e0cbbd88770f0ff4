#if os(none)
import BusSpace
import Paging
import Primitives
import VMap
import VMem

/// The processor's own transfers, and physical memory through the window for devices.
public struct HardwareBus: BusAccess, ProcessorTransfers {
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

  public func reserve(
    countMinusOne: UInt32, alignment: UInt32, _ owner: Owner
  ) throws(BusMappingError) -> AddressRange<UInt32> {
    var request = Request<UInt32>(countMinusOne: countMinusOne)
    request.alignment = alignment
    request.owner = owner
    do throws(AllocationError<UInt32>) { return try window.arena.allocate(request) } catch {
      throw BusMappingError()
    }
  }

  public func unreserve(_ addresses: AddressRange<UInt32>) {
    do throws(FreeError<UInt32>) { try window.arena.free(addresses) } catch {
      preconditionFailure("reserved addresses are gone")
    }
  }
}
#endif
