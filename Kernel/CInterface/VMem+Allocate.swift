// swift-format-ignore-file: AlwaysUseLowerCamelCase

import CHooks
import Primitives
import VMem

// The contracts are in tessera/vmem.h, and so are the names.

@c @implementation
public func vmem_alloc(
  _ vm: UnsafeMutablePointer<vmem_t>!, _ size: vmem_size_t, _ flags: vm_flag_t,
  _ addrp: UnsafeMutablePointer<vmem_addr_t>!
) -> CInt {
  unsafe VMemHandle(vm).state.pointee.entries.allocate(vm, size, flags, addrp)
}

/// `vmem_alloc` in an arena with caches.
@c(tessera_vmem_alloc_cached)
func allocateCached(
  _ vm: UnsafeMutablePointer<vmem_t>?, _ size: vmem_size_t, _ flags: vm_flag_t,
  _ addrp: UnsafeMutablePointer<vmem_addr_t>?
) -> CInt {
  if flags & (vm_flag_t(VM_BESTFIT) | vm_flag_t(VM_SLEEP)) == 0,
    let first = unsafe VMemHandle(vm).arena.allocateCachedPlainly(count: size)
  {
    unsafe addrp.unsafelyUnwrapped.pointee = first
    return 0
  }
  return unsafe allocateAnyhow(vm, size, flags, addrp)
}

/// `vmem_alloc` in an arena without caches: on the spot, if nothing else is to be looked after and there is no lock.
@c(tessera_vmem_alloc_plainly)
func allocatePlainly(
  _ vm: UnsafeMutablePointer<vmem_t>?, _ size: vmem_size_t, _ flags: vm_flag_t,
  _ addrp: UnsafeMutablePointer<vmem_addr_t>?
) -> CInt {
  let arena = unsafe VMemHandle(vm).arena
  if arena.isPlain, size != 0 {
    if flags & (vm_flag_t(VM_BESTFIT) | vm_flag_t(VM_SLEEP)) == 0 {
      if let first = arena.allocatePlainly(count: size) {
        unsafe addrp.unsafelyUnwrapped.pointee = first
        return 0
      }
      if arena.noteIfHopeless(count: size) { return ENOMEM }
    } else if flags & (vm_flag_t(VM_INSTANTFIT) | vm_flag_t(VM_SLEEP)) == 0 {
      if let first = arena.allocateBestPlainly(count: size) {
        unsafe addrp.unsafelyUnwrapped.pointee = first
        return 0
      }
    }
  }
  return unsafe allocateAnyhow(vm, size, flags, addrp)
}

/// `vmem_alloc` where neither short way served.
@c(tessera_vmem_alloc_anyhow) @inline(never)
func allocateAnyhow(
  _ vm: UnsafeMutablePointer<vmem_t>?, _ size: vmem_size_t, _ flags: vm_flag_t,
  _ addrp: UnsafeMutablePointer<vmem_addr_t>?
) -> CInt {
  unsafe allocate(VMemHandle(vm), Request(count: size), flags, addrp.unsafelyUnwrapped)
}

@c @implementation
public func vmem_xalloc(
  _ vm: UnsafeMutablePointer<vmem_t>!, _ size: vmem_size_t, _ align: vmem_size_t, _ phase: vmem_size_t,
  _ nocross: vmem_size_t, _ minaddr: vmem_addr_t, _ maxaddr: vmem_addr_t, _ flags: vm_flag_t,
  _ addrp: UnsafeMutablePointer<vmem_addr_t>!
) -> CInt {
  let arena = unsafe VMemHandle(vm).arena
  let isSimple = flags & (vm_flag_t(VM_BESTFIT) | vm_flag_t(VM_SLEEP)) == 0 && nocross == 0 && size != 0
  if arena.isPlain, isSimple,
    let address = arena.allocatePlainly(
      count: size, alignment: align, phase: phase, first: minaddr, last: maxaddr)
  {
    unsafe addrp.unsafelyUnwrapped.pointee = address
    return 0
  }
  return unsafe allocateConstrainedAnyhow(
    vm, size, align, phase, nocross, minaddr, maxaddr, flags, addrp)
}

