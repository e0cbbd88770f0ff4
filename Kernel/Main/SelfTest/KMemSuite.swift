#if os(none)
import Frames
import KMem
import Machine
import Pool
import Primitives
import Text
import VMap
import VMem

/// Whether a frame of the direct map is left; it is given back at once.
private func takesDirectFrame(_ frames: FrameAllocator<KernelLock>) -> Bool {
  guard let frame = frames.takeOne(Owners.register("test")) else { return false }
  frames.giveBack(frame, isZero: false)
  return true
}

/// kmem of this machine: sizes, alignment, exhaustion to the last frame and back, what is wrong is named.
func kmemSuite(_ t: inout TestRun) {
  let kmem = KernelHeap.kmem
  t.test("every size is served, aligned, written and returned") { t in
    let sizes: InlineArray<15, Int> = [
      1, 8, 24, 64, 100, 500, 1024, 1025, 4096, 5000, 8192, 8193, 12288, 40000, 65536,
    ]
    // Arenas keep the frames that their tags are in: they take the frame that may be due before it counts.
    for index in sizes.indices { expectServed(&t, sizes[index]) }
    kmem.reap()
    let before = t.kernel.memory.frames.statistics.free
    for index in sizes.indices { expectServed(&t, sizes[index]) }
    kmem.reap()
    t.expect(t.kernel.memory.frames.statistics.free, is: before, "free frames")
  }
  t.test("memory is taken to the last frame and given back") { t in
    kmem.reap()
    let frames = t.kernel.memory.frames
    let before = frames.statistics.free
    // A list through the memory itself, a mebibyte and then a page at a time.
    var list: UnsafeMutableRawPointer?
    var count: UInt32 = 0
    while let block = unsafe kmem.allocate(1 << 20) { unsafe link(block, &list, &count, 1 << 20) }
    while let page = unsafe kmem.allocate(4096) { unsafe link(page, &list, &count, 4096) }
    // Frames beyond the direct map take addresses, which run out, and tags, which lie in the direct map.
    let hasDirect = takesDirectFrame(frames)
    // Under the aids a page has a red zone, so its slab is a run of two, with three pages of books at most (`grow`).
    let needed: UInt32 = kmem.pools.aids.isEmpty ? 2 : 5
    let left = frames.statistics.free
    let isFull = left < needed || !hasDirect || t.kernel.memory.window.arena.statistics.free < 4096
    if !isFull {
      t.fail {
        $0.write(decimal: left)
        $0.write(" frames are left that could be a page")
      }
    }
    t.expect(unsafe kmem.allocate(64) == nil || isFull, "nor an object")
    while let block = unsafe list {
      unsafe list = unsafe block.load(as: UnsafeMutableRawPointer?.self)
      let size = unsafe Int(block.load(fromByteOffset: 4, as: UInt32.self))
      t.expect((try? unsafe kmem.free(block, size: size)) != nil, "free")
    }
    kmem.reap()
    // Arenas keep the frames that their tags are in.
    let tags = before - frames.statistics.free
    t.expect(tags <= count / 32 + 4, "free frames but for tags")
  }
  t.test("what is freed wrongly is named") { t in
    guard let object = unsafe kmem.allocate(100) else { return t.expect(false, "memory") }
    t.expect(unsafe kind(kmem, object, 200) == .size, "another size")
    t.expect(unsafe kind(kmem, object + 8, 100) == .noObject, "inside")
    t.expect(unsafe kind(kmem, object, 100) == nil, "right")
    t.expect(unsafe kind(kmem, object, 100) == .doubleFree, "twice")
    t.expect(
      unsafe kind(kmem, UnsafeMutableRawPointer(bitPattern: 0xC010_0000 as UInt).unsafelyUnwrapped, 64)
        == .foreign, "the image")
  }
  t.test("an arena of memory below 16 MiB is a few lines") { t in expectLowMemory(&t) }
  t.test("the books are sound") { t in
    do throws(PoolViolation) { try kmem.pools.checkInvariants() } catch {
      t.expect(false, "invariants of pools")
    }
    t.expect(UInt32(kmem.memory.checkInvariants()), is: 0, "invariants of kmem")
    t.expect(UInt32(kmem.addresses.checkInvariants()), is: 0, "invariants of kmem-va")
    do throws(VMapViolation) { try t.kernel.memory.window.checkInvariants() } catch {
      t.expect(false, "invariants of the window")
    }
  }
}

