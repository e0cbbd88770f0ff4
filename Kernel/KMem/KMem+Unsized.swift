import Pool
import Primitives
import VMem

// For callers who know an alignment when they allocate and no size when they free: a language's runtime.
extension KMem where Lock: ~Copyable {
  /// Hands out `size` bytes of any contents, 1 if it is 0, at a multiple of `alignment`.
  ///
  /// Rounded up to a multiple of `alignment`, a size has a class whose objects are aligned to it: the classes between
  /// 64 * 2^k and 128 * 2^k are all multiples of 16 * 2^k there, and a larger power of two has its own multiples among
  /// them. Above 8 KiB all is aligned to pages, and the arena aligns to more.
  ///
  /// - Parameters:
  ///   - alignment: A power of two.
  ///   - mode: What to do when there is no memory.
  /// - Returns: nil if there is no memory, or the alignment is none. To be freed without a size.
  ///
  /// Costs and context: as `allocate`.
  public func allocate(
    _ size: Int, alignment: Int, _ mode: WaitMode = .noSleep, caller: UInt = 0
  ) -> UnsafeMutableRawPointer? {
    guard alignment > 0, alignment & (alignment - 1) == 0, size >= 0, size <= Int.max - alignment else {
      return nil
    }
    let wanted = max(size, 1)
    let rounded = (wanted + (alignment - 1)) & ~(alignment - 1)
    guard alignment <= PageSource.pageSize, let cache = cache(for: rounded) else {
      return unsafe allocateLarge(rounded, alignment: alignment, mode)
    }
    if let object = unsafe cache.popLoaded() { return unsafe object }
    return unsafe cache.allocateSlowly(mode, requested: wanted, caller: caller)
  }

  /// Takes memory back whose size nobody says; the books know it. Everything else is verified as by `free(_:size:)`:
  /// anything but live memory of kmem is an error, and nothing has changed.
  ///
  /// Costs and context: as `free(_:size:)`; above 8 KiB it looks for the allocation by address.
  public func free(_ object: UnsafeMutableRawPointer, caller: UInt = 0) throws(Damage) {
    let address = UInt(bitPattern: object)
    if let owner = pools.cache(at: address) {
      guard isMine(owner) else { throw Damage(.otherCache, address) }
      return try unsafe owner.free(object, caller: caller)
    }
    guard let size = largeSize(at: address) else { throw largeDamage(address, 0) }
    try unsafe freeLarge(object, size)
  }
}
