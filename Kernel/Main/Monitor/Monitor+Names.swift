#if os(none)
import KMem
import Machine
import Pool
import Primitives
import Text
import VMem

/// The names that Tab completes.
struct MonitorNames: NameSource {
  let kernel: Kernel

  func eachName(of kind: OperandKind, _ body: (Span<UInt8>) -> Void) {
    switch kind {
    case .arena: kernel.eachArena { arena in arena.name.withBytes { body($0) } }
    case .cache: KernelHeap.kmem.pools.forEachCache { cache in cache.name.withBytes { body($0) } }
    case .owner: Owners.each { owner in Owners.withName(of: owner) { body($0) } }
    case .test: Suites.eachName { body($0.bytes) }
    default: break
    }
  }
}
#endif
