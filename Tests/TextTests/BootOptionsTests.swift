import Testing
import Text
import Vectors

@Suite("Kernel command line")
struct BootOptionsTests {
  static let vectors: [BootLineVector] = {
    var all: [BootLineVector] = []
    BootLineVector.each { all.append($0) }
    return all
  }()

  @Test("each vector is understood", arguments: vectors)
  func vector(_ vector: BootLineVector) {
    #expect(vector.holds, "\(vector.line)")
  }

  @Test("both loaders' forms of one line mean the same (Text-I5)")
  func bothForms() {
    let words = ["test", "bench", "run=\"arenas; walk kva\"", "fatal=null", "swap=1", "evict=always"]
    for permutation in permutations(words) {
      let qemu = "kernel.elf " + permutation.joined(separator: " ")
      let grub = permutation.map { $0.contains(" ") ? "\"\($0.filter { $0 != "\"" })\"" : $0 }
        .joined(separator: " ")
      for (line, first) in [(qemu, true), (grub, false)] {
        let bytes = line.utf8Bytes
        read(bytes, namesImageFirst: first) { options, _ in
          #expect(options.tests == .all && options.bench && !options.staysInMonitor)
          #expect(string(options.commands) == "arenas; walk kva")
          #expect(string(options.scenario) == "null")
          #expect(options.namesSwap && string(options.swap) == "1" && options.forcesEviction)
          if let unknown = options.unknownWord(0) { Issue.record("unknown: \(string(unknown))") }
        }
      }
    }
  }

  @Test("unknown words are named, in order")
  func unknownWords() {
    var seen: [String] = []
    let bytes = "k.elf one \"two three\" test four=4".utf8Bytes
    read(bytes, namesImageFirst: true) { options, _ in
      while let word = options.unknownWord(seen.count) { seen.append(string(word)) }
      #expect(options.tests == .all)
    }
    #expect(seen == ["one", "two three", "four=4"])
  }

  @Test("the stress suite's steps, and words that only look like ours")
  func stepsAndEviction() {
    let bytes = "k.elf steps=1000000 evict=never evict steps=".utf8Bytes
    read(bytes, namesImageFirst: true) { options, _ in
      #expect(string(options.steps) == "1000000" && !options.forcesEviction)
      var unknown: [String] = []
      while let word = options.unknownWord(unknown.count) { unknown.append(string(word)) }
      #expect(unknown == ["evict=never", "evict", "steps="])
    }
  }

  @Test("a line of any length is cut at the capacity and says so")
  func truncation() {
    for length in 0..<40 {
      let line = String(repeating: "ab ", count: 20).prefix(length)
      let bytes = Array(line.utf8)
      let needed = line.split(separator: " ").map { $0.count + 1 }.reduce(0, +)
      read(bytes, capacity: 16, namesImageFirst: false) { _, cut in
        #expect(cut == BootLine.Words(count: min(needed, 16), isTruncated: needed > 16))
      }
    }
  }

  @Test("every line of up to six awkward bytes is read without a trap")
  func everyShortLine() {
    let alphabet: [UInt8] = [0x20, 0x22, 0x27, 0x5C, 0x61, 0x3D, 0x2F]
    for length in 0...6 {
      var line = [UInt8](repeating: alphabet[0], count: length)
      var indices = [Int](repeating: 0, count: length)
      while true {
        for position in 0..<length { line[position] = alphabet[indices[position]] }
        read(line, capacity: 4, namesImageFirst: false) { options, cut in
          var unknown = 0
          while let word = options.unknownWord(unknown) {
            #expect(word.count <= 4)
            unknown += 1
          }
          #expect(cut.count <= 4 && options.staysInMonitor)
        }
        guard let next = indices.firstIndex(where: { $0 < alphabet.count - 1 }) else { break }
        for position in 0..<next { indices[position] = 0 }
        indices[next] += 1
      }
    }
  }

  @Test(
    "what is at the other end of the line",
    arguments: [
      ("test", TerminalKind.log, 0), ("terminal=color", .color, 0), ("terminal=plain test", .plain, 0),
      ("terminal=color terminal=log", .log, 0), ("terminal=vt100", .log, 1), ("terminal=", .log, 1),
      ("terminal", .log, 1),
    ])
  func terminal(_ line: String, _ kind: TerminalKind, unknown: Int) {
    read(Array(line.utf8), namesImageFirst: false) { options, _ in
      #expect(options.terminal == kind)
      var count = 0
      while options.unknownWord(count) != nil { count += 1 }
      #expect(count == unknown)
    }
  }

  private func read(
    _ line: [UInt8], capacity: Int = 128, namesImageFirst: Bool, _ body: (BootOptions, BootLine.Words) -> Void
  ) {
    var words = [UInt8](repeating: 0xEE, count: capacity)
    var storage = words.mutableSpan
    let cut = BootLine.unquote(line.span, into: &storage)
    body(BootOptions(storage.span.extracting(first: cut.count), namesImageFirst: namesImageFirst), cut)
  }

  private func permutations(_ words: [String]) -> [[String]] {
    guard let first = words.first else { return [[]] }
    return permutations(Array(words.dropFirst())).flatMap { rest in
      (0...rest.count).map { Array(rest[..<$0]) + [first] + Array(rest[$0...]) }
    }
  }
}
