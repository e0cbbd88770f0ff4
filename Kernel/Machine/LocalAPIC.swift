#if os(none)
import Instructions

/// The interrupt controller inside the processor (Intel SDM 3A, chapter 11), as far as its timer goes.
///
/// Its registers are memory: whoever makes a value has mapped the page, uncached, for as long as the value is used.
/// The lines of the 8259As go on reaching the processor through its local line 0 ("virtual wire", MP specification
/// 1.4, 3.6.2.1).
public struct LocalAPIC: Sendable {
  /// The virtual address of its page.
  private let base: UInt32

  /// Where its page is in physical memory; nil where there is none or it is switched off.
  ///
  /// IA32_APIC_BASE tells from family 6 on (11.4.4); before that the place is fixed (11.4.1).
  public static var physicalAddress: UInt32? {
    guard Processor.features.contains(.localAPIC) else { return nil }
    let family = cpu_identify(1).eax >> 8 & 0xF
    guard family >= 6, Processor.features.contains(.modelRegisters) else { return 0xFEE0_0000 }
    let register = cpu_read_model_register(0x1B)
    // Bit 11: switched on. Bits 35:12 are the page; one above 4 GiB is out of reach.
    guard register.low & 0x800 != 0, register.high & 0xF == 0 else { return nil }
    return register.low & 0xFFFF_F000
  }

  /// Vector of its spurious interrupt: the last of its sixteen, whose low four bits are ones as the first local
  /// APICs demand (11.9).
  public static let spuriousVector: UInt32 = 63
  /// Vector of its timer.
  public static let timerVector: UInt32 = 48

  /// The registers used here, by offset (table 11-1).
  private enum Register: UInt32 {
    case version = 0x030
    case endOfInterrupt = 0x0B0
    case spuriousInterrupt = 0x0F0
    case timer = 0x320
    case line0 = 0x350
    case line1 = 0x360
    case initialCount = 0x380
    case currentCount = 0x390
    case divide = 0x3E0
  }

  /// An entry of the local vector table delivers nothing (11.5.1).
  private static let masked: UInt32 = 1 << 16

  /// Switches it on, its timer idle, the lines of the 8259As on local line 0 and NMI on local line 1.
  ///
  /// - Parameter base: The virtual address at which its page is mapped, uncached.
  public init(mappedAt base: UInt32) {
    self.base = base
    write(.timer, Self.masked)
    write(.line0, 0x700)  // delivery mode ExtINT
    write(.line1, 0x400)  // delivery mode NMI
    write(.spuriousInterrupt, 0x100 | Self.spuriousVector)  // bit 8: on
    write(.divide, 0xB)  // by 1
  }

  /// Its version: 0x1X where it is part of the processor.
  public var version: UInt32 { read(.version) & 0xFF }

  /// One interrupt at `timerVector` after `counts` cycles of its bus, 1...2^32-1. A new call replaces the last.
  public func interruptOnce(after counts: UInt32) {
    precondition(counts > 0)
    write(.timer, Self.timerVector)  // one-shot
    write(.initialCount, counts)
  }

  /// No interrupt comes any more.
  public func stopTimer() {
    write(.timer, Self.masked)
    write(.initialCount, 0)
  }

  /// Counts until the timer's interrupt; 0 where none is to come.
  public var remainingCounts: UInt32 { read(.currentCount) }

  /// To be called by the handler of every vector of its own but the spurious one (11.8.5).
  public func acknowledge() { write(.endOfInterrupt, 0) }

  private func read(_ register: Register) -> UInt32 { cpu_load32(base + register.rawValue) }

  private func write(_ register: Register, _ value: UInt32) { cpu_store32(base + register.rawValue, value) }
}
#endif
