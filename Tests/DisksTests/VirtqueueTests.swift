import BusSpace
import Testing

@testable import Disks

/// The queue by itself, with a device that works through chains in any order.
@Suite("Virtqueues")
struct VirtqueueTests {
  typealias Queue = Virtqueue<ModelVirtio>

  let memory = ModelMemory(byteCount: 1 << 20)

  private func queue(_ size: UInt16) throws -> (Queue, ModelVirtio) {
    let layout = try #require(VirtqueueLayout(size: size))
    let model = ModelVirtio(memory, sectors: 1000, queueSize: size)
    let bytes = memory.take(layout.byteCount, alignment: 4096)
    let queue = Virtqueue(model, layout, memory: bytes, storage: .allocate(capacity: 1))
    model.write8(.io, 0xC052, 7)
    model.write32(.io, 0xC048, memory.address(of: .init(bytes))! >> 12)
    return (queue, model)
  }

  /// A request for one sector, and where its data is.
  private func pieces(_ sector: UInt64) -> (pieces: [Queue.Piece], data: UnsafeMutableRawBufferPointer) {
    let header = memory.take(16)
    header.storeBytes(of: 0, as: UInt64.self)
    header.storeBytes(of: sector, toByteOffset: 8, as: UInt64.self)
    let (data, answer) = (memory.take(512), memory.take(1))
    func piece(_ bytes: UnsafeMutableRawBufferPointer, _ isWritten: Bool) -> Queue.Piece {
      Queue.Piece(
        address: memory.address(of: .init(bytes))!, byteCount: UInt32(bytes.count), isWritten: isWritten)
    }
    return ([piece(header, false), piece(data, true), piece(answer, true)], data)
  }

  private func add(_ pieces: [Queue.Piece], to queue: Queue) -> UInt16? { queue.add(pieces.span) }

  @Test("the parts lie where Virtio 1.0, 2.4.2 has them")
  func layout() throws {
    #expect(VirtqueueLayout(size: 0) == nil && VirtqueueLayout(size: 3) == nil)
    #expect(VirtqueueLayout(size: 32_768) != nil)
    // 4,096 of descriptors, 518 of the available ring; 2,054 of the used one in the third page; then what is ours.
    #expect(try #require(VirtqueueLayout(size: 256)).byteCount == (8192 + 2054 + 512 + 15) & ~15)
    #expect(try #require(VirtqueueLayout(size: 1)).byteCount == (4096 + 14 + 2 + 15) & ~15)
  }

  @Test("chains come back in whatever order the device likes, through many turns of the rings")
  func anyOrder() throws {
    let (queue, model) = try queue(16)
    var random = SystemRandomNumberGenerator()
    var live: [UInt16: (sector: UInt64, data: UnsafeMutableRawBufferPointer)] = [:]
    var sector: UInt64 = 0
    // 16 bits of index wrap after 65,536 chains; the rings after 16.
    for round in 0..<200 {
      while queue.freeCount >= 3 {
        let (pieces, data) = pieces(sector)
        let head = try #require(add(pieces, to: queue))
        #expect(live[head] == nil)
        live[head] = (sector, data)
        sector = (sector + 1) % 1000
      }
      let oneMore = add(pieces(0).pieces, to: queue)
      #expect(oneMore == nil, "a sixteenth descriptor alone is no chain")
      #expect(queue.freeCount == 1)
      model.look()
      for _ in 0..<Int.random(in: 1...model.pending.count, using: &random) {
        model.complete(Int.random(in: 0..<model.pending.count, using: &random))
      }
      while let used = try queue.takeUsed() {
        let request = try #require(live[used.head], "round \(round)")
        live[used.head] = nil
        #expect(used.byteCount == 513)
        #expect(request.data[511] == UInt8(truncatingIfNeeded: request.sector))
      }
    }
    model.completeAll()
    while let used = try queue.takeUsed() { live[used.head] = nil }
    #expect(live.isEmpty && queue.freeCount == 16)
    #expect(model.faults == [])
  }

  @Test("indices wrap")
  func wrap() throws {
    let (queue, model) = try queue(4)
    let request = pieces(7)
    for _ in 0..<70_000 {
      let head = try #require(add(request.pieces, to: queue))
      model.look()
      model.completeAll()
      guard try queue.takeUsed()?.head == head else { throw VirtqueueFault(number: 0) }
    }
    #expect(queue.freeCount == 4)
    #expect(try queue.takeUsed() == nil)
    #expect(model.faults == [])
  }

  @Test(
    "an answer to what was not asked is told, and takes nothing", arguments: [1, 4, 0xFFFF_FFFF] as [UInt32])
  func lies(_ number: UInt32) throws {
    let (queue, model) = try queue(4)
    let head = try #require(add(pieces(7).pieces, to: queue))
    #expect(head == 0)
    model.lie = number
    model.look()
    model.completeAll()
    #expect(throws: VirtqueueFault(number: number)) { try queue.takeUsed() }
    #expect(queue.freeCount == 1)
    queue.clear()
    #expect(queue.freeCount == 4)
  }

  @Test("an answer to a chain that came back already is told too")
  func repeated() throws {
    let (queue, model) = try queue(8)
    let head = try #require(add(pieces(7).pieces, to: queue))
    #expect(head == 0)
    #expect(try #require(add(pieces(9).pieces, to: queue)) == 3)
    model.look()
    model.complete(0)
    #expect(try queue.takeUsed()?.head == 0)
    #expect(queue.freeCount == 5)
    // Twice the same is once too often.
    model.lie = 0
    model.complete(0)
    #expect(throws: VirtqueueFault(number: 0)) { try queue.takeUsed() }
    #expect(queue.freeCount == 5)
  }
}
