#if os(none)
import Frames
import KMem
import Machine
import Multiboot
import Paging
import Pool
import Primitives
import Text
import VMap
import VMem

/// kmem of the running kernel: addresses of `kva`, frames behind them through page tables, single pages in the direct
/// map.
///
/// Made once at boot, when memory is up; from then on reachable by everyone, in any context.
enum KernelHeap {
  typealias Memory = KMem<UInt32, KernelLock>

  /// Nil until `bringUp` is done.
  private nonisolated(unsafe) static var storedMemory: Memory?

  static var kmem: Memory {
    guard let memory = unsafe storedMemory else { panic("kmem is used before it is there") }
    return memory
  }

  private nonisolated(unsafe) static var label = NamedOwner("kmem")
  static var owner: Owner { unsafe label.owner }

  /// - Parameter words: What `kmem=` on the command line asks for.
  static func bringUp(_ words: HeapWords) {
    let memory = KernelMemory.shared
    guard let storage = WiredStorage(bytes: Memory.storageSize(), owner: owner, memory.frames) else {
      panic("too little memory for kmem", .decimal("bytes", UInt32(Memory.storageSize())))
    }
    let guarded = words.guarded.map { GuardedCache($0, source: HeapGuards.source) }
    do throws(KMemError) {
      let kmem = unsafe try Memory.create(
        source: memory.window.arena, backing: backing, tags: KernelMemory.tagSource, aids: words.aids,
        guarding: guarded,
        storage: storage.bytes, makeLock: { KernelLock() })
      kmem.pools.setDamageHook(unsafe DamageHook(report: reportDamage, context: nil))
      unsafe storedMemory = kmem
      if let guarded {
        HeapGuards.explainFaults()
        reportIfMissing(guarded, kmem)
      }
    } catch { panic("too little memory for kmem's books") }
  }

  /// Says so if no cache has the name that `kmem=guard:` gave yet: nothing is guarded before one is made.
  private static func reportIfMissing(_ guarded: GuardedCache, _ kmem: Memory) {
    var isThere = false
    kmem.pools.forEachCache { if guarded.names($0.name) { isThere = true } }
    if isThere { return }
    var console = ConsoleSink()
    console.write("kmem=guard: no cache is called ")
    guarded.name.write(to: &console)
    console.write(" yet; there are")
    kmem.pools.forEachCache { cache in
      console.write(" ")
      cache.name.withBytes { console.write($0) }
    }
    console.newline()
  }

  /// The four functions that only pass a call on, and four that this kernel gives.
  private static var backing: Backing {
    // `HeapPages` does what the types of the functions say.
    unsafe Backing(
      context: nil, back: { _, first, pages in HeapPages.back(first, pages) },
      unback: { _, first, pages in HeapPages.unback(first, pages) }, direct: HeapPages.direct,
      grant: { unsafe Memory.at($0).takeRun($1) }, release: { unsafe Memory.at($0).putRun($1, $2) },
      importSpan: { unsafe Memory.at($0).importSpan($1) },
      releaseSpan: { unsafe Memory.at($0).releaseSpan($1) })
  }

  /// With an audit, names everything that is still allocated, and how much that is. For the end.
  static func listLeaks() {
    guard kmem.pools.aids.contains(.audit) else { return }
    let count = kmem.reportLeaks()
    Console.write("\nkmem: ")
    Console.write(decimal: UInt32(count))
    Console.write(count == 1 ? " leak\n" : " leaks\n")
  }

  /// Memory for the kernel; nil if there is none.
  static func allocate(_ size: Int) -> UnsafeMutableRawPointer? { unsafe kmem.allocate(size) }

  /// Takes memory back. What is wrong with it ends the kernel, with a report.
  static func free(_ object: UnsafeMutableRawPointer, size: Int) {
    do throws(Damage) { try unsafe kmem.free(object, size: size) } catch {
      die(of: error, kmem.pools.cache(at: UInt(bitPattern: object))?.name)
    }
  }

  /// Takes memory back whose size nobody says.
  static func freeUnsized(_ object: UnsafeMutableRawPointer) {
    do throws(Damage) { try unsafe kmem.free(object) } catch {
      die(of: error, kmem.pools.cache(at: UInt(bitPattern: object))?.name)
    }
  }

  static func die(of damage: Damage, _ cache: ArenaName?) -> Never {
    write(damage, cache)
    panic("kernel memory is damaged", .hexadecimal("object", UInt32(damage.address)))
  }

  fileprivate static func write(_ damage: Damage, _ cache: ArenaName?) {
    var console = ConsoleSink()
    console.write("\nkmem: ")
    damage.write(cache: cache, to: &console)
    console.newline()
  }
}

/// Damage that no caller can be told of: a line of the report. A leak leaves the kernel running; the rest ends it.
private func reportDamage(
  _ context: UnsafeMutableRawPointer?, _ damage: UnsafeRawPointer, _ cache: UnsafeRawPointer
) {
  // What the type of the function promises.
  let (damage, name) = unsafe (
    damage.assumingMemoryBound(to: Damage.self).pointee, cache.assumingMemoryBound(to: ArenaName.self).pointee
  )
  if damage.kind == .leak { return KernelHeap.write(damage, name) }
  KernelHeap.die(of: damage, name)
}
#endif
