#if os(none)
import Machine
import Text

extension Monitor {
  /// `test`: in place; the monitor goes on afterwards, and leaves with the failure if there was one.
  mutating func test(_ words: TestWords) {
    switch words {
    case .list: Suites.list()
    case .all: note(passed: Suites.run(nil, on: kernel))
    case .suite(let name): note(passed: Suites.run(name, on: kernel))
    }
  }

  private mutating func note(passed: Bool?) {
    if passed == nil { fail("no such suite; test list names them") }
    if passed != true { status = .testsFailed }
  }
}
#endif
