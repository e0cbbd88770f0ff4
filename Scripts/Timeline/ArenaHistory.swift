/// What became of an arena, operation by operation: who had which addresses from when to when, and how scattered the free
/// space was.
///
/// Time is counted in operations from the end of the log's beginning state on: operation k happens at time k, and what it
/// brings is there from k on.
public struct ArenaHistory: Equatable, Sendable {
  public typealias Range = OperationLines.Range

  /// A range in one hand for some time.
  public struct Region: Equatable, Sendable {
    public var range: Range
    public var owner: Int
    public var from: Int
    /// The time at which it was freed, or the end of all.
    public var to: Int
  }

  public var arena: String
  public var owners: [Int: String]
  public var spans: [Range]
  /// In the order of their ends.
  public var regions: [Region]
  /// Requests that failed.
  public var refusals: [Int]
  /// Operations in all.
  public var length: Int
  /// Of the free space, 0 to 1: from time k on, and after the last operation.
  public var fragmentation: [Double]

  /// A log that does not fit itself.
  public enum Failure: Error, Equatable, CustomStringConvertible {
    case overlap(Int)
    case notAllocated(Int)

    public var description: String {
      switch self {
      case .overlap(let number): "operation \(number) gives out what somebody has"
      case .notAllocated(let number): "operation \(number) frees what nobody has"
      }
    }
  }

  public init(_ log: OperationLines) throws(Failure) {
    arena = log.arena
    owners = log.owners
    spans = []
    regions = []
    refusals = []
    fragmentation = []
    length = log.operations.count - log.state
    var live = Live()
    for (number, operation) in log.operations.enumerated() {
      let time = max(number - log.state, 0)
      switch operation {
      case .span(let range): spans.append(range)
      case .allocate(let owner, let range):
        guard live.insert(Region(range: range, owner: owner, from: time, to: 0)) else {
          throw .overlap(number)
        }
      case .free(let range), .freePart(let range):
        guard let region = live.remove(range, at: time) else { throw .notAllocated(number) }
        if region.from < time { regions.append(region) }
      case .refuse: refusals.append(time)
      case .nothing: break
      }
      if number >= log.state { fragmentation.append(live.fragmentation(of: spans)) }
    }
    regions += live.regions.map { region in
      var region = region
      region.to = length
      return region
    }
  }
}

/// What is allocated at one time, in the order of the addresses.
private struct Live {
  var regions: [ArenaHistory.Region] = []

  /// The index of the first region that ends at `address` or above.
  private func index(endingAtOrAbove address: UInt64) -> Int {
    var low = 0
    var high = regions.count
    while low < high {
      let middle = (low + high) / 2
      if regions[middle].range.last < address { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// False if some of it is taken.
  mutating func insert(_ region: ArenaHistory.Region) -> Bool {
    let place = index(endingAtOrAbove: region.range.first)
    guard place == regions.count || regions[place].range.first > region.range.last else { return false }
    regions.insert(region, at: place)
    return true
  }

  /// Ends the region that `range` is in; what is left of it at either side begins anew. Nil if it is in none.
  mutating func remove(_ range: ArenaHistory.Range, at time: Int) -> ArenaHistory.Region? {
    let place = index(endingAtOrAbove: range.first)
    guard place < regions.count, regions[place].range.first <= range.first,
      range.last <= regions[place].range.last
    else { return nil }
    var region = regions.remove(at: place)
    region.to = time
    var rest: [ArenaHistory.Region] = []
    if region.range.first < range.first {
      rest.append(
        .init(range: .init(region.range.first, range.first - 1), owner: region.owner, from: time, to: 0))
    }
    if range.last < region.range.last {
      rest.append(
        .init(range: .init(range.last + 1, region.range.last), owner: region.owner, from: time, to: 0))
    }
    regions.insert(contentsOf: rest, at: place)
    return region
  }

  /// One less the largest free range over all that is free; 0 where nothing is.
  func fragmentation(of spans: [ArenaHistory.Range]) -> Double {
    var free: UInt64 = 0
    var largest: UInt64 = 0
    for span in spans {
      var next = span.first
      func gap(upTo end: UInt64) {
        guard end > next else { return }
        free += end - next
        largest = max(largest, end - next)
      }
      for region in regions[index(endingAtOrAbove: span.first)...] where region.range.first <= span.last {
        gap(upTo: region.range.first)
        next = region.range.last + 1
      }
      gap(upTo: span.last + 1)
    }
    return free == 0 ? 0 : 1 - Double(largest) / Double(free)
  }
}
