// swift-format-ignore-file: AlwaysUseLowerCamelCase

import BusSpace
import CHooks
import Primitives
import Text
import VMem

// The contracts are in tessera/bus_space.h, and so are the names.

@c @implementation
public func bus_space_create(
  _ storage: UnsafeMutableRawPointer!, _ size: Int, _ claims: CUnsignedInt, _ ipl: CInt
) -> OpaquePointer! {
  guard let base = unsafe storage, claims > 0, claims <= 1 << 20 else { return nil }
  let needed = Int(BUS_SPACE_FIXED_BYTES) + Int(claims) * Int(BUS_SPACE_CLAIM_BYTES)
  guard size >= needed else { return nil }
  var parts = unsafe StorageParts(UnsafeMutableRawBufferPointer(start: base, count: size))
  guard
    let place = unsafe parts.take(MemoryLayout<BusState>.stride, alignment: MemoryLayout<BusState>.alignment)
  else { return nil }
  // Aligned and large enough, and nobody else's by contract.
  let state = unsafe place.baseAddress!.bindMemory(to: BusState.self, capacity: 1)
  unsafe place.initializeMemory(as: UInt8.self, repeating: 0)
  let lock = unsafe HookLock(
    word: UnsafeMutableRawPointer(state).assumingMemoryBound(to: UInt.self), ipl: ipl)
  // Four regions at once in each arena besides the claims: what a claim splits.
  let count = Int(claims)
  guard
    let ports = unsafe parts.take(Arena<UInt16, HookLock>.storageSize(spans: 1, allocations: count)),
    let memory = unsafe parts.take(Arena<UInt32, HookLock>.storageSize(spans: 1, allocations: count)),
    let lines = unsafe parts.take(Arena<UInt16, HookLock>.storageSize(spans: 1, allocations: 1)),
    let records = unsafe parts.take(HandleTable<HookLock>.storageSize(handles: count * 2)),
    let names = unsafe parts.rest()
  else { return nil }
  guard
    let portArena = try? unsafe Arena<UInt16, HookLock>.create(name: "io", storage: ports, lock: lock),
    let memoryArena = try? unsafe Arena<UInt32, HookLock>.create(name: "mem", storage: memory, lock: lock),
    let lineArena = try? unsafe Arena<UInt16, HookLock>.create(name: "irq", storage: lines, lock: lock),
    let handles = unsafe HandleTable.create(storage: records, lock: lock),
    let space = try? unsafe BusSpace(
      ports: portArena, memory: memoryArena, interrupts: lineArena, handles: handles,
      owners: BusNames(state: state))
  else { return nil }
  unsafe state.initialize(to: BusState(space, names: OwnerTable(storage: names)))
  return unsafe OpaquePointer(state)
}

/// Storage that is handed out in parts, from the start.
@unsafe
private struct StorageParts {
  private var left: UnsafeMutableRawBufferPointer

  init(_ storage: UnsafeMutableRawBufferPointer) { unsafe left = storage }

  mutating func take(_ count: Int, alignment: Int = 1) -> UnsafeMutableRawBufferPointer? {
    let skip = unsafe -Int(bitPattern: left.baseAddress) & (alignment - 1)
    guard unsafe skip + count <= left.count else { return nil }
    let part = unsafe UnsafeMutableRawBufferPointer(rebasing: left[skip..<(skip + count)])
    unsafe left = UnsafeMutableRawBufferPointer(rebasing: left[(skip + count)...])
    return unsafe part
  }

  /// All that is left, if there is anything.
  mutating func rest() -> UnsafeMutableRawBufferPointer? { unsafe left.isEmpty ? nil : left }
}

@c @implementation
public func bus_space_grow(_ space: OpaquePointer!) {
  let source = unsafe TagSource(
    grant: { _, count in unsafe tessera_page_alloc(count, 0) },
    release: { _, page, count in unsafe tessera_page_free(page, count) }, context: nil,
    byteCount: Int(TESSERA_PAGE_SIZE))
  unsafe state(space).pointee.space.grow(from: source)
}

@c @implementation
public func bus_space_tag_init(
  _ tag: UnsafeMutablePointer<bus_space_tag>!, _ space: OpaquePointer!, _ type: CInt,
  _ name: UnsafePointer<CChar>!
) -> CInt {
  guard type == BUS_SPACE_TYPE_IO || type == BUS_SPACE_TYPE_MEM, let name = unsafe name else { return EINVAL }
  var length = 0
  while unsafe name[length] != 0 { length += 1 }
  let bytes = unsafe UnsafeRawBufferPointer(start: name, count: length)
  let owner = unsafe bytes.withMemoryRebound(to: UInt8.self) {
    unsafe state(space).pointee.names.register($0)
  }
  guard let owner else { return ENOMEM }
  unsafe tag.pointee.bst_space = space
  unsafe tag.pointee.bst_type = type
  unsafe tag.pointee.bst_owner = CUnsignedInt(owner.rawValue)
  return 0
}

