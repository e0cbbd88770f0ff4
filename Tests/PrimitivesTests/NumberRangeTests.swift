import Frames
import Primitives
import Testing

/// Ranges of frames, and with them of pages: the same type.
@Suite struct NumberRangeTests {
  @Test(
    arguments: [
      (0, 1, 0), (0, 0x10_0000, 0xF_FFFF), (0xF_FFFF, 1, 0xF_FFFF), (0xF_FFFE, 2, 0xF_FFFF), (5, 3, 7),
    ] as [(UInt32, UInt32, UInt32)])
  func aCountOfNumbersEndsAtTheLast(first: UInt32, count: UInt32, last: UInt32) throws {
    let range = try #require(FrameRange(FrameNumber(first), count: count))
    #expect(range.last.rawValue == last)
    #expect(range.count == count)
    #expect(range == FrameRange(FrameNumber(first), through: FrameNumber(last)))
  }

  /// Primitives-I1
  @Test(
    arguments: [(0, 0), (0, 0x10_0001), (0xF_FFFF, 2), (0xF_FFFF, .max), (1, .max)] as [(UInt32, UInt32)])
  func noneOrPastTheHighestIsNoRange(first: UInt32, count: UInt32) {
    #expect(FrameRange(FrameNumber(first), count: count) == nil)
  }

  /// All pairs of ranges of five numbers, against sets.
  @Test func overlapAndMembershipAreThoseOfSets() {
    let ranges = (0..<5 as Range<UInt32>).flatMap { first in
      (first..<5).map { FrameRange(FrameNumber(first), through: FrameNumber($0)) }
    }
    for one in ranges {
      let members = (0..<5 as Range<UInt32>).filter { one.contains(FrameNumber($0)) }
      #expect(members == Array(one.first.rawValue...one.last.rawValue))
      for other in ranges {
        let isDisjoint = Set(members).isDisjoint(with: other.first.rawValue...other.last.rawValue)
        #expect(one.overlaps(other) == !isDisjoint)
      }
    }
  }
}
