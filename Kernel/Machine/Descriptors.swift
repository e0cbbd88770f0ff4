#if os(none)
/// An entry of the interrupt descriptor table (Intel SDM 3A, figure 6-2).
struct GateDescriptor {
  let low: UInt32
  let high: UInt32

  /// An interrupt gate for ring 0: entry clears the interrupt flag.
  static func interrupt(code selector: UInt32, entry: UInt32) -> GateDescriptor {
    GateDescriptor(low: selector << 16 | entry & 0xFFFF, high: entry & 0xFFFF_0000 | 0x8E00)
  }

  /// A task gate for ring 0: entry switches to the task of the selector.
  static func task(_ selector: UInt32) -> GateDescriptor {
    GateDescriptor(low: selector << 16, high: 0x8500)
  }
}

/// The descriptor of a 32-bit task state in the global descriptor table (Intel SDM 3A, figure 7-3): present,
/// ring 0, not busy.
struct TaskDescriptor {
  let low: UInt32
  let high: UInt32

  init(base: UInt32, limit: UInt32) {
    low = (base & 0xFFFF) << 16 | limit & 0xFFFF
    high = base & 0xFF00_0000 | limit & 0x000F_0000 | 0x8900 | base >> 16 & 0xFF
  }
}
#endif
