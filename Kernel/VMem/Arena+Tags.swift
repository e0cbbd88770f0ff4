import Primitives

extension Arena where Lock: ~Copyable {
  /// Names the source of further tags and how many of the present ones only requests with `usesReserve` may take.
  ///
  /// The reserve is what lets a tag source allocate from an arena that this one feeds; the theory derives it.
  public func setTagSource(_ source: TagSource?, reserve: Int = 0) {
    let token = acquire()
    defer { release(token) }
    state.value.tagSource = source
    state.value.core.heldBackTagCount = reserve
  }

  /// Gets storage from the tag source until `count` tags can be taken; whether they can. One caller at a time:
  /// another one finds out that tags are short.
  func refillTags(to count: Int, for request: Request<Address>) -> Bool {
    guard !request.usesReserve, beginRefill() else { return false }
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
    guard let memory = unsafe Layout.aligned(storage), memory.count >= Layout.granted else { return 0 }
    let note = unsafe memory.baseAddress!.bindMemory(to: GrantedStorage.self, capacity: 1)
    let token = acquire()
    defer { release(token) }
    unsafe note.initialize(
      to: GrantedStorage(base: base, byteCount: byteCount, next: state.value.grantedStorage))
    state.value.grantedStorage = unsafe Place(note)
    return unsafe giveTags(UnsafeMutableRawBufferPointer(rebasing: memory[Layout.granted...]))
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
