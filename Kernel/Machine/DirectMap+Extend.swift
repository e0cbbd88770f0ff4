#if os(none)
import Boot
import Frames
import Paging
import Primitives

extension DirectMap {
  /// Tables that `extend` needs for `map`: one for every 4 MiB beyond the boot tables' 8 that is memory in part,
  /// or at all where the processor has no large pages.
  public static func tablesNeeded(for map: MemoryMap) -> UInt32 {
    var count: UInt32 = 0
    for block in UInt32(BOOT_TABLES)..<UInt32(directoryEntries)
    where extent(of: block, in: map) == .part || extent(of: block, in: map) == .all && !hasLargePages {
      count += 1
    }
    return count
  }

  /// Maps all memory of `map` below 512 MiB, and makes what the boot tables map beside memory uncached.
  ///
  /// Frames that are no memory stay unmapped beyond the first 8 MiB, so that no device is ever write-back through
  /// the direct map (VMap-I4). Interrupts are off and nothing of this is in use yet.
  ///
  /// - Parameter tables: `tablesNeeded` frames that the boot tables map.
  public static func extend(over map: MemoryMap, tables: FrameRange?) {
    let machine = HardwareMMU()
    let directory = HardwareMMU.directory
    var table = tables?.first.rawValue ?? 0
    for block in UInt32(BOOT_TABLES)..<UInt32(directoryEntries) {
      let index = UInt32(KERNEL_DIRECTORY_INDEX) + block
      let extent = extent(of: block, in: map)
      if extent == .none { continue }
      if extent == .all && hasLargePages {
        let entry = PageDirectoryEntry(large: FrameNumber(block << 10), attributes, on: pagingFeatures)
        machine.store(directory, index, entry.rawValue)
      } else {
        fill(FrameNumber(table), block, map)
        machine.store(directory, index, PageDirectoryEntry(table: FrameNumber(table)).rawValue)
        table += 1
      }
      last = (block << 22) | 0x3F_FFFF
    }
    uncacheDevices(map, directory)
    machine.flushAll()
    DoubleFault.mirrorDirectMap()
  }

  /// One more than the highest frame that the direct map reaches now.
  public static var frameLimit: UInt32 { last >> 12 + 1 }

  /// What paging may use of this processor, as `Processor.configure` found it.
  public static var pagingFeatures: PagingFeatures {
    PagingFeatures(
      hasLargePages: Processor.features.contains(.largePages),
      hasGlobalPages: Processor.features.contains(.globalPages),
      hasAttributeTable: Processor.features.contains(.pageAttributeTable.union(.modelRegisters)))
  }

  private static var hasLargePages: Bool { Processor.features.contains(.largePages) }

  private static var attributes: PageAttributes { PageAttributes(.writeBack) }

  private enum Extent { case none, part, all }

  /// How much of 4 MiB block number `block` is memory.
  private static func extent(of block: UInt32, in map: MemoryMap) -> Extent {
    let (isMemory, last) = map.run(at: FrameNumber(block << 10))
    if last.rawValue >= block << 10 | 1023 { return isMemory ? .all : .none }
    return .part
  }

  /// Writes the table of a block: memory is mapped, the rest is absent.
  private static func fill(_ table: FrameNumber, _ block: UInt32, _ map: MemoryMap) {
    let machine = HardwareMMU()
    for index in UInt32(0)..<1024 {
      let frame = FrameNumber(block << 10 | index)
      let entry = PageTableEntry(frame, attributes, on: pagingFeatures).rawValue
      machine.store(table, index, map.isMemory(frame) ? entry : 0)
    }
  }

  /// Makes the frames below 8 MiB that are no memory uncached: the display's at 640 KiB and the ROMs behind it.
  private static func uncacheDevices(_ map: MemoryMap, _ directory: FrameNumber) {
    let machine = HardwareMMU()
    for frame in UInt32(0)..<UInt32(BOOT_TABLES) << 10 where !map.isMemory(FrameNumber(frame)) {
      let entry = machine.load(directory, UInt32(KERNEL_DIRECTORY_INDEX) + frame >> 10)
      let table = PageDirectoryEntry(rawValue: entry).tableFrame
      let old = machine.load(table, frame & 1023)
      if old & 1 == 1 { machine.store(table, frame & 1023, old | 0x18) }
    }
  }
}
#endif
