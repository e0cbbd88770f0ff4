import Testing
import TmpFS

/// Single calls, their errors, and what each costs when memory runs out.
@Suite struct FileTests {
  private let heap = CountedHeap()

  private func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

  private func fails(
    _ files: inout TmpFS<CountedHeap>, _ error: TmpFSError,
    _ body: (inout TmpFS<CountedHeap>) throws(TmpFSError) -> Void
  ) {
    do {
      try body(&files)
      Issue.record("no \(error)")
    } catch let other { #expect(other == error) }
  }

  @Test func errorsSayWhatIsWrong() throws {
    var files = try TmpFS(source: heap)
    let root = files.root
    let file = try files.create(bytes("file").span, in: root)
    let directory = try files.create(bytes("directory").span, in: root, isDirectory: true)
    try files.create(bytes("inner").span, in: directory)
    let before = files.counts
    let nothing: [UInt8] = []
    let zero: [UInt8] = [0]
    let long = [UInt8](repeating: 65, count: 256)
    fails(&files, .notFound) { f throws(TmpFSError) in _ = try f.lookup(bytes("nothing").span, in: root) }
    fails(&files, .notFound) { f throws(TmpFSError) in try f.unlink(bytes("nothing").span, in: root) }
    fails(&files, .exists) { f throws(TmpFSError) in try f.create(bytes("file").span, in: root) }
    fails(&files, .notDirectory) { f throws(TmpFSError) in try f.create(bytes("x").span, in: file) }
    fails(&files, .notDirectory) { f throws(TmpFSError) in _ = try f.resolve(bytes("/file/x").span) }
    fails(&files, .notEmpty) { f throws(TmpFSError) in try f.unlink(bytes("directory").span, in: root) }
    fails(&files, .badName) { f throws(TmpFSError) in try f.create(nothing.span, in: root) }
    fails(&files, .badName) { f throws(TmpFSError) in try f.create(bytes("a/b").span, in: root) }
    fails(&files, .badName) { f throws(TmpFSError) in try f.create(zero.span, in: root) }
    fails(&files, .nameTooLong(256)) { f throws(TmpFSError) in try f.create(long.span, in: root) }
    fails(&files, .isDirectory) { f throws(TmpFSError) in try f.write(zero.span, to: directory, at: 0) }
    fails(&files, .tooLarge(offset: .max, count: 1)) { f throws(TmpFSError) in
      try f.write(zero.span, to: file, at: .max)
    }
    fails(&files, .intoItself) { f throws(TmpFSError) in
      try f.rename(bytes("directory").span, in: root, to: bytes("x").span, in: directory)
    }
    fails(&files, .isDirectory) { f throws(TmpFSError) in
      try f.rename(bytes("file").span, in: root, to: bytes("directory").span, in: root)
    }
    #expect(files.counts == before)
    try files.create(Array(long.dropLast()).span, in: root)
    #expect(files.counts[.entry288] == 1)
    files.destroy()
    #expect(heap.live.isEmpty)
  }

  /// A file that grows through every height of its index, with each allocation failing once.
  @Test func growthFailsAtEveryStepAndLeavesNothing() throws {
    var files = try TmpFS(source: heap)
    let file = try files.create(bytes("file").span, in: files.root)
    let fanOut = 512 / UInt32(MemoryLayout<UnsafeRawPointer?>.stride)
    for blocks in [1, 2, fanOut, fanOut + 1, fanOut + 2, fanOut * fanOut, fanOut * fanOut + 1] {
      let size = (blocks - 1) * 512 + 1
      let (counts, oldSize) = (files.counts, file.size)
      for n in 1...4 {
        heap.failing = n
        do {
          try files.truncate(file, to: size)
          heap.failing = 0
          break
        } catch {
          #expect(error == .outOfMemory(.block))
          #expect(files.counts == counts && file.size == oldSize)
          try files.checkInvariants()
        }
      }
      heap.failing = 0
      try files.truncate(file, to: size)
      try files.checkInvariants()
    }
    try files.truncate(file, to: 0)
    #expect(files.counts[.block] == 0)
    files.destroy()
    #expect(heap.live.isEmpty)
  }

  @Test func aThousandEntriesComeAndGoInOrder() throws {
    var files = try TmpFS(source: heap)
    for number in 0..<1000 {
      try files.create(bytes("entry number \(number * 7919 % 1000)").span, in: files.root)
    }
    try files.checkInvariants()
    for number in 0..<1000 {
      try files.unlink(bytes("entry number \(number * 31 % 1000)").span, in: files.root)
      if number % 50 == 0 { try files.checkInvariants() }
    }
    #expect(files.root.size == 0)
    files.destroy()
    #expect(heap.live.isEmpty)
  }
}
