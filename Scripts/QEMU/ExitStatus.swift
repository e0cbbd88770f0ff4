/// How a boot ended, as QEMU's exit status tells it: the kernel leaves through isa-debug-exit, whose status is
/// always odd, so that 0 never means success by accident.
public enum Ending: Equatable, Sendable, CustomStringConvertible {
  /// 33: the kernel left with success.
  case success
  /// 65: the kernel left with failed tests.
  case testsFailed
  /// 97: a panic or a fatal report.
  case panic
  /// 0: somebody ended QEMU (Ctrl-A X), or the machine was reset: a triple fault.
  case closed
  /// The time limit.
  case hung
  /// Anything else: QEMU itself failed.
  case other(Int32)

  public init(status: Int32) {
    self =
      switch status {
      case 33: .success
      case 65: .testsFailed
      case 97: .panic
      case 0: .closed
      case 124, 137, 143: .hung
      default: .other(status)
      }
  }

  public var description: String {
    switch self {
    case .success: "success (status 33)"
    case .testsFailed: "failed tests (status 65)"
    case .panic: "a panic or fatal report (status 97)"
    case .closed: "QEMU ended without the kernel's word (status 0): closed by hand, or a reset"
    case .hung: "no end within the time limit"
    case .other(let status): "QEMU failed (status \(status))"
    }
  }
}
