import BusSpace
import Primitives

/// A legacy virtio block device on PCI: one queue, one request at a time.
///
/// The device moves all data by itself. The value is a handle; copies are the same disk. The caller serialises all calls, the
/// handler of the device's interrupt line included.
@safe
public struct VirtioDisk<Bus: BusMastering>: BlockDevice {
  /// How PCI knows such a device.
  public static var vendor: UInt16 { 0x1AF4 }
  public static var device: UInt16 { 0x1001 }

  let registers: VirtioRegisters<Bus>
  let queue: Virtqueue<Bus>
  let state: Place<VirtioDiskState>
  /// The page of the queue, and where header and answer of the request are, for the device.
  private let queuePage: UInt32
  private let header: UInt32
  private let headerBytes: UnsafeMutableRawPointer
  public let lastSector: UInt64
  public let largestCountMinusOne: UInt32
  public let isReadOnly: Bool
  let hasFlush: Bool

  /// Header and answer of a request: type 32, reserved 32, sector 64, and a byte that the device sets.
  private static var headerCount: Int { 16 }

  /// Resets the device behind a handle of its ports and answers how much memory ``init(_:_:_:memory:storage:)`` wants for it, in
  /// bytes; nil if it has no queue that can be used.
  public static func layout(_ bus: Bus, _ ports: BusHandle) -> VirtqueueLayout? {
    let registers = VirtioRegisters(bus, ports)
    registers.status = .reset
    registers.status = .acknowledged
    registers.status = .driver
    let layout = VirtqueueLayout(size: registers.queueSize(of: 0))
    registers.status = .reset
    // A header, data and the answer.
    return layout.flatMap { $0.size >= 3 ? $0 : nil }
  }

  /// Bytes of memory for a device with such a queue.
  public static func memorySize(_ layout: VirtqueueLayout) -> Int { layout.byteCount + headerCount + 1 }

  /// The disk behind a handle of its ports, ready for requests; nil if it has no sectors, or cannot reach the memory.
  ///
  /// - Parameters:
  ///   - memory: What queue and requests lie in: `memorySize(layout)` bytes in a row, aligned to a page, for as long as the device
  ///     is not reset.
  ///   - storage: For what the driver alone knows.
  ///
  /// The caller promises that both are nobody else's.
  @unsafe public init?(
    _ bus: Bus, _ ports: BusHandle, _ layout: VirtqueueLayout, memory: UnsafeMutableRawBufferPointer,
    storage: UnsafeMutablePointer<VirtioDiskState>
  ) {
    precondition(memory.count >= Self.memorySize(layout))
    registers = VirtioRegisters(bus, ports)
    guard let first = unsafe bus.deviceAddress(of: UnsafeRawBufferPointer(memory)), first & 0xFFF == 0 else {
      registers.status = .failed
      return nil
    }
    queuePage = first >> 12
    header = first + UInt32(truncatingIfNeeded: layout.byteCount)
    // Behind the queue, which is as long as a multiple of 16.
    unsafe headerBytes = memory.baseAddress.unsafelyUnwrapped + layout.byteCount
    unsafe storage.initialize(to: VirtioDiskState())
    state = unsafe Place(storage)
    // A part of what the caller handed in.
    unsafe queue = Virtqueue(bus, layout, memory: memory, storage: &storage.pointee.queue)
    let offered = registers.features
    isReadOnly = offered.contains(.readOnly)
    hasFlush = offered.contains(.flush)
    // A mebibyte, or what the device takes in a piece.
    let limit = offered.contains(.sizeLimit) ? registers.largestPiece : 1 << 20
    largestCountMinusOne = max(min(limit, 1 << 20) / 512, 1) - 1
    let capacity = registers.capacity
    lastSector = capacity &- 1
    guard capacity > 0, limit >= 512 else {
      registers.status = .failed
      return nil
    }
    attach()
  }

  /// Has the device begin anew, with an empty queue.
  private func attach() {
    registers.status = .reset
    registers.status = .acknowledged
    registers.status = .driver
    let wanted: VirtioFeatures = hasFlush ? .flush : .none
    let limits: VirtioFeatures = isReadOnly ? .readOnly : .none
    registers.accept(wanted.union(limits).union(.sizeLimit).intersection(registers.features))
    queue.clear()
    queue.setInterrupts(!state.value.isQuiet)
    registers.setQueue(0, page: queuePage)
    registers.status = .ready
  }

  /// Resets the device: it touches no memory any more, and raises no line. For whoever gives its claim back; nothing else may
  /// be called afterwards.
  public func detach() {
    registers.status = .reset
    state.value.progress = .idle
  }

  public var progress: DiskProgress { state.value.progress }

  public var needsPoll: Bool { false }

  public var isReady: Bool { state.value.progress == .working && queue.hasUsed }

  /// What the device said of the last request; 255 if nothing.
  public var status: UInt8 { answer }

