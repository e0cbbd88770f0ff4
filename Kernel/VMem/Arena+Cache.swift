import Primitives

extension Arena where Lock: ~Copyable {
  /// Gives what lies in magazines back to the arena; whether there was anything.
  ///
  /// Allocations do it by themselves before they fail.
  /// - Complexity: O(cached allocations).
  @discardableResult
  public func reap() -> Bool {
    var isAny = false
    let rack = state.value.magazines
    for processor in 0..<rack.processors {
      for size in 0..<rack.sizes where reap(rack.magazine(size, of: processor)) { isAny = true }
    }
    return isAny
  }

  private func reap(_ magazine: Place<Magazine<Address>>) -> Bool {
    var isAny = false
    while true {
      let token = acquire()
      guard let tag = magazine.value.pop() else {
        release(token)
        return isAny
      }
      forgetCached(tag)
      tag.flags.remove(.isCacheable)
      finishFree(of: tag, token)
      isAny = true
    }
  }

  /// An allocation from the caller's magazine, if the request is one for caches and the magazine has any.
  func takeCached(_ request: Request<Address>) -> TagReference<Address>? {
    guard let magazine = magazine(for: request), let tag = magazine.value.pop() else { return nil }
    forgetCached(tag)
    tag.owner = request.owner
    state.value.core.cacheHits &+= 1
    return tag
  }

  /// Marks an allocation that a cache would have served, so that it is freed into one.
  func noteCacheable(_ tag: TagReference<Address>, _ request: Request<Address>) {
    if magazine(for: request) != nil { tag.flags.insert(.isCacheable) }
  }

  /// Puts a cacheable allocation into its magazine; whether there was room. One without room goes to the arena.
  func putCached(_ tag: TagReference<Address>) -> Bool {
    guard let magazine = magazine(forCountMinusOne: tag.end &- tag.first &- 1), !magazine.value.isFull else {
      tag.flags.remove(.isCacheable)
      return false
    }
    tag.flags.insert(.isCached)
    state.value.core.cachedCount += 1
    state.value.core.cached &+= tag.end &- tag.first
    magazine.value.push(tag)
    return true
  }

  private func forgetCached(_ tag: TagReference<Address>) {
    tag.flags.remove(.isCached)
    state.value.core.cachedCount -= 1
    state.value.core.cached &-= tag.end &- tag.first
  }

  private func magazine(for request: Request<Address>) -> Place<Magazine<Address>>? {
    guard request.shape == Shape(), request.policy == .instantFit else { return nil }
    return magazine(forCountMinusOne: request.countMinusOne)
  }

  private func magazine(forCountMinusOne countMinusOne: Address) -> Place<Magazine<Address>>? {
    let size = countMinusOne >> state.value.core.quantumShift
    let rack = state.value.magazines
    guard size < rack.sizes else { return nil }
    return rack.magazine(Int(truncatingIfNeeded: size), of: Lock.processor)
  }
}
