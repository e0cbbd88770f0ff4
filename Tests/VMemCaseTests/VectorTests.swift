import Testing
import Vectors

/// The scripts that the kernel plays as well, in its self-tests.
struct VectorTests {
  @Test func everyScriptHolds() {
    let storage = UnsafeMutableRawBufferPointer.allocate(byteCount: ArenaCase.storageSize, alignment: 16)
    defer { storage.deallocate() }
    var count = 0
    ArenaCase.each(in: storage) { play in
      count += 1
      #expect(play.holds, "\(play.name): line \(play.firstWrong) of \(play.lines)")
    }
    #expect(count >= 40)
  }

  /// Those that need 64 bits.
  @Test func everyScriptOf64BitsHolds() {
    let storage = UnsafeMutableRawBufferPointer.allocate(
      byteCount: ArenaCase.storageSizeOf64Bits, alignment: 16)
    defer { storage.deallocate() }
    var count = 0
    ArenaCase.eachOf64Bits(in: storage) { play in
      count += 1
      #expect(play.holds, "\(play.name): line \(play.firstWrong) of \(play.lines)")
    }
    #expect(count >= 140)
  }
}
