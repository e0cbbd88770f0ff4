#if os(none)
import KMem
import Machine
import Pool
import Primitives
import VMem

/// The routines of kmem and its pools, on the kernel's own heap.
enum CriticalHeap {
  static var allocate: CriticalRoutine {
    CriticalRoutine(
      name: "kmem.allocate of 64 bytes", prepare: { CriticalHeap.warm() },
      run: { BoundaryWorld.shared.value.object = CriticalHeap.take(64) },
      intrude: { CriticalHeap.intrude() }, check: { CriticalHeap.isSound(64, held: true) })
  }

  static var free: CriticalRoutine {
    CriticalRoutine(
      name: "kmem.free of 64 bytes",
      prepare: {
        CriticalHeap.warm()
        BoundaryWorld.shared.value.object = CriticalHeap.take(64)
      }, run: { CriticalHeap.giveHeld(64) }, intrude: { CriticalHeap.intrude() },
      check: { CriticalHeap.isSound(64, held: false) })
  }

  static var cold: CriticalRoutine {
    CriticalRoutine(
      name: "kmem.allocate of 64 bytes, nothing cached", prepare: { KernelHeap.kmem.reap() },
      run: { BoundaryWorld.shared.value.object = CriticalHeap.take(64) },
      intrude: { CriticalHeap.intrude() }, check: { CriticalHeap.isSound(64, held: true) })
  }

  static var page: CriticalRoutine {
    CriticalRoutine(
      name: "kmem.allocate and free of a page", prepare: { KernelHeap.kmem.reap() },
      run: {
        BoundaryWorld.shared.value.object = CriticalHeap.take(4096)
        CriticalHeap.giveHeld(4096)
      }, intrude: { CriticalHeap.intrude() }, check: { CriticalHeap.isSound(4096, held: false) })
  }

  static var pages: CriticalRoutine {
    CriticalRoutine(
      name: "kmem.allocate and free of 3 pages", prepare: { KernelHeap.kmem.reap() },
      run: {
        BoundaryWorld.shared.value.object = CriticalHeap.take(12288)
        CriticalHeap.giveHeld(12288)
      }, intrude: { CriticalHeap.intrude() }, check: { CriticalHeap.isSound(12288, held: false) })
  }

  /// Leaves two objects in the magazine.
  private static func warm() {
    KernelHeap.kmem.reap()
    let (first, second) = (take(64), take(64))
    give(first, 64)
    give(second, 64)
  }

  /// An address; 0 for none.
  private static func take(_ size: Int) -> UInt {
    UInt(bitPattern: unsafe KernelHeap.kmem.allocate(size))
  }

  private static func give(_ address: UInt, _ size: Int) {
    // What `take` answered, once.
    guard let object = unsafe UnsafeMutableRawPointer(bitPattern: address),
      (try? unsafe KernelHeap.kmem.free(object, size: size)) != nil
    else { return BoundaryWorld.fail() }
  }

  private static func giveHeld(_ size: Int) {
    let address = BoundaryWorld.shared.value.object
    BoundaryWorld.shared.value.object = 0
    give(address, size)
  }

  /// The handler: keeps an object of the routine's size, and takes and frees another and a page.
  private static func intrude() {
    BoundaryWorld.shared.value.stolenObject = take(64)
    if BoundaryWorld.shared.value.stolenObject == 0 { BoundaryWorld.fail() }
    give(take(100), 100)
    give(take(4096), 4096)
  }

  private static func isSound(_ size: Int, held: Bool) -> Bool {
    let kmem = KernelHeap.kmem
    let world = BoundaryWorld.shared.value
    var isSound = (world.object != 0) == held
    do throws(PoolViolation) { try kmem.pools.checkInvariants() } catch { isSound = false }
    if kmem.memory.checkInvariants() != 0 || kmem.addresses.checkInvariants() != 0 { isSound = false }
    if world.object != 0 { giveHeld(size) }
    if world.stolenObject != 0 { give(world.stolenObject, 64) }
    BoundaryWorld.shared.value.stolenObject = 0
    return isSound && !BoundaryWorld.takeFailure()
  }
}
#endif
