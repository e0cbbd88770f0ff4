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

  // Few entries are worked on in place, by loops that the compiler leaves alone; more go eight at a time, so that an entry
  // costs two instructions and not five.

  /// Below this a call costs more than it saves.
  private static var few: UInt32 { 8 }

  @inline(__always)
  public func fill(_ table: FrameNumber, _ index: UInt32, count: UInt32, with value: UInt32, step: UInt32) {
    guard count < Self.few else { return unsafe fillMany(place(table, index, count), count, value, step) }
    var address = UInt32(UInt(bitPattern: unsafe place(table, index, count)))
    var value = value
    for _ in 0..<count {
      cpu_store32(address, value)
      value &+= step
      address &+= 4
    }
  }

  @inline(never)
  private func fillMany(
    _ first: UnsafeMutablePointer<UInt32>, _ count: UInt32, _ value: UInt32, _ step: UInt32
  ) {
    var (place, value, left) = unsafe (first, value, count)
    while left >= 8 {
      for offset in 0..<8 {
        unsafe place[offset] = value
        value &+= step
      }
      unsafe place += 8
      left &-= 8
    }
    while left > 0 {
      unsafe place.pointee = value
      value &+= step
      unsafe place += 1
      left &-= 1
    }
    cpu_order_memory()
  }

  @inline(__always)
  public func clear(_ table: FrameNumber, _ index: UInt32, count: UInt32) {
    cpu_fill32(UInt32(UInt(bitPattern: unsafe place(table, index, count))), 0, count)
  }

  @inline(__always)
  public func areAbsent(_ table: FrameNumber, _ index: UInt32, count: UInt32) -> Bool {
    let place = unsafe place(table, index, count)
    if count >= Self.few { return unsafe unionOfMany(place, count) == 0 }
    var union: UInt32 = 0
    for offset in 0..<Int(truncatingIfNeeded: count) { union |= unsafe place[offset] }
    return union == 0
  }

  @inline(__always)
  public func arePresent(_ table: FrameNumber, _ index: UInt32, count: UInt32) -> Bool {
    let place = unsafe place(table, index, count)
    if count >= Self.few { return unsafe intersectionOfMany(place, count) & 1 == 1 }
    var intersection = UInt32.max
    for offset in 0..<Int(truncatingIfNeeded: count) { intersection &= unsafe place[offset] }
    return intersection & 1 == 1
  }

  @inline(never)
  private func unionOfMany(_ first: UnsafeMutablePointer<UInt32>, _ count: UInt32) -> UInt32 {
    unsafe Self.fold(first, count, from: 0) { $0 | $1 }
  }

  @inline(never)
  private func intersectionOfMany(_ first: UnsafeMutablePointer<UInt32>, _ count: UInt32) -> UInt32 {
    unsafe Self.fold(first, count, from: .max) { $0 & $1 }
  }

  @inline(__always)
  private static func fold(
    _ first: UnsafeMutablePointer<UInt32>, _ count: UInt32, from start: UInt32,
    _ join: (UInt32, UInt32) -> UInt32
  ) -> UInt32 {
    var (place, result, left) = unsafe (first, start, count)
    while left >= 8 {
      for offset in 0..<8 { result = unsafe join(result, place[offset]) }
      unsafe place += 8
      left &-= 8
    }
    while left > 0 {
      result = unsafe join(result, place.pointee)
      unsafe place += 1
      left &-= 1
    }
    return result
  }

  /// Where `count` entries begin, all of them within the table.
  @inline(__always)
  private func place(_ table: FrameNumber, _ index: UInt32, _ count: UInt32) -> UnsafeMutablePointer<UInt32> {
    precondition(index <= 1024 && count <= 1024 &- index)
    return unsafe entries(table) + Int(truncatingIfNeeded: index)
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
