import Foundation
import QEMU
import Support

/// What the kernel drew, taken off the screen by QEMU's own monitor.
enum ScreenDump {
  /// Why nothing was taken.
  struct NoPicture: Error, CustomStringConvertible {
    var reason: String
    var description: String { "no picture: \(reason); the log is .build/logs/screenshot.log" }
  }

  /// What is worth a look: pictures that follow a trial of mappings, things that stay, and the self-tests of kernel memory.
  static let scene = [
    "show live", "devtest mix 40000", "alloc kva 48M", "alloc kva 64M min=0xf4000000", "devtest mix 30000",
    "vmap 0xfe000000 8M", "test kmem", "alloc iomem 1G min=0x40000000", "devtest mix 50000", "show",
  ]

  /// Boots, gives the monitor the commands that draw, and has QEMU write the screen to a file.
  ///
  /// - Parameter format: `png` or `ppm`.
  static func take(
    _ machine: Machine, kernel: String, commands: [String], format: String, to output: String
  ) throws {
    let files = FileManager.default
    try? files.removeItem(atPath: output)
    // Ctrl-A C switches the serial line between the kernel and QEMU's own monitor.
    let toggle: [UInt8] = [0x01, 0x63]
    let prompt = PromptWatcher.prompt
    let outcome = try Session.dialogue(
      machine, .kernel(path: kernel, words: ""),
      steps: commands.enumerated().map { number, command in
        (awaits: number == 0 ? prompt : "\n\(prompt)", sends: Array("\(command)\r".utf8))
      } + [
        (awaits: "\n\(prompt)", sends: toggle),
        (awaits: "(qemu) ", sends: Array("screendump \(output) -f \(format)\n".utf8)),
        (awaits: "(qemu) ", sends: toggle + Array("quit\r".utf8)),
      ], limit: 300)
    try Logs.write("screenshot.log", outcome.log)
    guard outcome.ending == .success, files.fileExists(atPath: output) else {
      throw NoPicture(reason: "the boot ended with \(outcome.ending)")
    }
    // The monitor says so when it could not draw; the dump then shows what was there before.
    let lines = outcome.text.split(whereSeparator: \.isNewline)
    if let complaint = lines.first(where: { $0.hasPrefix("error: ") || $0.hasPrefix("Error: ") }) {
      try? files.removeItem(atPath: output)
      throw NoPicture(reason: String(complaint))
    }
  }
}

/// The picture as a test: it has the size of a mode that the kernel set, and bands in several colours.
struct PictureTest {
  var kernel: String

  /// A band each for four arenas, and a legend of owners: fewer colours than this cannot show them.
  static let fewestColours = 8

  /// Dots that a gibibyte of the arena `iomem` has at least: a quarter of 976 columns, 34 rows within the frame.
  static let dotsOfGibibyte = 240 * 34
  /// The chart's first curve is the only thing that is pure white; it goes from edge to edge.
  static let (firstCurve, dotsOfCurve) = (0xFF_FFFF as UInt32, 900)

  func run() throws -> Verdict {
    var remarks: [String] = []
    let once = try take(["show"], "picture.ppm")
    if once.width < 640 || once.height < 480 {
      remarks.append("the screen is \(once.width) by \(once.height): no mode was set")
    }
    let colours = once.colours.filter { $0.value >= 64 }.count
    if colours < Self.fewestColours { remarks.append("only \(colours) colours are on the screen") }
    // Nobody says `show` after the allocation: the picture follows by itself, and has a curve by then.
    let live = try take(
      ["show live", "devtest mix 2000", "alloc iomem 1G min=0x40000000"], "picture-live.ppm")
    let before = once.colours
    let growth = live.colours.map { $0.value - before[$0.key, default: 0] }.max() ?? 0
    if growth < Self.dotsOfGibibyte {
      remarks.append("a gibibyte was taken, and the live picture shows none")
    }
    if live.colours[Self.firstCurve, default: 0] < Self.dotsOfCurve {
      remarks.append("no curve is on the screen")
    }
    return remarks.isEmpty ? .passed() : .failed(remarks + ["pictures: .build/logs/picture*.ppm"])
  }

  private func take(_ commands: [String], _ name: String) throws -> Picture {
    let path = try Logs.path(name)
    try ScreenDump.take(Machine(), kernel: kernel, commands: commands, format: "ppm", to: path)
    guard let picture = Picture(ppm: [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))) else {
      throw ScreenDump.NoPicture(reason: "\(path) is no picture")
    }
    return picture
  }
}
