#if os(none)
import Text

extension Monitor {
  /// `test`: in place; the monitor goes on afterwards.
  mutating func test(_ words: TestWords) {
    switch words {
    case .list: Suites.list()
    case .all: _ = Suites.run(nil, on: kernel)
    case .suite(let name):
      if Suites.run(name, on: kernel) == nil { fail("no such suite; test list names them") }
    }
  }
}
#endif
