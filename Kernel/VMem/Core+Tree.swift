// The tree of groups: height-balanced (Adelson-Velsky and Landis), ordered by address, each node with the highest
// level of its subtree.

extension Core {
  /// Puts `new`, whose own level is known, right behind `group`. O(log groups).
  mutating func insert(_ new: GroupReference<Address>, after group: GroupReference<Address>) {
    if var node = group.right {
      while let left = node.left { node = left }
      node.left = new
      new.parent = node
    } else {
      group.right = new
      new.parent = group
    }
    rebalance(from: new.parent)
  }

  /// Takes `group` out of the tree. O(log groups).
  mutating func remove(_ group: GroupReference<Address>) {
    guard let left = group.left, let right = group.right else {
      let parent = group.parent
      replace(group, by: group.left ?? group.right)
      return rebalance(from: parent)
    }
    var next = right
    while let lower = next.left { next = lower }
    let start = next == right ? next : next.parent
    if next != right {
      replace(next, by: next.right)
      next.right = right
      right.parent = next
    }
    replace(group, by: next)
    next.left = left
    left.parent = next
    rebalance(from: start)
  }

  /// Hangs `new` where `old` hangs.
  private mutating func replace(_ old: GroupReference<Address>, by new: GroupReference<Address>?) {
    let parent = old.parent
    if let parent {
      if parent.left == old { parent.left = new } else { parent.right = new }
    } else {
      root = new
    }
    new?.parent = parent
  }

  /// Restores height, balance and levels from `start` up to the root.
  private mutating func rebalance(from start: GroupReference<Address>?) {
    var node = start
    while let current = node {
      current.refresh()
      let balance = current.balance
      var top = current
      if balance > 1, let right = current.right {
        if right.balance < 0 { rotateRight(right) }
        top = rotateLeft(current)
      } else if balance < -1, let left = current.left {
        if left.balance > 0 { rotateLeft(left) }
        top = rotateRight(current)
      }
      node = top.parent
    }
  }

  /// Lifts the right child of `node` above it; answers the child.
  @discardableResult
  private mutating func rotateLeft(_ node: GroupReference<Address>) -> GroupReference<Address> {
    guard let child = node.right else { return node }
    replace(node, by: child)
    node.right = child.left
    child.left?.parent = node
    child.left = node
    node.parent = child
    node.refresh()
    child.refresh()
    return child
  }

  /// Lifts the left child of `node` above it; answers the child.
  @discardableResult
  private mutating func rotateRight(_ node: GroupReference<Address>) -> GroupReference<Address> {
    guard let child = node.left else { return node }
    replace(node, by: child)
    node.left = child.right
    child.right?.parent = node
    child.right = node
    node.parent = child
    node.refresh()
    child.refresh()
    return child
  }
}

extension GroupReference {
  /// Height of the right subtree minus that of the left.
  var balance: Int { (right?.height ?? 0) &- (left?.height ?? 0) }

  /// Computes height and level from the children.
  func refresh() {
    height = max(left?.height ?? 0, right?.height ?? 0) &+ 1
    largest = largestOfSubtree
  }

  /// The next group in address order.
  var successor: GroupReference? {
    if var node = right {
      while let left = node.left { node = left }
      return node
    }
    var node = self
    while let parent = node.parent {
      if parent.left == node { return parent }
      node = parent
    }
    return nil
  }
}
