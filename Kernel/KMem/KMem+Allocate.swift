import Pool
import Primitives
import VMem

extension KMem where Lock: ~Copyable {
  /// Hands out `size` bytes of any contents, 1 if it is 0, aligned to 8 and, if `size` is a multiple of 4,096, to a page.
  ///
  /// - Parameters:
  ///   - mode: What to do when there is no memory.
  ///   - caller: Who asks, for the audit; an address.
  /// - Returns: nil if there is no memory.
  ///
  /// Costs a handful of instructions while a magazine lasts. Worst case: a span from the arenas, memory behind it, and
  /// its books, after everything that is cached anywhere was given back. Context: any; `sleep` where one may sleep.
  @inline(__always)
  public func allocate(
    _ size: Int, _ mode: WaitMode = .noSleep, caller: UInt = 0
  ) -> UnsafeMutableRawPointer? {
    if let object = unsafe allocateAtOnce(size) { return unsafe object }
    return unsafe allocateSlowly(size, mode, caller)
  }

  /// The short way of `allocate` alone: up to 8 KiB, and while a magazine lasts. For those who have a long way of their
  /// own, as the C functions.
  @inline(__always)
  public func allocateAtOnce(_ size: Int) -> UnsafeMutableRawPointer? {
    if let cache = cache(forSmall: size) { return unsafe cache.popLoaded() }
    guard let cache = cache(for: size) else { return nil }
    return unsafe cache.popLoaded()
  }

  /// As `allocate`, all bytes 0.
  public func allocateZeroed(
    _ size: Int, _ mode: WaitMode = .noSleep, caller: UInt = 0
  ) -> UnsafeMutableRawPointer? {
    guard let object = unsafe allocate(size, mode, caller: caller) else { return nil }
    return unsafe object.initializeMemory(as: UInt8.self, repeating: 0, count: size).untyped
  }

  @inline(never)
  private func allocateSlowly(_ size: Int, _ mode: WaitMode, _ caller: UInt) -> UnsafeMutableRawPointer? {
    if let cache = cache(for: size) {
      return unsafe cache.allocateSlowly(mode, requested: size, caller: caller)
    }
    return unsafe allocateLarge(size, alignment: 0, mode)
  }

  /// From the arena `kmem`, after reaping, or in the end asleep.
  func allocateLarge(_ size: Int, alignment: Int, _ mode: WaitMode) -> UnsafeMutableRawPointer? {
    if let object = unsafe allocateLargeOnce(size, alignment) { return unsafe object }
    pools.reap()
    let object = unsafe allocateLargeOnce(size, alignment)
    // What the first attempt held for a while may be what somebody else failed for.
    pools.announceRelease()
    if let object = unsafe object { return unsafe object }
    return mode == .sleep ? unsafe pools.retry { unsafe allocateLargeOnce(size, alignment) } : nil
  }

  private func allocateLargeOnce(_ size: Int, _ alignment: Int) -> UnsafeMutableRawPointer? {
    guard let count = Address(exactly: size) else { return nil }
    var request = Request(count: count)
    if alignment > PageSource.pageSize {
      guard let alignment = Address(exactly: alignment) else { return nil }
      request.alignment = alignment
    }
    do throws(AllocationError<Address>) {
      return unsafe Self.pointer(try memory.allocate(request).first)
    } catch { return nil }
  }

  /// Takes memory back: `size` is what it was allocated with.
  ///
  /// What is not live memory of kmem, or was allocated with a size of another class, is an error, and nothing has
  /// changed; with an audit, any other size is. Needs no memory and never fails on a valid argument.
  /// Costs a handful of instructions while a magazine has room. Worst case: a span loses its memory and goes back to
  /// the arenas. Context: any.
  @inline(__always)
  public func free(_ object: UnsafeMutableRawPointer, size: Int, caller: UInt = 0) throws(Damage) {
    if unsafe freeAtOnce(object, size: size) { return }
    try unsafe freeSlowly(object, size, caller)
  }

  /// The short way of `free` alone; whether it could be gone. For those who have a long way of their own, as the C
  /// functions, which cannot throw.
  @inline(__always)
  public func freeAtOnce(_ object: UnsafeMutableRawPointer, size: Int) -> Bool {
    unsafe PoolCache<Lock>.pushLoaded(object, size: size, index)
  }

  @inline(never)
  private func freeSlowly(_ object: UnsafeMutableRawPointer, _ size: Int, _ caller: UInt) throws(Damage) {
    let address = UInt(bitPattern: object)
    guard let owner = pools.cache(at: address) else {
      guard size > SizeClasses.limit else { throw largeDamage(address, size) }
      return try unsafe freeLarge(object, size)
    }
    // Its slab is an allocation of the arena too, but nobody's to free as one.
    guard isMine(owner) else { throw Damage(.otherCache, address) }
    guard cache(for: size) == owner else {
      // Whatever else is wrong with it comes first.
      guard var damage = owner.damage(ofFreeing: address) else {
        throw Damage(size: size, of: owner, address)
      }
      damage.size = owner.size
      throw damage
    }
    try unsafe owner.freeSlowly(object, requested: size, caller: caller)
  }

  func isMine(_ cache: PoolCache<Lock>) -> Bool { self.cache(for: cache.size) == cache }

  func freeLarge(_ object: UnsafeMutableRawPointer, _ size: Int) throws(Damage) {
    let address = UInt(bitPattern: object)
    guard let count = Address(exactly: size),
      let range = AddressRange(first: Address(truncatingIfNeeded: address), count: count)
    else { throw largeDamage(address, size) }
    if pools.aids.contains(.clearing), let held = largeSize(at: address), (size + 4095) & ~4095 == held {
      unsafe object.initializeMemory(as: UInt8.self, repeating: 0, count: held)
    }
    do throws(FreeError<Address>) { try memory.free(range) } catch { throw largeDamage(address, size) }
    pools.announceRelease()
  }

  /// Bytes of the allocation of the arena `kmem` that starts at `address`, where no cache has a slab; nil if none does.
  func largeSize(at address: UInt) -> Int? {
    let first = Address(truncatingIfNeeded: address)
    guard let segment = memory.segment(atOrAfter: first), segment.kind == .allocated,
      segment.range.first == first
    else { return nil }
    return Int(truncatingIfNeeded: segment.range.countMinusOne) + 1
  }

  /// What is wrong with freeing `size` bytes at `address`, which no cache has.
  func largeDamage(_ address: UInt, _ size: Int) -> Damage {
    let first = Address(truncatingIfNeeded: address)
    guard let segment = memory.segment(atOrAfter: first), segment.range.contains(first) else {
      return Damage(.foreign, address)
    }
    guard segment.kind == .allocated else { return Damage(.foreign, address) }
    guard segment.range.first == first else { return Damage(.noObject, address) }
    var damage = Damage(.size, address)
    damage.size = Int(truncatingIfNeeded: segment.range.countMinusOne) + 1
    damage.offset = size
    return damage
  }

  /// An address of the arenas as a pointer. Never 0: no kernel maps page 0.
  static func pointer(_ address: Address) -> UnsafeMutableRawPointer? {
    unsafe UnsafeMutableRawPointer(bitPattern: UInt(truncatingIfNeeded: address))
  }
}

extension UnsafeMutablePointer {
  fileprivate var untyped: UnsafeMutableRawPointer { UnsafeMutableRawPointer(self) }
}
