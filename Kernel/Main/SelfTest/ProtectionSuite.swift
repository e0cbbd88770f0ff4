#if os(none)
import Boot
import Frames
import Instructions
import Machine
import Multiboot
import Paging
import Primitives
import Text
import VMem

/// What the assembly promised before Swift ran, read from the page tables that the processor uses (Machine-I1, Machine-I2,
/// Machine-I3, Machine-I4), and what bring-up promised of memory.
func protectionSuite(_ t: inout TestRun) {
  t.test("nothing is mapped below the kernel, page 0 least of all") { t in
    for index in UInt32(0)..<768 where entry(of: index << 22) != nil {
      t.fail { $0.write(address: index << 22) }
    }
  }
  t.test("instructions and constants are read-only, data is not") { t in
    expectPages(&t, KernelImage.text, writable: false)
    expectPages(&t, KernelImage.constants, writable: false)
    let data = KernelImage.constants.last + 1
    t.expect(entry(of: data)?.attributes.isWritable == true, "the first page of data is writable")
  }
  t.test("a guard lies under each stack") { t in
    expectGuard(&t, KernelStack.boot)
    expectGuard(&t, KernelStack.doubleFault)
  }
  t.test("write protection is on, x87 instructions are trapped") { t in
    t.expect(cpu_read_cr0() & 0x0001_0005, is: 0x0001_0005, "CR0.WP, CR0.EM and CR0.PE")
  }
  t.test("what the boot left in memory is reserved") { t in
    let frames = t.kernel.memory.frames
    let boot = t.kernel.boot
    let biosData = ExtendedBIOSData.range(in: DirectMapMemory())
    boot.forEachLeftover(kernelImage: KernelImage.physicalRange, biosData: biosData) { range, _ in
      t.expect(isTaken(range.first, frames), "the first frame of what was left")
      t.expect(isTaken(range.last, frames), "the last frame of what was left")
    }
  }
  t.test("from 8 to 512 MiB the direct map shows memory, all of it and nothing else") { t in
    let frames = t.kernel.memory.frames
    guard frames.frameLimit > 2048 else { return t.skip("no more than 8 MiB") }
    for number in 2048..<min(frames.frameLimit, 0x2_0000) {
      let frame = FrameNumber(number)
      let isMapped = entry(of: 0xC000_0000 + frame.address)?.frame == frame
      let isMemory = frames.record(of: frame).state != .absent
      if isMapped != isMemory { t.fail { $0.write(address: frame.address) } }
    }
  }
}

/// The entry that translates the page of an address: a small one, or the small one that a large page amounts to.
private func entry(of address: UInt32) -> PageTableEntry? {
  let machine = HardwareMMU()
  let directory = PageDirectoryEntry(rawValue: machine.load(HardwareMMU.directory, address >> 22))
  let index = address >> 12 & 1023
  switch directory.kind {
  case .absent: return nil
  case .large: return directory.smallEntry(at: index)
  case .table(let table):
    let entry = PageTableEntry(rawValue: machine.load(table, index))
    return entry.isPresent ? entry : nil
  }
}

private func expectGuard(_ t: inout TestRun, _ stack: KernelStack) {
  for page in stride(from: stack.guardFirst, to: stack.first, by: 4096) where entry(of: page) != nil {
    t.fail { $0.write(address: page) }
  }
  for page in stride(from: stack.first, through: stack.last, by: 4096) where entry(of: page) == nil {
    t.fail { $0.write(address: page) }
  }
  t.expect(stack.first - stack.guardFirst, is: 8192, "bytes of the guard")
}

private func expectPages(_ t: inout TestRun, _ range: AddressRange<UInt32>, writable: Bool) {
  var address = range.first
  while address <= range.last {
    if entry(of: address)?.attributes.isWritable != writable { t.fail { $0.write(address: address) } }
    address += 4096
  }
}

/// Whether the allocator can never hand out the frame of the address: reserved, or not managed at all.
private func isTaken(_ address: UInt32, _ frames: FrameAllocator<KernelLock>) -> Bool {
  let frame = FrameNumber(containing: address)
  guard frame.rawValue < frames.frameLimit else { return true }
  let state = frames.record(of: frame).state
  return state == .reserved || state == .absent
}
#endif
