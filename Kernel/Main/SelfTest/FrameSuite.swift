#if os(none)
import Frames
import Machine
import Primitives
import Text
import VMem

/// Physical frames of this machine: what is handed out is memory, nobody else's, and comes back.
func frameSuite(_ t: inout TestRun) {
  t.test("a frame can be written and read back") { t in
    let owner = Owners.register("self-test")
    let frames = t.kernel.memory.frames
    let before = frames.statistics
    guard let frame = frames.takeOne(owner) else { return t.expect(false, "a frame") }
    let bytes = unsafe HardwareMMU().memory(of: frame).bindMemory(to: UInt32.self)
    for index in 0..<1024 { unsafe bytes[index] = UInt32(truncatingIfNeeded: index) &* 0x9E37_79B9 }
    for index in 0..<1024 where unsafe bytes[index] != UInt32(truncatingIfNeeded: index) &* 0x9E37_79B9 {
      t.expect(false, "the frame keeps what was written")
    }
    frames.giveBack(frame, isZero: false)
    t.expect(frames.statistics.free, is: before.free, "free frames")
  }
  t.test("the kernel's own frames are reserved") { t in
    let image = KernelImage.physicalRange
    let frames = t.kernel.memory.frames
    t.expect(frames.record(of: FrameNumber(containing: image.first)).state == .reserved, "the first")
    t.expect(frames.record(of: FrameNumber(containing: image.last)).state == .reserved, "the last")
    t.expect(frames.record(of: FrameNumber(0)).state != .free, "frame 0")
  }
  t.test("a frame is freed once") { t in
    let owner = Owners.register("self-test")
    let frames = t.kernel.memory.frames
    guard let frame = frames.takeOne(owner) else { return t.expect(false, "a frame") }
    frames.giveBack(frame, isZero: false)
    do throws(FrameError) {
      try frames.free(frame, owner: owner)
      t.expect(false, "the second free is refused")
    } catch {
      t.expect(error == .doubleFree(frame), "the error names the frame")
    }
  }
  t.test("the books of frames take 16 bytes a frame or less") { t in
    let bytes = UInt32(t.kernel.memory.frameBookkeeping)
    let frames = t.kernel.memory.frames.frameLimit
    t.remark {
      $0.write(decimal: bytes)
      $0.write(" bytes for ")
      $0.write(decimal: frames)
      $0.write(" frames, in hundredths of a byte each ")
      // Below 2^32 for all 2^20 frames that there can be.
      $0.write(decimal: bytes * 100 / frames)
    }
    t.expect(bytes <= 16 * frames, "16 bytes a frame or less")
  }
  t.test("every frame is counted once") { t in
    let counts = t.kernel.memory.frames.statistics
    t.expect(counts.free + counts.single + counts.run + counts.reserved, is: counts.total, "all frames")
  }
}
#endif
