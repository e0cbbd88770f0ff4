#if os(none)
import Frames
import Instructions
import Machine
import Pageable
import Paging
import Primitives
import Text
import Threads
import TmpFS
import VMap
import VMem

/// The demonstration: more files than the machine has memory for, in pools that are pageable; and the same in pools that
/// are not. Wants a swap disk; sized for 16 MiB of memory and 128 MiB of disk.
func tmpfsSuite(_ t: inout TestRun) {
  guard KernelPageable.isStarted, KernelPageable.hasDisk else { return t.skipSuite("no swap disk") }
  t.test("wired pools fail early, with an error, and lose nothing") { t in
    let before = MemoryCounts(t.kernel.memory)
    guard let pools = ObjectPools(isPageable: false) else { return t.fail("no pools") }
    do throws(TmpFSError) {
      var demonstration = try Demonstration(pools)
      let made = demonstration.create()
      t.expect(made < Demonstration.files, "fewer files than were wanted")
      t.expect(demonstration.isOutOfMemory, "the error says that memory ran out")
      t.expect(demonstration.verify(), is: made, "files that are as they were made")
      demonstration.report(to: &t)
      demonstration.end()
    } catch { t.fail("no root") }
    t.expect(pools.destroy(), "no object is left")
    MemoryCounts(t.kernel.memory).expectSame(as: before, &t)
  }
  t.test("pageable pools hold 200,000 files, every one verified and deleted") { t in
    let before = MemoryCounts(t.kernel.memory)
    let transfers = KernelPageable.memory.statistics
    guard let pools = ObjectPools(isPageable: true) else { return t.fail("no pools") }
    do throws(TmpFSError) {
      var demonstration = try Demonstration(pools)
      t.expect(demonstration.create(), is: Demonstration.files, "files made")
      let memory = t.kernel.memory.frames.statistics.total << 12
      if memory <= 16 << 20 {
        t.expect(demonstration.metadataBytes > memory, "metadata beyond the machine's memory")
      }
      t.expect(demonstration.verify(), is: Demonstration.files, "files that are as they were made")
      demonstration.report(to: &t, since: transfers)
      t.expect(demonstration.delete(), is: Demonstration.files, "files deleted")
      demonstration.end()
    } catch { t.fail("no root") }
    t.expect(pools.destroy(), "no object is left")
    MemoryCounts(t.kernel.memory).expectSame(as: before, mayHaveTags: true, &t)
    checkPageableBooks(&t)
  }
  t.test("what the first time left serves a second time") { t in
    let before = MemoryCounts(t.kernel.memory)
    guard let pools = ObjectPools(isPageable: true) else { return t.fail("no pools") }
    do throws(TmpFSError) {
      var demonstration = try Demonstration(pools)
      let made = demonstration.create(tops: Demonstration.tops / 4)
      t.expect(made, is: Demonstration.files / 4, "files made")
      t.expect(demonstration.verify(), is: made, "files that are as they were made")
      demonstration.end()
    } catch { t.fail("no root") }
    t.expect(pools.destroy(), "no object is left")
    MemoryCounts(t.kernel.memory).expectSame(as: before, &t)
    checkPageableBooks(&t)
  }
}

/// Files in nested directories: 40 times 50 directories with 100 files each.
private struct Demonstration: ~Copyable {
  static var tops: UInt32 { 40 }
  static var middles: UInt32 { 50 }
  static var leaves: UInt32 { 100 }
  static var files: UInt32 { tops * middles * leaves }
  /// Every so many files one has contents.
  private static var dataEvery: UInt32 { 16 }

  private var files: TmpFS<ObjectPools>
  private(set) var isOutOfMemory = false
  private var made: UInt32 = 0

  init(_ pools: ObjectPools) throws(TmpFSError) { files = try TmpFS(source: pools) }

  var metadataBytes: UInt32 {
    var bytes: UInt32 = 0
    for raw in UInt8(0)..<5 {
      guard let kind = ObjectKind(rawValue: raw) else { continue }
      bytes += files.counts[kind] * UInt32(kind.size)
    }
    return bytes
  }

  /// Makes files until all are there or memory runs out; answers how many.
  mutating func create(tops: UInt32 = Self.tops) -> UInt32 {
    for top in 0..<tops {
      for middle in 0..<Self.middles {
        do throws(TmpFSError) { try createDirectory(top, middle) } catch {
          if case .outOfMemory = error { isOutOfMemory = true }
          return made
        }
      }
    }
    return made
  }

  private mutating func createDirectory(_ top: UInt32, _ middle: UInt32) throws(TmpFSError) {
    let upper = try directory(top, .top, in: files.root)
    let lower = try directory(middle, .middle, in: upper)
    for leaf in 0..<Self.leaves {
      let number = (top * Self.middles + middle) * Self.leaves + leaf
      let file = try withName(number, .file) { name throws(TmpFSError) in try files.create(name, in: lower) }
      if number % Self.dataEvery == 0 { try write(number, to: file, in: lower) }
      made += 1
    }
  }

