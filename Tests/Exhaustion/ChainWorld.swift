import Primitives
import VMem

/// Three allocators on top of each other, as in a kernel: an arena with quantum caches that imports from a source
/// arena and gets its tags from a tag source that runs dry.
///
/// Everything that they remember lies in one slab of memory, so that a copy of the slab is a copy of the world.
@safe
public final class ChainWorld {
  public typealias Small = Arena<UInt8, NoLock>

  public let source: Small
  public let consumer: Small
  private let slab: UnsafeMutableRawBufferPointer
  private let pool: UnsafeMutablePointer<Pool>

  /// The tag source: a few pieces of storage, given out one after the other and taken back in any order.
  struct Pool {
    var pieces: UnsafeMutableRawPointer
    var isGranted: (Bool, Bool) = (false, false)

    static let count = 2
    /// A note and 8 tags.
    static let pieceSize = 376
  }

  /// 12 addresses from 0 on in the source; imports are of 4 where the source has them; sizes 1 and 2 are cached.
  public init() throws {
    let big = Small.storageSize(spans: 2, allocations: 16)
    let small = Small.storageSize(spans: 1, allocations: 1, cacheLimit: 2)
    let room = { (size: Int) in (size + 63) & ~63 }
    let poolOffset = room(big) + room(small)
    let piecesOffset = poolOffset + room(MemoryLayout<Pool>.size)
    unsafe slab = .allocate(byteCount: piecesOffset + Pool.count * Pool.pieceSize, alignment: 64)
    let base = slab.baseAddress!
    unsafe pool = (base + poolOffset).bindMemory(to: Pool.self, capacity: 1)
    unsafe pool.initialize(to: Pool(pieces: base + piecesOffset))
    source = try unsafe Small.create(
      name: "source", storage: UnsafeMutableRawBufferPointer(start: base, count: big))
    consumer = try unsafe Small.create(
      name: "consumer", cacheLimit: 2,
      storage: UnsafeMutableRawBufferPointer(start: base + room(big), count: small))
    try source.add(span: AddressRange(first: 0, last: 11))
    consumer.setSource(.arena(source), quantum: 4)
    unsafe consumer.setTagSource(Self.tagSource(pool))
  }

  deinit { unsafe slab.deallocate() }

  private static func tagSource(_ pool: UnsafeMutablePointer<Pool>) -> TagSource {
    unsafe TagSource(
      grant: { context, _ in
        let pool = unsafe context!.assumingMemoryBound(to: Pool.self)
        if unsafe !pool.pointee.isGranted.0 {
          unsafe pool.pointee.isGranted.0 = true
          return unsafe pool.pointee.pieces
        }
        if unsafe !pool.pointee.isGranted.1 {
          unsafe pool.pointee.isGranted.1 = true
          return unsafe pool.pointee.pieces + Pool.pieceSize
        }
        return nil
      },
      release: { context, base, _ in
        let pool = unsafe context!.assumingMemoryBound(to: Pool.self)
        if unsafe base == pool.pointee.pieces {
          unsafe pool.pointee.isGranted.0 = false
        } else {
          unsafe pool.pointee.isGranted.1 = false
        }
      },
      context: pool, byteCount: Pool.pieceSize)
  }

  /// How many pieces of tag storage are out.
  public var grantedPieces: Int {
    let granted = unsafe pool.pointee.isGranted
    return (granted.0 ? 1 : 0) + (granted.1 ? 1 : 0)
  }

  public static var pieceCount: Int { Pool.count }

  public var slabSize: Int { slab.count }

  /// Copies the world out, or back in.
  func save(to place: UnsafeMutableRawBufferPointer) {
    unsafe place.copyMemory(from: UnsafeRawBufferPointer(slab))
  }

  func restore(from place: UnsafeMutableRawBufferPointer) {
    unsafe slab.copyMemory(from: UnsafeRawBufferPointer(place))
  }
}
