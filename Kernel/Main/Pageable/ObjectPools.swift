#if os(none)
import Machine
import Pool
import Primitives
import TmpFS
import VMem

/// The objects of a file system: a pool cache for each kind, all of them pageable or all wired.
struct ObjectPools: ObjectSource {
  private var caches = InlineArray<6, PoolCache<KernelLock>?>(repeating: nil)

  /// Nil where there is no memory for the books.
  init?(isPageable: Bool) {
    guard let pools = KernelPools.shared else { return nil }
    for raw in UInt8(0)..<6 {
      guard let kind = ObjectKind(rawValue: raw) else { return nil }
      let options = isPageable ? CacheOptions.pageable(KernelPools.pageable) : CacheOptions()
      do throws(CacheError) {
        caches[Int(raw)] = try pools.makeCache(name: Self.name(kind), size: kind.size, options) {
          KernelLock()
        }
      } catch {
        _ = destroy()
        return nil
      }
    }
  }

  private static func name(_ kind: ObjectKind) -> ArenaName {
    switch kind {
    case .node: "tmpfs node"
    case .entry32: "tmpfs entry 32"
    case .entry64: "tmpfs entry 64"
    case .entry128: "tmpfs entry 128"
    case .entry288: "tmpfs entry 288"
    case .block: "tmpfs block"
    }
  }

  func allocate(_ kind: ObjectKind) -> UnsafeMutableRawPointer? {
    guard let cache = caches[Int(kind.rawValue)] else { return nil }
    return unsafe cache.allocate()
  }

  func free(_ object: UnsafeMutableRawPointer, _ kind: ObjectKind) {
    do throws(Damage) { unsafe try caches[Int(kind.rawValue)]?.free(object) } catch {
      panic("a file system frees what is no object", .hexadecimal("address", UInt32(error.address)))
    }
  }

  /// Ends the caches; whether none of their objects was left.
  func destroy() -> Bool {
    var isEmpty = true
    for raw in 0..<6 {
      guard let cache = caches[raw] else { continue }
      if !cache.destroy() { isEmpty = false }
    }
    KernelPools.reap()
    return isEmpty
  }
}
#endif
