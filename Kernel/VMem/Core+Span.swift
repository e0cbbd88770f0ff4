import Primitives

extension Core {
  /// Adds `span`, all free, and answers its barrier. Two tags.
  @discardableResult
  mutating func add(
    _ span: AddressRange<Address>, imported isImported: Bool = false, usesReserve: Bool = false
  ) throws(SpanError<Address>) -> TagReference<Address> {
    guard span.first & quantumMask == 0, span.last & quantumMask == quantumMask else {
      throw .misaligned(span, quantum: quantumMask &+ 1)
    }
    settleGaps()
    let following = try hole(for: span)
    guard claimTags(2, usesReserve: usesReserve) else { throw .outOfTags(span) }
    if !lists.covers(span) || spanCount == 0 { cover(span) }
    let barrier = takeTag()
    barrier.first = following.first
    barrier.setLabel(.none, isImported ? .isBarrier.union(.isImported) : .isBarrier)
    following.first = span.last &+ 1
    link(barrier, after: following.previous, isFree: false)
    addSegment(from: span.first, after: barrier)
    total &+= span.countMinusOne &+ 1
    spanCount += 1
    if isImported {
      imported &+= span.countMinusOne &+ 1
      importedSpanCount += 1
      enter(.isImporting)
    }
    return barrier
  }

  /// Lets the cells cover `span`. O(tags), once for each bit of an address at most.
  private mutating func cover(_ span: AddressRange<Address>) {
    lists.cover(span, isFirst: spanCount == 0)
    var tag = sentinel.next
    while tag != sentinel {
      if tag.isFree { lists.insert(tag, quanta(of: tag)) }
      tag = tag.next
    }
  }

  /// The barrier, or the sentinel, in whose hole `span` lies. As `predecessor`, and O(segments) on failure.
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

  /// The span of `tag`, a barrier or a tag in a span.
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

  /// The barrier of the imported span that is wholly free, if `tag`, a free segment, is all of one.
  mutating func releasable(_ tag: TagReference<Address>) -> TagReference<Address>? {
    let barrier = tag.previous
    guard tag.isFree, barrier.flags.contains(.isImported), barrier.isBarrier, tag.next.isBarrier else {
      return nil
    }
    return barrier
  }

  /// Takes away the span of `barrier`, which is imported and wholly free, and answers it.
  mutating func release(spanOf barrier: TagReference<Address>) -> AddressRange<Address> {
    let segment = barrier.next
    let span = segment.segment
    let following = segment.next
    imported &-= span.countMinusOne &+ 1
    importedSpanCount -= 1
    total &-= span.countMinusOne &+ 1
    spanCount -= 1
    let size = quanta(of: segment)
    lists.remove(segment)
    segment.markTaken()
    if isIndexed { lower(segment, from: size) }
    discard(segment)
    following.first = barrier.first
    discard(barrier)
    hint = sentinel
    return span
  }
}
