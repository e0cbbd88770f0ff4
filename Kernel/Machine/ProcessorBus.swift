#if os(none)
import BusSpace
import Instructions

/// The processor's own instructions for ports and device memory: the one place that executes IN and OUT while the kernel
/// is well (``LastResort`` is the other). `Scripts/lint` sees to it.
///
/// Nobody calls the functions of this protocol with an address that he made up: drivers go through handles.
public protocol ProcessorTransfers: BusTransfers {}

/// Nothing but the transfers: what a driver needs besides its handles.
public struct ProcessorBus: ProcessorTransfers, Sendable {
  public init() {}
}

extension ProcessorBus: BusMastering {
  /// A PC's devices see memory as the processor does behind its page tables. Bytes of the direct map lie in a row there.
  public func deviceAddress(of bytes: UnsafeRawBufferPointer) -> UInt32? {
    let first = UInt32(UInt(bitPattern: bytes.baseAddress))
    guard let physical = DirectMap.physicalAddress(of: first), bytes.count > 0,
      UInt32(bytes.count - 1) <= DirectMap.last - physical
    else { return nil }
    return physical
  }
}

extension ProcessorTransfers {
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