/// `vmem_xalloc` where the short way did not serve.
@c(tessera_vmem_xalloc_anyhow) @inline(never)
func allocateConstrainedAnyhow(
  _ vm: UnsafeMutablePointer<vmem_t>?, _ size: vmem_size_t, _ align: vmem_size_t, _ phase: vmem_size_t,
  _ nocross: vmem_size_t, _ minaddr: vmem_addr_t, _ maxaddr: vmem_addr_t, _ flags: vm_flag_t,
  _ addrp: UnsafeMutablePointer<vmem_addr_t>?
) -> CInt {
  let request = Request(size, align, phase, nocross, minaddr, maxaddr)
  return unsafe allocate(VMemHandle(vm), request, flags, addrp.unsafelyUnwrapped)
}

@c @implementation
public func vmem_xalloc_addr(
  _ vm: UnsafeMutablePointer<vmem_t>!, _ addr: vmem_addr_t, _ size: vmem_size_t, _ flags: vm_flag_t
) -> CInt {
  if flags & (vm_flag_t(VM_BESTFIT) | vm_flag_t(VM_SLEEP)) == 0,
    unsafe VMemHandle(vm).arena.claimAtOnce(first: addr, count: size)
  {
    return 0
  }
  return unsafe claimAnyhow(vm, addr, size, flags)
}

/// `vmem_xalloc_addr` where the short way did not serve.
@c(tessera_vmem_xalloc_addr_anyhow) @inline(never)
func claimAnyhow(
  _ vm: UnsafeMutablePointer<vmem_t>?, _ addr: vmem_addr_t, _ size: vmem_size_t, _ flags: vm_flag_t
) -> CInt {
  let vm = unsafe VMemHandle(vm)
  guard let range = AddressRange(first: addr, count: size), addr & (vm.arena.quantum - 1) == 0 else {
    return EINVAL
  }
  var placed: UInt = 0
  return unsafe allocate(vm, Request(exactly: range), flags, &placed)
}

/// Allocates and answers C's number. A fit is chosen and the wait, if any, done here.
@inline(__always)
private func allocate(
  _ vm: VMemHandle, _ request: Request<UInt>, _ flags: vm_flag_t, _ addrp: UnsafeMutablePointer<vmem_addr_t>
) -> CInt {
  var request = request
  switch flags & (vm_flag_t(VM_INSTANTFIT) | vm_flag_t(VM_BESTFIT) | vm_flag_t(VM_SLEEP)) {
  case 0, vm_flag_t(VM_INSTANTFIT): break
  case vm_flag_t(VM_BESTFIT): request.policy = .bestFit
  default: return unsafe allocateWaiting(vm, request, flags, addrp)
  }
  do throws(AllocationError<UInt>) {
    unsafe addrp.pointee = try vm.arena.allocate(request).first
    return 0
  } catch {
    return error.number
  }
}

/// The same with VM_SLEEP, or with flags that contradict each other.
///
/// A request that no span could hold if it were empty is not waited for.
@inline(never)
private func allocateWaiting(
  _ vm: VMemHandle, _ request: Request<UInt>, _ flags: vm_flag_t, _ addrp: UnsafeMutablePointer<vmem_addr_t>
) -> CInt {
  let fits = vm_flag_t(VM_INSTANTFIT) | vm_flag_t(VM_BESTFIT)
  let sleeps = vm_flag_t(VM_SLEEP) | vm_flag_t(VM_NOSLEEP)
  guard flags & fits != fits, flags & sleeps != sleeps else { return EINVAL }
  var request = request
  if flags & vm_flag_t(VM_BESTFIT) != 0 { request.policy = .bestFit }
  request.owner = .mayWait
  do throws(AllocationError<UInt>) {
    unsafe addrp.pointee = try vm.arena.allocate(request).first
    return 0
  } catch .invalid {
    return EINVAL
  } catch {
    guard unsafe vm.state.pointee.importing != nil || vm.arena.couldEverHold(request) else { return ENOMEM }
  }
  do throws(AllocationError<UInt>) {
    unsafe addrp.pointee = try vm.arena.allocateWaiting(request).first
    return 0
  } catch {
    return error.number
  }
}

extension Request<UInt> {
  /// The arguments of `vmem_xalloc`.
  @inline(__always)
  init(
    _ size: UInt, _ align: UInt, _ phase: UInt, _ nocross: UInt, _ minaddr: UInt, _ maxaddr: UInt
  ) {
    self.init(count: size)
    alignment = align
    self.phase = phase
    self.nocross = nocross
    first = minaddr
    last = maxaddr
  }
}

extension AllocationError {
  /// C's number for it.
  @inline(never)
  var number: CInt {
    if case .invalid = self { return EINVAL }
    return ENOMEM
  }
}
