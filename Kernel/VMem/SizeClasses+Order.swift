extension SizeClasses {
  /// The gap with the lowest address in a class whose sizes are all equal; `nil` if it is empty.
  ///
  /// The list is made into a pairing heap: of every two neighbours the higher goes below the lower, then the
  /// winners are merged from the last to the first. O(log n) amortised over additions and removals; the worst
  /// single call is O(n) after n additions without one.
  func lowest(inExact index: Int) -> TagReference<Address>? {
    guard let first = self[index] else { return nil }
    guard first.gapNext != nil else { return first }
    let slot = first.gapSlot
    let winner = mergedFromLast(pairs(from: first))
    winner.gapNext = nil
    winner.gapSlot = slot
    slot.tag = winner
    return winner
  }

  /// Merges neighbours two by two; answers the last winner, the others linked behind it in reverse.
  private func pairs(from first: TagReference<Address>) -> TagReference<Address> {
    var done: TagReference<Address>?
    var rest: TagReference<Address>? = first
    while let one = rest {
      var winner = one
      rest = one.gapNext
      if let other = rest {
        rest = other.gapNext
        winner = merged(one, other)
      }
      winner.gapNext = done
      done = winner
    }
    return done ?? first
  }

  private func mergedFromLast(_ last: TagReference<Address>) -> TagReference<Address> {
    var winner = last
    var rest = last.gapNext
    while let one = rest {
      rest = one.gapNext
      winner = merged(winner, one)
    }
    return winner
  }

  /// Puts the higher of two below the lower; answers the lower.
  private func merged(
    _ one: TagReference<Address>, _ other: TagReference<Address>
  ) -> TagReference<Address> {
    let isOneLower = one.gapFirst < other.gapFirst
    let lower = isOneLower ? one : other
    let higher = isOneLower ? other : one
    let child = lower.gapChild
    higher.gapNext = child
    if let child { child.gapSlot = higher.gapNextSlot }
    higher.gapSlot = lower.gapChildSlot
    lower.gapChild = higher
    return lower
  }
}

extension SizeClasses {
  /// Calls `body` with each gap of a class, in no order. O(gaps of the class).
  ///
  /// A heap is laid out flat first: each gap's children are put behind it in the list, which a heap allows, for
  /// they are above it in the order of addresses, not of the list.
  func forEach(in index: Int, _ body: (TagReference<Address>) -> Void) {
    var tag = self[index]
    while let current = tag {
      flatten(current)
      body(current)
      tag = current.gapNext
    }
  }

  private func flatten(_ tag: TagReference<Address>) {
    guard let child = tag.gapChild else { return }
    var last = child
    while let following = last.gapNext { last = following }
    last.gapNext = tag.gapNext
    if let next = tag.gapNext { next.gapSlot = last.gapNextSlot }
    tag.gapNext = child
    child.gapSlot = tag.gapNextSlot
    tag.gapChild = nil
  }
}
