import Primitives
import VMem

/// A request to an arena of one span, some of it taken, and what must come of it: above all near the ends of the
/// address space, where real allocators answered wrongly. The host tests and the kernel's self-tests run the same list.
public struct ArenaVector: Sendable {
  public let what: StaticString
  let span: AddressRange<UInt32>
  let taken: AddressRange<UInt32>?
  let request: Request<UInt32>
  /// Where it must be placed; nil if there is no place.
  let placement: AddressRange<UInt32>?

  init(
    _ what: StaticString, span: (UInt32, UInt32), taken: (UInt32, UInt32)? = nil, size: UInt32,
    placement: (UInt32, UInt32)?, _ constrain: (inout Request<UInt32>) -> Void = { _ in }
  ) {
    self.what = what
    self.span = AddressRange(first: span.0, last: span.1)
    self.taken = taken.map { AddressRange(first: $0.0, last: $0.1) }
    // A size of 0 stands for the whole space, whose count does not fit.
    var request = size == 0 ? Request<UInt32>(countMinusOne: .max) : Request<UInt32>(count: size)
    request.policy = .bestFit
    constrain(&request)
    self.request = request
    self.placement = placement.map { AddressRange(first: $0.0, last: $0.1) }
  }

  /// Whether a fresh arena in `storage` answers as the vector says, and frees what it gave.
  public func holds(in storage: UnsafeMutableRawBufferPointer) -> Bool {
    do throws(CreationError) {
      return outcome(try unsafe Arena.create(name: "vector", storage: storage))
    } catch {
      return false
    }
  }

  private func outcome(_ arena: Arena<UInt32, NoLock>) -> Bool {
    do throws(SpanError<UInt32>) { try arena.add(span: span) } catch { return false }
    if let taken {
      do throws(AllocationError<UInt32>) { try arena.claim(taken) } catch { return false }
    }
    var answer: AddressRange<UInt32>?
    do throws(AllocationError<UInt32>) { answer = try arena.allocate(request) } catch {}
    guard answer == placement, arena.checkInvariants() == 0 else { return false }
    guard let answer else { return true }
    do throws(FreeError<UInt32>) { try arena.free(answer) } catch { return false }
    return arena.checkInvariants() == 0
  }

  /// Gives every vector to `body`.
  public static func each(_ body: (ArenaVector) -> Void) {
    whole(body)
    top(body)
    bottom(body)
    constrained(body)
  }

  private static let all: (UInt32, UInt32) = (0, .max)

  private static func whole(_ body: (ArenaVector) -> Void) {
    body(ArenaVector("the whole space", span: all, size: 0, placement: all))
    body(
      ArenaVector(
        "the whole space, one address taken", span: all, taken: (.max, .max), size: 0, placement: nil))
    body(
      ArenaVector(
        "all but the last address", span: all, taken: (.max, .max), size: .max, placement: (0, .max - 1)))
    body(ArenaVector("all but the first address", span: all, taken: (0, 0), size: .max, placement: (1, .max)))
  }

  private static func top(_ body: (ArenaVector) -> Void) {
    body(ArenaVector("the last address", span: all, size: 1, placement: (.max, .max)) { $0.at = .max })
    body(
      ArenaVector(
        "aligning up would pass the end of the space", span: (0xFFFF_FF80, .max), size: 0x10, placement: nil
      ) { $0.alignment = 0x100 })
    body(
      ArenaVector(
        "the last aligned page", span: (0xFFFF_F000, .max), size: 0x1000, placement: (0xFFFF_F000, .max)
      ) {
        $0.alignment = 0x1000
      })
    body(
      ArenaVector(
        "a phase that only the top has", span: (0xFFFF_0000, .max), size: 0x100,
        placement: (0xFFFF_FF00, .max)
      ) {
        $0.alignment = 0x1_0000
        $0.phase = 0xFF00
      })
    body(ArenaVector("beyond the top", span: all, size: 0x10, placement: nil) { $0.at = 0xFFFF_FFF8 })
  }

  private static func bottom(_ body: (ArenaVector) -> Void) {
    body(ArenaVector("the first address", span: all, size: 1, placement: (0, 0)) { $0.at = 0 })
    body(ArenaVector("address 0 is a placement", span: (0, 0xFFF), size: 0x1000, placement: (0, 0xFFF)))
    body(
      ArenaVector("a range of one address", span: all, size: 1, placement: (5, 5)) {
        $0.first = 5
        $0.last = 5
      })
  }

  private static func constrained(_ body: (ArenaVector) -> Void) {
    body(
      ArenaVector("a boundary in the way", span: (0xF8, 0x1FF), size: 0x10, placement: (0x100, 0x10F)) {
        $0.nocross = 0x100
      })
    body(
      ArenaVector("aligned behind a boundary", span: (0x1F8, 0x3FF), size: 0x40, placement: (0x200, 0x23F)) {
        $0.nocross = 0x100
        $0.alignment = 0x40
      })
    body(
      ArenaVector(
        "bounds around what is taken", span: all, taken: (0x1000, 0x1FFF), size: 0x1000, placement: nil
      ) {
        $0.first = 0x800
        $0.last = 0x1FFF
      })
    body(
      ArenaVector("exactly between two bounds", span: all, size: 0x100, placement: (0x7F00, 0x7FFF)) {
        $0.first = 0x7F00
        $0.last = 0x7FFF
      })
  }
}
