import BusSpace
import Primitives
import Testing
import Text
import VMem

/// The buses over host memory, with room for a stated number of claims.
final class TestBus {
  let bus: BusSpace<NoLock, HostNames>
  private let storage: [UnsafeMutableRawBufferPointer]

  init(claims: Int = 64, handles: Int = 16) throws {
    func bytes(_ count: Int) -> UnsafeMutableRawBufferPointer { .allocate(byteCount: count, alignment: 16) }
    let ports = bytes(Arena<UInt16, NoLock>.storageSize(spans: 1, allocations: claims))
    let memory = bytes(Arena<UInt32, NoLock>.storageSize(spans: 1, allocations: claims))
    let lines = bytes(Arena<UInt16, NoLock>.storageSize(spans: 1, allocations: 16))
    let records = bytes(HandleTable<NoLock>.storageSize(handles: handles))
    let names = bytes(1024)
    storage = [ports, memory, lines, records, names]
    bus = try BusSpace(
      ports: .create(name: "ioport", storage: ports), memory: .create(name: "iomem", storage: memory),
      interrupts: .create(name: "irq", storage: lines),
      handles: #require(HandleTable.create(storage: records, lock: NoLock())),
      owners: HostNames(storage: names))
  }

  deinit { for bytes in storage { bytes.deallocate() } }

  func text(_ error: ClaimError) -> String {
    var recorder = Recorder()
    bus.write(error, to: &recorder)
    return recorder.text
  }
}

/// A table of names behind a reference, as a kernel has one for all its arenas.
final class HostNames: OwnerNames {
  private var table: OwnerTable

  init(storage: UnsafeMutableRawBufferPointer) { table = OwnerTable(storage: storage) }

  func register(_ name: Span<UInt8>) -> Owner? { name.withUnsafeBufferPointer { table.register($0) } }

  func withName(of owner: Owner, _ body: (Span<UInt8>) -> Void) { table.withName(of: owner, body) }
}

struct Recorder: ByteSink {
  var bytes: [UInt8] = []

  var text: String { String(decoding: bytes, as: UTF8.self) }

  mutating func write(_ byte: UInt8) { bytes.append(byte) }
}

func io(_ first: UInt32, _ last: UInt32) -> BusRange { BusRange(.io, first: first, last: last)! }

func memory(_ first: UInt32, _ last: UInt32) -> BusRange { BusRange(.memory, first: first, last: last)! }
