import Testing
import VMem
import Vectors

/// The vectors that the kernel runs too.
@Suite("Shared vectors")
struct ArenaVectorTests {
  @Test("each vector holds")
  func vectors() {
    let storage = UnsafeMutableRawBufferPointer.allocate(byteCount: 8192, alignment: 16)
    defer { storage.deallocate() }
    ArenaVector.each { vector in
      let holds = unsafe vector.holds(in: storage)
      #expect(holds, "\(vector.what)")
    }
  }
}
