import Primitives

/// Which of the segments that can hold a request is taken.
public enum Policy: UInt8, Sendable, CaseIterable {
  /// Whichever is found in the fewest steps.
  case instantFit
  /// The smallest; among equals the one with the lowest address; the lowest placement in it.
  case bestFit
  /// The lowest placement there is.
  case firstFit
  /// The lowest placement at or above the end of the last next-fit allocation, else the lowest there is.
  case nextFit
}

/// What a caller wants of an arena: a size and the constraints on where it may lie.
///
/// The size is rounded up to the arena's quantum before anything else; every constraint applies to the rounded
/// range. Constraints combine freely. A request that contradicts itself is refused as invalid when it is used,
/// not when it is made.
public struct Request<Address: ArenaAddress>: Equatable, Sendable {
  /// One less than the number of addresses wanted, before rounding. Meaningless if `isEmpty`.
  public let countMinusOne: Address
  /// What was set beside size and label; nothing, for the requests that the fast paths serve. That a constraint was set
  /// says not that it leaves less than everything: so the compiler knows the shape where a request is made.
  private(set) var shape: Shape
  /// Which of several suitable segments to take.
  public var policy = Policy.instantFit
  /// The label that conflicts and walks will show.
  public var owner = Owner.none
  private var constraints = Constraints<Address>()

  /// A request for `count` addresses; 0 is refused when the request is used.
  public init(count: Address) {
    countMinusOne = count &- 1
    shape = count == 0 ? .empty : Shape()
  }

  /// A request for `countMinusOne + 1` addresses: the only way to ask for the whole space.
  public init(countMinusOne: Address) {
    self.countMinusOne = countMinusOne
    shape = Shape()
  }

  /// A request for exactly `range`.
  public init(exactly range: AddressRange<Address>) {
    self.init(countMinusOne: range.countMinusOne)
    at = range.first
  }

  /// Whether it was made with a count of 0; such a request is always refused.
  public var isEmpty: Bool { shape.contains(.empty) }

  /// The range starts at `phase` modulo `alignment`: a power of two, or 0 for none. Below the quantum it means the
  /// quantum.
  public var alignment: Address {
    get { constraints.alignment }
    set {
      constraints.alignment = newValue
      shape.insert(.constrained)
    }
  }

  /// Below `alignment`, and a multiple of the quantum.
  public var phase: Address {
    get { constraints.phase }
    set {
      constraints.phase = newValue
      shape.insert(.constrained)
    }
  }

  /// The range crosses no multiple of this power of two, which is not below the rounded size; 0 for none.
  public var nocross: Address {
    get { constraints.nocross }
    set {
      constraints.nocross = newValue
      shape.insert(.constrained)
    }
  }

  /// The range starts at or above this address.
  public var first: Address {
    get { constraints.first }
    set {
      constraints.first = newValue
      shape.insert(.constrained)
    }
  }

  /// The range ends at or below this address, which may belong to it.
  public var last: Address {
    get { constraints.last }
    set {
      constraints.last = newValue
      shape.insert(.constrained)
    }
  }

  /// The range starts exactly here.
  public var at: Address? {
    get { shape.contains(.exact) ? constraints.at : nil }
    set {
      constraints.at = newValue ?? 0
      if newValue != nil { shape.insert(.exact) } else { shape.remove(.exact) }
    }
  }

  /// Reserves the tag that freeing a part from the middle takes, so that this cannot fail.
  public var isFragmentable: Bool {
    get { shape.contains(.fragmentable) }
    set { if newValue { shape.insert(.fragmentable) } else { shape.remove(.fragmentable) } }
  }

  /// Lets the request use the tags held back for tag sources: for a tag source's own requests, which must not
  /// wait for a tag source. It is passed on to sources of spans.
  public var usesReserve: Bool {
    get { shape.contains(.reserve) }
    set { if newValue { shape.insert(.reserve) } else { shape.remove(.reserve) } }
  }

  /// Whether nothing but size, label and the default policy matters.
  var isPlain: Bool {
    policy == .instantFit && shape.subtracting(.constrained).isEmpty && constraints.leaveEverything
  }

  /// Whether nothing was set but a label, or it is empty.
  var isPlainOrEmpty: Bool { shape.subtracting(.empty).isEmpty && policy == .instantFit }

  /// Whether nothing was set but an exact place and a label.
  var isPlainlyExact: Bool { shape == .exact && policy == .instantFit }

  /// Whether nothing was set but bounds, an alignment and a label, or it is empty.
  var isPlainlyConstrained: Bool {
    shape.subtracting(.empty) == .constrained && policy == .instantFit && nocross == 0
  }

  /// Whether nothing was set but best fit and a label.
  var isPlainBest: Bool { shape.isEmpty && policy == .bestFit }

  /// Tags that it takes or reserves at most: for what remains free on both sides, and for a middle free.
  var tagCount: Int { isFragmentable ? 3 : 2 }
}

/// What a request has beside size, label and policy.
struct Shape: OptionSet, Sendable {
  var rawValue: UInt8

  static var empty: Shape { Shape(rawValue: 1) }
  static var constrained: Shape { Shape(rawValue: 2) }
  static var exact: Shape { Shape(rawValue: 4) }
  static var fragmentable: Shape { Shape(rawValue: 8) }
  static var reserve: Shape { Shape(rawValue: 16) }
}

/// The constraints of a request, as the setters left them.
private struct Constraints<Address: ArenaAddress>: Equatable, Sendable {
  var alignment: Address = 1
  var phase: Address = 0
  var nocross: Address = 0
  var first: Address = .min
  var last: Address = .max
  var at: Address = 0

  /// Whether every place is right.
  var leaveEverything: Bool {
    alignment <= 1 && phase == 0 && nocross == 0 && first == .min && last == .max
  }
}

extension Request {
  /// Whether both ask for the same, however they were made.
  public static func == (left: Request, right: Request) -> Bool {
    left.shape.subtracting(.constrained) == right.shape.subtracting(.constrained)
      && left.countMinusOne == right.countMinusOne && left.policy == right.policy
      && left.owner == right.owner && left.constraints == right.constraints
  }
}