  /// A file that has no contents is none of this demonstration's.
  private mutating func write(
    _ number: UInt32, to file: NodeReference, in lower: NodeReference
  ) throws(TmpFSError) {
    do throws(TmpFSError) {
      try withName(number, .data) { data throws(TmpFSError) in
        try files.write(data, to: file, at: number % 700)
      }
    } catch {
      try withName(number, .file) { name throws(TmpFSError) in try files.unlink(name, in: lower) }
      throw error
    }
  }

  private mutating func directory(
    _ number: UInt32, _ kind: NameKind, in parent: NodeReference
  ) throws(TmpFSError) -> NodeReference {
    try withName(number, kind) { name throws(TmpFSError) in
      do throws(TmpFSError) { return try files.lookup(name, in: parent) } catch {
        guard error == .notFound else { throw error }
        return try files.create(name, in: parent, isDirectory: true)
      }
    }
  }

  /// How many of the files are there with what was written, from the first on.
  func verify() -> UInt32 {
    var good: UInt32 = 0
    while good < made, isGood(good) { good += 1 }
    return good
  }

  private func isGood(_ number: UInt32) -> Bool {
    do throws(TmpFSError) {
      let lower = try parent(of: number)
      let file = try withName(number, .file) { name throws(TmpFSError) in try files.lookup(name, in: lower) }
      guard number % Self.dataEvery == 0 else { return file.size == 0 && !file.isDirectory }
      return try withName(number, .data) { data throws(TmpFSError) in
        var storage = InlineArray<32, UInt8>(repeating: 0)
        var bytes = storage.mutableSpan
        guard try files.read(file, at: number % 700, into: &bytes) == data.count else { return false }
        for index in data.indices where bytes[index] != data[index] { return false }
        return true
      }
    } catch { return false }
  }

  private func parent(of number: UInt32) throws(TmpFSError) -> NodeReference {
    let upper = try withName(number / Self.leaves / Self.middles, .top) { name throws(TmpFSError) in
      try files.lookup(name, in: files.root)
    }
    return try withName(number / Self.leaves % Self.middles, .middle) { name throws(TmpFSError) in
      try files.lookup(name, in: upper)
    }
  }

  /// Unlinks every file; answers how many.
  mutating func delete() -> UInt32 {
    var deleted: UInt32 = 0
    for number in 0..<made {
      do throws(TmpFSError) {
        let lower = try parent(of: number)
        try withName(number, .file) { name throws(TmpFSError) in try files.unlink(name, in: lower) }
        deleted += 1
      } catch { return deleted }
    }
    return deleted
  }

  /// Removes what is left.
  consuming func end() { files.destroy() }

  func report(to t: inout TestRun, since before: PageableStatistics? = nil) {
    var console = ConsoleSink()
    console.write("    # tmpfs: ")
    console.write(decimal: made)
    console.write(" files, ")
    console.write(size: UInt64(metadataBytes))
    console.write(" of metadata")
    if let before {
      let now = KernelPageable.memory.statistics
      console.write(", ")
      console.write(decimal: now.reads - before.reads)
      console.write(" reads, ")
      console.write(decimal: now.writes - before.writes)
      console.write(" writes of ")
      console.write(decimal: now.pagesOut - before.pagesOut)
      console.write(" pages")
      console.newline()
      let transfers = now.reads - before.reads + now.writes - before.writes
      // At most two for each of 2^16 slots: a thousand times that fits.
      BenchmarkReport().mean("tmpfs.transfersPer1000Files", transfers * 1000, over: made, unit: "transfers")
    } else {
      console.newline()
    }
  }
}

/// What is named or written.
private enum NameKind { case top, middle, file, data }

/// Calls `body` with `top-00000012`, or `file-00012345-of-a-demonstration`: long enough for an entry of 64 bytes.
private func withName<Result>(
  _ number: UInt32, _ kind: NameKind, _ body: (Span<UInt8>) throws(TmpFSError) -> Result
) throws(TmpFSError) -> Result {
  var storage = InlineArray<40, UInt8>(repeating: 0)
  var count = 0
  switch kind {
  case .top: append("top-", to: &storage, &count)
  case .middle: append("middle-", to: &storage, &count)
  case .file: append("file-", to: &storage, &count)
  case .data: append("contents of ", to: &storage, &count)
  }
  var divisor: UInt32 = 10_000_000
  while divisor > 0 {
    storage[count] = 0x30 + UInt8(truncatingIfNeeded: number / divisor % 10)
    count += 1
    divisor /= 10
  }
  if kind == .file { append("-of-a-demonstration", to: &storage, &count) }
  return try body(storage.span.extracting(first: count))
}

private func append(_ text: StaticString, to storage: inout InlineArray<40, UInt8>, _ count: inout Int) {
  for index in text.bytes.indices {
    storage[count] = text.bytes[index]
    count += 1
  }
}
#endif
