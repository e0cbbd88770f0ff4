import Frames
import Paging
import SimulatedMMU
import Testing
import VMap

/// The scenarios of Linux's lib/test_vmalloc.c, by their names there. A page is the unit, a list of frames stands for
/// what vmalloc would take.
@Suite struct UpstreamScenarioTests {
  let fixture = Fixture.window(pages: 6000)

  func map(_ frames: [FrameNumber], alignment: UInt32 = 4096) throws -> Mapping {
    var options = MappingOptions(owner: driver)
    options.alignment = alignment
    return try fixture.window.vmapPages(frames, options)
  }

  @Test func fix_size_alloc_test() throws {
    let frames = try fixture.takeFrames(3)
    for _ in 0..<2000 { try fixture.window.vunmap(try map(frames).address, size: 3 << 12) }
    #expect(fixture.map.tableCount == 0)
  }

  /// As upstream: 8,192 pages.
  @Test func full_fit_alloc_test() throws {
    let fixture = Fixture.window(pages: 8192)
    let frames = try fixture.takeFrames(1)
    func map() throws -> Mapping { try fixture.window.vmapPages(frames, MappingOptions(owner: driver)) }
    let mappings = try (0..<8192).map { _ in try map() }
    #expect(throws: VMapError.noSpace(pages: 1)) { _ = try map() }
    for index in stride(from: 0, to: 8192, by: 2) { try fixture.window.vunmap(mappings[index].address) }
    for _ in 0..<500 { try fixture.window.vunmap(try map().address) }
    for _ in 0..<4096 { _ = try map() }
    #expect(throws: VMapError.noSpace(pages: 1)) { _ = try map() }
  }

  /// As upstream: 15,000 live.
  @Test func long_busy_list_alloc_test() throws {
    let fixture = Fixture.window(pages: 16_000)
    let one = try fixture.takeFrames(1)
    let hundred = try fixture.takeFrames(100)
    let options = MappingOptions(owner: driver)
    for _ in 0..<15_000 { _ = try fixture.window.vmapPages(one, options) }
    for _ in 0..<300 {
      let large = try fixture.window.vmapPages(hundred, options)
      let small = try fixture.window.vmapPages(one, options)
      try fixture.window.vunmap(large.address)
      try fixture.window.vunmap(small.address)
    }
    #expect(fixture.window.statistics.live == 15_000)
  }

  @Test func random_size_alloc_test() throws {
    let frames = try fixture.takeFrames(100)
    for _ in 0..<1000 {
      let count = Int.random(in: 1...100)
      try fixture.window.vunmap(try map(Array(frames.prefix(count))).address, size: UInt32(count) << 12)
    }
  }

  @Test func fix_align_alloc_test() throws {
    let frames = try fixture.takeFrames(5)
    for _ in 0..<500 {
      let mapping = try map(frames, alignment: 32 << 12)
      #expect(mapping.address % (32 << 12) == 0)
      try fixture.window.vunmap(mapping.address)
    }
  }

  @Test func random_size_align_alloc_test() throws {
    let frames = try fixture.takeFrames(10)
    var live: [UInt32] = []
    for _ in 0..<500 {
      // Nine live mappings meet at most 18 of the window's 23 places with the largest alignment: none may fail.
      let alignment = UInt32(4096) << UInt32.random(in: 0...8)
      let mapping = try map(Array(frames.prefix(Int.random(in: 1...10))), alignment: alignment)
      #expect(mapping.address % alignment == 0)
      live.append(mapping.address)
      if live.count > 8 { try fixture.window.vunmap(live.remove(at: Int.random(in: 0..<8))) }
    }
  }

  /// Alignments up to the largest there is: upstream expects some to fail, and no damage.
  @Test func align_shift_alloc_test() throws {
    let frames = try fixture.takeFrames(1)
    for shift in UInt32(0)..<32 {
      let alignment = UInt32(1) << shift
      guard let mapping = try? map(frames, alignment: alignment) else {
        // 0xE0000000 is the only multiple in the window from 32 MiB on, and of no larger power of two than 512 MiB.
        #expect(shift > 29, "an alignment of 1 << \(shift)")
        continue
      }
      #expect(mapping.address % alignment == 0)
      try fixture.window.vunmap(mapping.address)
    }
    try fixture.window.checkInvariants()
    #expect(fixture.map.tableCount == 0)
  }

  /// 35,000 objects at once; upstream takes them from the per-processor allocator, here each is a page.
  @Test func pcpu_alloc_test() throws {
    let fixture = Fixture.window(pages: 36_000)
    let frames = try fixture.takeFrames(1)
    var live: [UInt32] = []
    for index in UInt32(0)..<35_000 {
      var options = MappingOptions(owner: driver)
      options.alignment = 4096 << (index % 2)
      // The odd pages that alignment leaves are taken by the others.
      guard let mapping = try? fixture.window.vmapPages(frames, options) else { continue }
      #expect(mapping.address % options.alignment == 0)
      live.append(mapping.address)
    }
    #expect(live.count == 35_000)
    for address in live { try fixture.window.vunmap(address) }
    #expect(fixture.map.tableCount == 0)
    #expect(fixture.window.arena.checkInvariants() == 0)
  }

  @Test func vm_map_ram_test() throws {
    for count in [1, 2, 16, 64] {
      let frames = try fixture.takeFrames(count)
      for _ in 0..<200 { try fixture.window.vunmap(try map(frames).address, size: UInt32(count) << 12) }
    }
  }

  /// "Non-blocking": nothing here ever waits, so a request either succeeds or fails at once, with everything as
  /// before.
  @Test func no_block_alloc_test() throws {
    let frames = try fixture.takeFrames(7)
    for n in 1...40 {
      fixture.frames.fault = FaultPoint(failing: UInt32(n % 3))
      guard let mapping = try? map(frames) else { continue }
      try fixture.window.vunmap(mapping.address)
    }
    fixture.frames.fault = FaultPoint()
    fixture.window.drain()
    #expect(fixture.map.tableCount == 0)
    #expect(fixture.window.arena.statistics.inUse == 0)
  }
}
