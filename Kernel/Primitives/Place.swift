/// Where a value lies in storage that was handed in. Having one means: the memory is initialised, aligned, and
/// stays the value's for as long as anything uses it; whoever makes one promises that.
@safe
public struct Place<Value: ~Copyable>: @unchecked Sendable {
  @usableFromInline let pointer: UnsafeMutablePointer<Value>

  /// The caller promises what having a place means.
  @unsafe @inlinable public init(_ pointer: UnsafeMutablePointer<Value>) {
    unsafe self.pointer = pointer
  }

  /// The value, accessed where it lies.
  @inlinable public var value: Value {
    // Sound by what having a place means.
    unsafeAddress { unsafe UnsafePointer(pointer) }
    nonmutating unsafeMutableAddress { unsafe pointer }
  }

  /// Where it lies, for what was laid out at a distance from it.
  @unsafe @inlinable public var address: UnsafeMutableRawPointer { unsafe UnsafeMutableRawPointer(pointer) }

  /// Ends the value's life; no copy of the place may be used afterwards.
  @unsafe public func deinitialize() { unsafe pointer.deinitialize(count: 1) }
}

extension Place: Equatable where Value: ~Copyable {
  @inlinable public static func == (left: Place, right: Place) -> Bool {
    unsafe left.pointer == right.pointer
  }
}
