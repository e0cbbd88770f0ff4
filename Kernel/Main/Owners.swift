#if os(none)
import BusSpace
import Primitives
import Text

/// The names behind owner numbers, for all arenas of the running kernel.
enum Owners {
  /// Names are short and few; a full table makes later owners anonymous and nothing else.
  private nonisolated(unsafe) static var storage = InlineArray<4096, UInt8>(repeating: 0)
  /// Nil until the first name is registered.
  private nonisolated(unsafe) static var table: OwnerTable?

  /// The number of `name`, registered at its first use. Context: boot, or the caller serialises.
  static func register(_ name: StaticString) -> Owner {
    if unsafe table == nil {
      // The storage is a global of this type and nobody else's.
      unsafe table = OwnerTable(
        storage: UnsafeMutableRawBufferPointer(start: &storage, count: MemoryLayout.size(ofValue: storage)))
    }
    return unsafe table?.register(name) ?? .none
  }

  /// The same, for bytes that are copied; nil where the table is full.
  static func register(_ name: Span<UInt8>) -> Owner? {
    // The first registration makes the table.
    _ = register("kernel image")
    return unsafe name.withUnsafeBufferPointer { unsafe table?.register($0) }
  }

  /// Calls `body` with each owner that has a name, in the order in which they came.
  static func each(_ body: (Owner) -> Void) {
    let count = unsafe table?.count ?? 0
    var number: UInt16 = 1
    while number <= count {
      body(Owner(rawValue: number))
      number += 1
    }
  }

  /// Calls `body` with the owner's name; with no bytes where it has none.
  static func withName<Result>(of owner: Owner, _ body: (Span<UInt8>) -> Result) -> Result {
    guard let names = unsafe table else { return body(StaticString("").bytes) }
    return names.withName(of: owner, body)
  }
}

/// The same table for the buses.
struct KernelNames: OwnerNames {
  func register(_ name: Span<UInt8>) -> Owner? { Owners.register(name) }

  func withName(of owner: Owner, _ body: (Span<UInt8>) -> Void) { Owners.withName(of: owner, body) }
}
#endif
