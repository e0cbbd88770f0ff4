#if os(none)
import Machine
import Primitives
import Text
import VMem

extension Monitor {
  /// `log`: the operation log of an arena.
  mutating func log(_ name: ShortName, _ words: LogWords) {
    let arena = kernel.arena(named: name)
    guard arena != nil || Self.trial.withBytes({ name.equals($0) }) else {
      _ = find(name)
      return
    }
    switch words {
    case .on(let operations): beginLog(name, arena, operations)
    case .off:
      guard ArenaLogs.exists(name) else { return failForWantOfLog() }
      switch arena {
      case .ports(let arena): arena.setLog(nil)
      case .words(let arena): arena.setLog(nil)
      case nil: break
      }
      ArenaLogs.remove(name)
    case .dump, .replay:
      guard ArenaLogs.exists(name) else { return failForWantOfLog() }
      read(name, arena, isReplay: words == .replay)
    }
  }

  /// The arena that comes with a trial and goes with it: its log is made beforehand and read afterwards.
  static var trial: ArenaName { "trial" }

  private mutating func failForTooShortALog() {
    fail("the beginning of the log was overwritten: begin a longer one")
  }

  private mutating func failForWantOfLog() { fail("no log is kept of that arena; on begins one") }

  private mutating func beginLog(_ name: ShortName, _ arena: AnyArena?, _ operations: UInt32) {
    guard !ArenaLogs.exists(name) else { return fail("there is a log already; off ends it") }
    guard operations > 0, operations <= ArenaLogs.mostOperations else {
      return fail("1 to 500000 operations")
    }
    guard ArenaLogs.make(name, operations: operations) else {
      return fail("not enough kernel memory for so many operations")
    }
    switch arena {
    case .ports(let arena):
      if let log = ArenaLogs.empty(arena.name, of: UInt16.self) { arena.beginLog(log) }
    case .words(let arena):
      if let log = ArenaLogs.empty(arena.name, of: UInt32.self) { arena.beginLog(log) }
    case nil:
      console.write("the next trial will be logged")
      console.newline()
    }
  }

  private mutating func read(_ name: ShortName, _ arena: AnyArena?, isReplay: Bool) {
    switch (arena, ArenaLogs.left(by: name)) {
    case (.ports(let arena), _): read(arena.log, of: arena, arena.name, arena.quantum, isReplay)
    case (.words(let arena), _): read(arena.log, of: arena, arena.name, arena.quantum, isReplay)
    case (nil, .words(let log)): read(log, of: nil, Self.trial, 4096, isReplay)
    default: fail("nothing has been logged yet")
    }
  }

  private mutating func read<Address>(
    _ log: OperationLog<Address>?, of arena: Arena<Address, KernelLock>?, _ name: ArenaName,
    _ quantum: Address, _ isReplay: Bool
  ) {
    guard let log else { return failForWantOfLog() }
    if !isReplay { return dump(log, name, quantum) }
    guard log.isComplete else { return failForTooShortALog() }
    replay(log, of: arena, quantum)
  }

  // MARK: Printing

  /// What `Scripts/render` reads: `Scripts/README.md` has the form of the lines.
  private mutating func dump<Address>(_ log: OperationLog<Address>, _ name: ArenaName, _ quantum: Address) {
    console.write("log: arena ")
    name.withBytes { console.write($0) }
    console.write(" quantum ")
    console.write(decimal: UInt32(truncatingIfNeeded: quantum))
    console.write(" operations ")
    console.write(decimal: UInt32(log.count))
    console.write(" state ")
    console.write(decimal: UInt32(log.stateCount))
    console.write(" lost ")
    let lost = max(log.count - log.capacity, 0)
    console.write(decimal: UInt32(lost))
    console.newline()
    Owners.each { owner in
      guard log.names(owner, from: lost) else { return }
      console.write("log: owner ")
      console.write(decimal: UInt32(owner.rawValue))
      console.write(" ")
      console.write(owner)
      console.newline()
    }
    for index in lost..<log.count {
      console.write("log: ")
      console.write(decimal: UInt32(index))
      console.write(" ")
      console.write(log[index])
      console.newline()
    }
    console.write("log: end")
    console.newline()
  }

  // MARK: Playing

  /// Plays the log to a copy, and compares the copy with the arena if that is still there.
  private mutating func replay<Address>(
    _ kept: OperationLog<Address>, of arena: Arena<Address, KernelLock>?, _ quantum: Address
  ) {
    // Those that the log began with are fragmentable and keep a tag in reserve each.
    let size = Arena<Address, KernelLock>.storageSize(
      spans: kept.spans, allocations: 2 * kept.count, quantum: quantum)
    guard let block = unsafe KernelHeap.allocate(size) else {
      return fail("not enough kernel memory for a copy of the arena")
    }
    defer { unsafe KernelHeap.free(block, size: size) }
    // The allocation may itself have been an operation of the arena, one more than the log holds.
    let log = arena?.log ?? kept
    guard log.isComplete else { return failForTooShortALog() }
    // The block is ours until the copy is done with.
    guard
      let copy = unsafe try? Arena<Address, KernelLock>.create(
        name: "copy", quantum: quantum, storage: UnsafeMutableRawBufferPointer(start: block, count: size),
        lock: KernelLock())
    else { return fail("no copy of the arena could be made") }
    if let wrong = copy.reenact(log) {
      beginFailure()
      console.write("operation ")
      console.write(decimal: UInt32(wrong))
      console.write(" went otherwise: ")
      console.write(log[wrong])
      return console.newline()
    }
    console.write("played ")
    console.write(decimal: UInt32(log.count))
    console.write(" operations, all went alike")
    if let arena {
      console.write(
        copy.hasSegments(of: arena) ? "; the copy is as the arena" : "; but the copy differs from the arena")
    }
    console.newline()
  }
}

extension OperationLog {
  /// Whether an owner asked for something from operation `first` on.
  fileprivate func names(_ owner: Owner, from first: Int) -> Bool {
    for index in first..<count where self[index].kind == .allocate && self[index].request.owner == owner {
      return true
    }
    return false
  }

  /// Spans that were added; of a complete log.
  fileprivate var spans: Int {
    var spans = 1
    for index in 0..<count where self[index].kind == .addSpan { spans += 1 }
    return spans
  }
}

extension Arena where Lock == KernelLock {
  /// Whether both consist of the same segments, whoever has them.
  fileprivate func hasSegments(of other: Arena) -> Bool {
    var isSame = true
    var count = 0
    other.walk { segment in
      count += 1
      let mine = self.segment(atOrAfter: segment.range.first)
      if mine?.range != segment.range || mine?.kind != segment.kind { isSame = false }
    }
    walk { _ in count -= 1 }
    return isSame && count == 0
  }
}

extension ByteSink {
  /// Writes an operation of a log in a few words.
  fileprivate mutating func write<Address>(_ operation: Operation<Address>) {
    switch (operation.kind, operation.hasSucceeded) {
    case (.addSpan, true): write("span ")
    case (.addSpan, false): write("nospan ")
    case (.allocate, true):
      write("alloc ")
      write(decimal: UInt32(operation.request.owner.rawValue))
      write(" ")
    case (.allocate, false):
      write("refuse ")
      write(decimal: UInt32(operation.request.owner.rawValue))
      write(" ")
      return write(sizeMinusOne: UInt32(truncatingIfNeeded: operation.request.countMinusOne))
    case (.free, true): write("free ")
    case (.freeFragment, true): write("part ")
    case (.free, false), (.freeFragment, false): write("nofree ")
    case (.reap, _): return write("reap")
    }
    write(operation.range)
  }
}
#endif
