import Primitives
import VMem

extension FrameAllocator where Lock: ~Copyable {
  /// Bytes of storage that `create` needs for frames below `frameLimit`: 8.5 a frame and about 1 KiB.
  ///
  /// With the arena's tags, one for 16 frames, the bookkeeping stays under 16 bytes a frame (Frames.md derives it).
  public static func storageSize(frameLimit: UInt32) -> Int {
    let records = Int(frameLimit) * MemoryLayout<FrameRecord>.stride
    let chunks = Int(chunkCount(frameLimit)) * MemoryLayout<Chunk>.stride
    let memory = MemoryMap.capacity * MemoryLayout<FrameRange>.stride
    return MemoryLayout<State>.stride + records + chunks + memory + 32
  }

  static func chunkCount(_ frameLimit: UInt32) -> UInt32 { (frameLimit + (chunkFrames - 1)) / chunkFrames }

  /// Makes an allocator for the memory of `map`, all of it free but for the reservations.
  ///
  /// - Parameters:
  ///   - map: Complete; `storage` and what the arena runs on are reserved in it already.
  ///   - directLimit: One more than the highest frame that the direct map reaches.
  ///   - arena: Empty, with a quantum of 4,096; belongs to the allocator from now on.
  ///   - storage: At least `storageSize(frameLimit: map.frameLimit)` bytes, aligned to 8; lives as long as the
  ///     allocator.
  ///   - lock: Guards the bookkeeping. The arena has its own.
  /// - Returns: nil where the storage is too small or the arena has too few tags for the map.
  ///
  /// Worst case: linear in `frameLimit`. Context: boot.
  public static func create(
    map: MemoryMap, directLimit: UInt32, arena: Arena<UInt32, Lock>, storage: UnsafeMutableRawBufferPointer,
    lock: consuming Lock
  ) -> FrameAllocator? {
    let limit = map.frameLimit
    guard storage.count >= storageSize(frameLimit: limit), let base = storage.baseAddress else { return nil }
    // Safe: the guard proves that the four parts lie one behind the other within the storage.
    let state = unsafe base.alignedUp(toMultipleOf: 8).assumingMemoryBound(to: State.self)
    let records = unsafe UnsafeMutableRawPointer(state + 1).alignedUp(toMultipleOf: 8)
      .bindMemory(to: FrameRecord.self, capacity: Int(limit))
    let chunks = unsafe UnsafeMutableRawPointer(records + Int(limit))
      .bindMemory(to: Chunk.self, capacity: Int(chunkCount(limit)))
    let memory = unsafe UnsafeMutableRawPointer(chunks + Int(chunkCount(limit)))
      .bindMemory(to: FrameRange.self, capacity: MemoryMap.capacity)
    unsafe records.initialize(repeating: FrameRecord(.absent, owner: .none), count: Int(limit))
    unsafe chunks.initialize(repeating: Chunk(), count: Int(chunkCount(limit)))
    unsafe state.initialize(
      to: State(
        lock: lock, arena: arena, heads: InlineArray(repeating: .max), chunked: InlineArray(repeating: 0),
        zeroed: InlineArray(repeating: 0), zeroedCount: 0, frameLimit: limit, directLimit: directLimit,
        counts: FrameStatistics(), fault: FaultPoint(), records: records, chunks: chunks, memory: memory,
        memoryCount: 0))
    let allocator = unsafe FrameAllocator(state: state)
    return allocator.populate(map) ? allocator : nil
  }

  /// Gives the memory of `map` to the arena and takes the reservations out of it.
  private func populate(_ map: MemoryMap) -> Bool {
    for index in 0..<map.rangeCount {
      guard let frames = map.frames(at: index) else { continue }
      do throws(SpanError<UInt32>) {
        try arena.add(span: AddressRange(first: frames.first.address, last: frames.last.address | 0xFFF))
      } catch { return false }
      unsafe memory[state.pointee.memoryCount] = frames
      unsafe state.pointee.memoryCount += 1
      mark(frames, .free, owner: .none)
      unsafe state.pointee.counts.total += frames.count
      unsafe state.pointee.counts.free += frames.count
    }
    for index in 0..<map.reservationCount {
      guard reserve(map.reservation(at: index)) else { return false }
    }
    return true
  }

  /// Marks the part of a reservation that is memory and not reserved yet, run by run: reservations may overlap.
  private func reserve(_ reservation: MemoryMap.Reservation) -> Bool {
    var frame = reservation.frames.first.rawValue
    let last = min(reservation.frames.last.rawValue + 1, frameLimit)
    while frame < last {
      var past = frame
      while past < last, unsafe records[Int(past)].state == .free { past += 1 }
      guard past > frame else {
        frame += 1
        continue
      }
      let frames = FrameRange(FrameNumber(frame), through: FrameNumber(past - 1))
      guard claim(frames, owner: reservation.owner) else { return false }
      frame = past
    }
    return true
  }

  private func claim(_ frames: FrameRange, owner: Owner) -> Bool {
    var request = Request<UInt32>(
      exactly: AddressRange(first: frames.first.address, last: frames.last.address | 0xFFF))
    request.owner = owner
    do throws(AllocationError<UInt32>) { _ = try arena.allocate(request) } catch { return false }
    mark(frames, .reserved, owner: owner)
    unsafe state.pointee.counts.free -= frames.count
    unsafe state.pointee.counts.reserved += frames.count
    return true
  }

  /// Writes state and owner of every frame of `frames`, all below the limit.
  func mark(_ frames: FrameRange, _ newState: FrameState, owner: Owner) {
    for frame in frames.first.rawValue...frames.last.rawValue {
      unsafe records[Int(frame)] = FrameRecord(newState, owner: owner)
    }
  }
}
