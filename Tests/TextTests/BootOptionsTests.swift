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
    let words = ["test", "bench", "run=\"arenas; walk kva\"", "fatal=null"]
    for permutation in permutations(words) {
      let qemu = "kernel.elf " + permutation.joined(separator: " ")
      let grub = permutation.map { $0.contains(" ") ? "\"\($0.filter { $0 != "\"" })\"" : $0 }
        .joined(separator: " ")
      for (line, first) in [(qemu, true), (grub, false)] {
        let bytes = line.utf8Bytes
        let options = BootOptions<128>(bytes.span, namesImageFirst: first) { _ in Issue.record("unknown word")
        }
        #expect(options.tests == .all && options.bench && !options.staysInMonitor)
        #expect(string(options.commands) == "arenas; walk kva")
        #expect(string(options.scenario) == "null")
      }
    }
  }

  @Test("unknown words are named, in order")
  func unknownWords() {
    var seen: [String] = []
    let bytes = "k.elf one \"two three\" test four=4".utf8Bytes
    let options = BootOptions<64>(bytes.span, namesImageFirst: true) { word in
      seen.append(string(word))
    }
    #expect(seen == ["one", "two three", "four=4"])
    #expect(options.tests == .all)
  }

  @Test("a line of any length is cut at the capacity and says so")
  func truncation() {
    for length in 0..<40 {
      let line = String(repeating: "ab ", count: 20).prefix(length)
      let bytes = Array(line.utf8)
      let options = BootOptions<16>(bytes.span, namesImageFirst: false) { _ in }
      #expect(options.isTruncated == (line.split(separator: " ").map { $0.count + 1 }.reduce(0, +) > 16))
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
        let options = BootOptions<4>(line.span, namesImageFirst: false) { #expect($0.count <= 4) }
        #expect(options.staysInMonitor == true)
        guard let next = indices.firstIndex(where: { $0 < alphabet.count - 1 }) else { break }
        for position in 0..<next { indices[position] = 0 }
        indices[next] += 1
      }
    }
  }

  private func permutations(_ words: [String]) -> [[String]] {
    guard let first = words.first else { return [[]] }
    return permutations(Array(words.dropFirst())).flatMap { rest in
      (0...rest.count).map { Array(rest[..<$0]) + [first] + Array(rest[$0...]) }
    }
  }
}
