import Frames
import Paging
import Primitives
import VMem

/// Pageable addresses with a bound of their own: grows by import from the arena of all, shrinks by itself, and never
/// holds more than its limit.
///
/// For whoever must not take everything; nobody else has to know a size beforehand.
public struct PageableSubmap<Machine: PagingMachine, Lock: Locking & ~Copyable>: Sendable {
  public let memory: PageableMemory<Machine, Lock>
  /// For walks and statistics.
  public let arena: Arena<UInt32, Lock>

  /// Makes a submap of `memory`, of `limit` bytes at most.
  ///
  /// - Parameter storage: For the arena's tags; `Arena.storageSize` tells how much.
  public static func create(
    _ name: ArenaName, of memory: PageableMemory<Machine, Lock>, limit: UInt32,
    storage: UnsafeMutableRawBufferPointer, lock: consuming Lock
  ) throws(CreationError) -> PageableSubmap {
    precondition(limit >= 4096 && limit & 0xFFF == 0)
    let arena = unsafe try Arena<UInt32, Lock>.create(name: name, quantum: 4096, storage: storage, lock: lock)
    arena.setSource(.arena(memory.arena), quantum: 4096, limitMinusOne: limit - 1)
    return PageableSubmap(memory: memory, arena: arena)
  }

  /// As `PageableMemory.allocate`, within the limit.
  public func allocate(
    _ request: Request<UInt32>, hasGuard: Bool = false
  ) throws(PageableError) -> AddressRange<UInt32> {
    try memory.allocate(request, from: arena, hasGuard: hasGuard)
  }

  /// As `PageableMemory.free`.
  public func free(_ range: AddressRange<UInt32>) throws(PageableError) { try memory.free(range, to: arena) }

  /// Ends the submap, all of whose allocations are freed; its storage is the caller's again.
  public func destroy() throws(DestroyError<UInt32>) { try arena.destroy() }
}
