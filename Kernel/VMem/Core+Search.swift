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
  /// hold the size has a gap that does, unless a bound cuts it or the level is not exact. Otherwise O(that) for each group that has a gap
  /// large enough, none of whose gaps serves.
  mutating func lowest(_ placement: Placement<Address>) -> Choice<Address>? {
    let level = level(placement.countMinusOne)
    guard let root, root.largest >= level else { return nil }
    var tag = predecessor(of: placement.first)
    if tag == sentinel { tag = sentinel.next }
    guard var group = tag.group else { return nil }
    if group.ownLargest >= level, let choice = lowest(placement, from: tag, in: group) { return choice }
    while let next = group.next(withLevel: level) {
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

  /// The lowest gap of at least `countMinusOne + 1`. O(log groups + capacity) for each group whose largest gap is of
  /// the size's level and yet too small.
  mutating func lowestGap(countMinusOne: Address) -> TagReference<Address>? {
    let level = level(countMinusOne)
    guard let root, root.largest >= level else { return nil }
    var group: GroupReference<Address>? = root.first(withLevel: level)
    while let current = group {
      var tag = current.head
      for _ in 0..<current.count {
        if tag.hasGap, tag.gapCountMinusOne >= countMinusOne { return tag }
        tag = tag.next
      }
      group = current.next(withLevel: level)
    }
    return nil
  }

  /// The largest free segment, the lowest among equals. O(log groups + capacity) for each group with a gap of the
  /// highest level.
  mutating func largestGap() -> AddressRange<Address>? {
    guard let root, root.largest != 0 else { return nil }
    var largest: AddressRange<Address>?
    var group: GroupReference<Address>? = root.first(withLevel: root.largest)
    while let current = group {
      var tag = current.head
      for _ in 0..<current.count {
        if tag.hasGap, largest.map({ $0.countMinusOne < tag.gapCountMinusOne }) ?? true { largest = tag.gap }
        tag = tag.next
      }
      // Sizes with a level of their own are all equal: the first is the lowest.
      group = root.largest <= 4096 ? nil : current.next(withLevel: root.largest)
    }
    return largest
  }

  /// The level of a size.
  @inline(__always)
  mutating func level(_ countMinusOne: Address) -> Level { (countMinusOne &>> quantumShift).level }

  /// The level of the gap of `tag`, which has one.
  mutating func level(ofGap tag: TagReference<Address>) -> Level { level(tag.gapCountMinusOne) }
}

extension GroupReference {
  /// The first group of this subtree with a gap of at least `level`; there must be one.
  func first(withLevel level: Level) -> GroupReference {
    var node = self
    while true {
      if let left = node.left, left.largest >= level {
        node = left
      } else if node.ownLargest >= level {
        return node
      } else if let right = node.right {
        node = right
      } else {
        return node
      }
    }
  }

  /// The first group behind this one with a gap of at least `level`.
  func next(withLevel level: Level) -> GroupReference? {
    if let right, right.largest >= level { return right.first(withLevel: level) }
    var node = self
    while let parent = node.parent {
      if parent.left == node {
        if parent.ownLargest >= level { return parent }
        if let right = parent.right, right.largest >= level { return right.first(withLevel: level) }
      }
      node = parent
    }
    return nil
  }
}
