// error: initializer is inaccessible due to 'internal' protection level
import Frames
import Paging

/// A key that was not had from a flush.
func forge(_ frames: FrameChain) -> SettledReceipt {
  SettledReceipt(tables: FrameChain(), frames: frames)
}
