#if os(none)
import Frames
import Machine
import Primitives
import Text
import VMem

/// The worst cases of VMem.md, counted for every operation that `make test-instructions` does not count: in a comb of few
/// teeth and in one of ten times as many.
func arenaCostSuite(_ t: inout TestRun) {
  guard Processor.features.contains(.timeStampCounter), InstructionMeter.countsInstructions else {
    return t.skipSuite("the clock does not count instructions: -icount shift=0,sleep=off")
  }
  guard !_isDebugAssertConfiguration() else {
    return t.skipSuite("the stated figures are those of the optimised image")
  }
  t.test("each operation costs what is stated, whatever the number of segments") { t in
    guard let memory = BenchmarkMemory(t.kernel.memory.frames, upTo: 2 << 20) else {
      return t.skip("too little memory")
    }
    for number in UInt8(0)..<255 {
      guard let operation = ArenaCosts.Operation(rawValue: number) else { return }
      guard let few = ArenaCosts(memory, teeth: 1000)?.measure(operation),
        let many = ArenaCosts(memory, teeth: 10_000)?.measure(operation)
      else { return t.skip("too little memory") }
      t.remark {
        $0.write(operation.name)
        $0.write(": ")
        $0.write(decimal: few)
        $0.write(" instructions, with ten times the segments ")
        $0.write(decimal: many)
      }
      t.expect(few > 0 && operation.growth.allows(from: few, to: many), operation.name)
      t.expect(many <= operation.limit, operation.name)
    }
  }
}

/// An arena of `teeth` free segments of 15 quanta, each behind an allocation of one, and calls that leave it as it was.
/// Its index by address stands from the beginning.
private struct ArenaCosts {
  typealias Words = Arena<UInt32, NoLock>

  /// How a cost may grow with ten times the segments.
  enum Growth {
    /// As the height of a balanced tree, and the capacity of a group.
    case logarithmic
    case linear

    func allows(from few: UInt32, to many: UInt32) -> Bool {
      switch self {
      // 12 levels become 17 (see `InstructionTests`).
      case .logarithmic: many <= few * 17 / 12 + 40
      case .linear: many <= few * 11 + 1000
      }
    }
  }

  private let arena: Words
  private let teeth: UInt32

  /// Nil where the storage does not do.
  init?(_ memory: borrowing BenchmarkMemory, teeth: UInt32) {
    let size = Words.storageSize(spans: 70, allocations: Int(teeth) + 64, addressIndex: .always)
    guard let storage = unsafe memory.split(UInt32(size))?.0,
      let arena = try? unsafe Words.create(
        name: "costs", addressIndex: .always, storage: storage, lock: NoLock()),
      (try? arena.add(first: 0, count: teeth * 16)) != nil,
      // The cells cover all that comes from now on.
      (try? arena.add(first: 0xFFFF_FF00, count: 16)) != nil
    else { return nil }
    for tooth in 0..<teeth where (try? arena.claim(AddressRange(first: tooth * 16, last: tooth * 16))) == nil
    {
      return nil
    }
    self.arena = arena
    self.teeth = teeth
  }

  /// The most instructions of 64 calls here and there; 0 if one went wrong.
  func measure(_ operation: Operation) -> UInt32 {
    var (worst, tooth) = (UInt32(0), teeth / 2)
    for turn in UInt32(0)..<64 {
      let first = tooth * 16
      guard prepare(operation, first) else { return 0 }
      var isRight = false
      let cost = InstructionMeter.count { isRight = run(operation, first, turn) }
      guard isRight, undo(operation, first) else { return 0 }
      worst = max(worst, cost)
      // Teeth far from one another, so that no hint helps; 617 is a prime.
      tooth = (tooth + teeth * 5 / 8 + 617) % (teeth - 2)
    }
    return arena.checkInvariants() == 0 ? worst : 0
  }
}

