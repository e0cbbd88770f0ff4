// swift-format-ignore-file: AlwaysUseLowerCamelCase

import CHooks
import Extent
import Primitives
import Text
import VMem

// The contracts are in tessera/extent.h, and so are the names.

@c @implementation
public func extent_create(
  _ name: UnsafePointer<CChar>!, _ start: UInt, _ end: UInt, _ storage: UnsafeMutableRawPointer!,
  _ storagesize: Int, _ flags: CInt
) -> OpaquePointer! {
  guard start <= end else { return nil }
  let bounds = AddressRange(first: start, last: end)
  if let storage = unsafe storage {
    let memory = unsafe UnsafeMutableRawBufferPointer(start: storage, count: storagesize)
    return unsafe make(name, bounds, memory, flags)?.opaque
  }
  let size = Int(EXTENT_FIXED_BYTES) + Int(EXTENT_REGION_BYTES)
  guard let block = unsafe PageChain.allocate(size, maySleep: flags & EX_WAITOK != 0) else { return nil }
  let chain = unsafe PageChain(block)
  guard let ex = unsafe make(name, bounds, PageChain.payload(block), flags) else {
    PageChain.release(chain)
    return nil
  }
  unsafe ex.state.pointee.pages = chain
  unsafe ex.state.pointee.isGrowing = true
  return unsafe ex.opaque
}

/// Makes an extent in `storage`. It can hold as many regions as EXTENT_FIXED_STORAGE_SIZE says, not more: the size
/// that the macro counts with is at least what a region takes, and a check of the library's tests says so.
private func make(
  _ name: UnsafePointer<CChar>, _ bounds: AddressRange<UInt>, _ storage: UnsafeMutableRawBufferPointer,
  _ flags: CInt
) -> ExtentHandle? {
  let capacity = (storage.count - Int(EXTENT_FIXED_BYTES)) / Int(EXTENT_REGION_BYTES)
  guard let base = storage.baseAddress, capacity > 0 else { return nil }
  let skip = unsafe Int((0 &- UInt(bitPattern: base)) & UInt(MemoryLayout<ExtentState>.alignment - 1))
  let label = unsafe ArenaName(nulTerminated: UnsafeRawPointer(name).assumingMemoryBound(to: UInt8.self))
  let rest = unsafe UnsafeMutableRawBufferPointer(
    rebasing: storage[(skip + MemoryLayout<ExtentState>.stride)...])
  guard
    let extent = unsafe try? Extent<UInt>(
      name: label, bounds: bounds, coalesces: flags & EX_NOCOALESCE == 0, isFilled: flags & EX_FILLED != 0,
      capacity: capacity, storage: rest)
  else { return nil }
  // Aligned and, as just checked, large enough; the storage is the extent's by contract.
  let state = unsafe (base + skip).bindMemory(to: ExtentState.self, capacity: 1)
  unsafe state.initialize(to: ExtentState(extent, name: name))
  return unsafe ExtentHandle(state)
}

@c @implementation
public func extent_destroy(_ ex: OpaquePointer!) {
  let ex = unsafe ExtentHandle(ex)
  let pages = unsafe ex.state.move().pages
  PageChain.release(pages)
}

@c @implementation
public func extent_alloc_subregion1(
  _ ex: OpaquePointer!, _ substart: UInt, _ subend: UInt, _ size: UInt, _ alignment: UInt, _ skew: UInt,
  _ boundary: UInt, _ flags: CInt, _ result: UnsafeMutablePointer<UInt>!
) -> CInt {
  var request = ExtentRequest(count: size)
  request.first = substart
  request.last = subend
  request.alignment = alignment
  request.skew = skew
  request.boundary = boundary
  request.boundaryOrigin = flags & EX_BOUNDZERO != 0 ? .zero : .start
  request.policy = flags & EX_FAST != 0 ? .lowest : .leastOverhead
  do throws(ExtentError<UInt>) {
    return try unsafe ExtentHandle(ex).attempt(flags) { extent throws(ExtentError<UInt>) in
      unsafe result.unsafelyUnwrapped.pointee = try extent.allocate(request).first
    }
  } catch {
    return error.number
  }
}

