import Testing
import VMem

@testable import Extent

@Suite("Arithmetic of alignment, skew and boundary")
struct GridTests {
  /// The lowest start by trying every one.
  private func lowest(
    _ request: ExtentRequest<UInt8>, origin: Int, in range: ClosedRange<Int>
  ) -> Int? {
    let length = Int(request.countMinusOne)
    return range.first { start in
      guard start + length <= range.upperBound, (start - Int(request.skew)) % Int(request.alignment) == 0
      else {
        return false
      }
      guard request.boundary != 0 else { return true }
      let boundary = Int(request.boundary)
      return (start - origin) / boundary == (start + length - origin) / boundary
    }
  }

  @Test(
    "The lowest start is the first that satisfies all, at both ends of the space", arguments: [0, 3, 96, 200])
  func lowestStart(origin: Int) throws {
    for window in [0...40, 100...140, 215...255] where window.lowerBound >= origin {
      for count in [1, 2, 3, 5, 8, 9] as [UInt8] {
        for alignment in [1, 2, 4, 8, 16, 64] as [UInt8] {
          for boundary in [0, 1, 2, 4, 8, 16, 128] as [UInt8] where boundary == 0 || boundary >= count {
            var request = ExtentRequest<UInt8>(count: count)
            request.alignment = alignment
            request.boundary = boundary
            for skew in Set([0, 1, alignment / 2, alignment - 1]) where skew < alignment {
              request.skew = skew
              let grid = try #require(Grid(request, start: UInt8(origin)))
              for low in stride(from: window.lowerBound, through: window.upperBound, by: 3) {
                for high in stride(from: low, through: window.upperBound, by: 5) {
                  let expected = lowest(request, origin: origin, in: low...high)
                  let found = grid.lowestStart(in: AddressRange(first: UInt8(low), last: UInt8(high))).map(
                    Int.init)
                  guard found == expected else {
                    Issue.record("\(request) in \(low)...\(high): \(String(describing: found))")
                    return
                  }
                  if let found { #expect(found - low <= Int(grid.greatestWaste)) }
                  if expected != nil { #expect(grid.isFeasible) }
                }
              }
            }
          }
        }
      }
    }
  }

  @Test("A request that contradicts itself says how")
  func faults() {
    var request = ExtentRequest<UInt8>(count: 0)
    #expect(request.fault == .empty)
    request = ExtentRequest(count: 9)
    request.alignment = 0
    #expect(request.fault == .alignment)
    request.alignment = 6
    #expect(request.fault == .alignment)
    request.alignment = 4
    request.skew = 4
    #expect(request.fault == .skew)
    request.skew = 3
    request.boundary = 24
    #expect(request.fault == .boundary)
    request.boundary = 8
    #expect(request.fault == .boundaryBelowSize)
    request.boundary = 16
    #expect(request.fault == nil)
    request.first = 3
    request.last = 2
    #expect(request.fault == .subregion)
  }
}
