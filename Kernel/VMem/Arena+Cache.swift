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
      tag.flags.subtract(TagFlags.isCached.union(.isCacheable))
      finishReaping(tag, token)
      isAny = true
    }
  }

  /// Puts a cacheable allocation into its magazine; whether there was room. One without room goes to the arena.
  @inline(__always)
  func putCached(_ tag: TagReference<Address>) -> Bool {
    let size = (tag.end &- tag.first &- 1) &>> state.value.core.quantumShift
    guard state.value.magazines.push(tag, Int(truncatingIfNeeded: size), of: Lock.processor) else {
      return false
    }
    tag.flags.formUnion(.isCached)
    return true
  }
}
