import BusSpace
import Primitives
import Testing
import VMem

@Suite("Life of handles")
struct HandleTests {
  private let owner = Owner(rawValue: 9)

  @Test("a handle stays dead when its owner maps the same place again (BusSpace-I8)")
  func generation() throws {
    let test = try TestBus()
    let bus = MappedBus(test.bus, RecordingBus())
    let old = try bus.map(.memory, first: 0x4000, count: 0x100, .linear, owner: owner)
    let part = try bus.subregion(of: old, offset: 0, count: 1)
    try bus.unmap(old)
    let new = try bus.map(.memory, first: 0x4000, count: 0x100, .linear, owner: owner)
    #expect(!old.isLive && !part.isLive && new.isLive)
    #expect(throws: BusError.notMapped(old.region)) { try bus.unmap(old) }
    #expect(throws: BusError.notMapped(old.region)) { try bus.address(of: old) }
    #expect(throws: BusError.notMapped(old.region)) { try bus.subregion(of: part, offset: 0, count: 1) }
    #expect(new.isLive)
    try bus.unmap(new)
    #expect(test.bus.statistics(of: .memory).inUse == 0)
  }

  @Test("an access through a handle that was unmapped traps before it reaches the bus")
  func useAfterUnmap() async {
    await #expect(processExitsWith: .failure) {
      let test = try TestBus()
      let recorder = RecordingBus()
      let bus = MappedBus(test.bus, recorder)
      let handle = try bus.map(.memory, first: 0x4000, count: 4, owner: .none)
      try bus.unmap(handle)
      _ = recorder.read(handle, 0, as: UInt32.self)
    }
    await #expect(processExitsWith: .failure) {
      let test = try TestBus()
      let recorder = RecordingBus()
      let owner = Owner(rawValue: 1)
      try test.bus.claim(io(0x60, 0x63), owner: owner)
      let handle = try test.bus.handle(within: io(0x60, 0x60), owner: owner)
      try test.bus.release(io(0x60, 0x63))
      try test.bus.claim(io(0x60, 0x63), owner: owner)
      recorder.write(handle, 0, UInt8(1))
    }
  }

  @Test("a claim that is mapped is not released behind its handle's back")
  func releaseOfMapped() throws {
    let test = try TestBus()
    let bus = MappedBus(test.bus, RecordingBus())
    let handle = try bus.map(.memory, first: 0x4000, count: 0x100, owner: owner)
    let ports = io(0x10, 0x1F)
    try test.bus.claim(ports, owner: owner)
    #expect(throws: ReleaseError.isMapped(handle.range)) { try test.bus.release(handle.range) }
    #expect(throws: ReleaseError.isMapped(handle.range)) {
      try test.bus.release(all: [ports, handle.range].span)
    }
    #expect(handle.isLive)
    #expect(test.bus.holder(of: ports)?.range == ports)
    try bus.unmap(handle)
  }

  @Test("memory of one's own claim is mapped within it, in parts, and the claim stays")
  func mapWithin() throws {
    let test = try TestBus()
    let recorder = RecordingBus()
    let bus = MappedBus(test.bus, recorder)
    let window = memory(0xFEB0_0000, 0xFEB0_FFFF)
    try test.bus.claim(window, owner: owner)
    let low = try bus.map(within: memory(0xFEB0_0000, 0xFEB0_0FFF), owner: owner)
    let high = try bus.map(within: memory(0xFEB0_F000, 0xFEB0_FFFF), .linear, owner: owner)
    recorder.write(high, 0xFFC, UInt32(0x1234))
    #expect(recorder.transfers == [.write(.memory, 0xE000_0000 &+ 0xFEB0_FFFC, 0x1234, width: 4)])
    #expect(throws: ReleaseError.isMapped(window)) { try test.bus.release(window) }
    try bus.unmap(low)
    #expect(!low.isLive && high.isLive)
    #expect(throws: ReleaseError.isMapped(window)) { try test.bus.release(window) }
    try bus.unmap(high)
    #expect(recorder.mappings.isEmpty)
    #expect(test.bus.holder(of: window)?.range == window)
    try test.bus.release(window)
    #expect(test.bus.statistics(of: .memory).inUse == 0)
  }

  @Test("nobody maps within another's claim, or within what is mapped whole")
  func mapWithinRefused() throws {
    let test = try TestBus()
    let recorder = RecordingBus()
    let bus = MappedBus(test.bus, recorder)
    let window = memory(0x4000, 0x4FFF)
    try test.bus.claim(window, owner: owner)
    for (range, owner) in [
      (window, Owner(rawValue: 1)), (memory(0x4000, 0x5000), owner), (memory(0x8000, 0x8000), owner),
      (io(1, 1), owner),
    ] {
      #expect(throws: BusError.notOwned(range)) { try bus.map(within: range, owner: owner) }
    }
    let whole = try bus.map(.memory, first: 0x8000, count: 0x1000, owner: owner)
    #expect(throws: BusError.alreadyMapped(whole.range)) {
      try bus.map(within: memory(0x8000, 0x80FF), owner: owner)
    }
    recorder.mappingsUntilFailure = 0
    #expect(throws: BusError.mapping(window)) { try bus.map(within: window, owner: owner) }
    #expect(test.bus.holder(of: window)?.owner == owner)
    try test.bus.release(window)
    try bus.unmap(whole)
  }

  @Test("releasing several claims ends the handles in each")
  func releaseAll() throws {
    let test = try TestBus()
    let ranges = [io(0x10, 0x1F), io(0x30, 0x3F)]
    try test.bus.claim(all: ranges.span, owner: owner)
    let handles = try ranges.map { try test.bus.handle(within: $0, owner: owner) }
    let line = try test.bus.handle(within: io(0x3F, 0x3F), owner: owner)
    try test.bus.release(all: ranges.span)
    #expect(!handles[0].isLive && !handles[1].isLive && !line.isLive)
  }

  @Test("a claim with handles is not carved")
  func carve() throws {
    let test = try TestBus()
    try test.bus.claim(io(0x10, 0x1F), owner: owner)
    let handle = try test.bus.handle(within: io(0x10, 0x11), owner: owner)
    #expect(throws: ClaimError.self) { try test.bus.carve(io(0x18, 0x19), owner: Owner(rawValue: 2)) }
    #expect(handle.isLive)
    #expect(test.bus.holder(of: io(0x18, 0x18))?.range == io(0x10, 0x1F))
  }

  @Test("with its records used up a mapping fails whole, and one that ends makes room")
  func fullTable() throws {
    let test = try TestBus(handles: 3)
    let recorder = RecordingBus()
    let bus = MappedBus(test.bus, recorder)
    var handles: [BusHandle] = []
    do throws(BusError) {
      while true {
        handles.append(
          try bus.map(.memory, first: UInt32(handles.count) * 0x1000, count: 0x1000, owner: owner))
      }
    } catch {
      let first = UInt32(handles.count) * 0x1000
      #expect(error == .noHandles(memory(first, first + 0xFFF)))
    }
    #expect(handles.count >= 3)
    #expect(recorder.mappings.count == handles.count)
    #expect(test.bus.statistics(of: .memory).allocatedSegments == UInt32(handles.count))
    #expect(throws: BusError.noHandles(io(1, 1))) { try bus.map(.io, first: 1, count: 1, owner: owner) }
    try test.bus.claim(io(1, 1), owner: owner)
    #expect(throws: BusError.noHandles(io(1, 1))) { try test.bus.handle(within: io(1, 1), owner: owner) }
    try bus.unmap(handles.removeLast())
    #expect(try test.bus.handle(within: io(1, 1), owner: owner).isLive)
  }

  @Test("the table of handles grows with the arenas")
  func growth() throws {
    let test = try TestBus(handles: 1)
    let bus = MappedBus(test.bus, RecordingBus())
    let grant: TagSource.Grant = { _, count in .allocate(byteCount: count, alignment: 16) }
    let release: TagSource.Release = { _, base, _ in base.deallocate() }
    test.bus.grow(from: TagSource(grant: grant, release: release, context: nil, byteCount: 1024))
    var handles: [BusHandle] = []
    for index: UInt32 in 0..<200 {
      handles.append(try bus.map(.io, first: index * 8, count: 4, owner: owner))
    }
    for handle in handles { #expect(handle.isLive) }
    for handle in handles { try bus.unmap(handle) }
    for handle in handles { #expect(!handle.isLive) }
    #expect(test.bus.statistics(of: .io).inUse == 0)
  }
}
