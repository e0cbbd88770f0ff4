import Oracle
import VMem

/// Makes every call from given states of one setting and compares each answer, and the state after it, with the
/// oracle's.
///
/// An examiner owns an arena and is used by one thread; several examiners share nothing.
public final class Examiner {
  let subject: Subject
  let setting: Setting
  private let calls: Calls
  private let share: Int
  public private(set) var report = Report()

  var mask: MaskArena
  var cursor = 0

  /// - Parameter share: How many of the combined calls each state makes; the next state makes the next ones.
  public init(_ setting: Setting, share: Int = 480) throws {
    self.setting = setting
    self.share = share
    subject = try Subject(setting)
    calls = Calls(setting)
    mask = MaskArena(spanLengths: setting.spans.map(\.cells))
  }

  /// Every state of the setting, always in the same order.
  public static func states(of setting: Setting) -> [MaskArena.State] {
    MaskArena(spanLengths: setting.spans.map(\.cells)).reachableStates
  }

  /// Makes every call from `state`, which is number `number` of all states.
  public func examine(_ state: MaskArena.State, number: Int) throws {
    mask.state = state
    cursor = number % (setting.cellCount + 1)
    report.states += 1
    try subject.enter(state, cursor: cursor)
    subject.save()
    guard subject.observe() == state else { return note("enter", got: "another state", expected: "this one") }

    let answers = mask.answers
    for (index, call) in calls.everywhere.enumerated() {
      if (index + number) % 8 == 0 { explain(call, answers) }
      allocate(call, answers)
    }
    for step in 0..<min(share, calls.combined.count) {
      allocate(calls.combined[(number * share + step) % calls.combined.count], answers)
    }
    examineClaims(number)
    examineFrees()

    for place in 0...setting.cellCount {
      cursor = place
      try subject.enter(state, cursor: place)
      subject.save()
      for call in calls.byCursor { allocate(call, answers) }
    }
  }

  private func allocate(_ call: FitCall, _ answers: MaskAnswers) {
    report.calls += 1
    let possible = call.permitted & answers.freeRuns(of: call.cells)
    do throws(AllocationError<UInt8>) {
      let range = try subject.arena.allocate(call.request)
      judge(range, call, possible, answers)
    } catch {
      guard possible == 0 else { return note("\(call.request)", got: "\(error)", expected: cells(possible)) }
      guard error == call.refusal else {
        return note("\(call.request)", got: "\(error)", expected: "\(call.refusal)")
      }
      expectState(mask.state) { "\(call.request)" }
    }
  }

  /// A dry run answers what the request would get, and changes nothing.
  private func explain(_ call: FitCall, _ answers: MaskAnswers) {
    report.calls += 1
    let possible = call.permitted & answers.freeRuns(of: call.cells)
    do throws(AllocationError<UInt8>) {
      let explanation = try subject.arena.explain(call.request)
      if let range = explanation.placement {
        if explanation.ruledOutBy != nil || !isRight(range, call, possible, answers) {
          note("explain \(call.request)", got: "\(explanation)", expected: cells(possible))
        }
      } else if possible != 0 || explanation.ruledOutBy == nil {
        note("explain \(call.request)", got: "\(explanation)", expected: cells(possible))
      }
      let largest = mask.runs.filter(\.isFree).map(\.count).max().map { $0 * setting.quantum - 1 }
      if explanation.largestFree.map({ Int($0.countMinusOne) }) != largest {
        note(
          "explain \(call.request)", got: "\(explanation)",
          expected: "\(String(describing: largest)) + 1 free")
      }
    } catch {
      guard error != call.refusal else { return }
      note("explain \(call.request)", got: "\(error)", expected: "\(call.refusal)")
    }
    expectState(mask.state) { "explain \(call.request)" }
  }

  private func judge(
    _ range: AddressRange<UInt8>, _ call: FitCall, _ possible: UInt64, _ answers: MaskAnswers
  ) {
    guard isRight(range, call, possible, answers) else {
      return note("\(call.request)", got: "\(range)", expected: cells(possible))
    }
    var after = mask
    after.occupy(setting.cell(startingAt: range.first)!, count: call.cells)
    expectState(after.state) { "\(call.request)" }
    subject.restore()
  }

  /// Whether `range` is what the policy must choose; for instant fit, whether it is possible at all.
  private func isRight(
    _ range: AddressRange<UInt8>, _ call: FitCall, _ possible: UInt64, _ answers: MaskAnswers
  ) -> Bool {
    let choice: MaskChoice? =
      switch call.request.policy {
      case .instantFit: nil
      case .bestFit: .best
      case .firstFit: .first
      case .nextFit: .next
      }
    guard let cell = setting.cell(startingAt: range.first), possible & (1 << UInt64(cell)) != 0 else {
      return false
    }
    guard range == setting.range(cell, call.cells) else { return false }
    return choice.map { answers.choose($0, possible: possible, cursor: cursor) == cell } ?? true
  }

  /// The state as walked and the invariants must be what the oracle says.
  func expectState(_ state: MaskArena.State, after call: () -> String) {
    let seen = subject.observe()
    if seen != state {
      note(call(), got: seen.map(picture) ?? "a walk that is not one", expected: picture(state))
    }
    let broken = subject.arena.checkInvariants()
    if broken != 0 { note(call(), got: "VMem-I\(broken) broken", expected: "all invariants") }
  }

  func countCall() { report.calls += 1 }

  func note(_ call: String, got: String, expected: String) {
    subject.restore()
    guard report.findings.count < 20 else { return }
    report.findings.append(
      Finding(
        setting: setting.name, state: picture(mask.state), cursor: cursor, call: call, got: got,
        expected: expected))
  }

  private func cells(_ mask: UInt64) -> String {
    mask == 0 ? "noSpace" : "one of the cells \((0..<64).filter { mask & (1 << UInt64($0)) != 0 })"
  }

  private func picture(_ state: MaskArena.State) -> String {
    String(
      (0..<setting.cellCount).map { cell -> Character in
        let bit: UInt64 = 1 << UInt64(cell)
        return state.taken & bit == 0 ? "." : state.starts & bit == 0 ? "a" : "A"
      })
  }
}
