import Primitives
import VMem

/// One thing that a driver wants together with others.
public enum BusResource: Sendable {
  /// Exactly these ports or this interrupt line; for memory the claim alone, to be mapped in parts.
  case claim(BusRange)
  /// Exactly this physical memory, mapped.
  case mapped(BusRange, BusAttributes)
  /// Ports or memory wherever they are free, mapped.
  case anywhere(BusRequest, BusAttributes)
  /// Kernel virtual addresses with nothing behind them, in whole pages; `alignment` is a power of two, or 0 for pages.
  case addresses(countMinusOne: UInt32, alignment: UInt32)
}

/// What was given for one of them.
public enum BusGrant: Equatable, Sendable {
  case handle(BusHandle)
  case claim(BusRange)
  case addresses(AddressRange<UInt32>)
}

/// Several resources that were taken as one, and are given back as one.
///
/// It cannot be copied, so it is given back once. Whoever drops it keeps what it holds for good.
public struct BusHolding<let count: Int>: ~Copyable {
  let grants: InlineArray<count, BusGrant>

  /// What was given for the wish at that place.
  public subscript(index: Int) -> BusGrant { grants[index] }

  /// The handle at that place.
  ///
  /// - Precondition: It is one.
  public func handle(_ index: Int) -> BusHandle {
    guard case .handle(let handle) = grants[index] else {
      preconditionFailure("what was given there is no handle")
    }
    return handle
  }
}

extension MappedBus where Lock: ~Copyable {
  /// Takes all of several resources, or none: ports, memory, interrupt lines and kernel addresses.
  ///
  /// If one is refused, those before it are given back, which never fails, and the error is that of the one
  /// (BusSpace-I6). Worst case: that of the single operations, twice.
  public func take<let count: Int>(
    _ wanted: InlineArray<count, BusResource>, owner: Owner
  ) throws(BusError) -> BusHolding<count> {
    var grants = InlineArray<count, BusGrant>(repeating: .claim(.whole(.io)))
    var taken = 0
    do throws(BusError) {
      while taken < count {
        grants[taken] = try take(wanted[taken], owner)
        taken += 1
      }
    } catch {
      while taken > 0 {
        taken -= 1
        giveBack(grants[taken])
      }
      throw error
    }
    return BusHolding(grants: grants)
  }

  /// Gives everything back. A handle of it that was unmapped on its own is gone already.
  public func giveBack<let count: Int>(_ holding: consuming BusHolding<count>) {
    for index in (0..<count).reversed() { giveBack(holding.grants[index]) }
  }

  private func take(_ wanted: BusResource, _ owner: Owner) throws(BusError) -> BusGrant {
    switch wanted {
    case .claim(let range):
      guard range.tag == .memory else { return .handle(try map(range, owner: owner)) }
      do throws(ClaimError) { try space.claim(range, owner: owner) } catch { throw .claim(error) }
      return .claim(range)
    case .mapped(let range, let attributes):
      return .handle(try map(range, attributes, owner: owner))
    case .anywhere(let request, let attributes):
      return .handle(try allocate(request, attributes, owner: owner))
    case .addresses(let countMinusOne, let alignment):
      do throws(BusMappingError) {
        return .addresses(try access.reserve(countMinusOne: countMinusOne, alignment: alignment, owner))
      } catch {
        throw .noAddresses(countMinusOne: countMinusOne)
      }
    }
  }

  private func giveBack(_ grant: BusGrant) {
    switch grant {
    case .handle(let handle):
      // What ended already is not there any more; nothing else can be refused.
      do throws(BusError) { try unmap(handle) } catch {}
    case .claim(let range):
      space.giveBack(range)
    case .addresses(let addresses):
      access.unreserve(addresses)
    }
  }
}
