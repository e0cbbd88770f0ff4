import Pool
import Primitives
import VMem

// What the functions of `Backing` pass on to. No lock is held during any of it.
extension KMem where Lock: ~Copyable {
  /// A run of pages for a slab: a single page from the direct map where that has one, since it then needs neither
  /// addresses nor entries; else from the arena `kmem`.
  public func takeRun(_ pages: Int) -> UnsafeMutableRawPointer? {
    if pages == 1, let page = unsafe state.pointee.backing.direct.take(1) { return unsafe page }
    var request = Request(count: Address(pages * 4096))
    request.owner = Self.ownOwner
    do throws(AllocationError<Address>) {
      return unsafe Self.pointer(try memory.allocate(request).first)
    } catch { return nil }
  }

  /// The label of runs in the arena `kmem`, which are nobody's leak. Large allocations have none.
  private static var ownOwner: Owner { Owner(rawValue: .max) }

  /// Takes a run back. Needs no memory. O(1) for a page of the direct map, as `Arena.isAllocated` says; else as a free.
  public func putRun(_ base: UnsafeMutableRawPointer, _ pages: Int) {
    let first = Address(truncatingIfNeeded: UInt(bitPattern: base))
    guard let range = AddressRange(first: first, count: Address(pages * 4096)) else { return }
    if pages == 1, !memory.isAllocated(range) { return unsafe state.pointee.backing.direct.giveBack(base, 1) }
    do throws(FreeError<Address>) { try memory.free(range) } catch {
      preconditionFailure("the arena kmem lost a run")
    }
  }

  /// Imports a span into `kmem`: addresses of `kmem-va`, with memory behind them.
  ///
  /// Not the size that the arena would prefer but the one that it needs: what was not asked for would be backed too.
  @unsafe public func importSpan(_ call: UnsafeMutableRawPointer) {
    let call = unsafe ImportCall<Address>.at(call)
    do throws(AllocationError<Address>) {
      let range = unsafe try addresses.allocate(call.pointee.request)
      let backing = unsafe state.pointee.backing
      guard unsafe backing.back(backing.context, UInt(truncatingIfNeeded: range.first), Self.pages(range))
      else { return returnAddresses(range) }
      unsafe call.pointee.granted = range
    } catch {}
  }

  /// Takes the memory of a span away, and gives its addresses back.
  @unsafe public func releaseSpan(_ range: UnsafeMutableRawPointer) {
    let range = unsafe range.assumingMemoryBound(to: AddressRange<Address>.self).pointee
    let backing = unsafe state.pointee.backing
    unsafe backing.unback(backing.context, UInt(truncatingIfNeeded: range.first), Self.pages(range))
    returnAddresses(range)
  }

  private static func pages(_ range: AddressRange<Address>) -> Int {
    Int(truncatingIfNeeded: range.countMinusOne &>> 12) + 1
  }

  private func returnAddresses(_ range: AddressRange<Address>) {
    do throws(FreeError<Address>) { try addresses.free(range) } catch {
      preconditionFailure("the arena kmem-va lost a range")
    }
  }

  /// Gives everything back that is free: objects in magazines, slabs, index, and cached addresses. Context: as `free`.
  public func reap() {
    pools.reap()
    addresses.reap()
  }
}
