// error: has no member 'release'
import Frames
import Paging
import Primitives

/// Frames of an unmap before anybody flushed.
func unmap<Machine: PagingMachine>(_ map: PageMap<Machine, NoLock>, _ pages: PageRange) throws(PagingError) {
  let receipt = try map.unmap(pages, collecting: true)
  receipt.release(to: map.frames)
}
