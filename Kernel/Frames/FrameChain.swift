import Primitives

/// Frames linked through the words of their records: a list of any length that needs no memory.
@frozen
public struct FrameChain: Sendable {
  static var end: UInt32 { .max }

  var head: UInt32 = .max
  var tail: UInt32 = .max
  var length: UInt32 = 0

  /// Frames in the chain.
  public var count: UInt32 { length }

  public init() {}

  /// Adds `frame`, whose word belongs to the chain until it is taken. Constant time.
  public mutating func push<Lock>(_ frame: FrameNumber, link: FrameAllocator<Lock>) where Lock: ~Copyable {
    link.setWord(of: frame, to: head)
    if head == Self.end { tail = frame.rawValue }
    head = frame.rawValue
    length += 1
  }

  /// Removes and returns the frame that was added last; nil where there is none. Constant time.
  public mutating func take<Lock>(link: FrameAllocator<Lock>) -> FrameNumber? where Lock: ~Copyable {
    guard head != Self.end else { return nil }
    let frame = FrameNumber(head)
    head = link.word(of: frame)
    length -= 1
    return frame
  }

  /// Puts all of `other` in front. Constant time.
  public mutating func append<Lock>(_ other: FrameChain, link: FrameAllocator<Lock>) where Lock: ~Copyable {
    guard other.head != Self.end else { return }
    link.setWord(of: FrameNumber(other.tail), to: head)
    if head == Self.end { tail = other.tail }
    head = other.head
    length += other.length
  }
}
