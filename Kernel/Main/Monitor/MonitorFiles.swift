#if os(none)
import Machine
import Pageable
import Text
import TmpFS

/// The file system of the monitor's commands: made by the first of them, in pageable memory, until it is dropped.
enum MonitorFiles {
  typealias Files = TmpFS<ObjectPools>

  // The monitor alone uses them, on its thread.
  private nonisolated(unsafe) static var pools: ObjectPools?
  private nonisolated(unsafe) static var files: Files?

  /// Calls `body` with the file system; makes it if there is none.
  static func with<Result>(_ body: (inout Files) throws(TmpFSError) -> Result) throws(TmpFSError) -> Result {
    if unsafe files == nil { try make() }
    // Just made if it was not there.
    return unsafe try body(&files!)
  }

  private static func make() throws(TmpFSError) {
    guard let made = ObjectPools(isPageable: true) else { throw .outOfMemory(.node) }
    do throws(TmpFSError) {
      unsafe files = try Files(source: made)
      unsafe pools = made
    } catch {
      _ = made.destroy()
      throw error
    }
  }

  /// Ends it; whether there was one.
  static func drop() -> Bool {
    guard let current = unsafe files.take() else { return false }
    current.destroy()
    let isEmpty = unsafe pools?.destroy() ?? true
    unsafe pools = nil
    if !isEmpty { panic("objects of a file system outlived it") }
    return true
  }
}

/// A name of a file or directory that `tmpfs fill` makes: a letter and eight digits.
struct FilledName {
  private var bytes = InlineArray<9, UInt8>(repeating: 0x30)

  init(_ letter: UInt8, _ number: UInt32) {
    bytes[0] = letter
    var rest = number
    for index in 0..<8 {
      bytes[8 - index] = 0x30 + UInt8(truncatingIfNeeded: rest % 10)
      rest /= 10
    }
  }

  func with<Result>(_ body: (Span<UInt8>) throws(TmpFSError) -> Result) throws(TmpFSError) -> Result {
    try body(bytes.span)
  }
}
#endif
