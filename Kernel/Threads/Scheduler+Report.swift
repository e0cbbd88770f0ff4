import Primitives
import Text
import VMem

/// A thread as it was at one moment, for those who print.
public struct ThreadSummary: Sendable {
  public let number: UInt32
  public let name: StaticString
  public let state: ThreadState
  /// How often a processor came to it.
  public let switches: UInt32
  let wait: WaitSummary
}

/// What a sleeping thread waits for, with everything that a line of text needs.
enum WaitSummary: Sendable {
  case nothing
  case channel(StaticString)
  case ticks(UInt32)
  case end(number: UInt32, name: StaticString)
  case line(amount: UInt64, of: ArenaName, position: UInt32, length: UInt32)
}

extension Scheduler {
  /// The thread of that number, or else the next higher; nil if there is none. O(threads). Context: any.
  public func thread(atOrAfter number: UInt32) -> ThreadSummary? {
    let token = acquire()
    defer { release(token) }
    var next = state.value.firstOfAll
    while let thread = next, thread.value.number < number { next = thread.value.nextOfAll }
    guard let thread = next else { return nil }
    return ThreadSummary(
      number: thread.value.number, name: thread.value.name, state: thread.value.state,
      switches: thread.value.switches, wait: summary(ofWait: thread))
  }

  private func summary(ofWait thread: ThreadReference) -> WaitSummary {
    switch thread.value.wait {
    case .nothing: .nothing
    case .channel(let channel), .channelOrTime(let channel): .channel(channel.value.name)
    case .time: .ticks(thread.value.wakeTime &- state.value.time)
    case .end(let other): .end(number: other.value.number, name: other.value.name)
    case .line(let line, let amount):
      .line(
        amount: amount, of: line.value.name, position: line.value.position(of: thread),
        length: line.value.length)
    }
  }

  /// Writes who waits for what, a line for each thread that sleeps. Context: any.
  ///
  ///     thread 3 writer waits for 8192 of test, 1 of 2 in line
  ///     thread 4 reader waits for the end of thread 3 writer
  public func writeSleepers<Sink: ByteSink>(to sink: inout Sink) {
    var number: UInt32 = 0
    while let thread = thread(atOrAfter: number) {
      if thread.state == .sleeping {
        sink.write("thread ")
        sink.write(decimal: thread.number)
        sink.write(" ")
        sink.write(thread.name)
        sink.write(" waits for ")
        thread.writeWait(to: &sink)
        sink.newline()
      }
      number = thread.number + 1
    }
  }
}

extension ThreadSummary {
  /// Writes what it waits for; `-` if for nothing.
  public func writeWait<Sink: ByteSink>(to sink: inout Sink) {
    switch wait {
    case .nothing: sink.write("-")
    case .channel(let name): sink.write(name)
    case .ticks(let count):
      sink.write("tick ")
      sink.write(decimal: count)
      sink.write(" from now")
    case .end(let number, let name):
      sink.write("the end of thread ")
      sink.write(decimal: number)
      sink.write(" ")
      sink.write(name)
    case .line(let amount, let name, let position, let length):
      if amount > 0 {
        sink.write(decimal: amount)
        sink.write(" of ")
      }
      name.withBytes { sink.write($0) }
      sink.write(", ")
      sink.write(decimal: position)
      sink.write(" of ")
      sink.write(decimal: length)
      sink.write(" in line")
    }
  }
}
