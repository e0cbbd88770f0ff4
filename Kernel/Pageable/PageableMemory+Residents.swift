import Frames
import Paging
import Primitives

// The table of the pages that may go out. The word of a page's frame is its index (Pageable-I4). Under the lock.
extension PageableMemory where Lock: ~Copyable {
  /// Puts a page, mapped and not pinned, behind all others.
  func addResident(_ page: UInt32, _ frame: FrameNumber) {
    let index = state.value.residentCount
    state.value.residents[index] = page
    frames.setWord(of: frame, to: UInt32(truncatingIfNeeded: index))
    state.value.residentCount = index + 1
  }

  /// Takes a page out; the last one takes its place.
  func removeResident(_ page: UInt32, _ frame: FrameNumber) {
    let index = Int(frames.word(of: frame))
    precondition(index < state.value.residentCount && state.value.residents[index] == page)
    let last = state.value.residentCount - 1
    state.value.residentCount = last
    guard index != last else { return }
    let moved = state.value.residents[last]
    state.value.residents[index] = moved
    guard let record = record(of: moved) else { preconditionFailure("a resident page without a record") }
    frames.setWord(of: record.frame, to: UInt32(truncatingIfNeeded: index))
  }
}
