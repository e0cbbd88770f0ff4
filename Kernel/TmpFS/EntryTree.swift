import Primitives

/// The entries of a directory: an AA tree (Andersson 1993) in the order of hash, then name. Its depth is at most twice the
/// logarithm of the entries, and so is that of each recursion here.
enum EntryTree {
  /// FNV-1a over the bytes (Fowler, Noll, Vo).
  static func hash(_ name: Span<UInt8>) -> UInt32 {
    var hash: UInt32 = 0x811C_9DC5
    for index in name.indices { hash = (hash ^ UInt32(name[index])) &* 0x0100_0193 }
    return hash
  }

  /// Where a name stands to an entry's: negative before it, 0 for the same.
  static func compare(_ hash: UInt32, _ name: Span<UInt8>, to entry: Place<Entry>) -> Int {
    if hash != entry.value.hash { return hash < entry.value.hash ? -1 : 1 }
    return entry.withName { other in
      let common = min(name.count, other.count)
      for index in 0..<common where name[index] != other[index] { return name[index] < other[index] ? -1 : 1 }
      return name.count - other.count
    }
  }

  static func find(_ root: Place<Entry>?, _ hash: UInt32, _ name: Span<UInt8>) -> Place<Entry>? {
    var next = root
    while let entry = next {
      let order = compare(hash, name, to: entry)
      if order == 0 { return entry }
      next = order < 0 ? entry.value.left : entry.value.right
    }
    return nil
  }

  /// The first entry behind a name, whether there is an entry of that name or not.
  static func next(_ root: Place<Entry>?, after hash: UInt32, _ name: Span<UInt8>) -> Place<Entry>? {
    var next = root
    var best: Place<Entry>?
    while let entry = next {
      if compare(hash, name, to: entry) < 0 {
        best = entry
        next = entry.value.left
      } else {
        next = entry.value.right
      }
    }
    return best
  }

  static func first(_ root: Place<Entry>?) -> Place<Entry>? {
    var next = root
    while let entry = next, let left = entry.value.left { next = left }
    return next
  }

  /// Puts an entry in whose name is not there; answers the new root.
  static func insert(_ entry: Place<Entry>, into root: Place<Entry>?) -> Place<Entry> {
    guard let root else { return entry }
    let isLeft = entry.withName { compare(entry.value.hash, $0, to: root) < 0 }
    if isLeft {
      root.value.left = insert(entry, into: root.value.left)
    } else {
      root.value.right = insert(entry, into: root.value.right)
    }
    return split(skew(root))
  }

  /// Takes the entry of a name out, which is there; answers the new root.
  static func remove(
    _ hash: UInt32, _ name: Span<UInt8>, from root: Place<Entry>?, _ removed: inout Place<Entry>?
  ) -> Place<Entry>? {
    guard let root else { return nil }
    let order = compare(hash, name, to: root)
    if order < 0 {
      root.value.left = remove(hash, name, from: root.value.left, &removed)
    } else if order > 0 {
      root.value.right = remove(hash, name, from: root.value.right, &removed)
    } else {
      removed = root
      return takeOut(root)
    }
    return rebalance(root)
  }

  /// The tree without its root: the neighbour of the root takes its place.
  private static func takeOut(_ root: Place<Entry>) -> Place<Entry>? {
    guard let left = root.value.left else { return root.value.right }
    var heir: Place<Entry>?
    let rest = removeLast(left, &heir)
    guard let heir else { return left }
    heir.value.left = rest
    heir.value.right = root.value.right
    heir.value.level = root.value.level
    return rebalance(heir)
  }

  private static func removeLast(_ root: Place<Entry>, _ last: inout Place<Entry>?) -> Place<Entry>? {
    guard let right = root.value.right else {
      last = root
      return root.value.left
    }
    root.value.right = removeLast(right, &last)
    return rebalance(root)
  }

  private static func level(_ entry: Place<Entry>?) -> UInt8 { entry?.value.level ?? 0 }

  /// Mends a node one of whose subtrees may have lost a level.
  private static func rebalance(_ root: Place<Entry>) -> Place<Entry> {
    let due = min(level(root.value.left), level(root.value.right)) + 1
    if due < root.value.level {
      root.value.level = due
      if let right = root.value.right, right.value.level > due { right.value.level = due }
    }
    let top = skew(root)
    if let right = top.value.right {
      let skewed = skew(right)
      top.value.right = skewed
      if let second = skewed.value.right { skewed.value.right = skew(second) }
    }
    let result = split(top)
    if let right = result.value.right { result.value.right = split(right) }
    return result
  }

  /// No left child on the same level.
  private static func skew(_ root: Place<Entry>) -> Place<Entry> {
    guard let left = root.value.left, left.value.level == root.value.level else { return root }
    root.value.left = left.value.right
    left.value.right = root
    return left
  }

  /// No two right children in a row on the same level.
  private static func split(_ root: Place<Entry>) -> Place<Entry> {
    guard let right = root.value.right, let second = right.value.right,
      second.value.level == root.value.level
    else { return root }
    root.value.right = right.value.left
    right.value.left = root
    right.value.level += 1
    return right
  }
}
