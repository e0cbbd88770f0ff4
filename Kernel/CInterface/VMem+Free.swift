// swift-format-ignore-file: AlwaysUseLowerCamelCase

import CHooks
import VMem

// The contracts are in tessera/vmem.h, and so are the names.

@c @implementation
public func vmem_free(_ vm: UnsafeMutablePointer<vmem_t>!, _ addr: vmem_addr_t, _ size: vmem_size_t) {
  unsafe VMemHandle(vm).state.pointee.entries.free(vm, addr, size)
}

/// `vmem_free` in an arena with caches.
@c(tessera_vmem_free_cached)
func freeCached(_ vm: UnsafeMutablePointer<vmem_t>?, _ addr: vmem_addr_t, _ size: vmem_size_t) {
  if unsafe !VMemHandle(vm).arena.freeCachedPlainly(first: addr, count: size) {
    unsafe freeAnyhow(vm, addr, size)
  }
}

/// `vmem_free` in an arena without caches, as `allocatePlainly`.
@c(tessera_vmem_free_plainly)
func freePlainly(_ vm: UnsafeMutablePointer<vmem_t>?, _ addr: vmem_addr_t, _ size: vmem_size_t) {
  let arena = unsafe VMemHandle(vm).arena
  if arena.isPlain, arena.freePlainly(first: addr, count: size) { return }
  unsafe freeAnyhow(vm, addr, size)
}

/// `vmem_free` where neither short way served.
@c(tessera_vmem_free_anyhow) @inline(never)
func freeAnyhow(_ vm: UnsafeMutablePointer<vmem_t>?, _ addr: vmem_addr_t, _ size: vmem_size_t) {
  free("vmem_free", unsafe VMemHandle(vm), addr, size)
}

@c @implementation
public func vmem_xfree(_ vm: UnsafeMutablePointer<vmem_t>!, _ addr: vmem_addr_t, _ size: vmem_size_t) {
  let arena = unsafe VMemHandle(vm).arena
  if arena.isPlain, arena.freePlainly(first: addr, count: size) { return }
  free("vmem_xfree", unsafe VMemHandle(vm), addr, size)
}

/// With everything that may follow from it; a wrong argument ends in a panic that names `function`.
@inline(never)
private func free(_ function: StaticString, _ vm: VMemHandle, _ addr: UInt, _ size: UInt) {
  guard let range = AddressRange(first: addr, count: size) else {
    return panic(function, vm, addr: addr, size: size, because: "not a range of addresses")
  }
  do throws(FreeError<UInt>) {
    try vm.arena.free(range)
  } catch {
    panic(function, vm, addr: addr, size: size, error)
  }
}

@c @implementation
public func vmem_tryfree(
  _ vm: UnsafeMutablePointer<vmem_t>!, _ addr: vmem_addr_t, _ size: vmem_size_t
) -> CInt {
  let vm = unsafe VMemHandle(vm)
  let mask = vm.arena.quantum - 1
  guard let range = AddressRange(first: addr, count: size), addr & mask == 0 else { return EINVAL }
  do throws(FreeError<UInt>) {
    try vm.arena.freeFragment(AddressRange(first: range.first, last: range.last | mask))
    return 0
  } catch .outOfTags {
    return ENOMEM
  } catch {
    return EINVAL
  }
}

@c @implementation
public func vmem_xfreeall(_ vm: UnsafeMutablePointer<vmem_t>!) {
  let vm = unsafe VMemHandle(vm)
  if unsafe vm.state.pointee.isCached {
    return panic("vmem_xfreeall", vm, addr: 0, size: 0, because: "the arena has quantum caches")
  }
  var from: UInt? = 0
  while let address = from, let segment = vm.arena.segment(atOrAfter: address) {
    from = segment.range.last == .max ? nil : segment.range.last + 1
    guard segment.kind == .allocated else { continue }
    // Somebody else may have freed it in the meantime; then there is nothing left to do.
    try? vm.arena.free(segment.range)
  }
}
