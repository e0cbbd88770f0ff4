import Foundation

/// BENCHMARKS.md: the table and the conditions under which its figures hold.
public struct BenchReport {
  var table: Table

  public init(_ table: Table) { self.table = table }

  public func write(to path: String) throws {
    try Data(text.utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
  }

  var text: String {
    """
    # Benchmarks

    Written by `make bench`. Do not edit: run it again.

    \(table.markdown)

    ## Conditions

    \(Self.conditions)

    """
  }

  /// How the figures were taken: they hold under these and no others.
  public static let conditions = """
    - `arena.*`: the engine at 32 bits (`Arena<UInt32, NoLock>`), compiled by SwiftPM with
      `Scripts/bench-toolset.json` (i686, `-O`; to bitcode, so that the machine code is position-dependent like the
      peers'), linked into a static 32-bit Linux program and counted by callgrind.
      What is counted is instructions executed, exact and the same in every run; no cache, no clock. The trace's own
      cost is measured with a subject that answers at once and subtracted; the thin function between trace and engine
      is in the figure, as it is in the peers'.
    - `arena.T1.max` and `arena.T2.max`: each of the 200,000 calls counted on its own (callgrind dumps its counters
      after every call), less what the same call costs on the null subject; the largest of them.
    - `arena.worst.*`: the same, over calls in five states made to be bad for one index or another: 10,000 free
      segments of 1,000 quanta, all one quantum too small; one of 1,001 among them, first or last to be freed; all
      fitting exactly; windows that leave one, a part of one, or none; and random small segments with random windows.
      Calls that succeed, calls that fail, and the frees between them.
    - `arena.T3.1e6.ns` is time on the processor of the machine at hand, the trace included, best of five runs.
      illumos' 374 ns was taken with the same trace on another machine, by a wall clock.
    - `c.arena.*`: the same traces on the C library `libtessera-i686.a` through `vmem.h`. vmem(9) has no first and no
      next fit; those two rows are instant fit again.
    - `kernel.*` and `vmap.*`: the same code in the kernel's release image (i486) under QEMU with
      `-icount shift=0,sleep=off`, where the time-stamp counter counts instructions; interrupts off.
    - The peers' figures were measured on their real sources at -m32 -O2, locks removed, with the same traces.
    """
}
