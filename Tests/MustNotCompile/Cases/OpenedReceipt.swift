// error: 'frames' is inaccessible due to 'internal' protection level
import Frames
import Paging
import Primitives

/// A look into the receipt.
func unmap<Machine: PagingMachine>(_ map: PageMap<Machine, NoLock>, _ pages: PageRange) throws(PagingError) {
  let receipt = try map.unmap(pages, collecting: true)
  var frames = receipt.frames
  _ = frames.take(link: map.frames)
  map.settle(receipt).release(to: map.frames)
}
