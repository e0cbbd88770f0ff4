#if os(none)
import Boot
import Frames
import Instructions
import Paging

/// The processor's own memory-management unit: tables through the direct map, flushes by instruction.
///
/// Sound because every table and every frame of bookkeeping lies below the direct limit, which is mapped, readable
/// and writable since boot (Paging-I4).
public struct HardwareMMU: PagingMachine {
  public init() {}

  /// The frame of the directory that this processor uses now.
  public static var directory: FrameNumber { FrameNumber(containing: cpu_read_cr3()) }

  /// The entries of the table in `frame`; the caller stays within 1,024 of them.
  @inline(__always)
  private func entries(_ frame: FrameNumber) -> UnsafeMutablePointer<UInt32> {
    // The direct map has physical p at KERNEL_BASE + p, never 0.
    unsafe UnsafeMutablePointer(bitPattern: UInt(KERNEL_BASE &+ frame.address)).unsafelyUnwrapped
  }

  @inline(__always)
  public func load(_ table: FrameNumber, _ index: UInt32) -> UInt32 {
    unsafe entries(table)[Int(truncatingIfNeeded: index & 1023)]
  }

  @inline(__always)
  public func store(_ table: FrameNumber, _ index: UInt32, _ value: UInt32) {
    // One aligned move: the processor's walker sees the old entry or the new one (SDM 9.1.1).
    unsafe entries(table)[Int(truncatingIfNeeded: index & 1023)] = value
    cpu_order_memory()
  }

  @inline(__always)
  public func exchange(_ table: FrameNumber, _ index: UInt32, _ value: UInt32) -> UInt32 {
    unsafe cpu_exchange(entries(table) + Int(truncatingIfNeeded: index & 1023), value)
  }

  public func memory(of frame: FrameNumber) -> UnsafeMutableRawBufferPointer {
    unsafe UnsafeMutableRawBufferPointer(start: entries(frame), count: 4096)
  }

  @inline(__always)
  public func flush(_ page: PageNumber) { cpu_invalidate_page(page.address) }

  /// Loads CR3, which keeps global translations; where there are any, clearing CR4.PGE drops them too (SDM 4.10.4.1).
  public func flushAll() {
    guard Processor.features.contains(.globalPages) else { return cpu_write_cr3(cpu_read_cr3()) }
    let control = cpu_read_cr4()
    cpu_write_cr4(control & ~0x80)
    cpu_write_cr4(control)
  }
}
#endif
