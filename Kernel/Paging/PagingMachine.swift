import Frames

/// How paging reaches its tables and the processors' caches of translations.
///
/// In the kernel a table is reached through the direct map and a flush is INVLPG or a load of CR3; on the host both
/// are a simulated, adversarial memory-management unit. The algorithms above cannot tell the difference.
///
/// Duties of a conforming type:
/// - A table is the 1,024 entries of the frame named; index 0...1023.
/// - `store` and `exchange` write an entry in one piece, and no later access of the same processor overtakes them.
/// - A flush returns when *every* processor that may use the tables has dropped what it names, translations and the
///   directory entries cached on the way to them (SDM 4.10.4.1).
public protocol PagingMachine: Sendable {
  func load(_ table: FrameNumber, _ index: UInt32) -> UInt32
  func store(_ table: FrameNumber, _ index: UInt32, _ value: UInt32)
  func exchange(_ table: FrameNumber, _ index: UInt32, _ value: UInt32) -> UInt32

  /// The 4,096 bytes of `frame`, one of the frames below the direct limit, for bookkeeping.
  func memory(of frame: FrameNumber) -> UnsafeMutableRawBufferPointer

  /// Whether all of `count` entries from `index` on are 0. `count >= 1`.
  func areAbsent(_ table: FrameNumber, _ index: UInt32, count: UInt32) -> Bool
  /// Whether all of `count` entries from `index` on are present. `count >= 1`.
  func arePresent(_ table: FrameNumber, _ index: UInt32, count: UInt32) -> Bool
  /// Stores `value`, `value + step`, `value + 2 * step`... into `count` entries from `index` on.
  func fill(_ table: FrameNumber, _ index: UInt32, count: UInt32, with value: UInt32, step: UInt32)
  /// Stores 0 into `count` entries from `index` on.
  func clear(_ table: FrameNumber, _ index: UInt32, count: UInt32)

  /// Drops every translation of the 4 KiB or 4 MiB page that holds the page, global ones too.
  func flush(_ page: PageNumber)
  /// Drops every translation, global ones too.
  func flushAll()
}

extension PagingMachine {
  public func areAbsent(_ table: FrameNumber, _ index: UInt32, count: UInt32) -> Bool {
    for index in index..<index + count where load(table, index) != 0 { return false }
    return true
  }

  public func arePresent(_ table: FrameNumber, _ index: UInt32, count: UInt32) -> Bool {
    for index in index..<index + count where load(table, index) & 1 == 0 { return false }
    return true
  }

  public func clear(_ table: FrameNumber, _ index: UInt32, count: UInt32) {
    fill(table, index, count: count, with: 0, step: 0)
  }

  public func fill(_ table: FrameNumber, _ index: UInt32, count: UInt32, with value: UInt32, step: UInt32) {
    var value = value
    for index in index..<index + count {
      store(table, index, value)
      value &+= step
    }
  }
}
