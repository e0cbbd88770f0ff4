import Primitives

extension Core {
  /// Adds `span`, all free, and answers its barrier. O(spans).
  @discardableResult
  mutating func add(
    _ span: AddressRange<Address>, imported isImported: Bool = false, usesReserve: Bool = false
  ) throws(SpanError<Address>) -> TagReference<Address> {
    guard span.first & quantumMask == 0, span.last & quantumMask == quantumMask else {
      throw .misaligned(span, quantum: quantumMask &+ 1)
    }
    let following = try hole(for: span)
    guard claimTags(1, usesReserve: usesReserve) else { throw .outOfTags(span) }
    let barrier = takeTag()
    barrier.first = following.first
    barrier.flags = isImported ? .isBarrier.union(.isImported) : .isBarrier
    barrier.owner = .none
    following.first = span.last &+ 1
    insert(barrier, after: following.previous)
    setGap(of: barrier, from: span.first)
    total &+= span.countMinusOne &+ 1
    spanCount += 1
    if isImported {
      imported &+= span.countMinusOne &+ 1
      importedSpanCount += 1
    }
    return barrier
  }

  /// The barrier, or the sentinel, in whose hole `span` lies.
  private func hole(for span: AddressRange<Address>) throws(SpanError<Address>) -> TagReference<Address> {
    var barrier = sentinel.next
    while barrier != sentinel {
      let following = nextBarrier(after: barrier)
      let existing = AddressRange(first: barrier.end, last: following.first &- 1)
      if span.overlaps(existing) { throw .overlap(span, with: existing) }
      if span.last < existing.first { return barrier }
      barrier = following
    }
    return sentinel
  }

  func nextBarrier(after tag: TagReference<Address>) -> TagReference<Address> {
    var tag = tag.next
    while !tag.isBarrier { tag = tag.next }
    return tag
  }

  /// Whether `tag` is the barrier of an imported span that is wholly free.
  func isReleasable(_ tag: TagReference<Address>) -> Bool {
    tag.flags.contains(.isImported) && tag.next.isBarrier
  }

  /// Takes away the span of `barrier`, which is imported and wholly free, and answers it.
  mutating func release(spanOf barrier: TagReference<Address>) -> AddressRange<Address> {
    let span = barrier.gap
    imported &-= span.countMinusOne &+ 1
    importedSpanCount -= 1
    remove(spanOf: barrier)
    return span
  }

  /// Takes away the span of `barrier`, which is wholly free.
  private mutating func remove(spanOf barrier: TagReference<Address>) {
    let following = barrier.next
    total &-= barrier.gap.countMinusOne &+ 1
    clearGap(of: barrier)
    following.first = barrier.first
    unlink(barrier)
    give(barrier)
    spanCount -= 1
  }
}
