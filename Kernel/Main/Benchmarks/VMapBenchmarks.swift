#if os(none)
import Frames
import Machine
import Paging
import Primitives
import VMap
import VMem

/// What vmap and vunmap cost together, whole path: locks, records, page tables, flush.
///
/// Everything but the first figure is measured in a window of 248 MiB that has nothing else in it, over frames that
/// are no memory, with every mapping unmapped before the next.
struct VMapBenchmarks: ~Copyable {
  private let memory: KernelMemory
  private let report: BenchmarkReport
  private var options = MappingOptions(.uncached, owner: Owners.register("bench"))

  /// Physical addresses of no device that QEMU has: a multiple of 4 MiB.
  private static var device: UInt32 { 0xE000_0000 }

  init(_ memory: KernelMemory, _ report: BenchmarkReport) {
    self.memory = memory
    self.report = report
  }

  static func run(_ memory: KernelMemory) {
    var benchmarks = VMapBenchmarks(memory, BenchmarkReport())
    benchmarks.measureFirst()
    benchmarks.measureSizes()
    benchmarks.measureMixture()
    benchmarks.measureLongBusy()
    benchmarks.measureFailure()
  }

  /// The very first vmap after boot, if this is it.
  private borrowing func measureFirst() {
    guard memory.window.statistics.mapped == 0 else {
      return report.skip("vmap.bootFirst", because: "something was mapped since boot")
    }
    var mapping = Mapping(address: 0, size: 0)
    let cost = InstructionMeter.count {
      if let made = try? memory.window.vmap(Self.device, size: 4096, options) { mapping = made }
    }
    guard mapping.size > 0, (try? memory.window.vunmap(mapping.address)) != nil else {
      return report.skip("vmap.bootFirst", because: "it failed")
    }
    report.figure("vmap.bootFirst", cost)
  }

  private mutating func measureSizes() {
    options.mayUseLargePages = false
    measure("vmap.4K", Self.device, 4096, times: 100, withNeighbour: true)
    measure("vmap.64K", Self.device, 64 << 10, times: 100, withNeighbour: true)
    measure("vmap.4K.alone", Self.device, 4096, times: 100)
    measure("vmap.4M.small", Self.device, 4 << 20, times: 10)
    measure("vmap.32M.small", Self.device, 32 << 20, times: 10)
    options.mayUseLargePages = true
    options.cache = .natural
    measure("vmap.32M.pa8192", 8192, 32 << 20, times: 10)
    options.cache = .uncached
    guard memory.pageMap.features.hasLargePages else {
      return report.skip("vmap.4M.large, vmap.32M.large", because: "no large pages")
    }
    measure("vmap.4M.large", Self.device, 4 << 20, times: 100)
    measure("vmap.32M.large", Self.device, 32 << 20, times: 100)
    lingering()
  }

  /// 32 MiB of large pages right after the whole window was mapped singly: page tables that lingered would cost.
  private borrowing func lingering() {
    guard let trial = TrialWindow(memory) else { return }
    let window = trial.window
    var count: UInt32 = 0
    while (try? window.vmap(Self.device, size: 4096, options)) != nil { count += 1 }
    for page in 0..<count { _ = try? window.vunmap(window.window.first + page << 12) }
    pairs("vmap.32M.large.afterFull", window, Self.device, 32 << 20, times: 10)
  }

  /// Pairs in a window of their own. A neighbour is a page that stays mapped, as in any window in use: without one,
  /// each pair makes a page table and frees it.
  private borrowing func measure(
    _ name: StaticString, _ physical: UInt32, _ size: UInt32, times: UInt32, withNeighbour: Bool = false
  ) {
    guard let trial = TrialWindow(memory) else {
      return report.skip(name, because: "no room for the window")
    }
    let neighbour = withNeighbour ? try? trial.window.vmap(physical, size: 4096, options) : nil
    pairs(name, trial.window, physical, size, times: times)
    if let neighbour { _ = try? trial.window.vunmap(neighbour.address) }
  }

  /// The mean of `times` pairs, after one that is not counted.
  private borrowing func pairs(
    _ name: StaticString, _ window: VMap<HardwareMMU, KernelLock>, _ physical: UInt32, _ size: UInt32,
    times: UInt32
  ) {
    var failures: UInt32 = canPair(window, physical, size) ? 0 : 1
    let cost = InstructionMeter.count {
      for _ in 0..<times where !canPair(window, physical, size) { failures += 1 }
    }
    guard failures == 0 else { return report.skip(name, because: "a call failed") }
    report.mean(name, cost, over: times)
  }

  /// One pair; a function of its own and not a nested one, which would keep what it captures on a heap in a debug build.
  private borrowing func canPair(
    _ window: VMap<HardwareMMU, KernelLock>, _ physical: UInt32, _ size: UInt32
  ) -> Bool {
    do throws(VMapError) {
      let mapping = try window.vmap(physical, size: size, options)
      try window.vunmap(mapping.address)
      return true
    } catch { return false }
  }

  private borrowing func measureMixture() {
    guard let trial = TrialWindow(memory) else { return }
    var mixture = Mixture()
    let steps: UInt32 = 10_000
    let cost = InstructionMeter.count {
      for _ in 0..<steps { mixture.step(trial.window, options) }
    }
    mixture.finish(trial.window)
    guard mixture.failures == 0 else { return report.skip("vmap.mix.step", because: "a call failed") }
    report.mean("vmap.mix.step", cost, over: steps)
  }

  /// With 15,000 single pages live: 100 pages and 1 page, mapped and unmapped.
  private borrowing func measureLongBusy() {
    guard let trial = TrialWindow(memory) else { return }
    let window = trial.window
    var live: UInt32 = 0
    while live < 15_000, (try? window.vmap(Self.device, size: 4096, options)) != nil { live += 1 }
    let times: UInt32 = 100
    let cost = InstructionMeter.count {
      for _ in 0..<times {
        guard let large = try? window.vmap(Self.device, size: 100 << 12, options),
          let small = try? window.vmap(Self.device, size: 4096, options)
        else { return }
        _ = try? window.vunmap(large.address)
        _ = try? window.vunmap(small.address)
      }
    }
    window.forEachMapping { _ = try? window.vunmap($0.pages.first.address) }
    guard live == 15_000 else { return report.skip("vmap.longBusy", because: "too little memory") }
    report.mean("vmap.longBusy", cost, over: times)
  }

  /// A request of which no free range exists, every other page of the window being in use.
  private borrowing func measureFailure() {
    guard let trial = TrialWindow(memory) else { return }
    let window = trial.window
    var live: UInt32 = 0
    while live < 15_000, (try? window.vmap(Self.device, size: 4096, options)) != nil { live += 1 }
    for page in 0..<live / 2 { _ = try? window.vunmap(window.window.first + page << 13) }
    var failed = true
    let cost = InstructionMeter.count {
      for _ in 0..<10 { failed = failed && (try? window.vmap(Self.device, size: 240 << 20, options)) == nil }
    }
    window.forEachMapping { _ = try? window.vunmap($0.pages.first.address) }
    guard failed else { return report.skip("vmap.fail", because: "it did not fail") }
    report.mean("vmap.fail", cost, over: 10)
  }
}
#endif
