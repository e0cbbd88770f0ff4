import Primitives

/// The first invariant of TmpFS.md that does not hold.
@frozen
public enum TmpFSViolation: Error, Equatable, Sendable {
  /// TmpFS-I1: the entries of a directory are not in order, or unbalanced, or one has another name's hash.
  case tree(node: UInt32)
  /// TmpFS-I2: a directory has not as many entries as it says, or a child another parent.
  case directory(node: UInt32)
  /// TmpFS-I3: a file has not exactly the blocks that its size takes, each in its place, or something behind its end.
  case blocks(node: UInt32)
  /// TmpFS-I4: objects that live are not those that can be reached.
  case counts(counted: ObjectCounts, found: ObjectCounts)
}

extension TmpFS {
  /// Proves TmpFS-I1 to I4 by walking everything. Linear; recursion is as deep as the directories and their trees.
  public func checkInvariants() throws(TmpFSViolation) {
    var found = ObjectCounts()
    try check(rootNode, &found)
    guard found == counts else { throw .counts(counted: counts, found: found) }
  }

  private func check(_ node: Place<Node>, _ found: inout ObjectCounts) throws(TmpFSViolation) {
    found[.node] += 1
    guard node.value.isDirectory else { return try checkFile(node, &found) }
    var count: UInt32 = 0
    var last: Place<Entry>?
    try check(node.value.entries, of: node, &last, &count, &found)
    guard count == node.value.size else { throw .directory(node: node.value.number) }
  }

  private func check(
    _ entry: Place<Entry>?, of node: Place<Node>, _ last: inout Place<Entry>?, _ count: inout UInt32,
    _ found: inout ObjectCounts
  ) throws(TmpFSViolation) {
    guard let entry else { return }
    let level = entry.value.level
    let (left, right) = (entry.value.left?.value.level ?? 0, entry.value.right?.value.level ?? 0)
    let second = entry.value.right?.value.right?.value.level ?? 0
    guard left + 1 == level, right == level || right + 1 == level, second < level else {
      throw .tree(node: node.value.number)
    }
    try check(entry.value.left, of: node, &last, &count, &found)
    guard entry.withName({ EntryTree.hash($0) }) == entry.value.hash else {
      throw .tree(node: node.value.number)
    }
    if let last {
      let isAfter = entry.withName { EntryTree.compare(entry.value.hash, $0, to: last) > 0 }
      guard isAfter else { throw .tree(node: node.value.number) }
    }
    last = entry
    count += 1
    found[entry.value.kind] += 1
    guard entry.value.node.value.parent == node else { throw .directory(node: node.value.number) }
    try check(entry.value.node, &found)
    try check(entry.value.right, of: node, &last, &count, &found)
  }

  private func checkFile(_ node: Place<Node>, _ found: inout ObjectCounts) throws(TmpFSViolation) {
    let (size, height) = (node.value.size, node.value.height)
    let due = Self.blockCount(size)
    var data: UInt32 = 0
    // The height comes first: it bounds the recursion.
    guard height == 0 || due > Self.reach(height - 1),
      count(node.value.blocks, height: height, first: 0, &data, &found), data == due,
      size % 512 == 0 || isZero(block(size / 512, of: node), from: Int(size % 512))
    else { throw .blocks(node: node.value.number) }
  }

  /// Counts a block and those below it, whose data begins with block number `first` of the file; false where there is a
  /// hole in front of one, or an index without data.
  private func count(
    _ block: Place<Block>?, height: UInt8, first: UInt32, _ data: inout UInt32, _ found: inout ObjectCounts
  ) -> Bool {
    guard let block else { return true }
    guard data == first else { return false }
    found[.block] += 1
    guard height > 0 else {
      data += 1
      return true
    }
    let below = Self.reach(height - 1)
    for index in 0..<Block.fanOut {
      guard count(block[index], height: height - 1, first: first + index * below, &data, &found) else {
        return false
      }
    }
    return data > first
  }

  private func isZero(_ block: Place<Block>, from offset: Int) -> Bool {
    unsafe block.withBytes { data in
      // In bounds: within a block.
      for index in offset..<Block.byteCount where unsafe data[index] != 0 { return false }
      return true
    }
  }

  /// Removes every file and directory but the root, bottom up, without recursion and without memory.
  public mutating func removeAll() {
    var directory = rootNode
    while true {
      guard let entry = EntryTree.first(directory.value.entries) else {
        guard let parent = directory.value.parent else { return }
        directory = parent
        continue
      }
      let node = entry.value.node
      if node.value.isDirectory, node.value.size > 0 {
        directory = node
        continue
      }
      var removed: Place<Entry>?
      directory.value.entries = entry.withName {
        EntryTree.remove(entry.value.hash, $0, from: directory.value.entries, &removed)
      }
      directory.value.size -= 1
      release(entry)
      if !node.value.isDirectory { shrink(node, to: 0) }
      release(node, .node)
    }
  }
}
