import SimulatedMMU
import Testing
import VMap

/// Plan 9's window, every page of it mapped singly.
@Suite struct CapacityTests {
  @Test func everyPageSinglyAndEveryOtherFreed() throws {
    // All of Plan 9's 248 MiB.
    let pages = UInt32(248) << 8
    let fixture = Fixture.window(pages: pages)
    let options = MappingOptions(owner: driver)
    var live: [UInt32] = []
    for _ in 0..<pages { live.append(try fixture.window.vmap(0xFEB0_0000, size: 1, options).address) }
    #expect(Set(live).count == Int(pages))
    #expect(throws: VMapError.noSpace(pages: 1)) { _ = try fixture.window.vmap(0, size: 1, options) }
    live.sort()
    for index in stride(from: 0, to: live.count, by: 2) { try fixture.window.vunmap(live[index]) }
    // Half is free, and no two pages of it touch.
    #expect(throws: VMapError.noSpace(pages: 2)) { _ = try fixture.window.vmap(0, size: 8192, options) }
    for _ in 0..<pages / 2 { _ = try fixture.window.vmap(0xFEC0_0000, size: 1, options) }
    #expect(throws: VMapError.noSpace(pages: 1)) { _ = try fixture.window.vmap(0, size: 1, options) }
    for page in 0..<pages { try fixture.window.vunmap(0xE000_0000 + page << 12) }
    try fixture.expectEmpty()
  }
}
