import Extent
import VMem

/// What an extent must do, said with one bit a number: slow, and plain enough to be believed.
struct ExtentModel: Equatable {
  let bounds: AddressRange<UInt8>
  var taken: Set<UInt8> = []

  func isFree(_ range: ClosedRange<Int>) -> Bool {
    range.allSatisfy { !taken.contains(UInt8($0)) }
  }

  /// The numbers, as wide as arithmetic without wrapping needs them.
  private var first: Int { Int(bounds.first) }
  private var last: Int { Int(bounds.last) }

  /// Maximal runs of taken numbers: the regions of an extent that coalesces.
  var regions: [AddressRange<UInt8>] {
    var all: [AddressRange<UInt8>] = []
    var start: Int?
    for number in first...last + 1 {
      let isTaken = number <= last && taken.contains(UInt8(number))
      if isTaken, start == nil { start = number }
      if !isTaken, let from = start {
        all.append(AddressRange(first: UInt8(from), last: UInt8(number - 1)))
        start = nil
      }
    }
    return all
  }

  /// Whether a region may start at `start`, whatever the policy.
  func allows(_ request: ExtentRequest<UInt8>, at start: Int) -> Bool {
    let end = start + Int(request.countMinusOne)
    let low = max(first, Int(request.first))
    let high = min(last, Int(request.last))
    guard start >= low, end <= high, (start - Int(request.skew)) % Int(request.alignment) == 0 else {
      return false
    }
    if request.boundary != 0 {
      let origin = request.boundaryOrigin == .zero ? 0 : first
      guard (start - origin) / Int(request.boundary) == (end - origin) / Int(request.boundary) else {
        return false
      }
    }
    return isFree(start...end)
  }

  /// Where the manual says that it goes; `nil` if nowhere.
  func placement(of request: ExtentRequest<UInt8>) -> Int? {
    var best: (overhead: Int, start: Int)?
    var start = first
    while start <= last {
      guard allows(request, at: start) else {
        start += 1
        continue
      }
      if request.policy == .lowest { return start }
      var next = start
      while next <= last, !taken.contains(UInt8(next)) { next += 1 }
      let overhead = next - start - Int(request.countMinusOne)
      if best.map({ overhead < $0.overhead }) ?? true { best = (overhead, start) }
      // In each gap only the lowest placement counts.
      start = next
    }
    return best?.start
  }
}
