#if os(none)
import Frames
import Machine
import Primitives
import VMem

/// Bytes for several users' bookkeeping, cut off one after the other.
@safe
struct Bookkeeping {
  private var rest: UnsafeMutableRawBufferPointer

  /// The bytes are nobody else's as long as what is cut from them is used.
  @unsafe init(_ storage: UnsafeMutableRawBufferPointer) { unsafe rest = storage }

  /// Frames below the direct limit that are the caller's.
  init(_ frames: FrameRange) {
    unsafe rest = UnsafeMutableRawBufferPointer(
      start: HardwareMMU().memory(of: frames.first).baseAddress, count: Int(frames.count) << 12)
  }

  /// The next `count` bytes, aligned to 16.
  mutating func take(_ count: Int) -> UnsafeMutableRawBufferPointer {
    let rounded = (count + 15) & ~15
    let taken = unsafe UnsafeMutableRawBufferPointer(rebasing: rest[0..<rounded])
    unsafe rest = UnsafeMutableRawBufferPointer(rebasing: rest[rounded...])
    return unsafe taken
  }
}
#endif
