// swift-format-ignore-file: AlwaysUseLowerCamelCase

import CHooks
import VMem

// The contracts are in tessera/vmem.h, and so are the names.

@c @implementation
public func vmem_create(
  _ name: UnsafePointer<CChar>!, _ base: vmem_addr_t, _ size: vmem_size_t, _ quantum: vmem_size_t,
  _ importfn: ImportFunction!, _ releasefn: ReleaseFunction!,
  _ source: UnsafeMutableRawPointer!, _ qcache_max: vmem_size_t, _ flags: vm_flag_t, _ ipl: CInt
) -> UnsafeMutablePointer<vmem_t>! {
  unsafe vmem_init(nil, name, base, size, quantum, importfn, releasefn, source, qcache_max, flags, ipl)
}

@c @implementation
public func vmem_xcreate(
  _ name: UnsafePointer<CChar>!, _ base: vmem_addr_t, _ size: vmem_size_t, _ quantum: vmem_size_t,
  _ importfn: ExactImportFunction!, _ releasefn: ReleaseFunction!,
  _ source: UnsafeMutableRawPointer!, _ qcache_max: vmem_size_t, _ flags: vm_flag_t, _ ipl: CInt
) -> UnsafeMutablePointer<vmem_t>! {
  let plain = unsafe unsafeBitCast(importfn, to: ImportFunction?.self)
  return unsafe vmem_create(
    name, base, size, quantum, plain, releasefn, source, qcache_max, flags | vm_flag_t(VM_XIMPORT), ipl)
}

@c @implementation
public func vmem_init(
  _ vm: UnsafeMutablePointer<vmem_t>!, _ name: UnsafePointer<CChar>!, _ base: vmem_addr_t,
  _ size: vmem_size_t, _ quantum: vmem_size_t, _ importfn: ImportFunction!,
  _ releasefn: ReleaseFunction!, _ source: UnsafeMutableRawPointer!, _ qcache_max: vmem_size_t,
  _ flags: vm_flag_t, _ ipl: CInt
) -> UnsafeMutablePointer<vmem_t>! {
  let description = unsafe VMemDescription(
    name, quantum, importfn, releasefn, source, qcache_max, flags, ipl)
  guard let vm = unsafe vm else { return unsafe begin(description.makeInPages(flags), base, size) }
  let memory = unsafe UnsafeMutableRawBufferPointer(start: vm, count: MemoryLayout<vmem_t>.size)
  return unsafe begin(description.make(in: memory), base, size)
}

@c @implementation
public func vmem_create_storage(
  _ name: UnsafePointer<CChar>!, _ base: vmem_addr_t, _ size: vmem_size_t, _ quantum: vmem_size_t,
  _ importfn: ImportFunction!, _ releasefn: ReleaseFunction!,
  _ source: UnsafeMutableRawPointer!, _ qcache_max: vmem_size_t, _ flags: vm_flag_t, _ ipl: CInt,
  _ storage: UnsafeMutableRawPointer!, _ storage_size: Int
) -> UnsafeMutablePointer<vmem_t>! {
  let description = unsafe VMemDescription(
    name, quantum, importfn, releasefn, source, qcache_max, flags, ipl)
  let memory = unsafe UnsafeMutableRawBufferPointer(start: storage, count: storage_size)
  return unsafe begin(description.make(in: memory), base, size)
}

@c @implementation
public func vmem_create_range(
  _ name: UnsafePointer<CChar>!, _ first: vmem_addr_t, _ last: vmem_addr_t, _ quantum: vmem_size_t,
  _ importfn: ImportFunction!, _ releasefn: ReleaseFunction!,
  _ source: UnsafeMutableRawPointer!, _ qcache_max: vmem_size_t, _ flags: vm_flag_t, _ ipl: CInt,
  _ storage: UnsafeMutableRawPointer!, _ storage_size: Int
) -> UnsafeMutablePointer<vmem_t>! {
  guard
    let vm = unsafe vmem_create_storage(
      name, 0, 0, quantum, importfn, releasefn, source, qcache_max, flags, ipl, storage, storage_size)
  else { return nil }
  return unsafe vmem_add_range(vm, first, last, flags) == 0 ? vm : nil
}

