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
      tag.markUncacheable()
      state.value.core.reaped &+= 1
      finishReaping(tag, token)
      isAny = true
    }
  }

  /// Puts an allocation that came through a cache into its magazine; whether it is one, exactly `range`, in a
  /// client's hands, and there was room. So a double free or a wrong size is noticed here too, at the cost of
  /// finding the tag. The magazines take sizes of up to `sizes` quanta. The lock is held.
  @inline(__always)
  func putCached(_ range: AddressRange<Address>, sizes: Address) -> Bool {
    // The tag begins on a quantum, so this rounds the size up.
    let size = (range.last &- range.first) &>> state.value.core.quantumShift
    guard size < sizes, let tag = state.value.core.hash.find(range.first),
      tag.isCacheable(UInt(truncatingIfNeeded: size)),
      state.value.magazines.push(tag, Int(truncatingIfNeeded: size), of: Lock.processor)
    else { return false }
    tag.insert(.isCached)
    state.value.core.cacheReturns &+= 1
    return true
  }

  /// Takes an allocation of `countMinusOne + 1` addresses out of the caller's magazine, which takes sizes of up to
  /// `sizes` quanta; `nil` if there is none. The lock is held.
  @inline(__always)
  func takeCached(_ countMinusOne: Address, sizes: Address, _ owner: Owner) -> TagReference<Address>? {
    let size = countMinusOne &>> state.value.core.quantumShift
    guard size < sizes,
      let tag = state.value.magazines.pop(Int(truncatingIfNeeded: size), of: Lock.processor)
    else { return nil }
    tag.handOut(owner)
    return tag
  }

  /// Marks an allocation whose size a magazine takes.
  @inline(__always)
  func noteCacheable(_ tag: TagReference<Address>, _ countMinusOne: Address) {
    let size = countMinusOne &>> state.value.core.quantumShift
    if size < state.value.core.cachedSizes { tag.markCacheable(UInt(truncatingIfNeeded: size)) }
  }
}
