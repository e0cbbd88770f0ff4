import Exhaustion
import Primitives
import Testing
import VMem

/// Every fallible step of every operation is made to fail on its first, second, third... visit, until a run goes
/// through undisturbed. After each failure the world must be as before, and the same call must then succeed.
struct FailNthTests {
  typealias Small = Arena<UInt8, NoLock>

  /// An operation, and the state that it needs.
  struct Operation: Sendable {
    enum Preparation { case none, holdOne, holdThree, useUpTags }

    let name: String
    let preparation: Preparation
    let run: @Sendable (ChainWorld) throws -> Void

    init(
      _ name: String, after preparation: Preparation = .none,
      run: @escaping @Sendable (ChainWorld) throws -> Void
    ) {
      self.name = name
      self.preparation = preparation
      self.run = run
    }

    func prepare(_ world: ChainWorld) throws {
      switch preparation {
      case .none: break
      case .holdOne: try world.consumer.claim(AddressRange(first: 0, last: 0))
      case .holdThree: try FailNthTests.holdThree(world)
      case .useUpTags: try FailNthTests.useUpTags(world)
      }
    }
  }

  static let operations = [
    Operation("allocate, importing") { world in
      _ = try world.consumer.allocate(Request(count: 3))
    },
    Operation("allocate a cached size, importing") { world in
      _ = try world.consumer.allocate(Request(count: 1))
    },
    Operation("allocate under constraints", after: .holdOne) { world in
      var request = Request<UInt8>(count: 2)
      request.alignment = 4
      request.first = 4
      request.policy = .bestFit
      _ = try world.consumer.allocate(request)
    },
    Operation("allocate as fragmentable") { world in
      var request = Request<UInt8>(count: 3)
      request.isFragmentable = true
      _ = try world.consumer.allocate(request)
    },
    Operation("claim an exact range") { world in
      try world.consumer.claim(AddressRange(first: 5, last: 6))
    },
    Operation("allocate when tags are short", after: .useUpTags) { world in
      _ = try world.consumer.allocate(Request(count: 1))
    },
    Operation("allocate a region") { world in
      _ = try world.consumer.allocateRegion(Request(count: 3)).relinquish()
    },
    Operation("free a middle part", after: .holdThree) { world in
      try world.consumer.freeFragment(AddressRange(first: 1, last: 1))
    },
    Operation("add a span") { world in
      try world.consumer.add(span: AddressRange(first: 100, last: 120))
    },
  ]

  /// Holds addresses 0 to 2, and tags to spare.
  private static func holdThree(_ world: ChainWorld) throws {
    try world.consumer.claim(AddressRange(first: 0, last: 2))
    var others: [AddressRange<UInt8>] = []
    while world.grantedPieces == 0 {
      var request = Request<UInt8>(count: 1)
      request.policy = .firstFit
      others.append(try world.consumer.allocate(request))
    }
    for range in others { try world.consumer.free(range) }
  }

  /// Allocates until no tag is left, and gives none back.
  private static func useUpTags(_ world: ChainWorld) throws {
    try world.consumer.claim(AddressRange(first: 0, last: 0))
    while world.consumer.statistics.freeTags > 0 {
      var request = Request<UInt8>(count: 1)
      request.policy = .firstFit
      _ = try world.consumer.allocate(request)
    }
  }

  /// All that must be as before: every segment of both arenas, their spans, what is in use, cached and reserved.
  /// What the arena counts of its own work, failures above all, is not state; and tags that a source granted on the
  /// way stay granted.
  private struct Picture: Equatable {
    var segments: [Segment<UInt8>] = []
    var spans: [AddressRange<UInt8>] = []
    var inUse: [UInt64] = []
    var reserved: [Int] = []

    init(_ world: ChainWorld) {
      for arena in [world.consumer, world.source] {
        arena.walk { segments.append($0) }
        arena.walkSpans { spans.append($0) }
        let statistics = arena.statistics
        inUse += [statistics.total, statistics.inUse, statistics.imported, statistics.cached]
        reserved += [statistics.reservedTags, statistics.allocatedSegments, statistics.importedSpans]
      }
    }
  }

  /// Fails the `call`-th visit of `site` in both arenas during the operation. Whether the failure took place.
  private func fail(_ site: FaultSite, on call: UInt32, of operation: Operation) throws -> Bool {
    let world = try ChainWorld()
    try operation.prepare(world)
    let before = Picture(world)
    world.consumer.plan(FaultPlan(failing: site, onCall: call))
    var hasFailed = false
    do { try operation.run(world) } catch { hasFailed = true }
    let hasStruck = world.consumer.faults.hasStruck
    #expect(world.consumer.checkInvariants() == 0 && world.source.checkInvariants() == 0)
    if hasFailed {
      #expect(hasStruck, "\(operation.name) failed without \(site) \(call)")
      #expect(Picture(world) == before, "\(operation.name) with \(site) \(call) failing")
      try operation.run(world)
      #expect(world.consumer.checkInvariants() == 0 && world.source.checkInvariants() == 0)
    }
    return hasStruck
  }

  @Test(arguments: operations.indices) func everySiteFailsInTurn(index: Int) throws {
    let operation = Self.operations[index]
    for site in FaultSite.allCases {
      var call: UInt32 = 1
      while try fail(site, on: call, of: operation) { call += 1 }
      #expect(call < 50)
    }
  }

  /// The list of sites is the enumeration itself; each must have struck in some operation.
  @Test func everySiteIsReached() throws {
    for site in FaultSite.allCases {
      let isReached = try Self.operations.contains { try fail(site, on: 1, of: $0) }
      #expect(isReached, "\(site)")
    }
  }
}
