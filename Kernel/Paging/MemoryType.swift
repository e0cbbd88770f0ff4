/// How the processor may cache accesses through a translation (SDM 11.3).
@frozen
public enum MemoryType: UInt8, Sendable, CaseIterable {
  /// Ordinary memory.
  case writeBack = 0
  /// Strong uncacheable: every access reaches the device, in program order.
  case uncached = 1
  /// Writes gather in buffers, reads are not cached: frame buffers. Where the processor has no page attribute
  /// table this becomes `uncached`, the nearest type that no device can tell from it except by speed.
  case writeCombining = 2

  /// Bits 4:3 (PCD, PWT) and the PAT bit in the position that a 4 KiB entry gives it, bit 7.
  ///
  /// The three bits number an entry of IA32_PAT: 4 * PAT + 2 * PCD + PWT (SDM 11.12.3). Write-combining is
  /// programmed into entry 6 and not into a free one below 4 because of the processors whose erratum drops the PAT
  /// bit: they then read entry 2, UC-, which is slow but safe, where entries 4 and 5 would decay to write-back and
  /// write-through.
  @inlinable
  func smallEntryBits(hasAttributeTable: Bool) -> UInt32 {
    switch self {
    case .writeBack: 0
    case .uncached: 0x18
    case .writeCombining: hasAttributeTable ? 0x90 : 0x18
    }
  }

  /// The type that the bits of a 4 KiB entry select.
  @inlinable
  public init(smallEntryBits bits: UInt32) {
    switch bits & 0x98 {
    case 0: self = .writeBack
    case 0x90: self = .writeCombining
    default: self = .uncached
    }
  }

  /// IA32_PAT (MSR 0x277) as the kernel programs it, low half: entries 0 to 3 as after reset, WB WT UC- UC.
  public static let attributeTableLow: UInt32 = 0x0007_0406
  /// High half: entries 4, 5 and 7 as after reset, WB WT UC; entry 6 is write-combining (type 1).
  public static let attributeTableHigh: UInt32 = 0x0001_0406
}

/// What a translation allows and how it is cached.
@frozen
public struct PageAttributes: Equatable, Sendable {
  public var memoryType: MemoryType
  public var isWritable: Bool
  /// Survives a load of CR3 where the processor has global pages; ignored where it has not.
  public var isGlobal: Bool
  /// Three bits that the processor ignores and the owner of the mapping may use (bits 11:9), 0...7.
  public var software: UInt8

  @inlinable
  public init(_ memoryType: MemoryType, isWritable: Bool = true, isGlobal: Bool = true, software: UInt8 = 0) {
    self.memoryType = memoryType
    self.isWritable = isWritable
    self.isGlobal = isGlobal
    self.software = software & 7
  }
}

/// What the processor can do; found by the machine at boot with CPUID, where there is a CPUID.
@frozen
public struct PagingFeatures: Equatable, Sendable {
  /// CPUID.1:EDX.PSE, and CR4.PSE set.
  public var hasLargePages: Bool
  /// CPUID.1:EDX.PGE, and CR4.PGE set.
  public var hasGlobalPages: Bool
  /// CPUID.1:EDX.PAT, and IA32_PAT programmed with `MemoryType.attributeTableLow` and `...High`.
  public var hasAttributeTable: Bool

  @inlinable
  public init(hasLargePages: Bool, hasGlobalPages: Bool, hasAttributeTable: Bool) {
    self.hasLargePages = hasLargePages
    self.hasGlobalPages = hasGlobalPages
    self.hasAttributeTable = hasAttributeTable
  }
}
