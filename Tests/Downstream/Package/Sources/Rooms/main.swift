import Primitives
import VMem

// The rooms of an inn, 100 to 163, four floors of sixteen: an arena needs no memory behind its addresses.
let storage = UnsafeMutableRawBufferPointer.allocate(
  byteCount: Arena<UInt16, NoLock>.storageSize(spans: 1, allocations: 16), alignment: 8)
let inn = try Arena<UInt16, NoLock>.create(name: "inn", storage: storage)
try inn.add(first: 100, count: 64)

// Two rooms side by side that are not divided by the stairs.
var request = Request<UInt16>(count: 2)
request.policy = .bestFit
request.nocross = 16
let pair = try inn.allocate(request)
print("rooms \(pair.first) and \(pair.last)")

do {
  try inn.claim(AddressRange(first: pair.last, last: pair.last + 1))
} catch {
  guard case .conflict(_, let taken, _) = error, taken == pair else { fatalError("\(error)") }
  print("\(taken.first)-\(taken.last) are taken")
}
try inn.free(pair)
print("\(inn.statistics.free) rooms are free")
storage.deallocate()
