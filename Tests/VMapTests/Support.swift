import Frames
import Paging
import Primitives
import SimulatedMMU
import Testing
import VMap
import VMem

let driver = Owner(rawValue: 9)
let otherDriver = Owner(rawValue: 10)

extension Fixture {
  /// A machine whose window has `pages` pages.
  static func window(pages: UInt32, memoryFrames: UInt32 = 4096) -> Fixture {
    var configuration = Configuration()
    configuration.memoryFrames = memoryFrames
    configuration.window = AddressRange(first: 0xE000_0000, last: 0xE000_0000 + (pages << 12 - 1))
    return Fixture(configuration)
  }

  /// Everything that mappings took is free again: addresses, tables, frames but those of the records.
  func expectEmpty(_ location: SourceLocation = #_sourceLocation) throws {
    window.drain()
    #expect(map.tableCount == 0, sourceLocation: location)
    #expect(window.statistics.live == 0, sourceLocation: location)
    #expect(window.arena.statistics.inUse == 0, sourceLocation: location)
    let statistics = frames.statistics
    #expect(statistics.single == window.statistics.recordFrames, sourceLocation: location)
    #expect(window.arena.checkInvariants() == 0, sourceLocation: location)
    try frames.checkInvariants()
    try map.checkInvariants()
    try window.checkInvariants()
    let entries = (UInt32(0xE0000) >> 10..<1024).map { map.directoryEntry(at: $0).rawValue }
    #expect(entries.allSatisfy { $0 == 0 }, sourceLocation: location)
  }

  /// `count` single frames of `owner`.
  func takeFrames(_ count: Int, owner: Owner = driver) throws -> [FrameNumber] {
    try (0..<count).map { _ in try frames.allocate(owner: owner) }
  }
}

extension VMap where Lock: ~Copyable {
  /// `vmapPages` for an array.
  func vmapPages(
    _ list: [FrameNumber], _ options: MappingOptions, isOwned: Bool = false
  ) throws(VMapError) -> Mapping {
    try vmapPages(list.span, options, isOwned: isOwned)
  }
}