@c @implementation
public func extent_alloc_subregion(
  _ ex: OpaquePointer!, _ substart: UInt, _ subend: UInt, _ size: UInt, _ alignment: UInt, _ boundary: UInt,
  _ flags: CInt, _ result: UnsafeMutablePointer<UInt>!
) -> CInt {
  unsafe extent_alloc_subregion1(ex, substart, subend, size, alignment, 0, boundary, flags, result)
}

@c @implementation
public func extent_alloc1(
  _ ex: OpaquePointer!, _ size: UInt, _ alignment: UInt, _ skew: UInt, _ boundary: UInt, _ flags: CInt,
  _ result: UnsafeMutablePointer<UInt>!
) -> CInt {
  unsafe extent_alloc_subregion1(ex, .min, .max, size, alignment, skew, boundary, flags, result)
}

@c @implementation
public func extent_alloc(
  _ ex: OpaquePointer!, _ size: UInt, _ alignment: UInt, _ boundary: UInt, _ flags: CInt,
  _ result: UnsafeMutablePointer<UInt>!
) -> CInt {
  unsafe extent_alloc_subregion1(ex, .min, .max, size, alignment, 0, boundary, flags, result)
}

@c @implementation
public func extent_alloc_region(_ ex: OpaquePointer!, _ start: UInt, _ size: UInt, _ flags: CInt) -> CInt {
  guard let range = AddressRange(first: start, count: size) else { return EINVAL }
  do throws(ExtentError<UInt>) {
    return try unsafe ExtentHandle(ex).attempt(flags) { extent throws(ExtentError<UInt>) in
      try extent.claim(range, conflictsAllowed: flags & EX_CONFLICTOK != 0)
    }
  } catch {
    return error.number
  }
}

@c @implementation
public func extent_free(_ ex: OpaquePointer!, _ start: UInt, _ size: UInt, _ flags: CInt) -> CInt {
  guard let range = AddressRange(first: start, count: size) else { return EINVAL }
  let ex = unsafe ExtentHandle(ex)
  do throws(ExtentError<UInt>) {
    let answer = try ex.attempt(flags) { extent throws(ExtentError<UInt>) in
      try extent.free(range, conflictsAllowed: flags & EX_CONFLICTOK != 0)
    }
    if answer == 0 { ex.wake() }
    return answer
  } catch .notARegion(_, let region) {
    panic(ex, range, region)
    return EINVAL
  } catch {
    return error.number
  }
}

/// Panics for a free of what is not one region or part of one.
@inline(never)
private func panic(_ ex: ExtentHandle, _ range: AddressRange<UInt>, _ region: AddressRange<UInt>?) {
  var line = Line()
  line.write("extent_free: extent \"")
  unsafe line.write(cString: ex.name)
  line.write("\", ")
  line.write(first: range.first, last: range.last)
  line.write(": not within one region")
  if let region {
    line.write(" but overlaps ")
    line.write(first: region.first, last: region.last)
  }
  unsafe line.withText { unsafe tessera_panic($0) }
}

@c @implementation
public func extent_walk(
  _ ex: OpaquePointer!, _ visit: (@convention(c) (UnsafeMutableRawPointer?, UInt, UInt) -> CInt)!,
  _ context: UnsafeMutableRawPointer!
) -> CInt {
  let ex = unsafe ExtentHandle(ex)
  var from: UInt? = 0
  while let number = from, let region = ex.locked({ $0.region(atOrAfter: number) }) {
    let answer = unsafe visit.unsafelyUnwrapped(context, region.first, region.last)
    if answer != 0 { return answer }
    from = region.last == .max ? nil : region.last + 1
  }
  return 0
}

@c @implementation
public func extent_check(_ ex: OpaquePointer!) -> CInt {
  CInt(truncatingIfNeeded: unsafe ExtentHandle(ex).locked { $0.firstBrokenInvariant() })
}
