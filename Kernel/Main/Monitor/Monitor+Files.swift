#if os(none)
import Machine
import Pageable
import Text
import TmpFS

/// The `tmpfs` commands: files whose every byte may be on the swap disk.
extension Monitor {
  mutating func perform(_ words: FileWords, of line: Span<UInt8>) {
    guard KernelPageable.isStarted else { return fail("there is no pageable memory") }
    do throws(TmpFSError) {
      switch words {
      case .summary: try MonitorFiles.with { files in summarize(files.counts) }
      case .list(let path): try list(path.of(line))
      case .create(let path): try create(path.of(line), isDirectory: false)
      case .makeDirectory(let path): try create(path.of(line), isDirectory: true)
      case .show(let path): try show(path.of(line))
      case .write(let path, let text): try write(text.of(line), to: path.of(line))
      case .remove(let path): try remove(path.of(line))
      case .move(let path, let target): try move(path.of(line), to: target.of(line))
      case .fill(let count): try fill(count)
      case .drop: if !MonitorFiles.drop() { fail("there is no file system yet") }
      }
    } catch {
      console.write("error: ")
      console.write(error)
      console.newline()
    }
  }

  private mutating func summarize(_ counts: ObjectCounts) {
    console.write(decimal: counts[.node])
    console.write(" files and directories, ")
    console.write(decimal: counts[.block])
    console.write(" blocks, ")
    console.write(size: UInt64(counts.bytes))
    console.newline()
  }

  private mutating func list(_ path: Span<UInt8>) throws(TmpFSError) {
    // The name that was written last; entries that come and go meanwhile do not disturb the others.
    var storage = InlineArray<255, UInt8>(repeating: 0)
    var count = 0
    while true {
      let last = storage
      let length = try MonitorFiles.with { files throws(TmpFSError) in
        let directory = try files.resolve(path)
        return try files.nextEntry(of: directory, after: last.span.extracting(first: count)) { name, node in
          for index in name.indices { storage[index] = name[index] }
          write(node, name)
          return name.count
        }
      }
      guard let length else { return }
      count = length
    }
  }

  private mutating func write(_ node: NodeReference, _ name: Span<UInt8>) {
    console.write(decimal: node.size)
    console.write(node.isDirectory ? " entries in " : " bytes in ")
    console.write(foreign: name)
    if node.isDirectory { console.write("/") }
    console.newline()
  }

  private func create(_ path: Span<UInt8>, isDirectory: Bool) throws(TmpFSError) {
    try MonitorFiles.with { files throws(TmpFSError) in
      let (directory, name) = try files.resolveParent(path)
      try files.create(path.extracting(name.first..<name.end), in: directory, isDirectory: isDirectory)
    }
  }

  private mutating func show(_ path: Span<UInt8>) throws(TmpFSError) {
    var offset: UInt32 = 0
    while true {
      var storage = InlineArray<64, UInt8>(repeating: 0)
      var bytes = storage.mutableSpan
      let count = try MonitorFiles.with { files throws(TmpFSError) in
        try files.read(try files.resolve(path), at: offset, into: &bytes)
      }
      guard count > 0 else { break }
      console.write(foreign: storage.span.extracting(first: count))
      offset += UInt32(truncatingIfNeeded: count)
    }
    console.newline()
  }

  private func write(_ text: Span<UInt8>, to path: Span<UInt8>) throws(TmpFSError) {
    try MonitorFiles.with { files throws(TmpFSError) in
      let file = try files.resolve(path)
      // The new text first: a write that fails leaves the old.
      try files.write(text, to: file, at: 0)
      try files.truncate(file, to: UInt32(truncatingIfNeeded: text.count))
    }
  }

  private func remove(_ path: Span<UInt8>) throws(TmpFSError) {
    try MonitorFiles.with { files throws(TmpFSError) in
      let (directory, name) = try files.resolveParent(path)
      guard !name.isEmpty else { throw .isRoot }
      try files.unlink(path.extracting(name.first..<name.end), in: directory)
    }
  }

