import Oracle
import Primitives
import VMem

/// Calls that name their range: exact allocation, free, fragment free.
extension Examiner {
  /// Every range of cells, in and across spans' ends, is claimed under a changing policy.
  func examineClaims(_ number: Int) {
    for (index, range) in everyRange.enumerated() {
      claim(range, policy: Policy.allCases[(number + index) % 4])
    }
  }

  /// All ranges from the start of one cell to the end of another.
  private var everyRange: [AddressRange<UInt8>] {
    let addresses = setting.addresses
    return addresses.flatMap { first in
      addresses.filter { $0 >= first }.map {
        AddressRange(first: UInt8(first), last: UInt8($0 + setting.quantum - 1))
      }
    }
  }

  private func claim(_ range: AddressRange<UInt8>, policy: Policy) {
    countCall()
    var request = Request(exactly: range)
    request.policy = policy
    request.owner = Owner(rawValue: 99)
    let expected = claimVerdict(range)
    do throws(AllocationError<UInt8>) {
      let got = try subject.arena.allocate(request)
      guard expected == nil, got == range else {
        return note("claim \(range)", got: "\(got)", expected: "\(String(describing: expected))")
      }
      var after = mask
      let first = setting.cell(startingAt: range.first)!
      after.occupy(first, count: (Int(range.countMinusOne) + 1) / setting.quantum)
      expectState(after.state) { "claim \(range)" }
      subject.restore()
    } catch {
      guard error == expected else {
        return note("claim \(range)", got: "\(error)", expected: expected.map { "\($0)" } ?? "success")
      }
      expectState(mask.state) { "claim \(range)" }
    }
  }

  /// What a claim must answer: nothing if it must succeed; otherwise the lowest obstacle decides, be it a hole
  /// between spans or an allocation.
  private func claimVerdict(_ range: AddressRange<UInt8>) -> AllocationError<UInt8>? {
    guard setting.isInOneSpan(range) else { return outside(range) }
    for run in mask.runs where !run.isFree {
      let live = setting.range(run.first, run.count)
      if live.overlaps(range) {
        return .conflict(wanted: range, with: live, owner: Subject.owner(ofCell: run.first))
      }
    }
    return nil
  }

  private func outside(_ range: AddressRange<UInt8>) -> AllocationError<UInt8> {
    // A range over a hole or over the seam of two spans: an allocation that comes before the end of the first
    // span is met first.
    let seam = setting.endOfSpan(containing: range.first)
    for run in mask.runs where !run.isFree {
      let live = setting.range(run.first, run.count)
      if live.overlaps(range), live.first <= seam {
        return .conflict(wanted: range, with: live, owner: Subject.owner(ofCell: run.first))
      }
    }
    return .outsideSpans(range)
  }

  /// Every range of cells is freed, whole and as a fragment; so are ranges that begin or end inside a quantum.
  func examineFrees() {
    for range in everyRange {
      free(range)
      freeFragment(range)
      guard setting.quantum > 1 else { continue }
      freeMisaligned(AddressRange(first: range.first + 1, last: range.last))
      freeFragmentMisaligned(AddressRange(first: range.first, last: range.last - 1))
      freeFragmentMisaligned(AddressRange(first: range.first + 1, last: range.last))
    }
  }

  private func free(_ range: AddressRange<UInt8>) {
    countCall()
    var after: MaskArena?
    var expected = freeVerdict(range)
    if expected == nil, let run = allocation(at: range.first) {
      let live = setting.range(run.first, run.count)
      if live == range {
        after = mask
        after!.release(run.first, count: run.count)
      } else {
        expected = .mismatch(range, allocated: live, owner: Subject.owner(ofCell: run.first))
      }
    }
    settle("free", range, expected, after) { (arena) throws(FreeError<UInt8>) in try arena.free(range) }
  }

  private func freeFragment(_ range: AddressRange<UInt8>) {
    countCall()
    var after: MaskArena?
    var expected = freeVerdict(range)
    if expected == nil, let run = allocation(at: range.first) {
      let live = setting.range(run.first, run.count)
      if live.contains(range) {
        after = mask
        after!.release(
          setting.cell(startingAt: range.first)!, count: (Int(range.countMinusOne) + 1) / setting.quantum)
      } else {
        expected = .beyondAllocation(range, allocated: live, owner: Subject.owner(ofCell: run.first))
      }
    }
    settle("freeFragment", range, expected, after) { (arena) throws(FreeError<UInt8>) in
      try arena.freeFragment(range)
    }
  }

  /// A free that begins inside a quantum can never be right.
  private func freeMisaligned(_ range: AddressRange<UInt8>) {
    countCall()
    let quantum = UInt8(setting.quantum)
    settle("free", range, .misaligned(range, quantum: quantum), nil) { (arena) throws(FreeError<UInt8>) in
      try arena.free(range)
    }
  }

  private func freeFragmentMisaligned(_ range: AddressRange<UInt8>) {
    countCall()
    let quantum = UInt8(setting.quantum)
    settle("freeFragment", range, .misaligned(range, quantum: quantum), nil) {
      (arena) throws(FreeError<UInt8>) in
      try arena.freeFragment(range)
    }
  }

  /// What forbids a free that begins in free space.
  private func freeVerdict(_ range: AddressRange<UInt8>) -> FreeError<UInt8>? {
    let cell = setting.cell(startingAt: range.first)!
    guard let run = mask.runs.first(where: { $0.isFree && $0.mask & (1 << UInt64(cell)) != 0 }) else {
      return nil
    }
    return .notAllocated(range, free: setting.range(run.first, run.count))
  }

  /// The allocation that `address` belongs to.
  private func allocation(at address: UInt8) -> MaskArena.Run? {
    let cell = setting.cell(startingAt: address)!
    return mask.runs.first { !$0.isFree && $0.mask & (1 << UInt64(cell)) != 0 }
  }

  private func settle(
    _ name: String, _ range: AddressRange<UInt8>, _ expected: FreeError<UInt8>?, _ after: MaskArena?,
    _ call: (Arena<UInt8, NoLock>) throws(FreeError<UInt8>) -> Void
  ) {
    do throws(FreeError<UInt8>) {
      try call(subject.arena)
      guard let after else {
        return note("\(name) \(range)", got: "success", expected: "\(String(describing: expected))")
      }
      expectState(after.state) { "\(name) \(range)" }
      subject.restore()
    } catch {
      guard error == expected else {
        return note("\(name) \(range)", got: "\(error)", expected: expected.map { "\($0)" } ?? "success")
      }
      expectState(mask.state) { "\(name) \(range)" }
    }
  }
}

extension Setting {
  /// Whether all of `range` lies in one span.
  func isInOneSpan(_ range: AddressRange<UInt8>) -> Bool {
    Int(range.last) <= Int(endOfSpan(containing: range.first))
  }

  /// The last address of the span that `address` is in.
  func endOfSpan(containing address: UInt8) -> UInt8 {
    for span in spans where Int(address) >= span.first && Int(address) < span.first + span.cells * quantum {
      return UInt8(span.first + span.cells * quantum - 1)
    }
    preconditionFailure("\(address) is in no span")
  }
}
