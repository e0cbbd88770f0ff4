#if os(none)
import Frames
import Machine
import Primitives
import VMem

extension KernelMemory {
  /// Frames as storage for the tags of arenas: one frame at a time, below the direct limit, in the name of "tags".
  static var tagSource: TagSource {
    // What is granted is a whole frame of the direct map, nobody else's until it is released.
    unsafe TagSource(grant: grantFrame, release: releaseFrame, context: nil, byteCount: 4096)
  }
}

private nonisolated(unsafe) var label = NamedOwner("tags")

private func grantFrame(_ context: UnsafeMutableRawPointer?, _ count: Int) -> UnsafeMutableRawPointer? {
  guard count <= 4096, let frame = KernelMemory.shared.frames.takeOne(unsafe label.owner) else {
    return nil
  }
  return unsafe HardwareMMU().memory(of: frame).baseAddress
}

private func releaseFrame(_ context: UnsafeMutableRawPointer?, _ base: UnsafeMutableRawPointer, _ count: Int)
{
  // The pointer is what `grantFrame` answered, so it lies in the direct map.
  let address = UInt32(UInt(bitPattern: base))
  guard let physical = DirectMap.physicalAddress(of: address) else { return }
  KernelMemory.shared.frames.giveBack(FrameNumber(containing: physical), isZero: false)
}
#endif