@c @implementation
public func vmem_storage_size(_ spans: Int, _ segments: Int) -> Int {
  // Half of the address space is out of reach for storage; it keeps the arithmetic from wrapping.
  let most = Int.max / 256
  guard spans >= 0, spans < most, segments >= 0, segments < most else { return 0 }
  return unsafe VMemDescription.control
    + Arena<UInt, HookLock>.storageSize(spans: spans, allocations: segments)
}

@c @implementation
public func vmem_destroy(_ vm: UnsafeMutablePointer<vmem_t>!) {
  let vm = unsafe VMemHandle(vm)
  do throws(DestroyError<UInt>) {
    try vm.arena.destroy()
  } catch {
    switch error {
    case .live(_, let lowest, let owner):
      let size = lowest.countMinusOne &+ 1
      return panic(
        "vmem_destroy", vm, addr: lowest.first, size: size, because: "still allocated", segment: lowest,
        owner: owner)
    }
  }
  let home = unsafe vm.state.move().home
  PageChain.release(home)
}

extension VMemDescription {
  fileprivate init(
    _ name: UnsafePointer<CChar>, _ quantum: UInt, _ importfn: ImportFunction?,
    _ releasefn: ReleaseFunction?, _ source: UnsafeMutableRawPointer?, _ cacheLimit: UInt,
    _ flags: vm_flag_t, _ ipl: CInt
  ) {
    let importing = unsafe importfn.map { function in
      // With VM_XIMPORT the caller passed a vmem_ximport_t in the place of a vmem_import_t.
      unsafe ImportFunctions(
        function: flags & vm_flag_t(VM_XIMPORT) == 0
          ? .plain(function) : .exact(unsafeBitCast(function, to: ExactImportFunction.self)),
        release: releasefn, source: source, importsLargely: flags & vm_flag_t(VM_LARGEIMPORT) != 0)
    }
    unsafe self.init(name: name, quantum: quantum, importing: importing, cacheLimit: cacheLimit, ipl: ipl)
  }
}

/// Gives a new arena its first span; NULL, and no arena, if that is refused.
private func begin(
  _ vm: VMemHandle?, _ base: vmem_addr_t, _ size: vmem_size_t
) -> UnsafeMutablePointer<vmem_t>? {
  guard let vm else { return nil }
  if size == 0 { return unsafe vm.opaque }
  if addSpan(vm, AddressRange(first: base, count: size)) == 0 { return unsafe vm.opaque }
  unsafe vmem_destroy(vm.opaque)
  return nil
}

/// Adds a span; `nil` is one that wraps.
func addSpan(_ vm: VMemHandle, _ span: AddressRange<UInt>?) -> CInt {
  guard let span else { return EINVAL }
  do throws(SpanError<UInt>) {
    try vm.arena.add(span: span)
    vm.wake()
    return 0
  } catch .outOfTags {
    return ENOMEM
  } catch {
    return EINVAL
  }
}

@c @implementation
public func vmem_add(
  _ vm: UnsafeMutablePointer<vmem_t>!, _ addr: vmem_addr_t, _ size: vmem_size_t, _ flags: vm_flag_t
) -> CInt {
  unsafe addSpan(VMemHandle(vm), AddressRange(first: addr, count: size))
}

@c @implementation
public func vmem_add_range(
  _ vm: UnsafeMutablePointer<vmem_t>!, _ first: vmem_addr_t, _ last: vmem_addr_t, _ flags: vm_flag_t
) -> CInt {
  unsafe addSpan(VMemHandle(vm), first <= last ? AddressRange(first: first, last: last) : nil)
}

@c @implementation
public func vmem_add_bts(
  _ vm: UnsafeMutablePointer<vmem_t>!, _ storage: UnsafeMutableRawPointer!, _ storage_size: Int
) -> CInt {
  let vm = unsafe VMemHandle(vm)
  let memory = unsafe UnsafeMutableRawBufferPointer(start: storage, count: storage_size)
  guard unsafe vm.arena.addStorage(memory) > 0 else { return ENOMEM }
  vm.wake()
  return 0
}
