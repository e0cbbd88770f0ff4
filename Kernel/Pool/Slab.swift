import Synchronization

/// What is known of one object; a byte of its slab. `live` is the one state in which it may be freed.
///
/// Whoever has an object changes its state: its user, a magazine's processor, or the cache for what is in the slab. Who
/// looks for an object that is in the slab passes the others' states, under another lock than theirs; all that he wants
/// to know of them is that they are not `inSlab`, which they are at any time. So all but the owners go by `load`, and
/// who may be watched by `store`: each is an instruction, and no more than a plain one.
enum ObjectState {
  // None is 0, lest the search for one be compiled to `strlen`, which the image does not have.
  static var inSlab: UInt8 { 1 }
  static var cached: UInt8 { 2 }
  static var live: UInt8 { 3 }
  static var quarantined: UInt8 { 4 }

  @inline(__always)
  static func store(_ value: UInt8, _ state: UnsafeMutablePointer<UInt8>) {
    unsafe atomic(state).pointee.store(value, ordering: .relaxed)
  }

  @inline(__always)
  static func load(_ state: UnsafeMutablePointer<UInt8>) -> UInt8 {
    unsafe atomic(state).pointee.load(ordering: .relaxed)
  }

  /// An atomic byte is a byte, of the same size and alignment.
  @inline(__always)
  private static func atomic(_ state: UnsafeMutablePointer<UInt8>) -> UnsafeMutablePointer<Atomic<UInt8>> {
    unsafe UnsafeMutableRawPointer(state).assumingMemoryBound(to: Atomic<UInt8>.self)
  }
}

/// A run of pages cut into objects. It lies in the books, never in the run: an object of a page costs a page, and
/// memory that is free is not touched (Pool-I6).
///
/// The states follow it, one for each object and one more that is never `live`; with an audit the records follow.
@safe
struct Slab {
  /// The cache's state, whatever its lock. What every free compares first.
  var owner: UnsafeMutableRawPointer?
  /// Address of the first object.
  var base: UInt
  /// The cache's reciprocal, twice: a product with the one is compared with the other, and a processor does both on
  /// memory if they are two.
  var reciprocal: UInt32
  var threshold: UInt32
  /// Sizes that kmem may free objects of: `sizes` of them from `smallestSize` on. None for others and under an aid.
  var smallestSize: UInt32
  var sizes: UInt32
  var next: UnsafeMutablePointer<Slab>?
  var previous: UnsafeMutablePointer<Slab>?
  /// Objects in the state `inSlab`.
  var freeCount: UInt16
  /// No object below this index is in the state `inSlab`.
  var hint: UInt16
  var objects: UInt16
  /// Bytes before the first object.
  var colour: UInt16

  /// The slab of addresses that no pool has: nobody's.
  static var none: Slab {
    unsafe Slab(
      owner: nil, base: 0, reciprocal: 0, threshold: 0, smallestSize: 0, sizes: 0, next: nil, previous: nil,
      freeCount: 0, hint: 0, objects: 0, colour: 0)
  }
}

/// A slab where it lies. Having one means that its cache has not given the slab's pages back.
@safe
struct SlabReference: Equatable {
  let pointer: UnsafeMutablePointer<Slab>

  @inline(__always) init(_ pointer: UnsafeMutablePointer<Slab>) { unsafe self.pointer = pointer }

  /// Bytes of the books of a slab.
  static func byteCount(objects: Int, audited: Bool) -> Int {
    let states = MemoryLayout<Slab>.size + objects + 1
    return audited ? aligned(states) + objects * MemoryLayout<AuditRecord>.stride : states
  }

  private static func aligned(_ count: Int) -> Int {
    (count + (MemoryLayout<UInt>.size - 1)) & ~(MemoryLayout<UInt>.size - 1)
  }

  /// The states, `objects` of them and one that ends them.
  @inline(__always)
  var states: UnsafeMutablePointer<UInt8> {
    // They were laid out right behind the slab.
    unsafe UnsafeMutableRawPointer(pointer).assumingMemoryBound(to: UInt8.self) + MemoryLayout<Slab>.size
  }

  /// The state of the object that starts at `address`; nil if none does. The address is in the slab's run.
  ///
  /// Right behind the last object one more may seem to start; its state is never `live`.
  @inline(__always)
  func state(ofObjectAt address: UInt) -> UnsafeMutablePointer<UInt8>? {
    let offset = unsafe UInt32(truncatingIfNeeded: address &- pointer.pointee.base)
    let product = unsafe UInt64(offset) &* UInt64(pointer.pointee.reciprocal)
    guard unsafe UInt32(truncatingIfNeeded: product) < pointer.pointee.threshold else { return nil }
    return unsafe states + Int(truncatingIfNeeded: product &>> 32)
  }

  /// Whether memory of `size` bytes is an object of this slab's cache.
  @inline(__always)
  func serves(_ size: Int) -> Bool {
    if MemoryLayout<UInt>.size == 8, UInt(bitPattern: size) > UInt(UInt32.max) { return false }
    return unsafe UInt32(truncatingIfNeeded: size) &- pointer.pointee.smallestSize < pointer.pointee.sizes
  }

  /// The record of object `index` of an audited cache.
  func record(_ index: Int) -> UnsafeMutablePointer<AuditRecord> {
    let offset = Self.aligned(MemoryLayout<Slab>.size + Int(unsafe pointer.pointee.objects) + 1)
    // Laid out behind the states; the index is one of the slab's.
    return unsafe (UnsafeMutableRawPointer(pointer) + offset).assumingMemoryBound(to: AuditRecord.self)
      + index
  }

  /// Takes the lowest free object: its index. Worst case: a look at each state above the hint.
  func take() -> Int? {
    guard unsafe pointer.pointee.freeCount > 0 else { return nil }
    var index = Int(unsafe pointer.pointee.hint)
    while unsafe ObjectState.load(states + index) != ObjectState.inSlab { index &+= 1 }
    unsafe pointer.pointee.freeCount -= 1
    unsafe pointer.pointee.hint = UInt16(truncatingIfNeeded: index &+ 1)
    return index
  }

  /// Puts object `index` back. Constant time.
  func put(_ index: Int) {
    unsafe ObjectState.store(ObjectState.inSlab, states + index)
    unsafe pointer.pointee.freeCount += 1
    let hint = unsafe pointer.pointee.hint
    unsafe pointer.pointee.hint = min(hint, UInt16(truncatingIfNeeded: index))
  }

  var isUnused: Bool { unsafe pointer.pointee.freeCount == pointer.pointee.objects }
}

/// A ring-less list of slabs. Constant time, all of it.
@safe
struct SlabList {
  private(set) var first: UnsafeMutablePointer<Slab>?
  private(set) var count = 0

  init() { unsafe first = nil }

  mutating func insert(_ slab: SlabReference) {
    let slab = unsafe slab.pointer
    unsafe slab.pointee.previous = nil
    unsafe slab.pointee.next = first
    if let first = unsafe first { unsafe first.pointee.previous = slab }
    unsafe first = slab
    count += 1
  }

  mutating func remove(_ slab: SlabReference) {
    let (next, previous) = unsafe (slab.pointer.pointee.next, slab.pointer.pointee.previous)
    if let next = unsafe next { unsafe next.pointee.previous = previous }
    if let previous = unsafe previous {
      unsafe previous.pointee.next = next
    } else {
      unsafe first = next
    }
    count -= 1
  }
}
