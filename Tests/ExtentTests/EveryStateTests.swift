import Primitives
import Testing
import VMem

@testable import Extent

/// Storage for one extent, and the extent.
final class ExtentOnHost {
  let storage: UnsafeMutableRawBufferPointer
  var extent: Extent<UInt8>

  init(_ bounds: AddressRange<UInt8>, coalesces: Bool = true, isFilled: Bool = false, capacity: Int) throws {
    storage = .allocate(byteCount: Extent<UInt8>.storageSize(regions: max(capacity, 1)), alignment: 16)
    extent = try Extent(
      name: "test", bounds: bounds, coalesces: coalesces, isFilled: isFilled, capacity: capacity,
      storage: storage)
  }

  /// An extent in the state of `model`, with room for `spare` more regions.
  convenience init(_ model: ExtentModel, spare: Int) throws {
    try self.init(model.bounds, capacity: model.regions.count + spare)
    for region in model.regions { try extent.claim(region) }
  }

  deinit { storage.deallocate() }

  var regions: [AddressRange<UInt8>] {
    var all: [AddressRange<UInt8>] = []
    extent.forEachRegion { all.append($0) }
    return all
  }
}

/// Every state of small extents and every call from each, against the model.
/// After each call the extent's own check of Extent-I1, Extent-I2 and Extent-I3 must hold, and the model's regions be its.
@Suite("Every state of an extent")
struct EveryStateTests {
  static let windows: [AddressRange<UInt8>] = [
    AddressRange(first: 0, last: 6), AddressRange(first: 249, last: 255), AddressRange(first: 11, last: 17),
  ]

  private func forEveryState(
    _ bounds: AddressRange<UInt8>, _ body: (ExtentModel) throws -> Void
  ) rethrows {
    for bits in 0..<128 {
      var model = ExtentModel(bounds: bounds)
      for bit in 0..<7 where bits & 1 << bit != 0 { model.taken.insert(bounds.first + UInt8(bit)) }
      try body(model)
    }
  }

  private func forEveryRange(_ bounds: AddressRange<UInt8>, _ body: (AddressRange<UInt8>) throws -> Void)
    rethrows
  {
    for first in bounds.first...bounds.last {
      for last in first...bounds.last { try body(AddressRange(first: first, last: last)) }
    }
  }

  private func numbers(_ range: AddressRange<UInt8>) -> Set<UInt8> { Set(range.first...range.last) }

  /// One call from one state: what it answers, what it leaves, and that a failure leaves everything.
  private func check(
    _ before: ExtentModel, _ after: ExtentModel?, spare: Int, _ what: String,
    _ call: (inout Extent<UInt8>) throws -> Void
  ) throws {
    let host = try ExtentOnHost(before, spare: spare)
    let expected = after ?? before
    var isRefused = false
    do { try call(&host.extent) } catch { isRefused = true }
    guard isRefused == (after == nil), host.regions == expected.regions,
      host.extent.firstBrokenInvariant() == 0
    else {
      Issue.record("\(what) from \(before.regions), \(spare) spare: refused \(isRefused), \(host.regions)")
      throw Stop()
    }
  }

  private struct Stop: Error {}

  @Test("Requests go where the manual says", arguments: windows)
  func requests(bounds: AddressRange<UInt8>) throws {
    let requests = Self.requests(bounds)
    try forEveryState(bounds) { model in
      let host = try ExtentOnHost(model, spare: 1)
      for request in requests {
        let expected = model.placement(of: request)
        let found = (try? host.extent.allocate(request)).map { Int($0.first) }
        guard found == expected, host.extent.firstBrokenInvariant() == 0 else {
          Issue.record(
            "\(request) from \(model.regions): \(String(describing: found)), not \(String(describing: expected))"
          )
          throw Stop()
        }
        guard let found else { continue }
        let region = AddressRange(first: UInt8(found), last: UInt8(found) + request.countMinusOne)
        try host.extent.free(region)
        guard host.regions == model.regions else {
          Issue.record("\(request) from \(model.regions) and back: \(host.regions)")
          throw Stop()
        }
      }
    }
  }

  private static func requests(_ bounds: AddressRange<UInt8>) -> [ExtentRequest<UInt8>] {
    var all: [ExtentRequest<UInt8>] = []
    for count in 1...4 as ClosedRange<UInt8> {
      for (alignment, skew) in [(1, 0), (2, 1), (4, 0), (4, 3)] as [(UInt8, UInt8)] {
        for boundary in [0, 2, 4] as [UInt8] where boundary == 0 || boundary >= count {
          for (low, high) in [(0, 6), (1, 5), (3, 6)] as [(UInt8, UInt8)] {
            var request = ExtentRequest<UInt8>(count: count)
            request.alignment = alignment
            request.skew = skew
            request.boundary = boundary
            request.first = bounds.first + low
            request.last = bounds.first + high
            for policy in [ExtentRequest<UInt8>.Policy.lowest, .leastOverhead] {
              request.policy = policy
              for origin in [ExtentRequest<UInt8>.BoundaryOrigin.start, .zero]
              where boundary != 0 || origin == .start {
                request.boundaryOrigin = origin
                all.append(request)
              }
            }
          }
        }
      }
    }
    return all
  }

  @Test("Claims, with and without conflicts, with and without a descriptor", arguments: windows)
  func claims(bounds: AddressRange<UInt8>) throws {
    try forEveryState(bounds) { model in
      try forEveryRange(bounds) { range in
        for spare in 0...1 {
          var after = model
          after.taken.formUnion(numbers(range))
          let fits = after.regions.count <= model.regions.count + spare
          let isFree = model.taken.isDisjoint(with: numbers(range))
          try check(model, isFree && fits ? after : nil, spare: spare, "claim of \(range)") { extent in
            try extent.claim(range)
          }
          try check(model, fits ? after : nil, spare: spare, "conflicting claim of \(range)") { extent in
            try extent.claim(range, conflictsAllowed: true)
          }
        }
      }
    }
  }

  @Test("Frees of wholes, ends, middles and nonsense, with and without a descriptor", arguments: windows)
  func frees(bounds: AddressRange<UInt8>) throws {
    try forEveryState(bounds) { model in
      try forEveryRange(bounds) { range in
        for spare in 0...1 {
          var after = model
          after.taken.subtract(numbers(range))
          let fits = after.regions.count <= model.regions.count + spare
          let isTaken = numbers(range).isSubset(of: model.taken)
          try check(model, isTaken && fits ? after : nil, spare: spare, "free of \(range)") { extent in
            try extent.free(range)
          }
          try check(model, fits ? after : nil, spare: spare, "tolerant free of \(range)") { extent in
            try extent.free(range, conflictsAllowed: true)
          }
        }
      }
    }
  }
}
