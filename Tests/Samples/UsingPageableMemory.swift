import Frames
// What the article takes as given: pageable memory over the simulated MMU of the tests, with a disk of 64 slots.
@_exported import Pageable
import Paging
@_exported import Primitives
import SimulatedMMU
@_exported import VMem

typealias Memory = PageableMemory<SimulatedMMU, NoLock>
private typealias Addresses = Arena<UInt32, NoLock>

nonisolated(unsafe) private let fixture = Fixture()

private func bytes(_ count: Int) -> UnsafeMutableRawBufferPointer {
  .allocate(byteCount: count, alignment: 16)
}

let memory = makeMemory()

private func makeMemory() -> Memory {
  let arena = try! Addresses.create(
    name: "pageable", quantum: 4096, storage: bytes(Addresses.storageSize(spans: 4, allocations: 64)))
  try! arena.add(span: AddressRange(first: 0xE000_0000, last: 0xE07F_FFFF))
  let memory = Memory.create(
    arena: arena, pageMap: fixture.map, owner: Owner(rawValue: 30), marks: WaterMarks(total: 4096),
    residents: 64,
    storage: bytes(Memory.storageSize(residents: 64)), lock: NoLock())!
  try! memory.attach(SwapArea(named: 65 * 8)!, storage: bytes(Memory.slotStorageSize(slots: 64)))
  return memory
}
