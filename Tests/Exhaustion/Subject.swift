import Oracle
import Primitives
import VMem

/// The arena under examination, in storage of its own that can be put back to what it was.
///
/// All of an arena's bookkeeping lies in the bytes handed to it, so a copy of the bytes is a copy of the state,
/// with everything that the interface does not show.
@safe
final class Subject {
  let setting: Setting
  private(set) var arena: Arena<UInt8, NoLock>
  private let storage: UnsafeMutableRawBufferPointer
  private let saved: UnsafeMutableRawBufferPointer
  private let cellAt: [Int]

  /// Enough tags that none of the calls runs out: that is another test's business.
  init(_ setting: Setting) throws {
    self.setting = setting
    let size = Arena<UInt8, NoLock>.storageSize(
      spans: setting.spans.count, allocations: 2 * setting.cellCount + 4, addressIndex: setting.addressIndex)
    unsafe storage = .allocate(byteCount: size, alignment: 64)
    unsafe saved = .allocate(byteCount: size, alignment: 64)
    arena = try unsafe Arena<UInt8, NoLock>.create(name: "subject", storage: storage)
    var cells = [Int](repeating: -1, count: 256)
    for (cell, address) in setting.addresses.enumerated() { cells[address] = cell }
    cellAt = cells
    try startOver()
  }

  deinit {
    unsafe storage.deallocate()
    unsafe saved.deallocate()
  }

  /// A new arena with all spans, empty.
  func startOver() throws {
    unsafe storage.initializeMemory(as: UInt8.self, repeating: 0xA5)
    arena = try unsafe Arena<UInt8, NoLock>.create(
      name: "subject", quantum: UInt8(setting.quantum), addressIndex: setting.addressIndex, storage: storage)
    // Spans are added from the top down: their order must not matter.
    var cell = setting.cellCount
    for span in setting.spans.reversed() {
      cell -= span.cells
      try arena.add(span: setting.range(cell, span.cells))
    }
  }

  func save() {
    unsafe saved.copyMemory(from: UnsafeRawBufferPointer(storage))
  }

  func restore() {
    unsafe storage.copyMemory(from: UnsafeRawBufferPointer(saved))
  }

  /// Brings a new arena into `state`, with the next-fit cursor just past `cursor - 1`.
  func enter(_ state: MaskArena.State, cursor: Int) throws {
    try startOver()
    if cursor > 0 {
      var request = Request(exactly: setting.range(cursor - 1, 1))
      request.policy = .nextFit
      try arena.free(arena.allocate(request))
    }
    var mask = MaskArena(spanLengths: setting.spans.map(\.cells))
    mask.state = state
    for run in mask.runs where !run.isFree {
      try arena.claim(setting.range(run.first, run.count), owner: Self.owner(ofCell: run.first))
    }
  }

  /// Every allocation is labelled by the cell at which it began when it was made.
  static func owner(ofCell cell: Int) -> Owner { Owner(rawValue: UInt16(cell + 1)) }

  /// The state as a walk shows it, or nil if the walk is not one of whole cells, in order and without gaps.
  func observe() -> MaskArena.State? {
    var state = MaskArena.State()
    var cell = 0
    var isSound = true
    arena.walk { segment in
      let count = (Int(segment.range.countMinusOne) + 1) / setting.quantum
      guard cellAt[Int(segment.range.first)] == cell, count >= 1, cell + count <= setting.cellCount,
        Int(segment.range.countMinusOne) + 1 == count * setting.quantum
      else {
        isSound = false
        return
      }
      if segment.kind == .allocated {
        state.taken |= MaskArena.mask(from: cell, count: count)
        state.starts |= 1 << UInt64(cell)
      }
      cell += count
    }
    return isSound && cell == setting.cellCount ? state : nil
  }
}
