import SimulatedMMU
import Testing
import VMap

/// The transcripts that came with Plan 9's patch mmu.c-span-pdes: 32 MiB at physical 8192 mapped and unmapped, eleven
/// times. The unpatched kernel failed at the eighth call, the patched one went through all eleven.
@Suite struct TranscriptTests {
  @Test(arguments: [true, false]) func allElevenCallsSucceed(hasLargePages: Bool) throws {
    var configuration = Fixture.Configuration()
    configuration.memoryFrames = 0x3000
    configuration.features.hasLargePages = hasLargePages
    let fixture = Fixture(configuration)
    var addresses: [UInt32] = []
    for _ in 0..<11 {
      let mapping = try fixture.window.vmap(8192, size: 32 << 20, MappingOptions(owner: driver))
      addresses.append(mapping.address)
      try fixture.window.vunmap(mapping.address, size: 32 << 20)
      try fixture.expectEmpty()
    }
    // Nothing lingers, so every call finds the window as the first one did.
    #expect(Set(addresses).count == 1)
    if hasLargePages { #expect(addresses[0] & 0x3F_FFFF == 8192) }
  }

  /// The same while the address space is as full of single pages as it was when page tables used to linger.
  @Test func largeRequestsSucceedAfterTheWindowWasFull() throws {
    let fixture = Fixture.window(pages: 33 << 8)
    var singles: [UInt32] = []
    while let mapping = try? fixture.window.vmap(0xFEB0_0000, size: 1, MappingOptions(owner: driver)) {
      singles.append(mapping.address)
    }
    #expect(singles.count == 33 << 8)
    for address in singles.shuffled() { try fixture.window.vunmap(address) }
    for size in [4, 8, 32] as [UInt32] {
      let mapping = try fixture.window.vmap(8192, size: size << 20, MappingOptions(owner: driver))
      try fixture.window.vunmap(mapping.address)
    }
    try fixture.expectEmpty()
  }
}
