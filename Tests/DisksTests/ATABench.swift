import BusSpace
import Disks
import Primitives
import Testing
import VMem

/// A channel of a model, with claimed ports; with a bus master if the model has memory. Its storage stays, for the disks are
/// handles to it.
struct ATABench {
  let model: ModelATA
  let channel: ATAChannel<ModelATA>

  init(_ model: ModelATA) throws {
    self.model = model
    let ports = try ClaimedPorts([0x1F0...0x1F7, 0x3F6...0x3F6, ModelEngine.ports])
    let table = model.memory.map {
      ATARegionTable(storage: $0.take(ATARegionTable.byteCount, alignment: 8))
    }
    channel = ATAChannel(
      model, command: ports.handles[0], control: ports.handles[1],
      engine: table.map { (ports.handles[2], $0) },
      storage: .allocate(capacity: 1))
  }
}

/// Handles for ranges of ports that are claimed. Their storage stays.
struct ClaimedPorts {
  var handles: [BusHandle] = []

  init(_ ranges: [ClosedRange<UInt32>]) throws {
    func bytes(_ count: Int) -> UnsafeMutableRawBufferPointer { .allocate(byteCount: count, alignment: 16) }
    let space = try BusSpace<NoLock, NoNames>(
      ports: .create(name: "io", storage: bytes(8192)), memory: .create(name: "memory", storage: bytes(8192)),
      interrupts: .create(name: "irq", storage: bytes(8192)),
      handles: #require(HandleTable.create(storage: bytes(1024), lock: NoLock())), owners: NoNames())
    let owner = Owner(rawValue: 1)
    for range in ranges {
      let range = try #require(BusRange(.io, first: range.lowerBound, last: range.upperBound))
      try space.claim(range, owner: owner)
      handles.append(try space.handle(within: range, owner: owner))
    }
  }
}

struct NoNames: OwnerNames {
  func register(_ name: Span<UInt8>) -> Owner? { nil }
  func withName(of owner: Owner, _ body: (Span<UInt8>) -> Void) {}
}
