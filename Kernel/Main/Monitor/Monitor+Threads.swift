#if os(none)
import Machine
import Text
import Threads

extension Monitor {
  /// `threads`: a line for each.
  mutating func listThreads() {
    let scheduler = KernelThreads.scheduler
    Table<ConsoleSink, 5>.write(to: &console) { table in
      table.heading("thread", .right)
      table.heading("name")
      table.heading("state")
      table.heading("switches", .right)
      table.heading("waits for")
      table.endRow()
      var number: UInt32 = 0
      while let thread = scheduler.thread(atOrAfter: number) {
        table.cell(.right) { $0.write(decimal: thread.number) }
        table.cell(thread.name)
        table.cell(thread.state.name)
        table.cell(.right) { $0.write(decimal: thread.switches, width: 10) }
        table.cell { thread.writeWait(to: &$0) }
        table.endRow()
        number = thread.number + 1
      }
    }
  }
}

extension ThreadState {
  fileprivate var name: StaticString {
    switch self {
    case .ready: "ready"
    case .running: "running"
    case .sleeping: "sleeping"
    case .ended: "ended"
    }
  }
}
#endif
