import BusSpace
import Primitives

/// A legacy virtqueue in memory that driver and device share: chains of descriptors that the device works through, in any
/// order.
///
/// The value is a handle; the caller serialises. Nothing here waits or allocates.
@safe
public struct Virtqueue<Bus: BusMastering> {
  public let layout: VirtqueueLayout
  private let bus: Bus
  private let base: UnsafeMutableRawPointer
  private let state: Place<VirtqueueState>

  /// A part of memory for the device to read or to fill.
  public struct Piece: Equatable, Sendable {
    public let address: UInt32
    public let byteCount: UInt32
    public let isWritten: Bool

    /// - Parameter isWritten: Whether the device fills it.
    public init(address: UInt32, byteCount: UInt32, isWritten: Bool) {
      self.address = address
      self.byteCount = byteCount
      self.isWritten = isWritten
    }
  }

  /// A chain that the device is through with.
  public struct Used: Equatable, Sendable {
    public let head: UInt16
    /// Bytes that it says it has filled.
    public let byteCount: UInt32
  }

  /// An empty queue in `memory`, which is aligned to a page, outlives it and is nobody else's but the device's.
  ///
  /// - Precondition: `memory` has `layout.byteCount` bytes.
  @unsafe public init(
    _ bus: Bus, _ layout: VirtqueueLayout, memory: UnsafeMutableRawBufferPointer,
    storage: UnsafeMutablePointer<VirtqueueState>
  ) {
    precondition(memory.count >= layout.byteCount)
    self.bus = bus
    self.layout = layout
    unsafe base = memory.baseAddress.unsafelyUnwrapped
    unsafe storage.initialize(to: VirtqueueState())
    state = unsafe Place(storage)
    clear()
  }

  /// Forgets all chains: the device was reset.
  public func clear() {
    // All of it was handed in.
    unsafe base.initializeMemory(as: UInt8.self, repeating: 0, count: layout.byteCount)
    for index in 0..<layout.count { store(UInt16(truncatingIfNeeded: index + 1), index * 16 + 14) }
    state.value = VirtqueueState()
    state.value.free = layout.size
  }

  /// Descriptors that no chain has.
  public var freeCount: UInt16 { state.value.free }

  /// Whether the device is asked to say when it is through with a chain. A hint, not a promise.
  public func setInterrupts(_ isEnabled: Bool) {
    store(UInt16(isEnabled ? 0 : 1), layout.availableOffset)
    bus.barrier()
  }

  /// Makes a chain of the pieces and shows it to the device; its first descriptor. Nil if there are not so many left. The device
  /// is to be notified.
  ///
  /// - Precondition: There is a piece; what the device fills comes behind what it reads.
  public func add(_ pieces: Span<Piece>) -> UInt16? {
    precondition(!pieces.isEmpty)
    guard pieces.count <= Int(state.value.free) else { return nil }
    let head = state.value.firstFree
    var descriptor = Int(head)
    for index in pieces.indices {
      let piece = pieces[index]
      let place = descriptor * 16
      let hasNext = index + 1 < pieces.count
      store(piece.address, place)
      store(UInt32(0), place + 4)
      store(piece.byteCount, place + 8)
      store(UInt16((hasNext ? 1 : 0) | (piece.isWritten ? 2 : 0)), place + 12)
      // The free descriptors are chained the same way.
      descriptor = Int(load16(place + 14))
    }
    state.value.firstFree = UInt16(truncatingIfNeeded: descriptor)
    state.value.free -= UInt16(truncatingIfNeeded: pieces.count)
    store(UInt16(truncatingIfNeeded: pieces.count), layout.chainsOffset + Int(head) * 2)
    let slot = Int(state.value.shown & (layout.size - 1))
    store(head, layout.availableOffset + 4 + slot * 2)
    state.value.shown &+= 1
    // The chain is there before its index says so, and that before the device is notified.
    bus.barrier()
    store(state.value.shown, layout.availableOffset + 2)
    bus.barrier()
    return head
  }

  /// Whether there is a chain that the device is through with.
  public var hasUsed: Bool {
    bus.barrier()
    return load16(layout.usedOffset + 2) != state.value.taken
  }

  /// The next chain that the device is through with, whose descriptors are free again; nil if there is none.
  ///
  /// - Throws: The number, if it begins no chain that the device was shown.
  public func takeUsed() throws(VirtqueueFault) -> Used? {
    guard hasUsed else { return nil }
    // What the device wrote before the index is read after it.
    bus.barrier()
    let place = layout.usedOffset + 4 + Int(state.value.taken & (layout.size - 1)) * 8
    let (number, byteCount) = (load32(place), load32(place + 4))
    state.value.taken &+= 1
    guard number < UInt32(layout.size) else { throw VirtqueueFault(number: number) }
    let chain = layout.chainsOffset + Int(number) * 2
    let length = load16(chain)
    guard length > 0 else { throw VirtqueueFault(number: number) }
    store(UInt16(0), chain)
    let head = UInt16(truncatingIfNeeded: number)
    var last = Int(head)
    for _ in 1..<length { last = Int(load16(last * 16 + 14)) }
    store(state.value.firstFree, last * 16 + 14)
    state.value.firstFree = head
    state.value.free += length
    return Used(head: head, byteCount: byteCount)
  }

  // Offsets come from the layout, below a size that is a power of two: all lie in the memory, each at a multiple of its width.

  private func store(_ value: UInt16, _ offset: Int) {
    unsafe base.storeBytes(of: value.littleEndian, toByteOffset: offset, as: UInt16.self)
  }

  private func store(_ value: UInt32, _ offset: Int) {
    unsafe base.storeBytes(of: value.littleEndian, toByteOffset: offset, as: UInt32.self)
  }

  private func load16(_ offset: Int) -> UInt16 {
    UInt16(littleEndian: unsafe base.load(fromByteOffset: offset, as: UInt16.self))
  }

  private func load32(_ offset: Int) -> UInt32 {
    UInt32(littleEndian: unsafe base.load(fromByteOffset: offset, as: UInt32.self))
  }
}

/// The device answered to a chain that it was not shown.
public struct VirtqueueFault: Error, Equatable, Sendable {
  public let number: UInt32
}

/// What the driver alone knows of a queue.
public struct VirtqueueState {
  var firstFree: UInt16 = 0
  var free: UInt16 = 0
  /// Chains that were shown, and that came back, modulo 2^16.
  var shown: UInt16 = 0
  var taken: UInt16 = 0

  public init() {}
}
