#if os(none)
import KMem
import Machine
import Pool
import Primitives
import VMem

/// What kmem costs in the kernel: with the locks that hold interrupts off, and real page tables.
///
/// The calls are inlined, as they are for every caller in Swift; the loop around them, three instructions a turn, is in
/// the figures.
enum KMemBenchmarks {
  static func run() {
    let report = BenchmarkReport()
    let kmem = KernelHeap.kmem
    pairs(report, "kernel.kmem.pair.64", kmem, 64, times: 1000)
    pairs(report, "kernel.kmem.page.pair", kmem, 4096, times: 1000)
    pairs(report, "kernel.kmem.large.pair", kmem, 12288, times: 100)
    measurePool(report, kmem)
    measureCold(report, kmem)
    measurePages(report, kmem)
  }

  /// The mean of pairs, after one that is not counted.
  private static func pairs(
    _ report: BenchmarkReport, _ name: StaticString, _ kmem: KernelHeap.Memory, _ size: Int, times: UInt32
  ) {
    var failures: UInt32 = canPair(kmem, size) ? 0 : 1
    let cost = InstructionMeter.count {
      for _ in 0..<times where !canPair(kmem, size) { failures += 1 }
    }
    guard failures == 0 else { return report.skip(name, because: "a call failed") }
    report.mean(name, cost, over: times)
  }

  @inline(__always)
  private static func canPair(_ kmem: KernelHeap.Memory, _ size: Int) -> Bool {
    guard let object = unsafe kmem.allocate(size) else { return false }
    do throws(Damage) { try unsafe kmem.free(object, size: size) } catch { return false }
    return true
  }

  private static func measurePool(_ report: BenchmarkReport, _ kmem: KernelHeap.Memory) {
    guard let cache = try? kmem.pools.makeCache(name: "bench", size: 200, makeLock: { KernelLock() }) else {
      return report.skip("kernel.pool.pair", because: "no cache")
    }
    var failures: UInt32 = canPair(cache) ? 0 : 1
    let cost = InstructionMeter.count { for _ in 0..<1000 where !canPair(cache) { failures += 1 } }
    if failures == 0 {
      report.mean("kernel.pool.pair", cost, over: 1000)
    } else {
      report.skip("kernel.pool.pair", because: "a call failed")
    }
    _ = cache.destroy()
  }

  @inline(__always)
  private static func canPair(_ cache: PoolCache<KernelLock>) -> Bool {
    guard let object = unsafe cache.allocate() else { return false }
    do throws(Damage) { try unsafe cache.free(object) } catch { return false }
    return true
  }

  /// The first allocation of a size after everything was reaped: a magazine, a slab, a page.
  private static func measureCold(_ report: BenchmarkReport, _ kmem: KernelHeap.Memory) {
    kmem.reap()
    var object: UnsafeMutableRawPointer?
    let cost = InstructionMeter.count { unsafe object = unsafe kmem.allocate(64) }
    guard let object = unsafe object, (try? unsafe kmem.free(object, size: 64)) != nil else {
      return report.skip("kernel.kmem.cold", because: "it failed")
    }
    report.figure("kernel.kmem.cold", cost)
  }

  /// A page of the direct map against one that is mapped: what `takeRun` chooses by.
  private static func measurePages(_ report: BenchmarkReport, _ kmem: KernelHeap.Memory) {
    var isThere = true
    let direct = InstructionMeter.count {
      for _ in 0..<100 {
        if let page = unsafe HeapPages.direct.take(1) {
          unsafe HeapPages.direct.giveBack(page, 1)
        } else {
          isThere = false
        }
      }
    }
    let mapped = InstructionMeter.count {
      for _ in 0..<100 {
        if let range = try? kmem.memory.allocate(Request(count: 4096)) {
          _ = try? kmem.memory.free(range)
        } else {
          isThere = false
        }
      }
    }
    guard isThere else { return report.skip("kernel.kmem.run.direct", because: "no page") }
    report.mean("kernel.kmem.run.direct", direct, over: 100)
    report.mean("kernel.kmem.run.mapped", mapped, over: 100)
  }
}
#endif