  private func move(_ path: Span<UInt8>, to target: Span<UInt8>) throws(TmpFSError) {
    try MonitorFiles.with { files throws(TmpFSError) in
      let (directory, name) = try files.resolveParent(path)
      let (newDirectory, newName) = try files.resolveParent(target)
      guard !name.isEmpty, !newName.isEmpty else { throw .isRoot }
      try files.rename(
        path.extracting(name.first..<name.end), in: directory,
        to: target.extracting(newName.first..<newName.end), in: newDirectory)
    }
  }

  /// A hundred files in each directory, a hundred directories in each above; verified afterwards.
  private mutating func fill(_ count: UInt32) throws(TmpFSError) {
    var made: UInt32 = 0
    var reason: TmpFSError?
    while made < count, reason == nil {
      do throws(TmpFSError) {
        try makeFilled(made)
        made += 1
      } catch { reason = error }
    }
    var good: UInt32 = 0
    while good < made, try isFilled(good) { good += 1 }
    console.write(decimal: made)
    console.write(" files made, ")
    console.write(decimal: good)
    console.write(" verified\n")
    if let reason { throw reason }
    if good < made { fail("a file is not what was written") }
  }

  private func makeFilled(_ number: UInt32) throws(TmpFSError) {
    try MonitorFiles.with { files throws(TmpFSError) in
      let upper = try directory(FilledName(0x64, number / 10_000), in: files.root, &files)
      let lower = try directory(FilledName(0x65, number / 100), in: upper, &files)
      let file = FilledName(0x66, number)
      try file.with { name throws(TmpFSError) in
        let node = try files.create(name, in: lower)
        do throws(TmpFSError) { try files.write(name, to: node, at: 0) } catch {
          try files.unlink(name, in: lower)
          throw error
        }
      }
    }
  }

  private func directory(
    _ name: FilledName, in parent: NodeReference, _ files: inout MonitorFiles.Files
  ) throws(TmpFSError) -> NodeReference {
    try name.with { name throws(TmpFSError) in
      do throws(TmpFSError) { return try files.lookup(name, in: parent) } catch {
        guard error == .notFound else { throw error }
        return try files.create(name, in: parent, isDirectory: true)
      }
    }
  }

  private func isFilled(_ number: UInt32) throws(TmpFSError) -> Bool {
    try MonitorFiles.with { files throws(TmpFSError) in
      let upper = try directory(FilledName(0x64, number / 10_000), in: files.root, &files)
      let lower = try directory(FilledName(0x65, number / 100), in: upper, &files)
      return try FilledName(0x66, number).with { name throws(TmpFSError) in
        let node = try files.lookup(name, in: lower)
        var storage = InlineArray<16, UInt8>(repeating: 0)
        var bytes = storage.mutableSpan
        guard try files.read(node, at: 0, into: &bytes) == name.count else { return false }
        for index in name.indices where bytes[index] != name[index] { return false }
        return true
      }
    }
  }
}

extension ByteSink {
  /// Writes why a call of the file system failed.
  fileprivate mutating func write(_ error: TmpFSError) {
    switch error {
    case .notFound: write("there is no such file or directory")
    case .exists: write("there is an entry of that name already")
    case .notDirectory: write("that is a file and no directory")
    case .isDirectory: write("that is a directory")
    case .notEmpty: write("the directory has entries")
    case .badName: write("a name is not empty and has no NUL")
    case .nameTooLong(let count):
      write("a name has 255 bytes at most, and this one ")
      write(decimal: UInt32(truncatingIfNeeded: count))
    case .intoItself: write("a directory cannot be moved into itself")
    case .isRoot: write("the root stays")
    case .tooLarge(let offset, _):
      write("no file reaches beyond 4G: offset ")
      write(decimal: offset)
    case .outOfMemory(let kind):
      write("no memory for an object of ")
      write(decimal: UInt32(truncatingIfNeeded: kind.size))
      write(" bytes")
    }
  }
}
#endif
