import Primitives

extension Arena where Lock: ~Copyable {
  /// Gives what lies in magazines back to the arena; whether there was anything.
  ///
  /// Allocations do it by themselves before they fail.
  /// - Complexity: O(cached allocations).
  @discardableResult
  public func reap() -> Bool {
    let isAny = reapQuietly()
    note(Operation(.reap, AddressRange(first: .min, last: .min), hasSucceeded: isAny))
    return isAny
  }

  func reapQuietly() -> Bool {
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
      tag.remove(.isCached.union(.isCacheable))
      finishReaping(tag, token)
      isAny = true
    }
  }

  /// Puts an allocation that came through a cache into its magazine; whether it is one, exactly `range`, in a
  /// client's hands, and there was room. So a double free or a wrong size is noticed here too, at the cost of
  /// finding the tag.
  @inline(__always)
  func putCached(_ range: AddressRange<Address>) -> Bool {
    guard let tag = state.value.core.hash.find(range.first) else { return false }
    let last = range.last | state.value.core.quantumMask
    let size = (last &- range.first) &>> state.value.core.quantumShift
    guard tag.flags.isOnly(.isCacheable, of: .isCacheable.union(.isCached)),
      tag.nextOfTaken.first &- 1 == last,
      size < Address(truncatingIfNeeded: state.value.magazines.sizes),
      state.value.magazines.push(tag, Int(truncatingIfNeeded: size), of: Lock.processor)
    else { return false }
    tag.insert(.isCached)
    state.value.core.cacheReturns &+= 1
    return true
  }
}
