#if os(none)
import Frames
import Machine
import Paging
import Primitives
import Text
import VMap
import VMem

/// The owners of the mixture, so that a picture of it tells small mappings from large ones.
private struct OwnersBySize: MixtureLabels {
  private let small = Owners.register("devtest, to 64K")
  private let middle = Owners.register("devtest, to 1M")
  private let large = Owners.register("devtest, to 8M")

  func options(pages: UInt32) -> MappingOptions {
    MappingOptions(owner: pages <= 16 ? small : pages <= 256 ? middle : large)
  }
}

/// The monitor's `devtest`: what Plan 9's driver of that name did to show that vmap failed, and two harder exercises.
///
/// Each ends in a line `devtest: N calls, N failed`. A call is one vmap or vunmap; a failed vmap is not unmapped.
struct DevTest {
  private let memory: KernelMemory
  private var console = ConsoleSink()
  private var calls: UInt32 = 0
  private var failures: UInt32 = 0

  init(_ memory: KernelMemory) { self.memory = memory }

  private static var owner: Owner { Owners.register("devtest") }

  /// Runs one of the three. Needs memory only for page tables and records.
  ///
  /// - Returns: Whether no call failed.
  @discardableResult
  consuming func run(_ words: DeviceTestWords) -> Bool {
    switch words {
    case .transcript(let sizeMinusOne, let times, let physical):
      for _ in 0..<times { _ = pair(memory.window, physical, sizeMinusOne) }
    case .mixture(let steps): mix(steps)
    case .blank: blank()
    }
    console.write("devtest: ")
    console.write(decimal: calls)
    console.write(" calls, ")
    console.write(decimal: failures)
    console.write(" failed")
    console.newline()
    return failures == 0
  }

  /// One vmap with a line that says where, and its vunmap.
  private mutating func pair(
    _ window: VMap<HardwareMMU, KernelLock>, _ physical: UInt32, _ sizeMinusOne: UInt32
  ) -> Bool {
    calls += 1
    console.write("vmap ")
    console.write(address: physical)
    console.write(" ")
    console.write(sizeMinusOne: sizeMinusOne)
    console.write(" = ")
    do throws(VMapError) {
      guard sizeMinusOne < .max else { throw .noSpace(pages: 0x10_0000) }
      let mapping = try window.vmap(physical, size: sizeMinusOne + 1, MappingOptions(owner: Self.owner))
      console.write(address: mapping.address)
      console.newline()
      calls += 1
      LiveShow.update()
      try window.vunmap(mapping.address, size: sizeMinusOne + 1)
      return true
    } catch {
      failures += 1
      if case .noSpace(let pages) = error { FailedRequest.note(pages, of: window, owner: Self.owner) }
      console.write("failed: ")
      console.write(error)
      console.newline()
      return false
    }
  }

  private mutating func mix(_ steps: UInt32) {
    guard let trial = TrialWindow(memory) else { return noRoom() }
    var mixture = Mixture()
    let owners = OwnersBySize()
    for _ in 0..<steps {
      mixture.step(trial.window, owners)
      LiveShow.update()
    }
    mixture.finish(trial.window)
    (calls, failures) = (mixture.calls, mixture.failures)
  }

  /// Single mappings until the window or memory is full; then none, and 4, 8 and 32 MiB.
  private mutating func blank() {
    guard let trial = TrialWindow(memory) else { return noRoom() }
    let singles = fill(trial.window)
    console.write("filled with ")
    console.write(decimal: singles)
    console.write(" single pages, ")
    console.write(decimal: memory.pageMap.tableCount)
    console.write(" page tables")
    console.newline()
    empty(trial.window)
    console.write("emptied, ")
    console.write(decimal: memory.pageMap.tableCount)
    console.write(" page tables")
    console.newline()
    _ = pair(trial.window, 8192, 4 << 20 - 1)
    _ = pair(trial.window, 8192, 8 << 20 - 1)
    _ = pair(trial.window, 8192, 32 << 20 - 1)
  }

  private mutating func fill(_ window: VMap<HardwareMMU, KernelLock>) -> UInt32 {
    var count: UInt32 = 0
    while true {
      do throws(VMapError) {
        _ = try window.vmap(0xFEE0_0000, size: 4096, MappingOptions(owner: Self.owner))
        count += 1
        calls += 1
        LiveShow.update()
      } catch {
        // Full, which is the point; or out of memory for tables and records, which small machines are first.
        return count
      }
    }
  }

  /// Unmaps every page of the window, from its records.
  private mutating func empty(_ window: VMap<HardwareMMU, KernelLock>) {
    var address = window.window.first
    while let segment = window.arena.segment(atOrAfter: address) {
      if segment.kind == .allocated {
        calls += 1
        do throws(VMapError) { try window.vunmap(segment.range.first, size: 4096) } catch { failures += 1 }
        LiveShow.update()
      }
      guard segment.range.last < window.window.last else { return }
      address = segment.range.last + 1
    }
  }

  private mutating func noRoom() {
    console.write("no room for a window of 248M\n")
    failures += 1
  }
}
#endif
