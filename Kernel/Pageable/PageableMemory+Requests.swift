import Frames
import Paging
import Primitives

/// Pages and frames of one transfer, in the order of their slots.
struct TransferBatch {
  var pages = InlineArray<8, UInt32>(repeating: 0)
  var frames = InlineArray<8, UInt32>(repeating: 0)
  private(set) var count = 0

  mutating func append(page: UInt32, frame: FrameNumber) {
    pages[count] = page
    frames[count] = frame.rawValue
    count += 1
  }
}

extension PageableMemory where Lock: ~Copyable {
  /// Requests that only reads may use, so that what has to come in never waits for what goes out.
  static var readRequests: Int { 4 }

  /// A request that nobody uses. Under the lock.
  func freeRequest(isWrite: Bool) -> Int? {
    let count = state.value.requests.count - (isWrite ? Self.readRequests : 0)
    for index in 0..<count where state.value.requests[index].status == .free { return index }
    return nil
  }

  /// Puts a transfer in the queue; the pages' records say so already. Under the lock.
  func queue(_ batch: TransferBatch, in index: Int, slot: UInt32, isWrite: Bool) {
    state.value.sequence &+= 1
    var request = PageRequest()
    request.status = .queued
    request.isWrite = isWrite
    request.count = UInt8(truncatingIfNeeded: batch.count)
    request.slot = slot
    request.sequence = state.value.sequence
    request.pages = batch.pages
    request.frames = batch.frames
    state.value.requests[index] = request
  }

  /// What the disk is to do next: reads before writes, each in the order of queueing; nil where nothing waits.
  ///
  /// Worst case: 16 looks. Context: any.
  public func nextTransfer() -> Transfer? {
    let token = acquire()
    defer { release(token) }
    guard let index = oldest(isWrite: false) ?? oldest(isWrite: true) else { return nil }
    state.value.requests[index].status = .underWay
    let request = state.value.requests[index]
    if request.isWrite { state.value.counts.writes &+= 1 } else { state.value.counts.reads &+= 1 }
    return Transfer(
      isWrite: request.isWrite, slot: request.slot, count: Int(request.count), request: index,
      sequence: request.sequence, frames: request.frames)
  }

  private func oldest(isWrite: Bool) -> Int? {
    var found: Int?
    for index in 0..<state.value.requests.count {
      let request = state.value.requests[index]
      guard request.status == .queued, request.isWrite == isWrite else { continue }
      guard let best = found else {
        found = index
        continue
      }
      // By distance, since the number wraps.
      let now = state.value.sequence
      if now &- request.sequence > now &- state.value.requests[best].sequence { found = index }
    }
    return found
  }

  /// Leaves frame, slot and promise of `page`, which is in a transfer, to the transfer. Under the lock.
  func orphan(_ page: UInt32) {
    for index in 0..<state.value.requests.count where state.value.requests[index].status != .free {
      let request = state.value.requests[index]
      for item in 0..<Int(request.count) where request.pages[item] == page && request.orphans >> item & 1 == 0
      {
        state.value.requests[index].orphans |= 1 << UInt8(item)
        return
      }
    }
    preconditionFailure("a page is in no transfer")
  }
}
