import Primitives
import Testing
import VMem

typealias Small = Arena<UInt8, NoLock>
typealias Ports = Arena<UInt16, NoLock>
typealias Words = Arena<UInt32, NoLock>
typealias Longs = Arena<UInt64, NoLock>

/// Gives `body` an arena whose storage goes away afterwards; at the end VMem-I1, VMem-I2, VMem-I3,
/// VMem-I4, VMem-I5, VMem-I6, VMem-I7, VMem-I8 and VMem-I9 are checked.
func withArena<Address: ArenaAddress>(
  of type: Address.Type, quantum: Address = 1, spans: Int = 4, allocations: Int = 16,
  _ body: (Arena<Address, NoLock>) throws -> Void
) throws {
  let size = Arena<Address, NoLock>.storageSize(spans: spans, allocations: allocations)
  let storage = UnsafeMutableRawBufferPointer.allocate(byteCount: size, alignment: 16)
  defer { unsafe storage.deallocate() }
  let arena = try unsafe Arena<Address, NoLock>.create(name: "test", quantum: quantum, storage: storage)
  try body(arena)
  #expect(arena.checkInvariants() == 0)
}

extension AddressRange {
  /// For tests: known to be right.
  init(_ first: Address, _ last: Address) { self.init(first: first, last: last) }
}

func segments<Address: ArenaAddress>(_ arena: Arena<Address, NoLock>) -> [Segment<Address>] {
  var result: [Segment<Address>] = []
  arena.walk { result.append($0) }
  return result
}
