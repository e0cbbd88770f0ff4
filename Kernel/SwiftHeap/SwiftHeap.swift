// swift-format-ignore-file: AlwaysUseLowerCamelCase

#if os(none)
import SwiftHeapHooks

/// The heap of a kernel that wants classes, arrays and strings: the functions that Swift's runtime calls for memory, over
/// whatever the kernel has; kmem's `allocate(_:alignment:)` and `free(_:)` are made for it.
///
/// A module of its own, that a kernel links or does not. One that does not has proof by its link that nothing
/// allocates.
public enum SwiftHeap {
  /// Answers `size` bytes at a multiple of `alignment`, a power of two; nil if there is no memory, upon which Swift traps.
  public typealias Allocate =
    @convention(c) (_ context: UnsafeMutableRawPointer?, _ size: Int, _ alignment: Int) ->
    UnsafeMutableRawPointer?
  /// Takes back what `Allocate` answered. Needs no memory.
  public typealias Free =
    @convention(c) (_ context: UnsafeMutableRawPointer?, _ object: UnsafeMutableRawPointer) -> Void

  private nonisolated(unsafe) static var allocateFunction: Allocate?
  private nonisolated(unsafe) static var freeFunction: Free?
  private nonisolated(unsafe) static var context: UnsafeMutableRawPointer?
  private nonisolated(unsafe) static var random: UInt32 = 2_463_534_242

  /// Gives the runtime its memory. Before the first object, once; until then nothing can be allocated.
  ///
  /// ```swift
  /// unsafe SwiftHeap.begin(
  ///   context: kmem.handle, allocate: { unsafe Memory.at($0).allocate($1, alignment: $2) },
  ///   free: { context, object in
  ///     do throws(Damage) { try unsafe Memory.at(context).free(object) } catch { panic("...") }
  ///   }, seed: entropy)
  /// ```
  ///
  /// The caller promises that the functions do what their types say, in every context in which anything is allocated
  /// or released: also in interrupts, if handlers do it.
  ///
  /// - Parameter seed: Of the hashes of `Dictionary` and `Set`; who knows it can make keys that collide.
  @unsafe public static func begin(
    context: UnsafeMutableRawPointer?, allocate: @escaping Allocate, free: @escaping Free, seed: UInt32
  ) {
    unsafe self.context = context
    unsafe allocateFunction = unsafe allocate
    unsafe freeFunction = unsafe free
    if seed != 0 { unsafe random = seed }
  }

  fileprivate static func allocate(_ size: Int, _ alignment: Int) -> UnsafeMutableRawPointer? {
    guard let function = unsafe allocateFunction else { return nil }
    return unsafe function(context, size, alignment)
  }

  fileprivate static func free(_ object: UnsafeMutableRawPointer) {
    // What is freed was allocated, so the functions are there.
    guard let function = unsafe freeFunction else { preconditionFailure("free before SwiftHeap.begin") }
    unsafe function(context, object)
  }

  /// A generator of Marsaglia's: good enough for seeds of hashes, and for nothing that is secret.
  fileprivate static func nextRandom() -> UInt32 {
    var next = unsafe random
    next ^= next << 13
    next ^= next >> 17
    next ^= next << 5
    unsafe random = next
    return next
  }
}

// MARK: What the runtime calls, by way of Hooks/hooks.c

@c @implementation
public func swift_heap_allocate(_ size: Int, _ alignment: Int) -> UnsafeMutableRawPointer? {
  unsafe SwiftHeap.allocate(size, alignment)
}

@c @implementation
public func swift_heap_free(_ object: UnsafeMutableRawPointer) { unsafe SwiftHeap.free(object) }

/// Seeds of hashes.
@c(arc4random_buf) public func fillWithRandomBytes(_ buffer: UnsafeMutableRawPointer, _ count: Int) {
  for offset in 0..<count {
    unsafe buffer.storeBytes(
      of: UInt8(truncatingIfNeeded: SwiftHeap.nextRandom() >> 11), toByteOffset: offset, as: UInt8.self)
  }
}

/// Compares strings byte by byte.
@c(memcmp) public func compareBytes(
  _ left: UnsafeRawPointer, _ right: UnsafeRawPointer, _ count: Int
) -> CInt {
  for offset in 0..<count {
    let one = unsafe left.load(fromByteOffset: offset, as: UInt8.self)
    let other = unsafe right.load(fromByteOffset: offset, as: UInt8.self)
    if one != other { return one < other ? -1 : 1 }
  }
  return 0
}

/// Rounds capacities of `Dictionary` and `Set` up, which are below 2^31.
@c(ceil) public func roundUp(_ value: Double) -> Double {
  let whole = Double(Int32(value))
  return whole < value ? whole + 1 : whole
}
#endif
