#if os(none)
import Machine
import Text
import VMem

/// The logs that `log` keeps, each in a block of kernel memory: its head, then the operations.
///
/// Context: threads, one at a time.
enum ArenaLogs {
  /// A log that an arena keeps or kept; nothing yet if it waits for the next arena of its name.
  enum Held {
    case waiting
    case ports(OperationLog<UInt16>)
    case words(OperationLog<UInt32>)
  }

  /// What stands at the beginning of a block. Its link names another block of the list, which stays until it is removed.
  @safe
  struct Head {
    let name: ShortName
    let size: Int
    let next: UnsafeMutablePointer<Head>?
    /// What an arena that is gone has left.
    var left = Held.waiting
  }

  private nonisolated(unsafe) static var first: UnsafeMutablePointer<Head>?

  private static var headSize: Int { (MemoryLayout<Head>.stride + 15) & ~15 }

  private static var strideOfOperation: Int {
    max(MemoryLayout<Operation<UInt16>>.stride, MemoryLayout<Operation<UInt32>>.stride)
  }

  /// More than that is not asked of kernel memory: 32 MiB or so.
  static var mostOperations: UInt32 { 500_000 }

  private static func head(of name: ArenaName) -> UnsafeMutablePointer<Head>? {
    var next = unsafe first
    while let head = unsafe next {
      if name.withBytes({ unsafe head.pointee.name.equals($0) }) { return unsafe head }
      unsafe next = head.pointee.next
    }
    return nil
  }

  private static func head(of name: ShortName) -> UnsafeMutablePointer<Head>? {
    var next = unsafe first
    while let head = unsafe next {
      if unsafe head.pointee.name.equals(name) { return unsafe head }
      unsafe next = head.pointee.next
    }
    return nil
  }

  /// Whether there is one of that name.
  static func exists(_ name: ShortName) -> Bool { unsafe head(of: name) != nil }

  /// Room for a log.
  ///
  /// - Returns: Whether there was memory for it.
  static func make(_ name: ShortName, operations: UInt32) -> Bool {
    // One more, for the alignment within the block.
    let size = headSize + (Int(operations) + 1) * strideOfOperation
    guard let block = unsafe KernelHeap.allocate(size) else { return false }
    // The block is ours, aligned to 16 at least and as large as the head and more.
    let head = unsafe block.bindMemory(to: Head.self, capacity: 1)
    unsafe head.initialize(to: Head(name: name, size: size, next: first))
    unsafe first = unsafe head
    return true
  }

  /// Gives the room back. The arena notes nothing in it any more.
  static func remove(_ name: ShortName) {
    var before: UnsafeMutablePointer<Head>?
    var next = unsafe first
    while let head = unsafe next {
      if unsafe head.pointee.name.equals(name) {
        if let before = unsafe before {
          unsafe before.pointee = unsafe Head(
            name: before.pointee.name, size: before.pointee.size, next: head.pointee.next,
            left: before.pointee.left)
        } else {
          unsafe first = unsafe head.pointee.next
        }
        return unsafe KernelHeap.free(UnsafeMutableRawPointer(head), size: head.pointee.size)
      }
      unsafe before = unsafe head
      unsafe next = unsafe head.pointee.next
    }
  }

  /// An empty log in the room of that name; nil if there is no such room.
  static func empty<Address>(_ name: ArenaName, of: Address.Type) -> OperationLog<Address>? {
    guard let head = unsafe head(of: name) else { return nil }
    // Behind the head the block is the log's.
    return unsafe OperationLog(
      storage: UnsafeMutableRawBufferPointer(
        start: UnsafeMutableRawPointer(head) + headSize, count: head.pointee.size - headSize))
  }

  /// What an arena of that name left when it went away.
  static func left(by name: ShortName) -> Held {
    guard let head = unsafe head(of: name) else { return .waiting }
    return unsafe head.pointee.left
  }

  /// To be called when an arena that comes and goes has come: it keeps a log if there is room for one of its name.
  static func follow(_ arena: Arena<UInt32, KernelLock>) {
    if let log = empty(arena.name, of: UInt32.self) { arena.beginLog(log) }
  }

  /// To be called before it goes.
  static func leave(_ arena: Arena<UInt32, KernelLock>) {
    guard let head = unsafe head(of: arena.name), let log = arena.log else { return }
    unsafe head.pointee.left = .words(log)
    arena.setLog(nil)
  }
}
#endif
