import VMem

extension Extent {
  /// The number of the first invariant of the theory (Extent-I1 and so on) that does not hold; 0 if all do.
  ///
  /// - Complexity: O(regions).
  public func firstBrokenInvariant() -> Int {
    if arena.checkInvariants() != 0 { return 1 }
    let statistics = arena.statistics
    if regionCount != statistics.allocatedSegments || regionCount > capacity { return 2 }
    if statistics.freeTags < capacity - regionCount + 1 { return 2 }
    return coalesces && hasTouchingRegions() ? 3 : 0
  }

  private func hasTouchingRegions() -> Bool {
    var next = region(atOrAfter: bounds.first)
    while let region = next, region.last < bounds.last {
      next = self.region(atOrAfter: region.last + 1)
      if let next, next.first == region.last + 1 { return true }
    }
    return false
  }
}