/// Leaves two allocations behind, for the list of leaks at the end.
func leakSuite(_ t: inout TestRun) {
  t.test("what is not freed is in use") { t in
    let kmem = KernelHeap.kmem
    let before = kmem.memory.statistics.allocatedSegments
    t.expect(unsafe kmem.allocate(100, caller: 0xC0DE) != nil, "a small one")
    t.expect(unsafe kmem.allocate(20000, caller: 0xC0DE) != nil, "a large one")
    t.expect(kmem.memory.statistics.allocatedSegments > before, "it is an allocation of the arena")
  }
}

private func expectServed(_ t: inout TestRun, _ size: Int) {
  guard let object = unsafe KernelHeap.kmem.allocateZeroed(size) else { return t.expect(false, "memory") }
  t.expect(UInt(bitPattern: object) % (size % 4096 == 0 ? 4096 : 8) == 0, "alignment")
  let bytes = unsafe object.assumingMemoryBound(to: UInt8.self)
  for offset in 0..<size where unsafe bytes[offset] != 0 { t.expect(false, "zero") }
  for offset in 0..<size { unsafe bytes[offset] = 0x5A }
  t.expect((try? unsafe KernelHeap.kmem.free(object, size: size)) != nil, "free")
}

private func link(
  _ block: UnsafeMutableRawPointer, _ list: inout UnsafeMutableRawPointer?, _ count: inout UInt32, _ size: Int
) {
  unsafe block.storeBytes(of: list, as: UnsafeMutableRawPointer?.self)
  unsafe block.storeBytes(of: UInt32(size), toByteOffset: 4, as: UInt32.self)
  unsafe list = unsafe block
  count += UInt32(size >> 12)
}

private func kind(
  _ kmem: KernelHeap.Memory, _ object: UnsafeMutableRawPointer, _ size: Int
) -> Damage.Kind? {
  do throws(Damage) { try unsafe kmem.free(object, size: size) } catch { return error.kind }
  return nil
}

/// Another backend: an arena whose spans are runs of frames that ISA DMA reaches, at their addresses in the direct map.
private func expectLowMemory(_ t: inout TestRun) {
  let bytes = Arena<UInt32, KernelLock>.storageSize(spans: 4, allocations: 8, quantum: 4096)
  guard let storage = unsafe KernelHeap.allocate(bytes),
    let arena = try? unsafe Arena<UInt32, KernelLock>.create(
      name: "isa", quantum: 4096,
      storage: UnsafeMutableRawBufferPointer(start: storage, count: bytes), lock: KernelLock())
  else { return t.expect(false, "an arena") }
  arena.setSource(
    unsafe .functions(
      SourceFunctions(grant: grantLow, release: releaseLow, context: nil, granularity: 4096)))
  let before = t.kernel.memory.frames.statistics.free
  if let range = try? arena.allocate(Request(count: 10000)) {
    let physical = DirectMap.physicalAddress(of: range.last) ?? .max
    t.expect(physical < 0x100_0000, "below 16 MiB")
    t.expect((try? arena.free(range)) != nil, "free")
  } else {
    t.expect(false, "low memory")
  }
  t.expect(t.kernel.memory.frames.statistics.free, is: before, "free frames")
  t.expect((try? arena.destroy()) != nil, "nothing is left")
  unsafe KernelHeap.free(storage, size: bytes)
}

private func grantLow(_ context: UnsafeMutableRawPointer?, _ call: UnsafeMutableRawPointer) {
  let call = unsafe ImportCall<UInt32>.at(call)
  let count = unsafe call.pointee.request.countMinusOne >> 12 + 1
  guard let run = try? KernelMemory.shared.frames.allocateRun(.isaDMA(count: count), owner: KernelHeap.owner),
    let first = DirectMap.virtualAddress(of: run.first.address)
  else { return }
  unsafe call.pointee.granted = AddressRange(first: first, last: first + (count << 12 - 1))
}

private func releaseLow(_ context: UnsafeMutableRawPointer?, _ range: UnsafeMutableRawPointer) {
  let range = unsafe range.assumingMemoryBound(to: AddressRange<UInt32>.self).pointee
  guard let first = DirectMap.physicalAddress(of: range.first),
    let run = FrameRange(FrameNumber(containing: first), count: range.countMinusOne >> 12 + 1)
  else { return }
  do throws(FrameError) {
    try KernelMemory.shared.frames.freeRun(run, owner: KernelHeap.owner)
  } catch { panic("a run of low memory was not the arena's") }
}
#endif
