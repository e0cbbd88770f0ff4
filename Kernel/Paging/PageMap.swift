import Frames
import Primitives

/// The page directory of the kernel and the tables below it.
///
/// The value is a handle; copies name the same directory. All methods may be called in interrupt context and none
/// sleeps. Whoever maps or unmaps pages owns their addresses (an arena handed them out), so two calls never work on
/// the same page at once; calls on different pages of one table may.
///
/// Interrupts are off only while a table is found, counted in or counted out, never while entries are written.
///
/// The theory and the invariants Paging-I1... are in `Paging.docc/Paging.md`.
@safe
public struct PageMap<Machine: PagingMachine, Lock: Locking & ~Copyable>: @unchecked Sendable {
  struct State: ~Copyable {
    /// Guards the directory's entries, the tables' counts and the table in reserve.
    let lock: Lock
    let machine: Machine
    let frames: FrameAllocator<Lock>
    let directory: FrameNumber
    let features: PagingFeatures
    let managed: PageRange
    let tableOwner: Owner
    var tables: UInt32 = 0
    var splits: UInt32 = 0
    /// The frame number of an empty, flushed table for the next that is needed, or 0 (Paging-I7).
    var reserve: UInt32 = 0

    init(
      _ lock: consuming Lock, _ machine: Machine, _ frames: FrameAllocator<Lock>, _ directory: FrameNumber,
      _ features: PagingFeatures, _ managed: PageRange, _ tableOwner: Owner
    ) {
      self.lock = lock
      self.machine = machine
      self.frames = frames
      self.directory = directory
      self.features = features
      self.managed = managed
      self.tableOwner = tableOwner
    }
  }

  // One pointer and no more: handles are passed in registers all over the place.
  let state: UnsafeMutablePointer<State>

  public var machine: Machine { unsafe state.pointee.machine }
  public var frames: FrameAllocator<Lock> { unsafe state.pointee.frames }
  /// The frame of the directory.
  public var directory: FrameNumber { unsafe state.pointee.directory }
  public var features: PagingFeatures { unsafe state.pointee.features }
  /// The pages that this map may change; the rest, the kernel image and the direct map, it only reads.
  public var managed: PageRange { unsafe state.pointee.managed }
  /// In whose name tables are taken from the frame allocator.
  public var tableOwner: Owner { unsafe state.pointee.tableOwner }

  /// Bytes of storage that `create` needs, aligned to 8.
  public static var storageSize: Int { MemoryLayout<State>.stride }

  /// Makes a map over the directory in frame `directory`, whose entries for `managed` are all absent.
  ///
  /// - Parameter storage: `storageSize` bytes, aligned to 8, that live as long as the map.
  ///
  /// Context: boot.
  public static func create(
    machine: Machine, frames: FrameAllocator<Lock>, directory: FrameNumber, features: PagingFeatures,
    managed: PageRange, tableOwner: Owner, storage: UnsafeMutableRawBufferPointer, lock: consuming Lock
  ) -> PageMap {
    precondition(storage.count >= storageSize)
    precondition(managed.first.tableIndex == 0 && managed.last.tableIndex == 1023)
    // Safe: the storage is large enough, and nobody else has it.
    let state = unsafe storage.baseAddress!.bindMemory(to: State.self, capacity: 1)
    unsafe state.initialize(to: State(lock, machine, frames, directory, features, managed, tableOwner))
    return unsafe PageMap(state: state)
  }

  init(state: UnsafeMutablePointer<State>) { unsafe self.state = state }

  /// Takes the map's lock. It guards the books of the windows over the map too, so that one acquisition serves both;
  /// of the map's methods only those that say so may be called until `release`.
  @inline(__always)
  public func acquire() -> Lock.Token { unsafe state.pointee.lock.acquire() }

  @inline(__always)
  public func release(_ token: consuming Lock.Token) { unsafe state.pointee.lock.release(token) }

  /// Page tables in use below the managed part of the directory; one in reserve does not count.
  public var tableCount: UInt32 { unsafe state.pointee.tables }

  /// Large pages that were split since creation.
  public var splitCount: UInt32 { unsafe state.pointee.splits }

  /// The directory entry number `index`, 0...1023.
  public func directoryEntry(at index: UInt32) -> PageDirectoryEntry {
    PageDirectoryEntry(rawValue: machine.load(directory, index))
  }

  /// How many entries of the table behind directory entry `index` are in use; nil where it is no managed table.
  public func entryCount(at index: UInt32) -> UInt32? {
    guard case .table(let table) = directoryEntry(at: index).kind,
      frames.record(of: table).state == .single
    else { return nil }
    return frames.word(of: table) & (Self.oneHold - 1)
  }

  /// Refuses what this map may not change.
  func checkManaged(_ pages: PageRange) throws(PagingError) {
    guard pages.first.rawValue != 0 else { throw .pageZero }
    guard pages.first >= managed.first else { throw .notManaged(pages.first) }
    guard pages.last <= managed.last else { throw .notManaged(pages.last) }
  }
}
