import Primitives

/// The first invariant of TmpFS.md that does not hold.
@frozen
public enum TmpFSViolation: Error, Equatable, Sendable {
  /// TmpFS-I1: the entries of a directory are not in order, or unbalanced.
  case tree(node: UInt32)
  /// TmpFS-I2: a directory has not as many entries as it says, or a child another parent.
  case directory(node: UInt32)
  /// TmpFS-I3: a file has not exactly the blocks that its size takes.
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
    var data: UInt32 = 0
    count(node.value.blocks, height: node.value.height, &data, &found)
    let due = node.value.size / 512 + (node.value.size % 512 == 0 ? 0 : 1)
    guard data == due else { throw .blocks(node: node.value.number) }
  }

  private func count(
    _ block: Place<Block>?, height: UInt8, _ data: inout UInt32, _ found: inout ObjectCounts
  ) {
    guard let block else { return }
    found[.block] += 1
    guard height > 0 else {
      data += 1
      return
    }
    for index in 0..<Block.fanOut { count(block[index], height: height - 1, &data, &found) }
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