  public func setInterrupts(_ isEnabled: Bool) {
    state.value.isQuiet = !isEnabled
    queue.setInterrupts(isEnabled)
  }

  public func start(_ request: DiskRequest) throws(DiskError) {
    guard state.value.progress == .idle else { throw .busy }
    try request.check(lastSector: lastSector, largestCountMinusOne: largestCountMinusOne)
    if isReadOnly, request.operation == .write { throw .readOnly }
    if request.operation == .flush, !hasFlush {
      // It keeps nothing back (Virtio 1.0, 5.2.6.2).
      state.value.begin(request)
      state.value.progress = .done
      return
    }
    let bytes = unsafe UnsafeRawBufferPointer(request.buffer)
    var data = UInt32(0)
    if request.operation != .flush {
      guard let address = unsafe registers.bus.deviceAddress(of: bytes) else {
        throw .unreachable(bytes: bytes.count)
      }
      data = address
    }
    state.value.begin(request)
    writeHeader(request)
    show(request, data, UInt32(truncatingIfNeeded: bytes.count))
    registers.notify(0)
  }

  public func poll() -> DiskProgress {
    // Takes the line back, whatever it was raised for: a change of the device's configuration, or a request that an earlier poll
    // ended already. Nothing else does, and a line that stays up never lets the processor go.
    _ = registers.takeInterrupt()
    guard state.value.progress == .working else { return state.value.progress }
    do throws(VirtqueueFault) {
      guard let used = try queue.takeUsed() else { return .working }
      state.value.failure = failure(used.byteCount)
    } catch {
      // Nobody knows what else it does.
      attach()
      state.value.failure = .strangeAnswer(number: error.number)
    }
    state.value.progress = .done
    return .done
  }

  public func finish() throws(DiskError) {
    guard state.value.progress == .done else { throw .notDone }
    state.value.progress = .idle
    if let failure = state.value.failure { throw failure }
  }

  /// A reset takes the request back: nothing is moved after it (Virtio 1.0, 2.1.2).
  public func abandon() {
    guard state.value.progress != .idle else { return }
    state.value.progress = .idle
    attach()
  }

  /// The answer lies behind the header, within the memory that was handed in.
  private var answer: UInt8 { unsafe headerBytes.load(fromByteOffset: Self.headerCount, as: UInt8.self) }

  private func writeHeader(_ request: DiskRequest) {
    let type: UInt32 =
      switch request.operation {
      case .read: 0
      case .write: 1
      case .flush: 4
      }
    let sector = request.operation == .flush ? 0 : request.sectors.first
    // Aligned to 16, and 17 bytes long.
    unsafe headerBytes.storeBytes(of: type.littleEndian, as: UInt32.self)
    unsafe headerBytes.storeBytes(of: 0, toByteOffset: 4, as: UInt32.self)
    unsafe headerBytes.storeBytes(of: sector.littleEndian, toByteOffset: 8, as: UInt64.self)
    unsafe headerBytes.storeBytes(of: 0xFF, toByteOffset: Self.headerCount, as: UInt8.self)
  }

  /// Header, data, answer; what the device reads comes first.
  private func show(_ request: DiskRequest, _ data: UInt32, _ count: UInt32) {
    typealias Piece = Virtqueue<Bus>.Piece
    let header = Piece(address: header, byteCount: UInt32(Self.headerCount), isWritten: false)
    let answer = Piece(address: self.header + UInt32(Self.headerCount), byteCount: 1, isWritten: true)
    let head: UInt16?
    if request.operation == .flush {
      let pieces: InlineArray<2, Piece> = [header, answer]
      head = queue.add(pieces.span)
    } else {
      let middle = Piece(address: data, byteCount: count, isWritten: request.operation == .read)
      let pieces: InlineArray<3, Piece> = [header, middle, answer]
      head = queue.add(pieces.span)
    }
    // There is one request at a time, and the queue has three descriptors at least.
    precondition(head != nil, "the queue of a virtio disk is full")
  }

  /// What is wrong with the answer to the request; nil if nothing is.
  private func failure(_ filled: UInt32) -> DiskError? {
    let (request, answer) = (state.value.request, answer)
    guard answer == 0 else {
      return .failed(sector: request.sectors.first, status: answer, error: 0)
    }
    let wanted = UInt32(truncatingIfNeeded: unsafe request.buffer.count)
    if request.operation == .read, filled <= wanted {
      return .short(request.sectors, bytes: filled > 0 ? filled - 1 : 0)
    }
    return nil
  }
}

/// What a virtio disk is doing.
public struct VirtioDiskState {
  var queue = VirtqueueState()
  var request = DiskRequest.flush
  var progress = DiskProgress.idle
  var failure: DiskError?
  var isQuiet = true

  public init() {}

  mutating func begin(_ request: DiskRequest) {
    self.request = request
    failure = nil
    progress = .working
  }
}
