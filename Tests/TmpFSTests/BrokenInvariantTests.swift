import Primitives
import Testing

@testable import TmpFS

/// The checker must find what it looks for: each invariant is broken behind the file system's back, and named.
@Suite struct BrokenInvariantTests {
  typealias Files = TmpFS<CountedHeap>

  private func violation(_ files: borrowing Files) -> TmpFSViolation? {
    do {
      try files.checkInvariants()
      return nil
    } catch { return error }
  }

  /// A root with three files in it: a tree of two levels.
  private func threeFiles() throws -> Files {
    var files = try Files(source: CountedHeap())
    for name in ["one", "two", "three"] { try files.create(Array(name.utf8).span, in: files.root) }
    try #require(violation(files) == nil)
    return files
  }

  /// A file of so many bytes, all of them 7.
  private func file(of size: Int, in files: inout Files) throws -> Place<Node> {
    let file = try files.create(Array("file".utf8).span, in: files.root)
    try files.write([UInt8](repeating: 7, count: size).span, to: file, at: 0)
    try #require(violation(files) == nil)
    return file.place
  }

  @Test("TmpFS-I1: entries in another order, and on another level")
  func order() throws {
    let files = try threeFiles()
    let top = try #require(files.rootNode.value.entries)
    (top.value.left, top.value.right) = (top.value.right, top.value.left)
    #expect(violation(files) == .tree(node: 1))
    (top.value.left, top.value.right) = (top.value.right, top.value.left)
    top.value.level += 1
    #expect(violation(files) == .tree(node: 1))
    top.value.level -= 1
    #expect(violation(files) == nil)
  }

  @Test("TmpFS-I1: an entry that another name's hash put there")
  func hash() throws {
    let files = try threeFiles()
    let top = try #require(files.rootNode.value.entries)
    withUnsafeMutablePointer(to: &top.value) {
      UnsafeMutableRawPointer($0).storeBytes(of: 33, toByteOffset: MemoryLayout<Entry>.size, as: UInt8.self)
    }
    #expect(violation(files) == .tree(node: 1))
  }

  @Test("TmpFS-I1: two entries with one name")
  func twice() throws {
    var files = try threeFiles()
    let (root, name) = (files.rootNode, Array("two".utf8))
    let node = try files.makeNode(isDirectory: false, parent: root)
    let entry = try files.makeEntry(name.span, EntryTree.hash(name.span), node)
    root.value.entries = EntryTree.insert(entry, into: root.value.entries)
    root.value.size += 1
    #expect(violation(files) == .tree(node: 1))
  }

  @Test("TmpFS-I2: a directory that says it has more, and a child of another parent")
  func directory() throws {
    let files = try threeFiles()
    files.rootNode.value.size += 1
    #expect(violation(files) == .directory(node: 1))
    files.rootNode.value.size -= 1
    let child = try #require(files.rootNode.value.entries).value.node
    child.value.parent = child
    #expect(violation(files) == .directory(node: 1))
  }

  @Test("TmpFS-I3: a file that is longer than its blocks, and one whose index is higher than it must be")
  func size() throws {
    var files = try Files(source: CountedHeap())
    let node = try file(of: 512, in: &files)
    node.value.size += 1
    #expect(violation(files) == .blocks(node: 2))
    node.value.size -= 1
    let top = try files.makeBlock()
    top[0] = node.value.blocks
    node.value.blocks = top
    node.value.height += 1
    #expect(violation(files) == .blocks(node: 2))
  }

  @Test("TmpFS-I3: blocks in the wrong place")
  func hole() throws {
    var files = try Files(source: CountedHeap())
    let node = try file(of: 3 * 512, in: &files)
    let top = try #require(node.value.blocks)
    (top[2], top[3]) = (nil, top[2])
    #expect(violation(files) == .blocks(node: 2))
  }

  @Test("TmpFS-I3: an index without data")
  func emptyIndex() throws {
    var files = try Files(source: CountedHeap())
    let node = try file(of: 2 * Int(Block.fanOut) * 512, in: &files)
    let top = try #require(node.value.blocks)
    top[2] = try files.makeBlock()
    #expect(violation(files) == .blocks(node: 2))
  }

  @Test("TmpFS-I3: a byte behind the end that is not zero", arguments: [10, 511, 600])
  func tail(size: Int) throws {
    var files = try Files(source: CountedHeap())
    let node = try file(of: size, in: &files)
    files.block(UInt32(size) / 512, of: node).withBytes { $0[511] = 1 }
    #expect(violation(files) == .blocks(node: 2))
  }

  @Test("TmpFS-I4: a count that is wrong, and an object that nothing leads to")
  func counts() throws {
    var files = try threeFiles()
    let right = files.counts
    files.counts[.node] += 1
    #expect(violation(files) == .counts(counted: files.counts, found: right))
    files.counts[.node] -= 1
    _ = try files.makeBlock()
    #expect(violation(files) == .counts(counted: files.counts, found: right))
  }
}
