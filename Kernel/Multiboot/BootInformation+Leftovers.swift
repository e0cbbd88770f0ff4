import VMem

/// What of the boot lies in memory, and must be reserved before the first frame is handed out.
public enum BootLeftover: Equatable, Sendable {
  case kernelImage, information, memoryMap, moduleTable, module, moduleName, commandLine, loaderName
  /// The extended BIOS data area and what the firmware keeps behind it, up to 640 KiB.
  case biosData
}

extension BootInformation {
  /// Calls `body` with the physical range of everything that the boot left in memory, in no particular order;
  /// ranges may share a frame and may overlap. The firmware's own reservations are in `memoryMap`.
  ///
  /// - Parameters:
  ///   - kernelImage: the physical addresses of the image, `.bss` and stacks included.
  ///   - biosData: the extended BIOS data area, where there is one (`ExtendedBIOSData`).
  public func forEachLeftover(
    kernelImage: AddressRange<UInt32>, biosData: AddressRange<UInt32>?,
    _ body: (AddressRange<UInt32>, BootLeftover) -> Void
  ) {
    body(kernelImage, .kernelImage)
    body(range, .information)
    body(memoryMapRange, .memoryMap)
    if let moduleTableRange { body(moduleTableRange, .moduleTable) }
    for module in modules {
      if let range = module.range { body(range, .module) }
      if let name = module.name { body(withTerminator(name), .moduleName) }
    }
    if let commandLine { body(withTerminator(commandLine), .commandLine) }
    if let loaderName { body(withTerminator(loaderName), .loaderName) }
    if let biosData { body(biosData, .biosData) }
  }

  /// The string with its 0, which was read when the string was checked and so lies in the space.
  private func withTerminator(_ string: AddressRange<UInt32>) -> AddressRange<UInt32> {
    AddressRange(first: string.first, last: string.last + 1)
  }
}

/// The extended BIOS data area: memory below 640 KiB that the firmware took for itself, whose segment is in the
/// BIOS data area at 0x40E (IBM PS/2 and PC BIOS interface technical reference, 2). Old firmware's maps do not
/// always mention it.
public enum ExtendedBIOSData {
  /// Where the segment is stored.
  static let segmentPointer: UInt32 = 0x40E
  /// One less than 640 KiB, where memory ends and the display begins.
  static let conventionalLast: UInt32 = 0x9_FFFF
  /// The area is never larger than 128 KiB: a lower address is no segment but garbage.
  static let lowest: UInt32 = 0x8_0000

  /// From the area's first byte to the last one below 640 KiB, or nil where the word is no plausible segment.
  public static func range(in memory: some PhysicalMemory) -> AddressRange<UInt32>? {
    guard let low = memory.byte(at: segmentPointer), let high = memory.byte(at: segmentPointer + 1) else {
      return nil
    }
    let first = (UInt32(high) << 8 | UInt32(low)) << 4
    guard first >= lowest, first <= conventionalLast else { return nil }
    return AddressRange(first: first, last: conventionalLast)
  }
}
