// swift-format-ignore-file: AlwaysUseLowerCamelCase

import CHooks
import Primitives
import VMem

// The contracts are in tessera/vmem.h, and so are the names.

@c @implementation
public func vmem_size(_ vm: UnsafePointer<vmem_t>!, _ typemask: CInt) -> vmem_size_t {
  let statistics = unsafe VMemHandle(vm).arena.statistics
  // A sum of 2^64 wrapped to 0; segments tell it from nothing.
  var sum: UInt64 = 0
  var segments = 0
  if typemask & VMEM_ALLOC != 0 {
    sum = statistics.inUse
    segments = statistics.allocatedSegments
  }
  if typemask & VMEM_FREE != 0 {
    sum &+= statistics.free
    segments += statistics.freeSegments
  }
  let wrapped = sum == 0 && segments != 0
  return wrapped || sum > UInt64(UInt.max) ? .max : UInt(truncatingIfNeeded: sum)
}

@c @implementation
public func vmem_roundup_size(_ vm: UnsafePointer<vmem_t>!, _ size: vmem_size_t) -> vmem_size_t {
  let mask = unsafe VMemHandle(vm).arena.quantum - 1
  return size == 0 ? 0 : ((size - 1) | mask) &+ 1
}

@c @implementation
public func vmem_walk(
  _ vm: UnsafeMutablePointer<vmem_t>!, _ typemask: CInt,
  _ visit: (@convention(c) (UnsafeMutableRawPointer?, UnsafePointer<vmem_segment_t>?) -> CInt)!,
  _ context: UnsafeMutableRawPointer!
) -> CInt {
  let vm = unsafe VMemHandle(vm)
  var from: UInt? = 0
  while let address = from, let segment = vm.arena.segment(atOrAfter: address) {
    from = segment.range.last == .max ? nil : segment.range.last + 1
    let type = segment.kind == .allocated ? VMEM_ALLOC : VMEM_FREE
    guard typemask & type != 0 else { continue }
    var shown = unsafe vmem_segment_t(
      first: segment.range.first, last: segment.range.last, type: type, owner: vm.label(segment.owner))
    let answer = unsafe visit.unsafelyUnwrapped(context, &shown)
    if answer != 0 { return answer }
  }
  return 0
}

@c @implementation
public func vmem_owner(
  _ vm: UnsafeMutablePointer<vmem_t>!, _ addr: vmem_addr_t, _ owner: UnsafePointer<CChar>!
) -> CInt {
  let vm = unsafe VMemHandle(vm)
  guard let owner = unsafe vm.owner(owner) else { return ENOMEM }
  return vm.arena.label(addr, as: owner) ? 0 : EINVAL
}

@c @implementation
public func vmem_explain(
  _ vm: UnsafeMutablePointer<vmem_t>!, _ size: vmem_size_t, _ align: vmem_size_t, _ phase: vmem_size_t,
  _ nocross: vmem_size_t, _ minaddr: vmem_addr_t, _ maxaddr: vmem_addr_t, _ flags: vm_flag_t,
  _ explanation: UnsafeMutablePointer<vmem_explanation_t>!
) -> CInt {
  let vm = unsafe VMemHandle(vm)
  var request = Request(size, align, phase, nocross, minaddr, maxaddr)
  if flags & vm_flag_t(VM_BESTFIT) != 0 { request.policy = .bestFit }
  var answer = vmem_explanation_t()
  defer { unsafe explanation.unsafelyUnwrapped.pointee = answer }
  do throws(AllocationError<UInt>) {
    let explained = try vm.arena.explain(request)
    answer.ruled_out = explained.ruledOut
    if let largest = explained.largestFree {
      answer.has_free = 1
      answer.largest_first = largest.first
      answer.largest_last = largest.last
    }
    guard let placement = explained.placement else { return ENOMEM }
    answer.placement = placement.first
    return 0
  } catch {
    answer.ruled_out = VMEM_RULED_OUT_INVALID
    return EINVAL
  }
}

extension Explanation {
  /// C's number for the constraint.
  fileprivate var ruledOut: CInt {
    switch ruledOutBy {
    case nil: VMEM_RULED_OUT_NOTHING
    case .size: VMEM_RULED_OUT_SIZE
    case .bounds, .exact: VMEM_RULED_OUT_BOUNDS
    case .alignment: VMEM_RULED_OUT_ALIGNMENT
    case .nocross: VMEM_RULED_OUT_NOCROSS
    case .tags: VMEM_RULED_OUT_TAGS
    }
  }
}

@c @implementation
public func vmem_check(_ vm: UnsafePointer<vmem_t>!) -> CInt {
  CInt(truncatingIfNeeded: unsafe VMemHandle(vm).arena.checkInvariants())
}