@c @implementation
public func bus_space_holder(
  _ tag: UnsafePointer<bus_space_tag>!, _ address: bus_addr_t, _ first: UnsafeMutablePointer<bus_addr_t>!,
  _ last: UnsafeMutablePointer<bus_addr_t>!, _ name: UnsafeMutablePointer<CChar>!, _ size: Int
) -> CInt {
  let tag = unsafe Tag(tag)
  guard let range = BusRange(tag.bus, first: address, last: tag.bus.last) else { return EINVAL }
  guard let held = tag.space.holder(of: range) else { return EAGAIN }
  unsafe first.pointee = held.range.first
  unsafe last.pointee = held.range.last
  guard size > 0, let name = unsafe name else { return 0 }
  tag.space.owners.withName(of: held.owner) { bytes in
    let count = min(bytes.count, size - 1)
    for index in 0..<count { unsafe name[index] = CChar(bitPattern: bytes[index]) }
    unsafe name[count] = 0
  }
  return 0
}

@c @implementation
public func bus_space_map(
  _ tag: UnsafePointer<bus_space_tag>!, _ address: bus_addr_t, _ size: bus_size_t, _ flags: CInt,
  _ handle: UnsafeMutablePointer<bus_space_handle_t>!
) -> CInt {
  let tag = unsafe Tag(tag)
  return unsafe give(handle, tag) { bus throws(BusError) in
    try bus.map(tag.bus, first: address, count: size, BusAttributes(flags: flags), owner: tag.owner)
  }
}

@c @implementation
public func bus_space_alloc(
  _ tag: UnsafePointer<bus_space_tag>!, _ first: bus_addr_t, _ last: bus_addr_t, _ size: bus_size_t,
  _ alignment: bus_size_t, _ boundary: bus_size_t, _ flags: CInt,
  _ address: UnsafeMutablePointer<bus_addr_t>!,
  _ handle: UnsafeMutablePointer<bus_space_handle_t>!
) -> CInt {
  guard size > 0 else { return EINVAL }
  let tag = unsafe Tag(tag)
  var request = BusRequest(tag.bus, countMinusOne: size - 1)
  request.first = first
  request.last = last
  request.alignment = alignment
  request.boundary = boundary
  let answer = unsafe give(handle, tag) { bus throws(BusError) in
    try bus.allocate(request, BusAttributes(flags: flags), owner: tag.owner)
  }
  if answer == 0 { unsafe address.pointee = CHandle.load(handle).handle.range.first }
  return answer
}

@c @implementation
public func bus_space_unmap(
  _ tag: UnsafePointer<bus_space_tag>!, _ handle: bus_space_handle_t, _ size: bus_size_t
) {
  unsafe end("bus_space_unmap", Tag(tag), handle, size)
}

@c @implementation
public func bus_space_free(
  _ tag: UnsafePointer<bus_space_tag>!, _ handle: bus_space_handle_t, _ size: bus_size_t
) {
  unsafe end("bus_space_free", Tag(tag), handle, size)
}

@c @implementation
public func bus_space_subregion(
  _ tag: UnsafePointer<bus_space_tag>!, _ handle: bus_space_handle_t, _ offset: bus_size_t,
  _ size: bus_size_t,
  _ part: UnsafeMutablePointer<bus_space_handle_t>!
) -> CInt {
  let whole = CHandle.load(handle)
  var address = whole.address
  return unsafe withBus(Tag(tag), &address) { bus throws(BusError) in
    let found = try bus.subregion(of: whole.handle, offset: offset, count: size)
    unsafe CHandle(address: whole.address &+ UInt(offset), handle: found).store(part)
  }
}

@c @implementation
public func bus_space_vaddr(
  _ tag: UnsafePointer<bus_space_tag>!, _ handle: bus_space_handle_t
) -> UnsafeMutableRawPointer! {
  let handle = CHandle.load(handle)
  guard handle.handle.isLive, handle.handle.range.tag == .memory, handle.handle.attributes.contains(.linear)
  else { return nil }
  return unsafe UnsafeMutableRawPointer(bitPattern: handle.address)
}

@c @implementation
public func bus_space_mmap(
  _ tag: UnsafePointer<bus_space_tag>!, _ address: bus_addr_t, _ offset: bus_size_t, _ prot: CInt,
  _ flags: CInt, _ physical: UnsafeMutablePointer<bus_addr_t>!
) -> CInt {
  guard unsafe Tag(tag).bus == .memory, offset <= .max - address else { return EINVAL }
  unsafe physical.pointee = address + offset
  return 0
}

@c @implementation
public func bus_space_is_live(_ handle: UnsafePointer<bus_space_handle_t>!) -> CInt {
  unsafe CHandle.load(handle).handle.isLive ? 1 : 0
}

