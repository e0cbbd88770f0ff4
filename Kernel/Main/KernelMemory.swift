#if os(none)
import Frames
import Machine
import Multiboot
import Paging
import Primitives
import VMap
import VMem

/// Frames, page tables and the window of the running kernel.
///
/// Made once at boot by `bringUp`, from then on reachable by everyone through `KernelMemory.shared`.
struct KernelMemory {
  let frames: FrameAllocator<KernelLock>
  let pageMap: PageMap<HardwareMMU, KernelLock>
  /// The arena `kva`, 0xE0000000...0xFFFFFFFF, belongs to it.
  let window: VMap<HardwareMMU, KernelLock>
  /// Bytes that frames and the arena of frames keep their books in, a part of "frame table".
  let frameBookkeeping: Int

  /// Nil until `bringUp` is done.
  private(set) nonisolated(unsafe) static var storedShared: KernelMemory?

  static var shared: KernelMemory {
    guard let memory = unsafe storedShared else { panic("memory is used before it is there") }
    return memory
  }

  /// The upper half of the kernel's gibibyte, its last page included.
  static var virtualAddresses: AddressRange<UInt32> { AddressRange(first: 0xE000_0000, last: .max) }

  /// Puts the firmware's map in order, maps memory, and makes everything else out of it.
  static func bringUp(_ boot: BootInformation<DirectMapMemory>) {
    Processor.configure(
      attributesLow: MemoryType.attributeTableLow, attributesHigh: MemoryType.attributeTableHigh)
    var map = memoryMap(boot)
    let tables = DirectMap.tablesNeeded(for: map)
    let bootLimit = DirectMap.frameLimit
    let tableFrames = map.carve(count: tables, below: bootLimit, owner: Owners.register("direct map"))
    guard tables == 0 || tableFrames != nil else { tooLittle(map, "page tables", frames: tables) }
    DirectMap.extend(over: map, tables: tableFrames)
    let memory = KernelMemory(&map)
    unsafe storedShared = memory
  }

  /// Everything that boot information says of memory, and page 0, which holds the BIOS's data.
  private static func memoryMap(_ boot: BootInformation<DirectMapMemory>) -> MemoryMap {
    var map = MemoryMap()
    for entry in boot.memoryMap where entry.kind == .available {
      map.add(base: entry.range.first, length: entry.range.countMinusOne &+ 1)
    }
    for entry in boot.memoryMap where entry.kind != .available {
      map.remove(base: entry.range.first, length: entry.range.countMinusOne &+ 1)
    }
    map.reserve(first: 0, last: 0xFFF, owner: Owners.register("bios data"))
    boot.forEachLeftover(
      kernelImage: KernelImage.physicalRange, biosData: ExtendedBIOSData.range(in: DirectMapMemory())
    ) { range, leftover in
      map.reserve(first: range.first, last: range.last, owner: owner(of: leftover))
    }
    if map.droppedCount > 0 { panic("the memory map is too long", .decimal("dropped", map.droppedCount)) }
    return map
  }

  private static func owner(of leftover: BootLeftover) -> Owner {
    switch leftover {
    case .kernelImage: Owners.register("kernel image")
    case .module, .moduleName, .moduleTable: Owners.register("boot modules")
    case .biosData: Owners.register("bios data")
    case .information, .memoryMap, .commandLine, .loaderName: Owners.register("boot information")
    }
  }

  static func tooLittle(_ map: MemoryMap, _ what: StaticString, frames: UInt32) -> Never {
    Console.write("\ntoo little memory for ")
    Console.write(what)
    panic("too little memory", .decimal("frames", frames), .decimal("limit", map.frameLimit))
  }
}
#endif
