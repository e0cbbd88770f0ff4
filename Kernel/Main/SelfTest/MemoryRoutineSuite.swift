#if os(none)
import Text

/// memcpy, memmove and memset of Boot/memory.S, which the compiler calls without being asked: every small length at
/// every alignment, and for memmove every distance in both directions.
func memoryRoutineSuite(_ t: inout TestRun) {
  t.test("memset sets exactly the bytes asked for") { t in
    for start in 0..<4 {
      for length in 0..<20 {
        var bytes = InlineArray<32, UInt8>(repeating: 0x11)
        unsafe fill(&bytes, start, length)
        for index in 0..<32 {
          let expected: UInt8 = index >= start && index < start + length ? 0xA5 : 0x11
          t.expect(UInt32(bytes[index]), is: UInt32(expected), "a byte")
        }
      }
    }
  }
  t.test("memcpy and memmove copy, also onto themselves") { t in
    for source in 0..<12 {
      for target in 0..<12 {
        for length in 0..<20 { expectMove(&t, source, target, length) }
      }
    }
  }
}

private func expectMove(_ t: inout TestRun, _ source: Int, _ target: Int, _ length: Int) {
  var bytes = InlineArray<32, UInt8>(repeating: 0)
  for index in 0..<32 { bytes[index] = UInt8(index) }
  unsafe move(&bytes, source, target, length)
  for index in 0..<32 {
    let isMoved = index >= target && index < target + length
    t.expect(UInt32(bytes[index]), is: UInt32(isMoved ? index - target + source : index), "a byte")
  }
}

// The library's entry points, by the names that the compiler uses. Not inlined, so that the calls stay calls.

@inline(never) @unsafe
private func fill(_ bytes: inout InlineArray<32, UInt8>, _ start: Int, _ length: Int) {
  // The callers stay within the 32 bytes.
  unsafe withUnsafeMutableBytes(of: &bytes) { bytes in
    guard let base = bytes.baseAddress else { return }
    unsafe (base + start).initializeMemory(as: UInt8.self, repeating: 0xA5, count: length)
  }
}

@inline(never) @unsafe
private func move(_ bytes: inout InlineArray<32, UInt8>, _ source: Int, _ target: Int, _ length: Int) {
  unsafe withUnsafeMutableBytes(of: &bytes) { bytes in
    guard let base = bytes.baseAddress else { return }
    unsafe (base + target).copyMemory(from: base + source, byteCount: length)
  }
}
#endif
