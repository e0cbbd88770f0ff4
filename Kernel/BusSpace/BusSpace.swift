import Primitives
import VMem

/// The buses of an i386 as arenas: who has which I/O ports and which physical addresses.
///
/// It is the first thing that a boot makes: it runs on the bytes that it is handed, needs no memory, no paging and
/// no lock of its own. Everything that decodes addresses is claimed here under its owner's name, and a second claim
/// is refused with both names (BusSpace-I1).
///
/// The arenas and the names are copyable handles, but the table of names counts its entries in the value: keep one
/// `BusSpace` and pass it `inout`.
public struct BusSpace<Lock: Locking> {
  /// I/O ports: one span, 0...0xFFFF, quantum 1.
  public let ports: Arena<UInt16, Lock>

  /// Physical addresses: one span, 0...0xFFFFFFFF, quantum 1.
  public let memory: Arena<UInt32, Lock>

  /// The names behind the owners of both.
  public private(set) var owners: OwnerTable

  /// Puts whole spans on two fresh arenas.
  ///
  /// - Throws: `SpanError` as the arena does: an arena that has a span already, or no tag for one.
  public init(
    ports: Arena<UInt16, Lock>, memory: Arena<UInt32, Lock>, owners: OwnerTable
  ) throws(BusSpaceCreationError) {
    do throws(SpanError<UInt16>) { try ports.add(span: .whole) } catch { throw .ports(error) }
    do throws(SpanError<UInt32>) { try memory.add(span: .whole) } catch { throw .memory(error) }
    self.ports = ports
    self.memory = memory
    self.owners = owners
  }

  /// The number of a name, which is given one if it has none yet.
  public mutating func owner(named name: Span<UInt8>) -> Owner? {
    // The table copies the bytes before it answers, so the pointer does not outlive the span.
    unsafe name.withUnsafeBufferPointer { unsafe owners.register($0) }
  }

  /// The same, for a literal.
  public mutating func owner(named name: StaticString) -> Owner? {
    owners.register(name)
  }
}

/// Why the buses could not be set up.
public enum BusSpaceCreationError: Error, Equatable, Sendable {
  case ports(SpanError<UInt16>)
  case memory(SpanError<UInt32>)
}
