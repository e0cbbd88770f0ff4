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
  /// - Throws: The first that is not a claim. Then nothing was given back.
  public func release(all ranges: Span<BusRange>) throws(ReleaseError) {
    for index in ranges.indices where holder(of: ranges[index])?.range != ranges[index] {
      throw .notClaimed(ranges[index])
    }
    release(ranges)
  }

  /// Gives claims back that are known to be there.
  private func release(_ ranges: Span<BusRange>) {
    for index in ranges.indices {
      do throws(ReleaseError) { try release(ranges[index]) } catch {
        preconditionFailure("a claim is gone that was just there")
      }
    }
  }
}
