import Duel
import Oracle
import VMem

/// What libFuzzer calls: the bytes are the chances by which a player makes his moves against the oracle.
///
/// Nearly every input is therefore a sensible history: sizes fit the arena, frees name live allocations, alignments
/// are powers of two. The first byte chooses the address type and where the spans lie; each move takes three to a
/// dozen bytes more. A disagreement or a broken invariant traps, which is what the fuzzer looks for, and so is
/// any access outside the arena's storage, which AddressSanitizer sees.
@c(LLVMFuzzerTestOneInput)
public func fuzzOneInput(_ data: UnsafePointer<UInt8>, _ size: Int) -> CInt {
  guard size > 2, size <= 4096 else { return 0 }
  var bytes = Bytes(UnsafeBufferPointer(start: data, count: size))
  do {
    switch bytes.roll(0...6) {
    case 0: try play(UInt8.self, bytes, quantum: 1, [(0, 20), (200, 56)])
    case 1: try play(UInt8.self, bytes, quantum: 4, [(0, 64)])
    case 2: try play(UInt16.self, bytes, quantum: 0x400, [(0, 64)])
    case 3: try play(UInt32.self, bytes, quantum: 1, [(0, 40), (0xFFFF_FFFF - 39, 40)])
    case 4: try play(UInt32.self, bytes, quantum: 0x1000, [(0xFFFB_0000, 80)])
    case 5: try play(UInt32.self, bytes, quantum: 1 << 25, [(0, 128)])
    default: try play(UInt64.self, bytes, quantum: 16, [(0, 40), (UInt64.max - 639, 40)])
    }
  } catch {
    fatalError("\(error)")
  }
  return 0
}

private func play<Address: ArenaAddress>(
  _ type: Address.Type, _ bytes: Bytes, quantum: Address, _ spans: [(first: Address, cells: Int)]
) throws {
  let duel = try Duel<Address>(quantum: quantum, spans: spans, allocations: 400)
  var player = RandomPlayer(duel, bytes)
  while !player.dice.isSpent { try player.playOne() }
}

/// Chances out of given bytes, and zeros when they are spent.
struct Bytes: Chance {
  private let bytes: [UInt8]
  private var position = 0

  init(_ bytes: UnsafeBufferPointer<UInt8>) {
    self.bytes = Array(bytes)
  }

  var isSpent: Bool { position >= bytes.count }

  private mutating func next() -> Int {
    guard position < bytes.count else { return 0 }
    defer { position += 1 }
    return Int(bytes[position])
  }

  /// One byte for ranges of up to 256 numbers, two for up to 65,536, four for all others.
  mutating func roll(_ range: ClosedRange<Int>) -> Int {
    let count = range.upperBound - range.lowerBound + 1
    var value = next()
    if count > 1 << 8 { value = value << 8 | next() }
    if count > 1 << 16 { value = (value << 8 | next()) << 8 | next() }
    return range.lowerBound + value % count
  }
}
