#if os(none)
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

  /// Calls `body` with the owner's name; with no bytes where it has none.
  static func withName<Result>(of owner: Owner, _ body: (Span<UInt8>) -> Result) -> Result {
    guard let names = unsafe table else { return body(StaticString("").bytes) }
    return names.withName(of: owner, body)
  }
}
#endif
