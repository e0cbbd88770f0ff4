#if os(none)
import Machine
import Text
import Vectors

/// The vectors of the host's tests again, at 32 bits.
func textSuite(_ t: inout TestRun) {
  t.test("every number vector comes to what it says") { t in
    NumberVector.each { vector in
      if vector.actual != vector.outcome { t.fail(vector.text) }
    }
  }
  t.test("a size that was written reads back (Text-I3)") { t in
    var size: UInt64 = 1
    for _ in 0..<33 {
      var bytes = InlineArray<24, UInt8>(repeating: 0)
      var buffer = ByteBuffer(bytes.mutableSpan)
      buffer.write(size: size)
      do throws(NumberError) {
        let read = try Number.value(buffer.text, limit: .max)
        if read != size { t.fail { $0.write(size: size) } }
      } catch {
        t.fail { $0.write(error) }
      }
      size <<= 1
    }
  }
  t.test("decimal reaches the end of 64 bits") { t in
    var bytes = InlineArray<24, UInt8>(repeating: 0)
    var buffer = ByteBuffer(bytes.mutableSpan)
    buffer.write(decimal: UInt64.max)
    let isRight = buffer.text.equals("18446744073709551615")
    t.expect(isRight, "18446744073709551615")
  }
}

/// What the loaders pass, understood alike.
func commandLineSuite(_ t: inout TestRun) {
  t.test("every line means what its vector says (Text-I5)") { t in
    BootLineVector.each { vector in
      if !vector.holds { t.fail(vector.line) }
    }
  }
}
#endif
