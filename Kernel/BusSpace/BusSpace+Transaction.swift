import Primitives
import VMem

extension BusSpace where Lock: ~Copyable {
  /// Takes all of several resources, or none: a driver's ports, memory and interrupt lines in one go.
  ///
  /// If one is refused, those before it are given back, which never fails, and the error is that of the one
  /// (BusSpace-I6). Worst case: that of the single claims, twice.
  public func claim(all ranges: Span<BusRange>, owner: Owner) throws(ClaimError) {
    var claimed = 0
    do throws(ClaimError) {
      while claimed < ranges.count {
        try claim(ranges[claimed], owner: owner)
        claimed += 1
      }
    } catch {
      release(ranges.extracting(first: claimed))
      throw error
    }
  }

  /// Gives several resources back, all of which were claimed together.
  ///
  /// - Throws: The first that is not a claim, or is mapped. Then nothing was given back.
  public func release(all ranges: Span<BusRange>) throws(ReleaseError) {
    for index in ranges.indices {
      let range = ranges[index]
      guard holder(of: range)?.range == range else { throw .notClaimed(range) }
      if handles.isMapped(range) { throw .isMapped(range) }
    }
    release(ranges)
  }

  /// Gives claims back that are known to be there.
  private func release(_ ranges: Span<BusRange>) {
    for index in ranges.indices {
      if let record = handles.find(.unmapped, of: ranges[index]) { handles.end(record) }
      giveBack(ranges[index])
    }
  }
}
