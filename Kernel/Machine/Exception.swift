#if os(none)
import Boot

/// An exception of the processor, by vector (Intel SDM 3A, table 6-1), or a trap of Swift.
struct Exception: Equatable {
  let vector: UInt32

  static let nonMaskableInterrupt = Exception(vector: 2)
  static let doubleFault = Exception(vector: 8)
  static let pageFault = Exception(vector: 14)
  static let swiftTrap = Exception(vector: UInt32(TRAP_VECTOR_SWIFT))

  /// The name that the processor's manual gives it.
  var name: StaticString {
    switch vector {
    case 0: "divide error"
    case 1: "debug exception"
    case 2: "non-maskable interrupt"
    case 3: "breakpoint"
    case 4: "overflow"
    case 5: "bound range exceeded"
    case 6: "invalid opcode"
    case 7: "device not available"
    case 8: "double fault"
    case 9: "coprocessor segment overrun"
    case 10: "invalid task state"
    case 11: "segment not present"
    case 12: "stack segment fault"
    case 13: "general protection"
    case 14: "page fault"
    case 16: "x87 error"
    case 17: "alignment check"
    case 18: "machine check"
    case 19: "SIMD error"
    case 20: "virtualization exception"
    case 21: "control protection"
    case 28: "hypervisor injection"
    case 29: "VMM communication"
    case 30: "security exception"
    case UInt32(TRAP_VECTOR_SWIFT): "Swift trap"
    default: "reserved exception"
    }
  }
}

/// The error code that a page fault pushes (Intel SDM 3A, figure 4-12).
struct PageFaultCode {
  let bits: UInt32

  /// The page was mapped; the access was not allowed.
  var isProtection: Bool { bits & 0x01 != 0 }
  var isWrite: Bool { bits & 0x02 != 0 }
  var isUser: Bool { bits & 0x04 != 0 }
  /// A reserved bit is set in an entry on the way.
  var isReservedBit: Bool { bits & 0x08 != 0 }
  /// Only where pages can be execute-disabled.
  var isFetch: Bool { bits & 0x10 != 0 }
}
#endif
