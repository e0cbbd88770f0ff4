#if os(none)
import Instructions

/// What the processor can do, as far as this kernel cares: bits of CPUID leaf 1, register EDX (Intel SDM 2A,
/// CPUID, table 3-11).
///
/// Write unions as `.a.union(.b)`: an array literal of options is an array, and thus a heap, in a debug build.
public struct ProcessorFeatures: OptionSet, Sendable {
  public let rawValue: UInt32

  public init(rawValue: UInt32) { self.rawValue = rawValue }

  /// 4 MiB pages.
  public static let largePages = ProcessorFeatures(rawValue: 1 << 3)
  /// RDTSC.
  public static let timeStampCounter = ProcessorFeatures(rawValue: 1 << 4)
  /// RDMSR and WRMSR.
  public static let modelRegisters = ProcessorFeatures(rawValue: 1 << 5)
  /// 64-bit compare and exchange.
  public static let compareExchange8 = ProcessorFeatures(rawValue: 1 << 8)
  /// A local interrupt controller that is switched on.
  public static let localAPIC = ProcessorFeatures(rawValue: 1 << 9)
  /// Pages that survive a reload of CR3.
  public static let globalPages = ProcessorFeatures(rawValue: 1 << 13)
  /// Conditional moves, which the image does not use.
  public static let conditionalMove = ProcessorFeatures(rawValue: 1 << 15)
  /// The page attribute table.
  public static let pageAttributeTable = ProcessorFeatures(rawValue: 1 << 16)

  /// EFLAGS.ID can be changed only where there is a CPUID instruction (Intel SDM 1, 20.1.2).
  private static let identificationFlag: UInt32 = 1 << 21

  /// Asks the processor. Without CPUID, as on the first 486s, it has nothing of all this.
  public static func detect() -> ProcessorFeatures {
    guard hasIdentification else { return ProcessorFeatures() }
    guard cpu_identify(0).eax >= 1 else { return ProcessorFeatures() }
    return ProcessorFeatures(rawValue: cpu_identify(1).edx)
  }

  private static var hasIdentification: Bool {
    let flags = cpu_read_eflags()
    cpu_write_eflags(flags ^ identificationFlag)
    let changed = cpu_read_eflags() ^ flags
    cpu_write_eflags(flags)
    return changed & identificationFlag != 0
  }
}
#endif
