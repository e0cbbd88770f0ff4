import CHooks
import Primitives
import Synchronization

/// The kernel's own lock, by way of `tessera_lock`, with its word in itself. With ipl 0 nothing is called.
///
/// It lives in the books of kmem and never moves.
struct InPlaceLock: ~Copyable, Locking {
  private let word = Atomic<UInt>(0)
  private let ipl: CInt

  init(ipl: CInt) { self.ipl = ipl }

  var isNeeded: Bool { ipl != 0 }

  @inline(__always)
  borrowing func acquire() -> UInt {
    ipl == 0 ? 0 : unsafe tessera_lock(place, ipl)
  }

  @inline(__always)
  borrowing func release(_ saved: UInt) {
    if ipl != 0 { unsafe tessera_unlock(place, ipl, saved) }
  }

  private var place: UnsafeMutablePointer<UInt> {
    // An Atomic<UInt> is one word; the hook alone touches it.
    unsafe withUnsafePointer(to: word) {
      unsafe UnsafeMutableRawPointer(mutating: UnsafeRawPointer($0)).assumingMemoryBound(to: UInt.self)
    }
  }
}
