import Frames
import Paging
import Primitives
import VMem

/// Kernel memory that may be on a disk: addresses, faults, eviction, slots.
///
/// The value is a handle to bookkeeping in storage that the creator hands in (law 4); copies name the same memory.
/// Nothing here sleeps, knows a disk or starts a transfer: a fault that has to wait says so, `nextTransfer` hands out
/// what the disk is to do, `complete` takes the answer. Who calls which when is the kernel's business, or a test's.
///
/// The theory and the invariants Pageable-I1... are in `Pageable.docc/Pageable.md`.
public struct PageableMemory<Machine: PagingMachine, Lock: Locking & ~Copyable>: Sendable {
  struct State: ~Copyable {
    let lock: Lock
    let pageMap: PageMap<Machine, Lock>
    let arena: Arena<UInt32, Lock>
    /// In whose name frames are taken, for pages and for records.
    let owner: Owner
    let directories: StoredTable<RecordDirectory>
    /// The pages that may go out, in the order in which the hand looks at them.
    let residents: StoredTable<UInt32>
    let requests: StoredTable<PageRequest>
    var slots = SlotMap()
    var reserve = FrameChain()
    var marks: WaterMarks
    var counts = PageableStatistics()
    var residentCount = 0
    /// Frames that pages have, pinned pages left out: those in `residents`, busy ones, and those of freed pages whose
    /// transfer or eviction is not over.
    var pageFrames = 0
    var hand = 0
    var generation: UInt32 = 0
    /// The generation of which the hook knows.
    var announced: UInt32 = 0
    var hook: ChangeHook?
    var sequence: UInt32 = 0
    var fault = FaultPoint()
    var forced = ForcedEviction()

    init(
      _ lock: consuming Lock, _ pageMap: PageMap<Machine, Lock>, _ arena: Arena<UInt32, Lock>,
      _ owner: Owner, _ directories: StoredTable<RecordDirectory>, _ residents: StoredTable<UInt32>,
      _ requests: StoredTable<PageRequest>, _ marks: WaterMarks
    ) {
      self.lock = lock
      self.pageMap = pageMap
      self.arena = arena
      self.owner = owner
      self.directories = directories
      self.residents = residents
      self.requests = requests
      self.marks = marks
    }
  }

  let state: Place<State>

  /// Requests: Pageable.md derives the number.
  static var requestCount: Int { 16 }

  /// Bytes of storage that `create` needs where `residents` pages may be resident at once.
  public static func storageSize(residents: UInt32) -> Int {
    stateSize + StoredTable<RecordDirectory>.byteCount(RecordDirectory.count)
      + StoredTable<UInt32>.byteCount(Int(residents)) + StoredTable<PageRequest>.byteCount(requestCount) + 8
  }

  private static var stateSize: Int { (MemoryLayout<State>.stride + 7) & ~7 }

  /// Makes pageable memory without a swap disk.
  ///
  /// - Parameters:
  ///   - arena: Where addresses come from: quantum 4,096, with a source to import from, its own tag source where it has
  ///     one. Belongs to the pageable memory from now on, as do the arenas that import from it.
  ///   - residents: The most pages that may be resident and able to go out; no more than frames of the direct map.
  ///   - storage: `storageSize(residents:)` bytes, wired, that live as long as the memory.
  /// - Returns: nil where the frames for the reserve cannot be had; nothing is kept then.
  ///
  /// Context: boot.
  public static func create(
    arena: Arena<UInt32, Lock>, pageMap: PageMap<Machine, Lock>, owner: Owner, marks: WaterMarks,
    residents: UInt32, storage: UnsafeMutableRawBufferPointer, lock: consuming Lock
  ) -> PageableMemory? {
    precondition(storage.count >= storageSize(residents: residents))
    precondition(marks.minimum <= marks.low && marks.low <= marks.high)
    var reserve = FrameChain()
    guard fill(&reserve, pageMap.frames, owner) else { return nil }
    // Sound: the precondition proved that the four parts lie one behind the other in the storage, which is ours.
    let base = unsafe storage.baseAddress!.alignedUp(toMultipleOf: 8)
    var place = unsafe base + stateSize
    let directories = unsafe StoredTable(
      at: place, count: RecordDirectory.count, repeating: RecordDirectory())
    unsafe place += StoredTable<RecordDirectory>.byteCount(RecordDirectory.count)
    let table = unsafe StoredTable<UInt32>(at: place, count: Int(residents), repeating: 0)
    unsafe place += StoredTable<UInt32>.byteCount(Int(residents))
    let requests = unsafe StoredTable(at: place, count: requestCount, repeating: PageRequest())
    let state = unsafe base.bindMemory(to: State.self, capacity: 1)
    unsafe state.initialize(to: State(lock, pageMap, arena, owner, directories, table, requests, marks))
    unsafe state.pointee.reserve = reserve
    return unsafe PageableMemory(state: Place(state))
  }

  /// Ends the memory: its reserve goes back, and its storage and its arena are the caller's again.
  ///
  /// - Precondition: Nothing of it is allocated, no transfer and no call is under way.
  public func destroy() {
    let counts = statistics
    precondition(
      counts.promised == 0 && counts.pinned == 0 && counts.directories == 0 && counts.transfers == 0,
      "pageable memory ends that is somebody's")
    while let frame = state.value.reserve.take(link: frames) { frames.giveBack(frame, isZero: false) }
  }

  /// Takes the frames of the reserve, or none.
  private static func fill(
    _ reserve: inout FrameChain, _ frames: FrameAllocator<Lock>, _ owner: Owner
  ) -> Bool {
    while reserve.count < WaterMarks.reserve {
      guard let frame = try? frames.allocate(in: .direct, owner: owner) else {
        while let frame = reserve.take(link: frames) { frames.giveBack(frame, isZero: false) }
        return false
      }
      reserve.push(frame, link: frames)
    }
    return true
  }

  /// The arena of addresses, for walks, statistics and as a source of bounded arenas (`PageableSubmap`).
  public var arena: Arena<UInt32, Lock> { state.value.arena }
  public var pageMap: PageMap<Machine, Lock> { state.value.pageMap }
  var machine: Machine { pageMap.machine }
  var frames: FrameAllocator<Lock> { pageMap.frames }
  var owner: Owner { state.value.owner }

  /// A fault point for every promise of backing (law 9); frames, tables and addresses have their own.
  public var fault: FaultPoint {
    get { state.value.fault }
    nonmutating set { state.value.fault = newValue }
  }

  @inline(__always) func acquire() -> Lock.Token { state.value.lock.acquire() }

  /// Gives the lock back, then tells whoever wants to know that those who wait may fare better (Pageable-I7).
  @inline(__always) func release(_ token: consuming Lock.Token) {
    guard state.value.generation != state.value.announced else { return state.value.lock.release(token) }
    state.value.announced = state.value.generation
    let hook = state.value.hook
    state.value.lock.release(token)
    hook?.call()
  }

  /// Lets `hook` be called after every change of `generation`, with no lock of this memory held, in the context of the
  /// call that changed it. Boot, once.
  public func setChangeHook(_ hook: ChangeHook) {
    let token = acquire()
    state.value.hook = hook
    release(token)
  }

  /// Changes whenever a fault that was told to wait may fare better; see `FaultAnswer.wait`.
  public var generation: UInt32 {
    let token = acquire()
    defer { release(token) }
    return state.value.generation
  }
}
