#if os(none)
import Frames
import Machine
import Primitives

/// Consecutive frames of the direct map for books that stay.
@safe
struct WiredStorage {
  private let base: UnsafeMutableRawBufferPointer

  /// Nil where there is no such run of frames.
  init?(bytes: Int, owner: Owner, _ frames: FrameAllocator<KernelLock>) {
    var request = RunRequest(count: UInt32(truncatingIfNeeded: (bytes + 4095) / 4096))
    request.last = FrameNumber(frames.directLimit - 1)
    do throws(FrameError) {
      let run = try frames.allocateRun(request, owner: owner)
      // Consecutive frames are consecutive in the direct map, and these are nobody else's from now on.
      unsafe base = UnsafeMutableRawBufferPointer(
        start: HardwareMMU().memory(of: run.first).baseAddress, count: Int(run.count) << 12)
    } catch { return nil }
  }

  /// All of it.
  var bytes: UnsafeMutableRawBufferPointer { unsafe base }

  /// A part of it.
  func bytes(from first: Int, count: Int) -> UnsafeMutableRawBufferPointer {
    unsafe UnsafeMutableRawBufferPointer(rebasing: base[first..<first + count])
  }
}
#endif
