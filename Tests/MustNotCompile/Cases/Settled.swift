// compiles
import Frames
import Paging
import Primitives

/// The right order: settle, then release.
func unmap<Machine: PagingMachine>(_ map: PageMap<Machine, NoLock>, _ pages: PageRange) throws(PagingError) {
  let receipt = try map.unmap(pages, collecting: true)
  let settled = map.settle(receipt)
  settled.release(to: map.frames)
}