extension ArenaCosts {
  fileprivate enum Operation: UInt8 {
    case atOnce, region, refusedClaim, refusedFree, frontPart, backPart, middlePart, join, label, segment,
      span
    case candidate, addSpan, couldEverHold, statistics, check

    var name: StaticString {
      switch self {
      case .atOnce: "allocateAtOnce and freeAtOnce"
      case .region: "allocateRegion and its free"
      case .refusedClaim: "a claim of what is taken"
      case .refusedFree: "a free of what is free"
      case .frontPart: "freeFragment at the front"
      case .backPart: "freeFragment at the back"
      case .middlePart: "freeFragment in the middle"
      case .join: "join"
      case .label: "label"
      case .segment: "segment(atOrAfter:), a step of a walk"
      case .span: "span(atOrAfter:)"
      case .candidate: "candidate(for:) within bounds"
      case .addSpan: "add(span:)"
      case .couldEverHold: "couldEverHold"
      case .statistics: "statistics"
      case .check: "checkInvariants"
      }
    }

    var growth: Growth {
      switch self {
      case .span, .couldEverHold, .statistics, .check: .linear
      default: .logarithmic
      }
    }

    /// Instructions at 10,000 segments.
    var limit: UInt32 {
      switch self {
      case .span, .couldEverHold, .statistics: 200_000
      case .check: 20_000_000
      default: 3000
      }
    }
  }

  private var owner: Owner { Owner(rawValue: 1) }

  private func range(_ first: UInt32, _ count: UInt32) -> AddressRange<UInt32> {
    AddressRange(first: first, last: first + (count - 1))
  }

  private func claims(_ first: UInt32, _ count: UInt32) -> Bool {
    (try? arena.claim(range(first, count))) != nil
  }

  private func frees(_ first: UInt32, _ count: UInt32) -> Bool {
    (try? arena.free(range(first, count))) != nil
  }

  private func freesPart(_ first: UInt32, _ count: UInt32) -> Bool {
    (try? arena.freeFragment(range(first, count))) != nil
  }

  /// The tooth at `first` is one allocated quantum; 15 free ones follow.
  private func prepare(_ operation: Operation, _ first: UInt32) -> Bool {
    switch operation {
    case .frontPart, .backPart, .middlePart: claims(first + 3, 6)
    case .join: claims(first + 3, 3) && claims(first + 6, 3)
    default: true
    }
  }

  private func undo(_ operation: Operation, _ first: UInt32) -> Bool {
    switch operation {
    case .frontPart: frees(first + 5, 4)
    case .backPart: frees(first + 3, 4)
    case .middlePart: frees(first + 3, 2) && frees(first + 7, 2)
    case .join: frees(first + 3, 6)
    default: true
    }
  }

  /// What is counted; whether it went as it should.
  @inline(never)
  private func run(_ operation: Operation, _ first: UInt32, _ turn: UInt32) -> Bool {
    switch operation {
    case .atOnce:
      // An arena with an index has no short way: whoever asks is told so at once.
      guard let address = arena.allocateAtOnce(count: 3) else { return true }
      return arena.freeAtOnce(first: address, count: 3)
    case .region:
      guard let region = try? arena.allocateRegion(Request(count: 3)) else { return false }
      region.free()
      return true
    case .refusedClaim: return !claims(first, 2)
    case .refusedFree: return !frees(first + 3, 2)
    case .frontPart: return freesPart(first + 3, 2)
    case .backPart: return freesPart(first + 7, 2)
    case .middlePart: return freesPart(first + 5, 2)
    case .join: return arena.join(at: first + 6)
    case .label: return arena.label(first, as: owner)
    case .segment: return arena.segment(atOrAfter: first + 5)?.range == range(first + 1, 15)
    case .span: return arena.span(atOrAfter: first)?.first == 0
    case .candidate:
      var request = Request<UInt32>(count: 15)
      request.first = first
      request.last = first + 31
      return (try? arena.candidate(for: request))?.start == first + 1
    case .addSpan: return (try? arena.add(first: 0x8000_0000 + turn * 32, count: 16)) != nil
    case .couldEverHold: return arena.couldEverHold(Request(count: 15))
    case .statistics: return arena.statistics.freeSegments > 0
    case .check: return arena.checkInvariants() == 0
    }
  }
}
#endif
