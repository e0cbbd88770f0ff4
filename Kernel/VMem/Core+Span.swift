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
    barrier.group = nil
    join(barrier)
    setGap(of: barrier, from: span.first)
    raise(barrier.home, to: level(span.countMinusOne))
    partIfNeeded(barrier)
    total &+= span.countMinusOne &+ 1
    spanCount += 1
    if isImported {
      imported &+= span.countMinusOne &+ 1
      importedSpanCount += 1
    }
    return barrier
  }

  /// The barrier, or the sentinel, in whose hole `span` lies. O(log groups + capacity), and O(segments) on failure.
  private mutating func hole(for span: AddressRange<Address>) throws(SpanError<Address>) -> TagReference<
    Address
  > {
    let before = predecessor(of: span.first)
    var barrier = before
    if before != sentinel, before.isBarrier ? before.end <= span.first : true {
      // It starts in or behind the span of `before`: fine only if that is the last and ends below.
      barrier = before.next
      guard barrier == sentinel, barrier.first != 0, barrier.first <= span.first else {
        throw .overlap(span, with: spanRange(around: before))
      }
    }
    if barrier != sentinel, span.last >= barrier.end {
      throw .overlap(span, with: spanRange(around: barrier))
    }
    return barrier
  }

  /// The span of `tag`, a barrier or an allocation.
  private mutating func spanRange(around tag: TagReference<Address>) -> AddressRange<Address> {
    var barrier = tag
    while !barrier.isBarrier { barrier = barrier.previous }
    return AddressRange(first: barrier.end, last: nextBarrier(after: tag).first &- 1)
  }

  mutating func nextBarrier(after tag: TagReference<Address>) -> TagReference<Address> {
    var tag = tag.next
    while !tag.isBarrier { tag = tag.next }
    return tag
  }

  /// Whether `tag` is the barrier of an imported span that is wholly free.
  mutating func isReleasable(_ tag: TagReference<Address>) -> Bool {
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
    let countMinusOne = barrier.gapCountMinusOne
    total &-= countMinusOne &+ 1
    clearGap(of: barrier)
    following.first = barrier.first
    unlink(barrier)
    leave(barrier, level: level(countMinusOne))
    give(barrier)
    spanCount -= 1
  }
}
