import Primitives

extension Arena where Lock: ~Copyable {
  /// Names the source of further tags and how many of the present ones only requests with `usesReserve` may take.
  ///
  /// The reserve is what lets a tag source allocate from an arena that this one feeds; the theory derives it.
  public func setTagSource(_ source: TagSource?, reserve: Int = 0) {
    let token = acquire()
    defer { release(token) }
    state.value.tagSource = source
    state.value.core.holdBack(reserve)
  }

  /// Gets storage from the tag source until `count` tags can be taken; whether they can. One caller at a time:
  /// another one finds out that tags are short.
  func refillTags(to count: Int, for request: Request<Address>) -> Bool {
    !request.usesReserve && refillTags(to: count)
  }

  /// Refills after a tag source's request took from the reserve, so that the next one finds it whole. This nests
  /// once for each arena of the loop at most, which is why a reserve is two requests deep.
  func restoreReserve() {
    let token = acquire()
    let isWhole = state.value.core.hasTags(0)
    release(token)
    if !isWhole { _ = refillTags(to: 0) }
  }

  private func refillTags(to count: Int) -> Bool {
    guard beginRefill() else { return false }
    var isEnough = false
    while !isEnough {
      guard let source = state.value.tagSource, !strike(.tagSource),
        let base = unsafe source.grant(source.context, source.byteCount)
      else { break }
      let added = unsafe adopt(base, source.byteCount)
      let token = acquire()
      isEnough = state.value.core.hasTags(count)
      release(token)
      if added == 0 { break }
    }
    let token = acquire()
    state.value.isRefilling = false
    release(token)
    return isEnough
  }

  private func beginRefill() -> Bool {
    let token = acquire()
    defer { release(token) }
    guard state.value.tagSource != nil, !state.value.isRefilling else { return false }
    state.value.isRefilling = true
    return true
  }

  /// Makes tags of granted storage, behind a note of where to give it back. Answers how many.
  private func adopt(_ base: UnsafeMutableRawPointer, _ byteCount: Int) -> Int {
    let storage = unsafe UnsafeMutableRawBufferPointer(start: base, count: byteCount)
    let noteSize = Layout<Address, Lock>.roundedUp(MemoryLayout<GrantedStorage>.size)
    guard let memory = unsafe Layout<Address, Lock>.aligned(storage), memory.count > noteSize else {
      return 0
    }
    // The storage was granted and the note fits.
    let note = unsafe memory.baseAddress!.bindMemory(to: GrantedStorage.self, capacity: 1)
    let token = acquire()
    defer { release(token) }
    unsafe note.initialize(
      to: GrantedStorage(base: base, byteCount: byteCount, next: state.value.grantedStorage))
    state.value.grantedStorage = unsafe Place(note)
    return unsafe divide(UnsafeMutableRawBufferPointer(rebasing: memory[noteSize...]))
  }

  /// Gives all granted storage back.
  func returnGrantedStorage() {
    var next = state.value.grantedStorage
    let source = state.value.tagSource
    while let note = next {
      let granted = note.value
      next = granted.next
      if let source { unsafe source.release(source.context, granted.base, granted.byteCount) }
    }
  }
}
