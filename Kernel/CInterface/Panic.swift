import CHooks
import Primitives
import Text
import VMem

/// Where a trap of Swift's arrives: a broken precondition of the library's own.
@c(tessera_trap)
public func trap() -> Never {
  unsafe tessera_panic("tessera: a precondition of the library does not hold")
  while true {}
}

/// Panics with the function, the arena, the operands and what is in the way.
@inline(never)
func panic(
  _ function: StaticString, _ vm: VMemHandle, addr: UInt, size: UInt, because reason: StaticString,
  segment: AddressRange<UInt>? = nil, owner: Owner = .none
) {
  var line = Line()
  line.write(function)
  line.write(": arena \"")
  unsafe line.write(cString: vm.name)
  line.write("\", addr ")
  line.write(word: addr)
  line.write(", size ")
  line.write(word: size)
  line.write(": ")
  line.write(reason)
  if let segment {
    line.write(" ")
    line.write(first: segment.first, last: segment.last)
  }
  if let name = unsafe vm.label(owner) {
    line.write(" of \"")
    unsafe line.write(cString: name)
    line.write("\"")
  }
  unsafe line.withText { unsafe tessera_panic($0) }
}

/// Panics for a free that the arena refused.
@inline(never)
func panic(_ function: StaticString, _ vm: VMemHandle, addr: UInt, size: UInt, _ error: FreeError<UInt>) {
  switch error {
  case .misaligned:
    panic(function, vm, addr: addr, size: size, because: "not on a quantum")
  case .outsideSpans:
    panic(function, vm, addr: addr, size: size, because: "in no span")
  case .notAllocated(_, let free):
    panic(
      function, vm, addr: addr, size: size, because: "not allocated, but in the free segment", segment: free)
  case .mismatch(_, let allocated, let owner):
    panic(
      function, vm, addr: addr, size: size, because: "not exactly the allocation", segment: allocated,
      owner: owner)
  case .beyondAllocation(_, let allocated, let owner):
    panic(
      function, vm, addr: addr, size: size, because: "reaches over the allocation", segment: allocated,
      owner: owner)
  case .cached:
    panic(function, vm, addr: addr, size: size, because: "part of a cached allocation")
  case .outOfTags:
    panic(function, vm, addr: addr, size: size, because: "no tag")
  }
}
