#if os(none)
import Instructions

/// The processor that boots, and what was switched on in it.
public enum Processor {
  /// What it can do; set by `configure`.
  public static var features: ProcessorFeatures { unsafe storedFeatures }

  /// Written once, at boot.
  private nonisolated(unsafe) static var storedFeatures = ProcessorFeatures(rawValue: 0)

  /// CR4 (Intel SDM 3A, 2.5).
  private static let pageSizeExtensions: UInt32 = 1 << 4
  private static let pageGlobalEnable: UInt32 = 1 << 7

  /// The page attribute table's register (Intel SDM 3A, 11.12.2).
  private static let pageAttributeRegister: UInt32 = 0x277

  /// Detects what there is and switches on what paging uses: large pages, global pages, the attribute table.
  ///
  /// CR4 is touched only where CPUID names one of its bits: older processors have no such register. Global pages
  /// are switched on after paging (Intel SDM 3A, 4.10.2.4), which they are here.
  ///
  /// - Parameters:
  ///   - attributesLow, attributesHigh: the attribute table's eight entries, four in each half.
  public static func configure(attributesLow: UInt32, attributesHigh: UInt32) {
    let features = ProcessorFeatures.detect()
    unsafe storedFeatures = features
    var control: UInt32 = 0
    if features.contains(.largePages) { control |= pageSizeExtensions }
    if features.contains(.globalPages) { control |= pageGlobalEnable }
    if control != 0 { cpu_write_cr4(cpu_read_cr4() | control) }
    if features.contains(.pageAttributeTable.union(.modelRegisters)) {
      writeAttributeTable(attributesLow, attributesHigh)
    }
  }

  /// The sequence of Intel SDM 3A, 11.11.8 and 11.12.4, for the only processor that runs, interrupts off: caches off
  /// and flushed, translations flushed (also global ones, by clearing CR4.PGE), write, flush again, caches on.
  private static func writeAttributeTable(_ low: UInt32, _ high: UInt32) {
    let cacheDisable: UInt32 = 1 << 30
    let control0 = cpu_read_cr0()
    let control4 = cpu_read_cr4()
    cpu_write_cr0(control0 | cacheDisable)
    cpu_flush_caches()
    cpu_write_cr4(control4 & ~pageGlobalEnable)
    cpu_write_cr3(cpu_read_cr3())
    cpu_write_model_register(pageAttributeRegister, low, high)
    cpu_flush_caches()
    cpu_write_cr3(cpu_read_cr3())
    cpu_write_cr0(control0)
    cpu_write_cr4(control4)
  }
}
#endif
