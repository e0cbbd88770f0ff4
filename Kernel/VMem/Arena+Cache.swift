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
    let rack = magazines
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
      forget(tag)
      tag.markUncacheable()
      state.value.core.reaped &+= 1
      finishReaping(tag, token)
      isAny = true
    }
  }

  /// The magazines lie right behind the state, so that they are found by adding and without a load.
  var magazines: MagazineRack<Address> {
    @inline(__always) get {
      // The layout has so many there.
      unsafe MagazineRack(
        at: state.address + Layout<Address, Lock>.magazinesOffset,
        sizes: Int(truncatingIfNeeded: state.value.core.cachedSizes), processors: state.value.processors)
    }
  }

  /// Puts an allocation that came through a cache into its magazine; whether it is one, exactly `range`, in a
  /// client's hands, and there was room. So a double free or a wrong size is noticed here too. The magazines take sizes
  /// of up to `sizes` quanta. The lock is held.
  @inline(__always)
  func putCached(_ range: AddressRange<Address>, sizes: Address) -> Bool {
    // The tag begins on a quantum, so this rounds the size up.
    let size = (range.last &- range.first) &>> state.value.core.quantumShift
    guard size < sizes else { return false }
    let number = Int(truncatingIfNeeded: size)
    let magazine = magazines.uncheckedMagazine(number, of: Lock.processor)
    return magazine.value.putBack(range.first) || putSought(range.first, number, magazine)
  }

  /// The same for one that was not the last to be taken, and has to be found.
  @inline(never)
  private func putSought(_ first: Address, _ size: Int, _ magazine: Place<Magazine<Address>>) -> Bool {
    guard let tag = state.value.core.hash.find(first), tag.isCacheable(CacheMark(size)) else { return false }
    return magazine.value.push(tag)
  }

  /// As `putCached`, and only for what was taken last: `countMinusOne + 1` addresses from `first` on.
  @inline(__always)
  func putLastBack(_ first: Address, _ countMinusOne: Address, sizes: Address) -> Bool {
    let size = countMinusOne &>> state.value.core.quantumShift
    guard size < sizes else { return false }
    let magazine = magazines.uncheckedMagazine(Int(truncatingIfNeeded: size), of: Lock.processor)
    return magazine.value.putBack(first)
  }

  /// Takes an allocation of `countMinusOne + 1` addresses out of the caller's magazine, which takes sizes of up to
  /// `sizes` quanta; `nil` if there is none. The lock is held.
  @inline(__always)
  func takeCached(_ countMinusOne: Address, sizes: Address, _ owner: Owner) -> TagReference<Address>? {
    let size = countMinusOne &>> state.value.core.quantumShift
    guard size < sizes else { return nil }
    let magazine = magazines.uncheckedMagazine(Int(truncatingIfNeeded: size), of: Lock.processor)
    guard let tag = magazine.value.pop() else { return nil }
    tag.handOut(owner)
    return tag
  }

  /// Lets no magazine remember `tag`, a cacheable allocation that is about to end. The lock is held.
  func forget(_ tag: TagReference<Address>) {
    let size = (tag.end &- 1 &- tag.first) &>> state.value.core.quantumShift
    forget(tag.first, size)
  }

  /// Lets no magazine remember an allocation of `size + 1` quanta from `first` on. The lock is held.
  func forget(_ first: Address, _ size: Address) {
    guard size < state.value.core.cachedSizes else { return }
    magazines.forget(
      first, Int(truncatingIfNeeded: size), filler: state.value.core.sentinel)
  }

  /// Marks an allocation whose size a magazine takes.
  @inline(__always)
  func noteCacheable(_ tag: TagReference<Address>, _ countMinusOne: Address) {
    let size = countMinusOne &>> state.value.core.quantumShift
    if size < state.value.core.cachedSizes { tag.markCacheable(CacheMark(Int(truncatingIfNeeded: size))) }
  }
}
