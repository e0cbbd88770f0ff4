extension Core {
  /// The last tag in address order that starts at or below `address`; the sentinel if there is none.
  /// O(log groups + capacity).
  mutating func predecessor(of address: Address) -> TagReference<Address> {
    var found: GroupReference<Address>?
    var node = root
    while let current = node {
      if current.head.first <= address {
        found = current
        node = current.right
      } else {
        node = current.left
      }
    }
    guard let found else { return sentinel }
    var tag = found.head
    for _ in 1..<max(found.count, 1) {
      let next = tag.next
      if next.first > address { break }
      tag = next
    }
    return tag
  }

  /// The lowest placement there is. O(log groups + capacity) if only the bounds constrain it: every group that can
  /// hold the size has a gap that does, unless a bound cuts it. Otherwise O(that) for each group that has a gap
  /// large enough, none of whose gaps serves.
  mutating func lowest(_ placement: Placement<Address>) -> Choice<Address>? {
    let extent = placement.countMinusOne.extent
    guard let root, root.largest >= extent else { return nil }
    var tag = predecessor(of: placement.first)
    if tag == sentinel { tag = sentinel.next }
    guard var group = tag.group else { return nil }
    if group.ownLargest >= extent, let choice = lowest(placement, from: tag, in: group) { return choice }
    while let next = group.next(withExtent: extent) {
      group = next
      if group.head.first > placement.last { return nil }
      if let choice = lowest(placement, from: group.head, in: group) { return choice }
    }
    return nil
  }

  /// The lowest placement in the gaps of `group` from `tag` on.
  private mutating func lowest(
    _ placement: Placement<Address>, from tag: TagReference<Address>, in group: GroupReference<Address>
  ) -> Choice<Address>? {
    var tag = tag
    repeat {
      if tag.hasGap, tag.gapCountMinusOne >= placement.countMinusOne,
        let start = placement.lowestStart(low: tag.gapFirst, high: tag.gapLast)
      {
        return Choice(tag: tag, start: start)
      }
      tag = tag.next
    } while tag.group == group
    return nil
  }

  /// The lowest gap of at least the extent of `countMinusOne + 1`. O(log groups + capacity).
  mutating func lowestGap(countMinusOne: Address) -> TagReference<Address>? {
    let extent = countMinusOne.extent
    guard let root, root.largest >= extent else { return nil }
    let group = root.first(withExtent: extent)
    var tag = group.head
    for _ in 0..<group.count {
      if tag.hasGap, tag.gapCountMinusOne >= countMinusOne { return tag }
      tag = tag.next
    }
    // Only for the whole space, whose extent the largest but one shares.
    return nil
  }

  /// The largest free segment, the lowest among equals. O(log groups + capacity).
  mutating func largestGap() -> AddressRange<Address>? {
    guard let root, root.largest != 0 else { return nil }
    if let whole = lowestGap(countMinusOne: .max) { return whole.gap }
    return lowestGap(countMinusOne: root.largest &- 1)?.gap
  }
}

extension GroupReference {
  /// The first group of this subtree with a gap of at least `extent`; there must be one.
  func first(withExtent extent: Address) -> GroupReference {
    var node = self
    while true {
      if let left = node.left, left.largest >= extent {
        node = left
      } else if node.ownLargest >= extent {
        return node
      } else if let right = node.right {
        node = right
      } else {
        return node
      }
    }
  }

  /// The first group behind this one with a gap of at least `extent`.
  func next(withExtent extent: Address) -> GroupReference? {
    if let right, right.largest >= extent { return right.first(withExtent: extent) }
    var node = self
    while let parent = node.parent {
      if parent.left == node {
        if parent.ownLargest >= extent { return parent }
        if let right = parent.right, right.largest >= extent { return right.first(withExtent: extent) }
      }
      node = parent
    }
    return nil
  }
}