@c @implementation
public func bus_space_access(
  _ tag: UnsafePointer<bus_space_tag>!, _ handle: UnsafePointer<bus_space_handle_t>!, _ offset: bus_size_t,
  _ count: Int, _ width: CUnsignedInt, _ address: UnsafeMutablePointer<UInt>!
) -> CInt {
  let handle = unsafe CHandle.load(handle)
  let room = handle.handle.range.countMinusOne
  guard handle.handle.isLive else {
    panic("bus_space", handle.handle, offset, "the handle has ended")
    return 0
  }
  // Nothing of a handle is touched, wherever that is: the address only has to be one.
  guard count != 0 else { return 0 }
  // The last byte, without a sum that could wrap: at most 2^32 addresses follow.
  let (bytes, overflows) = UInt(bitPattern: count).multipliedReportingOverflow(by: UInt(width))
  guard offset <= room, !overflows, bytes - 1 <= UInt(room - offset) else {
    panic("bus_space", handle.handle, offset, "the access reaches out of the handle")
    return 0
  }
  unsafe address.pointee = handle.address &+ UInt(offset)
  return 1
}

// MARK: What they share

private func state(_ space: OpaquePointer?) -> UnsafeMutablePointer<BusState> {
  // What `bus_space_create` answered, as far as C can promise.
  unsafe UnsafeMutablePointer<BusState>(space.unsafelyUnwrapped)
}

/// A `bus_space_tag_t` from C.
private struct Tag {
  let space: BusSpace<HookLock, BusNames>
  let bus: BusTag
  let owner: Owner

  init(_ tag: UnsafePointer<bus_space_tag>?) {
    let tag = unsafe tag.unsafelyUnwrapped.pointee
    space = unsafe state(tag.bst_space).pointee.space
    bus = tag.bst_type == BUS_SPACE_TYPE_IO ? .io : .memory
    owner = Owner(rawValue: UInt16(truncatingIfNeeded: tag.bst_owner))
  }
}

/// A `bus_space_handle_t`: a handle, and where its first byte is.
private struct CHandle {
  let address: UInt
  let handle: BusHandle

  static func load(_ handle: bus_space_handle_t) -> CHandle {
    unsafe withUnsafeBytes(of: handle) { bytes in
      // C's type has room for it, as `store` checks, and the bytes are what `store` wrote.
      unsafe bytes.loadUnaligned(as: CHandle.self)
    }
  }

  static func load(_ handle: UnsafePointer<bus_space_handle_t>?) -> CHandle {
    unsafe load(handle.unsafelyUnwrapped.pointee)
  }

  func store(_ handle: UnsafeMutablePointer<bus_space_handle_t>?) {
    precondition(MemoryLayout<CHandle>.size <= MemoryLayout<bus_space_handle_t>.size)
    unsafe UnsafeMutableRawPointer(handle.unsafelyUnwrapped).storeBytes(of: self, as: CHandle.self)
  }
}

/// Runs `body` on the buses of a tag, with a place for the address that the mapping hook deals in: 0, or C's number.
private func withBus(
  _ tag: Tag, _ address: inout UInt,
  _ body: (MappedBus<HookLock, BusNames, HookBus>) throws(BusError) -> Void
) -> CInt {
  var failure: BusError?
  unsafe withUnsafeMutablePointer(to: &address) { address in
    do throws(BusError) {
      try body(unsafe MappedBus(tag.space, HookBus(address: address)))
    } catch {
      failure = error
    }
  }
  return failure?.number ?? 0
}

/// Has a handle made, and writes it only if it was.
private func give(
  _ handle: UnsafeMutablePointer<bus_space_handle_t>?, _ tag: Tag,
  _ make: (MappedBus<HookLock, BusNames, HookBus>) throws(BusError) -> BusHandle
) -> CInt {
  var address: UInt = 0
  var made: BusHandle?
  let answer = withBus(tag, &address) { bus throws(BusError) in made = try make(bus) }
  guard let made else { return answer }
  unsafe CHandle(address: made.range.tag == .io ? UInt(made.range.first) : address, handle: made).store(
    handle)
  return 0
}

private func end(
  _ function: StaticString, _ tag: Tag, _ handle: bus_space_handle_t, _ size: bus_size_t
) {
  let whole = CHandle.load(handle)
  // A size of 2^32 wraps to 0, as C says it.
  guard size == whole.handle.range.countMinusOne &+ 1 else {
    return panic(function, whole.handle, size, "not the size of the handle")
  }
  guard whole.handle.isWhole else { return panic(function, whole.handle, 0, "a part is not given back") }
  var address = whole.address
  let answer = withBus(tag, &address) { bus throws(BusError) in try bus.unmap(whole.handle) }
  if answer != 0 { panic(function, whole.handle, 0, "the handle has ended") }
}

/// Panics with the function, the handle's range, an operand, and the reason.
@inline(never)
private func panic(
  _ function: StaticString, _ handle: BusHandle, _ operand: UInt32, _ reason: StaticString
) {
  var line = Line()
  line.write(function)
  line.write(": ")
  line.write(handle.range)
  line.write(", operand ")
  line.write(address: operand)
  line.write(": ")
  line.write(reason)
  unsafe line.withText { unsafe tessera_panic($0) }
}
