import Primitives
import Text
import VMem

/// Something that is wrong with an object of a cache, found when it was freed, handed out again, or looked at.
public struct Damage: Error, Equatable, Sendable {
  public enum Kind: UInt8, Sendable {
    /// No pool has the address.
    case foreign
    /// The address is one of a pool's, but no object starts there.
    case noObject
    /// The object belongs to another cache.
    case otherCache
    /// The object is free already.
    case doubleFree
    /// The size is not that which it was allocated with.
    case size
    /// Somebody wrote behind the object.
    case redZone
    /// Somebody wrote into the object after it was freed.
    case useAfterFree
    /// The object is still allocated.
    case leak
    /// Somebody touched the guard page behind the object.
    case overrun
  }

  public let kind: Kind
  /// Address of the object, or what was given as one.
  public let address: UInt
  /// Bytes asked for, as far as that is known; else those of the cache's objects.
  public var size = 0
  /// What is wrong: the first wrong byte's distance from the object, or the size given.
  public var offset = 0
  /// The byte found.
  public var found: UInt8 = 0
  /// Who allocated and who freed it last, by an audit.
  public var allocator: UInt = 0
  public var freer: UInt = 0

  public init(_ kind: Kind, _ address: UInt) {
    self.kind = kind
    self.address = address
  }
}

extension Damage {
  /// Writes one line, without an end of line: what, where, with which values and by whom.
  public func write<Sink: ByteSink & ~Copyable>(cache: ArenaName?, to sink: inout Sink) {
    switch kind {
    case .foreign: sink.write("free of what no pool has")
    case .noObject: sink.write("free of the inside of an object")
    case .otherCache: sink.write("free of another cache's object")
    case .doubleFree: sink.write("double free")
    case .size: sink.write("free with the wrong size")
    case .redZone: sink.write("write behind the end")
    case .useAfterFree: sink.write("write after free")
    case .leak: sink.write("leak")
    case .overrun: sink.write("access behind the end")
    }
    sink.write(" object=")
    sink.write(address: UInt32(truncatingIfNeeded: address))
    if size > 0 {
      sink.write(" size=")
      sink.write(decimal: UInt32(truncatingIfNeeded: size))
    }
    if let cache {
      sink.write(" cache=")
      cache.withBytes { sink.write(foreign: $0) }
    }
    switch kind {
    case .size:
      sink.write(" given=")
      sink.write(decimal: UInt32(truncatingIfNeeded: offset))
    case .redZone, .useAfterFree:
      sink.write(" offset=")
      sink.write(decimal: UInt32(truncatingIfNeeded: offset))
      sink.write(" found=0x")
      sink.write(hexadecimal: UInt32(found), digits: 2)
    case .overrun:
      sink.write(" offset=")
      sink.write(decimal: UInt32(truncatingIfNeeded: offset))
    default: break
    }
    write(" allocated-by=", allocator, to: &sink)
    write(" freed-by=", freer, to: &sink)
  }

  private func write<Sink: ByteSink & ~Copyable>(_ name: StaticString, _ caller: UInt, to sink: inout Sink) {
    guard caller != 0 else { return }
    sink.write(name)
    sink.write(address: UInt32(truncatingIfNeeded: caller))
  }
}

/// Who is told of damage that no caller can be told of, and of leaks.
@safe
public struct DamageHook: @unchecked Sendable {
  /// `damage` and `cache` live during the call.
  public typealias Report =
    @convention(c) (
      _ context: UnsafeMutableRawPointer?, _ damage: UnsafeRawPointer, _ cache: UnsafeRawPointer
    ) -> Void

  let report: Report
  let context: UnsafeMutableRawPointer?

  /// The first pointer is to a `Damage`, the second to an `ArenaName`. The caller promises that `context` is what the
  /// function expects.
  @unsafe public init(report: @escaping Report, context: UnsafeMutableRawPointer?) {
    unsafe self.report = report
    unsafe self.context = context
  }

  func callAsFunction(_ damage: Damage, _ cache: ArenaName) {
    var (damage, cache) = (damage, cache)
    // Both live during the call, as the type of the function says.
    unsafe withUnsafePointer(to: &damage) { damage in
      unsafe withUnsafePointer(to: &cache) { cache in
        unsafe report(context, UnsafeRawPointer(damage), UnsafeRawPointer(cache))
      }
    }
  }
}

extension Damage {
  /// A free with a size that the object does not have.
  public init<Lock: Locking & ~Copyable>(size: Int, of cache: PoolCache<Lock>, _ address: UInt) {
    self.init(.size, address)
    self.size = cache.size
    offset = size
  }
}

extension Pools where Lock: ~Copyable {
  /// The live object whose guard page `address` lies in, as damage, and its cache; nil if there is none. For whoever
  /// reports the fault. Constant time; no lock is taken.
  public func overrun(at address: UInt) -> (damage: Damage, cache: ArenaName)? {
    let last = (address & ~0xFFF) &- 1
    guard let cache = cache(at: last), let damage = cache.overrun(behind: last, at: address) else {
      return nil
    }
    return (damage, cache.name)
  }
}

extension PoolCache where Lock: ~Copyable {
  /// - Parameter last: The last address of a run.
  fileprivate func overrun(behind last: UInt, at address: UInt) -> Damage? {
    let slab = unsafe state.pointee.index.slab(at: last)
    guard unsafe state.pointee.aids.contains(.guardPages), unsafe slab.states[0] == ObjectState.live else {
      return nil
    }
    var damage = describe(.overrun, slab, 0)
    damage.offset = Int(address &- damage.address)
    return damage
  }

  /// What would be wrong with freeing `address` into this cache; nil if it is a live object of it.
  public func damage(ofFreeing address: UInt) -> Damage? {
    switch locate(address) {
    case .wrong(let kind): return Damage(kind, address)
    case .object(let slab, let index):
      return unsafe slab.states[index] == ObjectState.live ? nil : describe(.doubleFree, slab, index)
    }
  }
}
