import Pool
import Primitives
import VMem

/// Memory for a kernel by size: from 1 byte to what there is, page multiples aligned to pages, given back when free.
///
/// Up to 8 KiB a pool cache serves each size; above, the arena `kmem`, whose spans come from the arena `kmem-va`,
/// which has caches of addresses for 1 to 8 pages, which imports from the arena of the kernel's addresses; what
/// `kmem` imports is backed with memory as it comes and unbacked as it goes.
///
/// The value is a handle to storage that the creator hands in (law 4); copies name the same memory. Allocation and
/// free may be called in any context; without `sleep` they never sleep. Nothing is needed in order to free.
///
/// The theory and the invariants KMem-I1... are in `KMem.docc/KMem.md`.
@safe
public struct KMem<Address: ArenaAddress, Lock: Locking & ~Copyable>: @unchecked Sendable {
  /// In the storage that was handed in: its pointers lie in that storage and no further.
  @safe
  struct State: ~Copyable {
    let pools: Pools<Lock>
    let addresses: Arena<Address, Lock>
    let memory: Arena<Address, Lock>
    let backing: Backing
  }

  // One pointer and no more: handles are passed in registers all over the place.
  let state: UnsafeMutablePointer<State>

  @inline(__always) init(state: UnsafeMutablePointer<State>) { unsafe self.state = state }

  /// The handle as a word, for those who pass it through C.
  @unsafe public var handle: UnsafeMutableRawPointer { unsafe UnsafeMutableRawPointer(state) }

  /// The memory behind `handle`, which is also what the functions of `Backing` are given as their context.
  @unsafe @inline(__always) public static func at(_ context: UnsafeMutableRawPointer?) -> KMem {
    unsafe KMem(state: context.unsafelyUnwrapped.assumingMemoryBound(to: State.self))
  }

  /// The books that the caches share; caches of your own can be made of them.
  public var pools: Pools<Lock> { unsafe state.pointee.pools }
  /// The arena `kmem-va`: addresses, for whoever maps something there for a while.
  public var addresses: Arena<Address, Lock> { unsafe state.pointee.addresses }
  /// The arena `kmem`: addresses with memory behind them.
  public var memory: Arena<Address, Lock> { unsafe state.pointee.memory }

  /// Where every free begins: at a fixed distance, so that it costs no load. `create` verified it.
  @inline(__always)
  var index: PageIndex { unsafe PageIndex(at: UnsafeMutableRawPointer(state) + Self.indexOffset) }

  /// The caches by size: up to 1 KiB one for each byte, so that the fast path need not round; then, up to 8 KiB, one for
  /// each 128 bytes. They lie behind the state.
  @inline(__always)
  private var table: UnsafeMutablePointer<PoolCache<Lock>> {
    unsafe UnsafeMutableRawPointer(state + 1).assumingMemoryBound(to: PoolCache<Lock>.self)
  }

  /// The cache for `size` bytes, if that is at most 1 KiB. The entry for 0 is that for 1.
  @inline(__always)
  func cache(forSmall size: Int) -> PoolCache<Lock>? {
    guard UInt(bitPattern: size) <= UInt(SizeClasses.smallLimit) else { return nil }
    return unsafe table[size]
  }

  /// The cache for `size` bytes; nil for more than any has.
  @inline(__always)
  func cache(for size: Int) -> PoolCache<Lock>? {
    guard UInt(bitPattern: size) <= UInt(SizeClasses.limit) else { return nil }
    return unsafe table[SizeClasses.entry(for: size)]
  }

  /// Enters `cache` for the sizes of class `number`.
  func enter(_ cache: PoolCache<Lock>, class number: Int) {
    let first = number == 0 ? 0 : SizeClasses.entry(for: SizeClasses.size(number - 1) + 1)
    for entry in first...SizeClasses.entry(for: SizeClasses.size(number)) {
      unsafe (table + entry).initialize(to: cache)
    }
  }
}
