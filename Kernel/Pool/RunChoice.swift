/// How objects of one size lie in runs of pages.
public struct RunChoice: Equatable, Sendable {
  /// Pages of a run, 1...8.
  public let pages: Int
  /// Bytes from one object to the next.
  public let stride: Int
  /// Objects in a run, 1...4,096.
  public let objects: Int

  /// Bytes of a run that no object has.
  public var waste: Int { pages * PageSource.pageSize - objects * stride }

  /// Whether at most an eighth of a run is wasted.
  public var isWithinAnEighth: Bool { waste * 8 <= pages * PageSource.pageSize }

  /// The run that wastes least for objects `stride` bytes apart; nil where no run of up to `longestRun` pages holds
  /// one. Among runs whose wastes differ by less than 1/64 the shorter wins: that much is what the books of a page
  /// cost, and short runs are easier to find. Constant time.
  public init?(stride: Int, longestRun: Int = PageSource.longestRun) {
    var best: (pages: Int, objects: Int, waste: Int)?
    for pages in 1...longestRun {
      let bytes = pages * PageSource.pageSize
      let objects = bytes / stride
      guard objects > 0 else { continue }
      let waste = bytes - objects * stride
      // waste / pages < best.waste / best.pages - 4096 / 64, without the fractions.
      if let best, waste * best.pages + 64 * pages * best.pages >= best.waste * pages { continue }
      best = (pages, objects, waste)
    }
    guard let best else { return nil }
    pages = best.pages
    objects = best.objects
    self.stride = stride
  }

  /// One object in as few pages as hold it.
  init?(alone stride: Int, longestRun: Int) {
    pages = (stride + (PageSource.pageSize - 1)) / PageSource.pageSize
    objects = 1
    self.stride = stride
    guard pages <= longestRun else { return nil }
  }
}
