import Primitives

/// An allocation that one owner holds: it cannot be copied, and freeing it consumes it, so that a second free does
/// not compile. A region that goes out of scope without having been freed or given up traps.
public struct Region<Address: ArenaAddress, Lock: Locking & ~Copyable>: ~Copyable {
  /// The arena that it came from.
  public let arena: Arena<Address, Lock>
  /// Its addresses.
  public let range: AddressRange<Address>
  private let tag: TagReference<Address>
  private var hold = Hold()

  init(tag: TagReference<Address>, range: AddressRange<Address>, arena: Arena<Address, Lock>) {
    self.tag = tag
    self.arena = arena
    self.range = range
  }

  /// Frees the region. O(1): its tag is known. Traps if someone freed the range, or a part of it, by address.
  public consuming func free() {
    hold.isHeld = false
    arena.free(tag, expecting: range)
  }

  /// Gives up ownership without freeing: from now on the range is freed by address.
  public consuming func relinquish() -> AddressRange<Address> {
    hold.isHeld = false
    return range
  }

  #if hasFeature(Embedded)
  deinit {
    precondition(!hold.isHeld, "a region went out of scope without being freed")
  }
  #endif
}

#if hasFeature(Embedded)
/// Whether a region is held; `Region` itself traps.
private struct Hold {
  var isHeld = true
}
#else
/// Traps when a region ends that is still held.
///
/// A type of its own, because Swift 6.3 forgets the `deinit` of a generic type from another module if all its
/// stored properties are trivial, and remembers that of a plain one. Embedded Swift knows only the former.
private struct Hold: ~Copyable {
  var isHeld = true

  deinit {
    precondition(!isHeld, "a region went out of scope without being freed")
  }
}
#endif

extension Arena where Lock: ~Copyable {
  fileprivate func free(_ tag: TagReference<Address>, expecting range: AddressRange<Address>) {
    let token = acquire()
    precondition(tag.isAllocation(of: range), "a held region was freed by address")
    finishFree(of: tag, token)
    note(Operation(.free, range, hasSucceeded: true))
  }
}
