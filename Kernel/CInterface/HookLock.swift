import CHooks
import Primitives

/// The lock of an arena in C: the kernel's own, by way of `tessera_lock`. With ipl 0 nothing is called.
@safe
struct HookLock: Locking {
  /// The word in the arena's state that belongs to the lock; it lives as long as the arena.
  let word: UnsafeMutablePointer<UInt>
  let ipl: CInt

  init(word: UnsafeMutablePointer<UInt>, ipl: CInt) {
    unsafe self.word = word
    self.ipl = ipl
  }

  var isNeeded: Bool { ipl != 0 }

  @inline(__always)
  func acquire() -> UInt {
    ipl == 0 ? 0 : unsafe tessera_lock(word, ipl)
  }

  @inline(__always)
  func release(_ saved: UInt) {
    if ipl != 0 { unsafe tessera_unlock(word, ipl, saved) }
  }
}
