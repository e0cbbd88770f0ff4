// error: 'receipt' consumed more than once
import Frames
import Paging
import Primitives

/// One receipt, settled twice: its frames would be freed twice.
func unmap<Machine: PagingMachine>(_ map: PageMap<Machine, NoLock>, _ pages: PageRange) throws(PagingError) {
  let receipt = try map.unmap(pages, collecting: true)
  map.settle(receipt).release(to: map.frames)
  map.settle(receipt).release(to: map.frames)
}
