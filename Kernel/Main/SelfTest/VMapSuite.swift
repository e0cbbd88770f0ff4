#if os(none)
import Frames
import Instructions
import Machine
import Paging
import Primitives
import Text
import VMap
import VMem

/// Mappings on the real tables: what is written through one address is read through another.
func vmapSuite(_ t: inout TestRun) {
  t.test("a mapping shows the memory that the direct map shows") { t in
    // The BIOS's ROM below 1 MiB: never changes.
    withMapping(&t, 0xF_0000, size: 0x1_0000) { t, address in
      for offset in stride(from: UInt32(0), to: 0x1_0000, by: 4)
      where cpu_load32(address + offset) != cpu_load32(DirectMap.virtualAddress(of: 0xF_0000 + offset) ?? 0) {
        return t.expect(false, "the bytes agree")
      }
    }
  }
  t.test("an unaligned request keeps its offset") { t in
    withMapping(&t, 0xF_0FFE, size: 4) { t, address in
      t.expect(address & 0xFFF, is: 0xFFE, "offset in the page")
      t.expect(
        cpu_load16(address) == cpu_load16((DirectMap.virtualAddress(of: 0xF_0FFE) ?? 0)), "the bytes agree")
    }
  }
  t.test("the last byte of physical memory can be mapped, and a byte more cannot") { t in
    withMapping(&t, 0xFFFF_F000, size: 0x1000) { t, address in
      t.expect(t.kernel.memory.window.query(address)?.frame.address ?? 0, is: 0xFFFF_F000, "frame")
    }
    do throws(VMapError) {
      _ = try t.kernel.memory.window.vmap(0xFFFF_F000, size: 0x1001, options)
      t.expect(false, "the request is refused")
    } catch {
      t.expect(error == .wraps(physical: 0xFFFF_F000, size: 0x1001), "the error carries the operands")
    }
  }
  t.test("after vunmap the page is gone and its table is freed") { t in
    let tables = t.kernel.memory.pageMap.tableCount
    var mapped: UInt32 = 0
    withMapping(&t, 0xF_0000, size: 0x1000) { _, address in mapped = address }
    t.expect(t.kernel.memory.window.query(mapped) == nil, "no translation is left")
    t.expect(t.kernel.memory.pageMap.tableCount, is: tables, "page tables")
  }
  t.test("a second vunmap is refused") { t in
    var mapped: UInt32 = 0
    withMapping(&t, 0xF_0000, size: 0x1000) { _, address in mapped = address }
    do throws(VMapError) {
      try t.kernel.memory.window.vunmap(mapped)
      t.expect(false, "the second is refused")
    } catch {
      t.expect(error == .notMapped(mapped), "the error names the address")
    }
  }
}

private var options: MappingOptions { MappingOptions(.natural, owner: Owners.register("self-test")) }

/// Maps, runs the body, unmaps; the window is as before.
private func withMapping(
  _ t: inout TestRun, _ physical: UInt32, size: UInt32, _ body: (inout TestRun, UInt32) -> Void
) {
  let window = t.kernel.memory.window
  let live = window.statistics.live
  do throws(VMapError) {
    let mapping = try window.vmap(physical, size: size, options)
    body(&t, mapping.address)
    try window.vunmap(mapping.address)
  } catch {
    t.fail { $0.write(error) }
  }
  t.expect(window.statistics.live, is: live, "live mappings")
}
#endif
