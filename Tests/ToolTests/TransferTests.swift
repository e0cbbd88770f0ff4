import QEMU
import Testing

@testable import tessera

/// The boots of a run that fails at every transfer.
@Suite struct TransferRunTests {
  private let tests = TransferTests(
    bench: TestBench(kernel: "k", debugKernel: "d", jobs: 1), interface: .virtio)

  @Test func theCountIsRead() throws {
    let log = "KTAP version 1\n  # transfers: 12 reads, 8 writes, 1 failed\n ok 1 transfers\n"
    let count = try #require(TransferTests.Count(in: log))
    #expect(count.reads == 12 && count.writes == 8 && count.failed == 1)
    #expect(TransferTests.Count(in: "ok 1 transfers\n") == nil)
    #expect(TransferTests.Count(in: "# transfers: 12 reads\n") == nil)
  }

  @Test func everyTransferHasABootAndOneBehindTheLastHasNone() throws {
    let count = try #require(TransferTests.Count(in: "transfers: 3 reads, 2 writes, 0 failed"))
    let scenarios = tests.scenarios(count)
    let kinds = scenarios.compactMap(\.machine.swapDisk)
    #expect(
      kinds
        == (1...4).map { .failingOnce(mebibytes: 8, .read, number: $0) }
        + (1...3).map { .failingOnce(mebibytes: 8, .write, number: $0) })
    #expect(scenarios.allSatisfy { $0.machine.swapInterface == .virtio && $0.words.hasPrefix("swap=4 ") })
    guard case .output(let last) = scenarios[3].expects, case .output(let first) = scenarios[0].expects else {
      Issue.record("it is judged by its output")
      return
    }
    #expect(last.contains(" 0 failed") && first.contains(" 1 failed"))
    #expect(first.contains("swap: reading slot "))
  }
}
