import Foundation
import Support

/// Bytes of machine code of one instantiation of the engine: what remains in a link whose roots are one small
/// function for each operation of the arena's interface, compiled for size.
struct EngineText {
  var path: String

  func measure() throws -> [Reading] {
    guard FileManager.default.fileExists(atPath: path) else { return [] }
    let said = try Child.capture(Command("size", ["-A", "-d", path]), limit: 60)
    let bytes = said.text.split(whereSeparator: \.isNewline).compactMap { line -> Double? in
      let fields = line.split(separator: " ")
      return fields.count == 3 && fields[0] == ".text" ? Double(fields[1]) : nil
    }
    return bytes.first.map { [Reading("arena.text", "bytes", $0)] } ?? []
  }
}
