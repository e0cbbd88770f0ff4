#if os(none)
import Machine
import Text
import Threads

extension Monitor {
  /// `watch`: the command again and again. On a terminal each time on a fresh screen, until a key is typed or so many times;
  /// in a log below one another, so many times; what is typed ahead there is the next command.
  mutating func watch(_ words: WatchWords, in line: Span<UInt8>) {
    let isTerminal = Console.terminal != .log
    guard isTerminal || words.times != nil else {
      return fail("say how many times: watch 3 arenas; until a key is typed is for a terminal")
    }
    let command = line.extracting(words.start...).trimmed()
    var round: UInt32 = 0
    while true {
      round &+= 1
      console.clear()
      writeRound(round, of: words, command)
      _ = obey(command)
      if let times = words.times, round >= times { return }
      let ticks = max(words.milliseconds * KernelThreads.frequency / 1000, 1)
      guard isTerminal else {
        KernelThreads.scheduler.sleep(ticks: ticks)
        continue
      }
      console.styled(.quiet) { $0.write("any key ends this\n") }
      if KernelInput.wait(ticks: ticks) {
        // The key was for us.
        return KernelInput.discard()
      }
    }
  }

  private mutating func writeRound(_ round: UInt32, of words: WatchWords, _ command: Span<UInt8>) {
    console.begin(.quiet)
    console.write("watch ")
    console.write(decimal: round)
    if let times = words.times {
      console.write(" of ")
      console.write(decimal: times)
    }
    console.write(": ")
    console.write(foreign: command)
    console.endStyle()
    console.newline()
  }
}
#endif
