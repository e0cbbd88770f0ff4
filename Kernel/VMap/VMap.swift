import Frames
import Paging
import Primitives
import VMem

/// Device memory and lists of frames, mapped into a window of the kernel's address space.
///
/// The value is a handle to bookkeeping in storage that the creator hands in (law 4); copies name the same window.
/// All methods may be called at any time after `create`, from interrupt context too; none sleeps. Interrupts are
/// off only within one arena operation, one look at the ledger, the counting of one page table, or the short way's work
/// on at most 128 entries; never while more are written.
///
/// The theory and the invariants VMap-I1... are in `VMap.docc/VMap.md`.
@safe
public struct VMap<Machine: PagingMachine, Lock: Locking & ~Copyable>: @unchecked Sendable {
  struct State: ~Copyable {
    let ledger: TypeLedger
    let arena: Arena<UInt32, Lock>
    let pageMap: PageMap<Machine, Lock>
    let window: AddressRange<UInt32>
    let bookkeeper: Owner
    let short: ShortWay
    var statistics = VMapStatistics()
    /// Guard pages that are lent.
    var guards: UInt32 = 0
    var kept = AddressCache()
    var recent = RecentMappings()
    var quarantine = Quarantine()
    /// What the mappings in quarantine owe, together.
    var owed: FlushReceipt?
    /// Frames that the arena's tags are in.
    var records = FrameChain()
    /// A fault point for every request of addresses (law 9).
    var fault = FaultPoint()

    init(
      _ ledger: TypeLedger, _ arena: Arena<UInt32, Lock>,
      _ pageMap: PageMap<Machine, Lock>,
      _ window: AddressRange<UInt32>, _ bookkeeper: Owner
    ) {
      self.ledger = ledger
      self.arena = arena
      self.pageMap = pageMap
      self.window = window
      self.bookkeeper = bookkeeper
      short = ShortWay(firstDevice: pageMap.frames.frameLimit, on: pageMap.features)
    }
  }

  // One pointer and no more: handles are passed in registers all over the place.
  let state: UnsafeMutablePointer<State>

  /// The addresses of the window; a mapping is an allocated segment. Use it for walks and statistics only.
  public var arena: Arena<UInt32, Lock> { unsafe state.pointee.arena }
  public var pageMap: PageMap<Machine, Lock> { unsafe state.pointee.pageMap }
  /// The window's addresses, whole pages.
  public var window: AddressRange<UInt32> { unsafe state.pointee.window }
  /// In whose name frames for bookkeeping are taken.
  public var bookkeeper: Owner { unsafe state.pointee.bookkeeper }

  /// Bytes of storage that `create` needs, aligned to 8.
  public static var storageSize: Int { MemoryLayout<State>.stride + TypeLedger.storageSize }

  /// Makes the window `window` over `pageMap`.
  ///
  /// - Parameters:
  ///   - arena: Empty, with a quantum of 4,096; belongs to the window from now on. When its tags run out it is given
  ///     a frame more.
  ///   - window: Whole pages within what the page map manages, none of them mapped.
  ///   - storage: `storageSize` bytes that live as long as the window.
  /// - Returns: nil where the arena has no tag for the window.
  ///
  /// Context: boot.
  public static func create(
    window: AddressRange<UInt32>, arena: Arena<UInt32, Lock>, pageMap: PageMap<Machine, Lock>,
    bookkeeper: Owner, storage: UnsafeMutableRawBufferPointer
  ) -> VMap? {
    precondition(window.first & 0xFFF == 0 && window.last & 0xFFF == 0xFFF)
    precondition(storage.count >= storageSize)
    do throws(SpanError<UInt32>) { try arena.add(span: window) } catch { return nil }
    // Safe: the storage is large enough for both, and nobody else has it.
    let state = unsafe storage.baseAddress!.bindMemory(to: State.self, capacity: 1)
    let ledger = unsafe TypeLedger(UnsafeMutableRawPointer(state + 1))
    unsafe state.initialize(to: State(ledger, arena, pageMap, window, bookkeeper))
    return unsafe VMap(state: state)
  }

  private init(state: UnsafeMutablePointer<State>) { unsafe self.state = state }

  /// Ends the window, all of whose mappings are gone: its arena and its bookkeeping's frames go back. Afterwards no
  /// copy of the handle may be used, and the storage is the caller's again.
  ///
  /// - Returns: false, and nothing happened but a drain, where a mapping lives.
  public func destroy() -> Bool {
    drain()
    do throws(DestroyError<UInt32>) { try arena.destroy() } catch { return false }
    var records = unsafe state.pointee.records
    while let frame = records.take(link: frames) { frames.giveBack(frame, isZero: false) }
    unsafe state.deinitialize(count: 1)
    return true
  }

  /// A fault point for every request of addresses (law 9); frames and tables have one in the frame allocator.
  public var fault: FaultPoint {
    get { unsafe state.pointee.fault }
    nonmutating set { unsafe state.pointee.fault = newValue }
  }

  // The page map's lock guards ledger, quarantine, the tables beside the arena, and the claiming of a mapping by vunmap:
  // most calls need both at once.
  @inline(__always)
  func acquire() -> Lock.Token { unsafe state.pointee.pageMap.acquire() }

  @inline(__always)
  func release(_ token: consuming Lock.Token) { unsafe state.pointee.pageMap.release(token) }

  var machine: Machine { pageMap.machine }
  var frames: FrameAllocator<Lock> { pageMap.frames }

  /// What the window has done since creation.
  public var statistics: VMapStatistics {
    let token = acquire()
    defer { release(token) }
    return unsafe state.pointee.statistics
  }
}

/// What a window has done since creation.
public struct VMapStatistics: Equatable, Sendable {
  /// Mappings that live.
  public var live: UInt32 { mapped &- unmapped }
  public var mapped: UInt32 = 0
  public var unmapped: UInt32 = 0
  /// Requests refused, for whatever reason.
  public var refused: UInt32 = 0
  /// Frames taken for the window's bookkeeping.
  public var recordFrames: UInt32 = 0
  /// Mappings whose flush was deferred, and flushes that served them.
  public var deferred: UInt32 = 0
  public var drains: UInt32 = 0
}
