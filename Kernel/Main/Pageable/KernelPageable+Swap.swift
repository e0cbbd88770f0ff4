#if os(none)
import Disks
import Frames
import Machine
import Pageable
import Primitives
import Text

/// Which disk is written: one with our signature, or one that was named. Every other is left alone.
extension KernelPageable {
  /// Looks at every disk, and begins to use the first that may and can be written.
  ///
  /// - Parameter named: The disk that the command line names, by number.
  static func findSwap(named: UInt32?) {
    guard isStarted else { return }
    for number in 0..<KernelDisks.count {
      guard let disk = KernelDisks.disk(number) else { continue }
      if let named, named != UInt32(number) { continue }
      guard let area = area(of: disk, isNamed: named != nil) else {
        write(number, "carries no swap signature and is left alone")
        continue
      }
      if disk.isReadOnly {
        write(number, "can only be read, and is left alone")
      } else if hasDisk {
        write(number, "carries a swap signature too, and is left alone")
      } else {
        use(disk, number, area)
      }
    }
    if let named, !hasDisk {
      var console = ConsoleSink()
      console.write("swap       there is no disk ")
      console.write(decimal: named)
      console.write(" to use\n")
    }
    if !hasDisk { Console.write("swap       none: pageable memory stays in memory\n") }
  }

  /// Sectors of a disk as far as swap reaches.
  static func sectors(of disk: KernelDisks.Disk) -> UInt32 {
    UInt32(truncatingIfNeeded: min(disk.lastSector, UInt64(UInt32.max) - 1) + 1)
  }

  static func area(of disk: KernelDisks.Disk, isNamed: Bool) -> SwapArea? {
    if isNamed { return SwapArea(named: sectors(of: disk)) }
    var area: SwapArea?
    _ = unsafe withSector { sector in
      do throws(DiskError) {
        // The sector is ours until the request is done.
        unsafe try disk.perform(.read(SectorRange(only: 0), into: sector))
      } catch { return false }
      let bytes = unsafe UnsafeBufferPointer(sector.bindMemory(to: UInt8.self))
      area = unsafe SwapArea(signature: bytes.span, sectors: sectors(of: disk))
      return true
    }
    return area
  }

  /// Writes our signature to a disk that whoever runs the machine said may be overwritten; whether that was done.
  static func format(_ disk: KernelDisks.Disk) -> Bool {
    guard let area = SwapArea(named: sectors(of: disk)) else { return false }
    return unsafe withSector { sector in
      let bytes = unsafe sector.bindMemory(to: UInt8.self)
      var span = unsafe bytes.mutableSpan
      SwapSignature.write(slots: area.slots, into: &span)
      do throws(DiskError) {
        // As above.
        unsafe try disk.perform(.write(SectorRange(only: 0), from: UnsafeRawBufferPointer(sector)))
        return true
      } catch { return false }
    }
  }

  /// Calls `body` with 512 wired bytes, and answers what it does; false without memory for them.
  private static func withSector(_ body: (UnsafeMutableRawBufferPointer) -> Bool) -> Bool {
    guard let frame = KernelMemory.shared.frames.takeOne(owner) else { return false }
    defer { KernelMemory.shared.frames.giveBack(frame, isZero: false) }
    let page = unsafe HardwareMMU().memory(of: frame)
    return unsafe body(UnsafeMutableRawBufferPointer(rebasing: page[..<SectorRange.bytesPerSector]))
  }

  /// Attaches the slots and starts the pager; says why not where that fails.
  @discardableResult
  static func use(_ disk: KernelDisks.Disk, _ number: Int, _ area: SwapArea) -> Bool {
    let size = Memory.slotStorageSize(slots: area.slots)
    guard let storage = WiredStorage(bytes: size, owner: owner, KernelMemory.shared.frames) else {
      write(number, "has more slots than there is memory to keep books of")
      return false
    }
    do throws(PageableError) {
      unsafe try memory.attach(area, storage: storage.bytes(from: 0, count: size))
    } catch {
      write(number, "could not be attached")
      return false
    }
    startPager(on: disk)
    var console = ConsoleSink()
    console.write("swap       ")
    console.write(size: UInt64(area.slots) << 12)
    console.write(" on disk ")
    console.write(decimal: UInt32(number))
    console.newline()
    return true
  }

  private static func write(_ number: Int, _ what: StaticString) {
    var console = ConsoleSink()
    console.write("swap       disk ")
    console.write(decimal: UInt32(number))
    console.write(" ")
    console.write(what)
    console.newline()
  }
}
#endif
