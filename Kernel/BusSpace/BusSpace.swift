import Primitives
import VMem

/// The buses of an i386 as arenas: who has which I/O ports and which physical addresses.
///
/// It is the first thing that a boot makes: it runs on the bytes that it is handed, needs no memory, no paging and
/// no lock of its own. Everything that decodes addresses is claimed here under its owner's name, and a second claim
/// is refused with both names (BusSpace-I1).
///
/// The value is a handle: copies are the same buses.
public struct BusSpace<Lock: Locking & ~Copyable, Names: OwnerNames> {
  /// I/O ports: one span, 0...0xFFFF, quantum 1.
  public let ports: Arena<UInt16, Lock>

  /// Physical addresses: one span, 0...0xFFFFFFFF, quantum 1.
  public let memory: Arena<UInt32, Lock>

  /// Interrupt lines: one span, 0...15, quantum 1.
  public let interrupts: Arena<UInt16, Lock>

  /// Which regions have handles.
  let handles: HandleTable<Lock>

  /// The names behind the owners of all.
  public let owners: Names

  /// Puts whole spans on three fresh arenas.
  ///
  /// - Throws: `SpanError` as the arena does: an arena that has a span already, or no tag for one.
  public init(
    ports: Arena<UInt16, Lock>, memory: Arena<UInt32, Lock>, interrupts: Arena<UInt16, Lock>,
    handles: HandleTable<Lock>,
    owners: Names
  ) throws(BusSpaceCreationError) {
    do throws(SpanError<UInt16>) { try ports.add(span: .whole) } catch { throw .ports(error) }
    do throws(SpanError<UInt32>) { try memory.add(span: .whole) } catch { throw .memory(error) }
    do throws(SpanError<UInt16>) {
      try interrupts.add(span: BusRange.whole(.interrupt).narrow)
    } catch { throw .interrupts(error) }
    self.ports = ports
    self.interrupts = interrupts
    self.memory = memory
    self.handles = handles
    self.owners = owners
  }
}

/// Where the names behind owner numbers are kept: one table for all arenas of a kernel.
public protocol OwnerNames {
  /// The number of a name, which is given one if it has none yet; nil if there is no room. The bytes are copied.
  func register(_ name: Span<UInt8>) -> Owner?

  /// Calls `body` with the owner's name; with no bytes where it has none.
  func withName(of owner: Owner, _ body: (Span<UInt8>) -> Void)
}

/// Why the buses could not be set up.
public enum BusSpaceCreationError: Error, Equatable, Sendable {
  case ports(SpanError<UInt16>)
  case memory(SpanError<UInt32>)
  case interrupts(SpanError<UInt16>)
}
