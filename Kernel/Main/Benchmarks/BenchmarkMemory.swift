#if os(none)
import Frames
import Machine
import Primitives

/// The memory that one benchmark after the other works in: a run of frames, through the direct map.
@safe
struct BenchmarkMemory: ~Copyable {
  private let frames: FrameRange
  private let allocator: FrameAllocator<KernelLock>
  private let bytes: UnsafeMutableRawBufferPointer

  /// The largest run that there is, up to `limit` bytes; nil if there is not even a mebibyte.
  init?(_ allocator: FrameAllocator<KernelLock>, upTo limit: UInt32) {
    var count = limit >> 12
    while count >= 256 {
      var request = RunRequest(count: count)
      request.last = FrameNumber(DirectMap.frameLimit - 1)
      if let run = try? allocator.allocateRun(request, owner: Self.owner) {
        frames = run
        self.allocator = allocator
        // Consecutive frames are consecutive in the direct map, and these are ours.
        unsafe bytes = UnsafeMutableRawBufferPointer(
          start: HardwareMMU().memory(of: run.first).baseAddress, count: Int(run.count) << 12)
        return
      }
      count -= count >> 3
    }
    return nil
  }

  private static var owner: Owner { Owners.register("bench") }

  deinit {
    do { try allocator.freeRun(frames, owner: Self.owner) } catch {
      panic("the benchmark's own memory was not taken back", .decimal("frame", frames.first.rawValue))
    }
  }

  /// The first `count` bytes and what is behind them; nil if there are not as many. Aligned to 64 both.
  func split(_ count: UInt32) -> (UnsafeMutableRawBufferPointer, UnsafeMutableRawBufferPointer)? {
    let rounded = (Int(count) + 63) & ~63
    guard unsafe rounded <= bytes.count else { return nil }
    return unsafe (
      UnsafeMutableRawBufferPointer(rebasing: bytes[..<rounded]),
      UnsafeMutableRawBufferPointer(rebasing: bytes[rounded...])
    )
  }
}
#endif
