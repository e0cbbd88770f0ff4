#if os(none)
import Frames
import Instructions
import KMem
import Machine
import Pool
import Text
import VMem

/// Swift's own objects on kmem, in an image that is linked with the module SwiftHeap: what they do, and that all memory
/// comes back (SwiftHeap-I1).
func swiftHeapSuite(_ t: inout TestRun) {
  t.test("arrays grow, are cut, sorted and copied") { t in expectExtension(&t, 0) }
  t.test("dictionaries and sets find what was put in") { t in expectExtension(&t, 1) }
  t.test("strings are made, split and compared") { t in expectExtension(&t, 2) }
  t.test("objects live until their last reference is gone") { t in expectExtension(&t, 3) }
  t.test("alignments are what was asked for") { t in expectExtension(&t, 4) }
  t.test("the last reference goes where there is no memory") { t in
    // SwiftHeap-I2: the extension holds objects, all memory is taken, and then it lets them go.
    var services = services
    t.expect(unsafe kernel_extension(&services, 5), is: 0, "the line that failed")
    let kmem = KernelHeap.kmem
    var list: UnsafeMutableRawPointer?
    while let page = unsafe kmem.allocate(4096) {
      unsafe page.storeBytes(of: list, as: UnsafeMutableRawPointer?.self)
      unsafe list = unsafe page
    }
    t.expect(unsafe kernel_extension(&services, 6), is: 0, "the line that failed")
    while let page = unsafe list {
      unsafe list = unsafe page.load(as: UnsafeMutableRawPointer?.self)
      unsafe KernelHeap.free(page, size: 4096)
    }
  }
  t.test("the books are sound") { t in
    do throws(PoolViolation) { try KernelHeap.kmem.pools.checkInvariants() } catch {
      t.fail("invariants of pools")
    }
    t.expect(UInt32(KernelHeap.kmem.memory.checkInvariants()), is: 0, "invariants of kmem")
  }
}

private var services: KernelServices {
  // Neither function uses its context.
  unsafe KernelServices(
    features: Processor.features.rawValue,
    allocate: { _, size, alignment in unsafe KernelHeap.kmem.allocate(size, alignment: alignment) },
    free: { _, object in unsafe KernelHeap.freeUnsized(object) })
}

/// Runs a test of the extension, twice: what a first time makes for good is there then.
private func expectExtension(_ t: inout TestRun, _ number: UInt32) {
  var services = services
  for _ in 0..<2 {
    KernelHeap.kmem.reap()
    let before = (t.kernel.memory.frames.statistics.free, KernelHeap.kmem.statistics.live)
    t.expect(unsafe kernel_extension(&services, number), is: 0, "the line that failed")
    KernelHeap.kmem.reap()
    t.expect(UInt32(KernelHeap.kmem.statistics.live), is: UInt32(before.1), "bytes in use")
    t.expect(t.kernel.memory.frames.statistics.free, is: before.0, "free frames")
  }
}
#endif
