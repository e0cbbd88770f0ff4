import Primitives

extension TmpFS {
  /// The entry `name` of a directory. O(log entries).
  public func lookup(_ name: Span<UInt8>, in directory: NodeReference) throws(TmpFSError) -> NodeReference {
    NodeReference(place: try entry(name, in: directory.place).value.node)
  }

  /// What a path of names between slashes leads to; empty names are skipped, and the root is found for nothing else.
  /// O(names times log entries).
  public func resolve(_ path: Span<UInt8>) throws(TmpFSError) -> NodeReference {
    let (directory, name) = try resolveParent(path)
    if name.isEmpty { return directory }
    return try lookup(path.extracting(name.first..<name.end), in: directory)
  }

  /// The directory that the last name of a path is to be looked up in, and where that name stands; an empty range for
  /// the root.
  public func resolveParent(
    _ path: Span<UInt8>
  ) throws(TmpFSError) -> (directory: NodeReference, name: PathName) {
    var directory = root
    var name = PathName(behind: 0, in: path)
    while !name.isEmpty {
      let next = PathName(behind: name.end, in: path)
      if next.isEmpty { break }
      directory = try lookup(path.extracting(name.first..<name.end), in: directory)
      name = next
    }
    return (directory, name)
  }

  /// Makes an empty file or directory. Nothing is made if it fails. O(log entries).
  @discardableResult
  public mutating func create(
    _ name: Span<UInt8>, in directory: NodeReference, isDirectory: Bool = false
  ) throws(TmpFSError) -> NodeReference {
    let hash = try check(name, isFreeIn: directory.place)
    let node = try makeNode(isDirectory: isDirectory, parent: directory.place)
    do throws(TmpFSError) {
      let entry = try makeEntry(name, hash, node)
      insert(entry, into: directory.place)
    } catch {
      release(node, .node)
      throw error
    }
    return NodeReference(place: node)
  }

  /// Removes a file with its contents, or an empty directory. Needs no memory. O(log entries), and linear in blocks.
  public mutating func unlink(_ name: Span<UInt8>, in directory: NodeReference) throws(TmpFSError) {
    let node = try entry(name, in: directory.place).value.node
    guard !node.value.isDirectory || node.value.size == 0 else { throw .notEmpty }
    release(takeOut(name, of: directory.place))
    if !node.value.isDirectory { shrink(node, to: 0) }
    release(node, .node)
  }

  /// Gives a file or directory another name, perhaps in another directory. A file that has the name already is
  /// replaced, as is an empty directory by a directory. Nothing changes if it fails. O(log entries).
  public mutating func rename(
    _ name: Span<UInt8>, in directory: NodeReference, to newName: Span<UInt8>, in newDirectory: NodeReference
  ) throws(TmpFSError) {
    let node = try entry(name, in: directory.place).value.node
    guard newDirectory.isDirectory else { throw .notDirectory }
    if node.value.isDirectory, isAncestor(node, of: newDirectory.place) { throw .intoItself }
    let hash = try check(newName)
    if let old = EntryTree.find(newDirectory.place.value.entries, hash, newName) {
      return try replace(old, newName, newDirectory.place, by: node, name, directory.place)
    }
    let entry = try makeEntry(newName, hash, node)
    insert(entry, into: newDirectory.place)
    release(takeOut(name, of: directory.place))
    node.value.parent = newDirectory.place
  }

  /// The entry keeps its name and gets another node.
  private mutating func replace(
    _ old: Place<Entry>, _ oldName: Span<UInt8>, _ oldDirectory: Place<Node>, by node: Place<Node>,
    _ name: Span<UInt8>, _ directory: Place<Node>
  ) throws(TmpFSError) {
    let victim = old.value.node
    if victim == node { return }
    if victim.value.isDirectory {
      guard node.value.isDirectory else { throw .isDirectory }
      guard victim.value.size == 0 else { throw .notEmpty }
    } else if node.value.isDirectory {
      throw .notDirectory
    }
    old.value.node = node
    node.value.parent = oldDirectory
    release(takeOut(name, of: directory))
    if !victim.value.isDirectory { shrink(victim, to: 0) }
    release(victim, .node)
  }

  /// The entry of a directory behind `name` in the directory's own order, or its first for no name; nil at the end.
  /// Entries that come and go meanwhile do not disturb the others. `body` gets name and node. O(log entries).
  public func nextEntry<Result>(
    of directory: NodeReference, after name: Span<UInt8>, _ body: (Span<UInt8>, NodeReference) -> Result
  ) throws(TmpFSError) -> Result? {
    guard directory.isDirectory else { throw .notDirectory }
    let entries = directory.place.value.entries
    let entry =
      name.isEmpty ? EntryTree.first(entries) : EntryTree.next(entries, after: EntryTree.hash(name), name)
    guard let entry else { return nil }
    return entry.withName { body($0, NodeReference(place: entry.value.node)) }
  }

  // MARK: Helpers

  func entry(_ name: Span<UInt8>, in directory: Place<Node>) throws(TmpFSError) -> Place<Entry> {
    guard directory.value.isDirectory else { throw .notDirectory }
    guard let entry = EntryTree.find(directory.value.entries, EntryTree.hash(name), name) else {
      throw .notFound
    }
    return entry
  }

  private func check(_ name: Span<UInt8>) throws(TmpFSError) -> UInt32 {
    guard !name.isEmpty else { throw .badName }
    guard name.count <= TmpFSLimit.name else { throw .nameTooLong(name.count) }
    for index in name.indices where name[index] == 0 || name[index] == 0x2F { throw .badName }
    return EntryTree.hash(name)
  }

  private func check(_ name: Span<UInt8>, isFreeIn directory: Place<Node>) throws(TmpFSError) -> UInt32 {
    guard directory.value.isDirectory else { throw .notDirectory }
    let hash = try check(name)
    guard EntryTree.find(directory.value.entries, hash, name) == nil else { throw .exists }
    return hash
  }

  private func isAncestor(_ node: Place<Node>, of other: Place<Node>) -> Bool {
    var next: Place<Node>? = other
    while let current = next {
      if current == node { return true }
      next = current.value.parent
    }
    return false
  }

  private func insert(_ entry: Place<Entry>, into directory: Place<Node>) {
    directory.value.entries = EntryTree.insert(entry, into: directory.value.entries)
    directory.value.size += 1
  }

  /// Takes the entry of a name, which is there, out of a directory.
  private func takeOut(_ name: Span<UInt8>, of directory: Place<Node>) -> Place<Entry> {
    var removed: Place<Entry>?
    directory.value.entries = EntryTree.remove(
      EntryTree.hash(name), name, from: directory.value.entries, &removed)
    guard let removed else { preconditionFailure("an entry that was found is gone") }
    directory.value.size -= 1
    return removed
  }

  mutating func release(_ entry: Place<Entry>) { release(entry, entry.value.kind) }
}

/// Where a name stands in a path: from `first` to before `end`.
public struct PathName: Equatable, Sendable {
  public let first: Int
  public let end: Int

  public var isEmpty: Bool { first == end }

  /// The next name at or behind `start`.
  init(behind start: Int, in path: Span<UInt8>) {
    var first = start
    while first < path.count, path[first] == 0x2F { first += 1 }
    var end = first
    while end < path.count, path[end] != 0x2F { end += 1 }
    self.first = first
    self.end = end
  }
}
