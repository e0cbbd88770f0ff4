import Primitives
import VMem

/// How a script went.
public struct ArenaCase: Sendable {
  /// Where the case comes from and what it is about.
  public let name: StaticString
  /// How many of its lines were played; none if there was too little storage.
  public let lines: Int
  /// The number of the first line that was answered wrongly, counted from 1; 0 if none was.
  public let firstWrong: Int

  public var holds: Bool { lines > 0 && firstWrong == 0 }

  /// Bytes that every case can be played in.
  public static var storageSize: Int {
    Arena<UInt32, NoLock>.storageSize(spans: 8, allocations: 64)
  }

  /// Plays every case in `storage`, one after the other, and gives each to `report`. The storage must have
  /// `storageSize` bytes and is free again afterwards.
  public static func each(in storage: UnsafeMutableRawBufferPointer, _ report: (ArenaCase) -> Void) {
    let stage = unsafe ArenaStage(storage: storage)
    stage.netBSDCases(report)
    stage.netBSDTraces(report)
    stage.wrongAnswers(report)
    stage.drmCases(report)
    stage.regionCases(report)
    stage.drmProperties(report)
    stage.resourceCases(report)
  }

  /// The same for the cases that need 64 bits.
  public static func eachOf64Bits(in storage: UnsafeMutableRawBufferPointer, _ report: (ArenaCase) -> Void) {
    let stage = unsafe ArenaStage(storage: storage)
    stage.drmPropertiesOf64Bits(report)
    stage.regionCasesOf64Bits(report)
  }

  /// Bytes that each of those can be played in.
  public static var storageSizeOf64Bits: Int {
    Arena<UInt64, NoLock>.storageSize(spans: 1100, allocations: 1100)
  }
}

/// Where scripts are played: storage that each one has for itself while it is played.
@safe
struct ArenaStage {
  private let storage: UnsafeMutableRawBufferPointer

  /// The caller promises that nobody else uses the storage meanwhile.
  @unsafe init(storage: UnsafeMutableRawBufferPointer) {
    unsafe self.storage = storage
  }

  func play(
    _ name: StaticString, quantum: UInt32 = 1, _ report: (ArenaCase) -> Void,
    script: (inout ArenaScript<UInt32>) -> Void
  ) {
    perform(name, quantum, report, script)
  }

  func playOf64Bits(
    _ name: StaticString, _ report: (ArenaCase) -> Void, script: (inout ArenaScript<UInt64>) -> Void
  ) {
    perform(name, 1, report, script)
  }

  private func perform<Address: ArenaAddress>(
    _ name: StaticString, _ quantum: Address, _ report: (ArenaCase) -> Void,
    _ script: (inout ArenaScript<Address>) -> Void
  ) {
    guard
      let arena = unsafe try? Arena<Address, NoLock>.create(
        name: "script", quantum: quantum, storage: storage)
    else { return report(ArenaCase(name: name, lines: 0, firstWrong: 0)) }
    var player = ArenaScript(arena)
    script(&player)
    report(ArenaCase(name: name, lines: player.lines, firstWrong: player.firstWrong))
  }
}

/// Calls `body` with each value; without an array, for which the kernel has no heap.
func each<let count: Int, Value>(_ values: InlineArray<count, Value>, _ body: (Value) -> Void) {
  for index in values.indices { body(values[index]) }
}
