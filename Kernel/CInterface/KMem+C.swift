// swift-format-ignore-file: AlwaysUseLowerCamelCase

import CHooks
import KMem
import Pool
import Primitives
import Text
import VMem

// The contracts are in tessera/kmem.h, and so are the names.

@c @implementation
public func kmem_init(_ ipl: CInt) -> CInt { KMemState.create(ipl: ipl) }

@c @implementation
public func kmem_alloc(_ size: Int, _ flags: km_flag_t) -> UnsafeMutableRawPointer! {
  if size > 0, let handle = unsafe KMemState.handle,
    let object = unsafe CMemory.at(handle).allocateAtOnce(size)
  {
    return unsafe object
  }
  return unsafe allocateSlowly(size, flags)
}

@c @implementation
public func kmem_zalloc(_ size: Int, _ flags: km_flag_t) -> UnsafeMutableRawPointer! {
  guard let object = unsafe kmem_alloc(size, flags) else { return nil }
  unsafe object.initializeMemory(as: UInt8.self, repeating: 0, count: size)
  return unsafe object
}

@inline(never)
private func allocateSlowly(_ size: Int, _ flags: km_flag_t) -> UnsafeMutableRawPointer? {
  guard size != 0 else {
    panic("kmem_alloc", because: "a size of 0")
    return nil
  }
  guard let memory = KMemState.memory else {
    panic("kmem_alloc", because: "kmem_init was not called")
    return nil
  }
  return unsafe memory.allocate(size, flags & km_flag_t(KM_SLEEP) != 0 ? .sleep : .noSleep)
}

@c @implementation
public func kmem_free(_ object: UnsafeMutableRawPointer!, _ size: Int) {
  if let handle = unsafe KMemState.handle, let object = unsafe object, size > 0,
    unsafe CMemory.at(handle).freeAtOnce(object, size: size)
  {
    return
  }
  unsafe freeSlowly(object, size)
}

@inline(never)
private func freeSlowly(_ object: UnsafeMutableRawPointer?, _ size: Int) {
  guard let memory = KMemState.memory else {
    return panic("kmem_free", because: "kmem_init was not called")
  }
  guard let object = unsafe object, size != 0 else {
    return panic("kmem_free", because: "no memory, or a size of 0")
  }
  do throws(Damage) { try unsafe memory.free(object, size: size) } catch {
    panic("kmem_free", error, memory.pools.cache(at: UInt(bitPattern: object))?.name)
  }
}

@c @implementation
public func kmem_intr_alloc(_ size: Int, _ flags: km_flag_t) -> UnsafeMutableRawPointer! {
  unsafe kmem_alloc(size, flags)
}

@c @implementation
public func kmem_intr_zalloc(_ size: Int, _ flags: km_flag_t) -> UnsafeMutableRawPointer! {
  unsafe kmem_zalloc(size, flags)
}

@c @implementation
public func kmem_intr_free(_ object: UnsafeMutableRawPointer!, _ size: Int) { unsafe kmem_free(object, size) }

@c @implementation
public func kmem_reap() { KMemState.memory?.reap() }

@c @implementation
public func kmem_check() -> CInt {
  guard let memory = KMemState.memory else { return 0 }
  do throws(PoolViolation) { try memory.pools.checkInvariants() } catch {
    switch error {
    case .index: return 1
    case .slab: return 3
    case .cached: return 4
    }
  }
  return memory.memory.checkInvariants() == 0 ? 0 : 2
}

/// Panics with the function and what is wrong with the object.
@inline(never)
func panic(_ function: StaticString, _ damage: Damage, _ cache: ArenaName?) {
  var line = Line()
  line.write(function)
  line.write(": ")
  damage.write(cache: cache, to: &line)
  unsafe line.withText { unsafe tessera_panic($0) }
}

@inline(never)
func panic(_ function: StaticString, because reason: StaticString) {
  var line = Line()
  line.write(function)
  line.write(": ")
  line.write(reason)
  unsafe line.withText { unsafe tessera_panic($0) }
}
