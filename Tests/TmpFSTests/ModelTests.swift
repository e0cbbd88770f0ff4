import Oracle
import Testing
import TmpFS

/// The file system against a dictionary of paths; TmpFS-I1, TmpFS-I2, TmpFS-I3 and TmpFS-I4 are proven each time that
/// both are compared.
@Suite struct ModelTests {
  /// A directory, or the bytes of a file.
  private enum Thing: Equatable {
    case directory
    case file([UInt8])
  }

  private struct World: ~Copyable {
    let heap = CountedHeap()
    var files: TmpFS<CountedHeap>
    /// By path, `/a/b`; the root is not in it.
    var model: [String: Thing] = [:]

    init() { files = try! TmpFS(source: heap) }
  }

  private static func parent(_ path: String) -> String {
    String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)])
  }

  private static func name(_ path: String) -> String {
    String(path[path.index(after: path.lastIndex(of: "/")!)...])
  }

  private func directories(_ world: borrowing World) -> [String] {
    [""] + world.model.filter { $0.value == .directory }.map(\.key).sorted()
  }

  private func node(_ path: String, _ world: borrowing World) throws -> NodeReference {
    try world.files.resolve(Array(path.utf8).span)
  }

  private func create(_ path: String, _ thing: Thing, _ world: inout World) throws(TmpFSError) {
    let directory = try world.files.resolve(Array(Self.parent(path).utf8).span)
    try world.files.create(
      Array(Self.name(path).utf8).span, in: directory, isDirectory: thing == .directory)
  }

  @Test(arguments: [UInt64(1), 2, 3, 4]) func everythingIsWhereItWasPut(seed: UInt64) throws {
    var dice = Dice(seed: seed)
    var world = World()
    for step in 0..<3_000 {
      // Every other step a memory shortage somewhere; whatever fails changes nothing.
      world.heap.failing = dice.percent(40) ? dice.roll(1...6) : 0
      try perform(&dice, &world, step)
      world.heap.failing = 0
      if step % 50 == 0 { try compare(world, step) }
    }
    try compare(world, -1)
    let heap = world.heap
    world.files.removeAll()
    #expect(heap.live.count == 1)
    world.files.destroy()
    #expect(heap.live.isEmpty)
    #expect(heap.complaint == nil)
  }

  private func newPath(_ dice: inout Dice, _ world: borrowing World) -> String {
    let length = dice.percent(5) ? dice.roll(100...255) : dice.roll(1...40)
    let letter = String(UnicodeScalar(UInt8(97 + dice.roll(0...8))))
    return dice.pick(directories(world))! + "/" + String(repeating: letter, count: length)
  }

  private func perform(_ dice: inout Dice, _ world: inout World, _ step: Int) throws {
    let paths = world.model.keys.sorted()
    switch dice.roll(0...9) {
    case 0...2:
      let path = newPath(&dice, world)
      let thing: Thing = dice.percent(30) ? .directory : .file([])
      do {
        try create(path, thing, &world)
        #expect(world.model[path] == nil, "step \(step)")
        world.model[path] = thing
      } catch TmpFSError.exists { #expect(world.model[path] != nil) } catch TmpFSError.outOfMemory {}
    case 3...4:
      guard let path = dice.pick(paths) else { return }
      let hasChildren = paths.contains { $0.hasPrefix(path + "/") }
      do {
        try world.files.unlink(
          Array(Self.name(path).utf8).span, in: node(Self.parent(path), world))
        #expect(!hasChildren)
        world.model[path] = nil
      } catch TmpFSError.notEmpty { #expect(hasChildren) }
    case 5...6: try rename(&dice, &world, paths)
    default: try write(&dice, &world, paths)
    }
  }

  private func rename(_ dice: inout Dice, _ world: inout World, _ paths: [String]) throws {
    guard let path = dice.pick(paths) else { return }
    let target = dice.percent(30) ? dice.pick(paths)! : newPath(&dice, world)
    do {
      try world.files.rename(
        Array(Self.name(path).utf8).span, in: node(Self.parent(path), world),
        to: Array(Self.name(target).utf8).span, in: node(Self.parent(target), world))
      if target == path { return }
      let moved = world.model.filter { $0.key == path || $0.key.hasPrefix(path + "/") }
      for (old, thing) in moved {
        world.model[old] = nil
        world.model[target + old.dropFirst(path.count)] = thing
      }
    } catch TmpFSError.intoItself {
      #expect((target + "/").hasPrefix(path + "/") || Self.parent(target).hasPrefix(path))
    } catch TmpFSError.notEmpty { #expect(paths.contains { $0.hasPrefix(target + "/") }) } catch TmpFSError
      .isDirectory
    { #expect(world.model[target] == .directory) } catch TmpFSError.notDirectory {
      #expect(world.model[path] == .directory)
    } catch TmpFSError.outOfMemory {}
  }

  private func write(_ dice: inout Dice, _ world: inout World, _ paths: [String]) throws {
    guard let path = dice.pick(paths), case .file(var bytes) = world.model[path]! else { return }
    let file = try node(path, world)
    let offset = dice.percent(10) ? dice.roll(0...90_000) : dice.roll(0...(bytes.count + 700))
    let new = (0..<dice.roll(1...1500)).map { UInt8(truncatingIfNeeded: $0 &* 7 &+ offset) }
    do {
      if dice.percent(25) {
        try world.files.truncate(file, to: UInt32(offset))
        bytes = Array(bytes.prefix(offset)) + Array(repeating: 0, count: max(0, offset - bytes.count))
      } else {
        try world.files.write(new.span, to: file, at: UInt32(offset))
        let end = max(bytes.count, offset + new.count)
        bytes += Array(repeating: 0, count: end - bytes.count)
        bytes.replaceSubrange(offset..<offset + new.count, with: new)
      }
      world.model[path] = .file(bytes)
    } catch TmpFSError.outOfMemory {}
  }

  private func compare(_ world: borrowing World, _ step: Int) throws {
    do { try world.files.checkInvariants() } catch { Issue.record("step \(step): \(error)") }
    #expect(world.heap.live.count == ObjectKind.allCases.reduce(0) { $0 + Int(world.files.counts[$1]) })
    for (path, thing) in world.model {
      let node = try node(path, world)
      guard case .file(let bytes) = thing else {
        #expect(node.isDirectory)
        continue
      }
      var read = [UInt8](repeating: 0xEE, count: bytes.count + 1)
      var span = read.mutableSpan
      #expect(try world.files.read(node, at: 0, into: &span) == bytes.count)
      #expect(Array(read.dropLast()) == bytes && read.last == 0xEE, "step \(step): \(path)")
    }
    for directory in directories(world) {
      var seen: Set<String> = []
      var name: [UInt8] = []
      while let next = try world.files.nextEntry(
        of: node(directory, world), after: name.span, { name, _ in name.indices.map { name[$0] } })
      {
        #expect(seen.insert(String(decoding: next, as: UTF8.self)).inserted)
        name = next
      }
      let due = world.model.keys.filter { Self.parent($0) == directory }.map(Self.name)
      #expect(seen == Set(due), "step \(step): \(directory)")
    }
  }
}
