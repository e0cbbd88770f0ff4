#if os(none)
import Disks
import Frames
import Machine
import Paging
import Primitives
import Text
import VMap
import VMem

/// The errors of the modules in words, with their operands.
extension ByteSink {
  /// Writes an owner's name, or that there is none.
  mutating func write(_ owner: Owner) {
    Owners.withName(of: owner) { name in
      if name.isEmpty { write("nobody") } else { write(foreign: name) }
    }
  }

  /// Writes both ends.
  mutating func write<Address>(_ range: AddressRange<Address>) {
    write(first: UInt32(truncatingIfNeeded: range.first), last: UInt32(truncatingIfNeeded: range.last))
  }

  /// Writes why an allocation failed, and what ruled it out.
  mutating func write<Address>(_ error: AllocationError<Address>, in arena: Arena<Address, KernelLock>) {
    switch error {
    case .invalid(let fault, _): write(fault)
    case .noSpace(let request):
      write("no space for ")
      write(sizeMinusOne: UInt32(truncatingIfNeeded: request.countMinusOne))
      explain(request, in: arena)
    case .conflict(_, let held, let owner):
      write(held)
      write(" is in the way and belongs to ")
      write(owner)
    case .outsideSpans(let range):
      write(range)
      write(" is not all in a span of the arena")
    default:
      write("the arena has no tag left")
    }
  }

  private mutating func explain<Address>(_ request: Request<Address>, in arena: Arena<Address, KernelLock>) {
    do throws(AllocationError<Address>) {
      let explanation = try arena.explain(request)
      if let constraint = explanation.ruledOutBy {
        write(", ruled out by ")
        write(constraint)
      }
      if let largest = explanation.largestFree {
        write("; the largest free range is ")
        write(largest)
        write(", ")
        write(sizeMinusOne: UInt32(truncatingIfNeeded: largest.countMinusOne))
      } else {
        write("; nothing is free")
      }
    } catch {
      // A request that was allocated from is not invalid; there is nothing to add.
    }
  }

  /// Writes what a constraint is about.
  mutating func write(_ constraint: VMem.Explanation<UInt32>.Constraint) {
    switch constraint {
    case .size: write("the size")
    case .bounds: write("the bounds")
    case .alignment: write("the alignment")
    case .nocross: write("the boundary")
    case .exact: write("the address")
    case .tags: write("the lack of a tag")
    }
  }

  private mutating func write(_ constraint: VMem.Explanation<UInt16>.Constraint) {
    write(VMem.Explanation<UInt32>.Constraint(rawValue: constraint.rawValue) ?? .size)
  }

  private mutating func write<Address>(_ constraint: VMem.Explanation<Address>.Constraint) {
    write(VMem.Explanation<UInt32>.Constraint(rawValue: constraint.rawValue) ?? .size)
  }

  private mutating func write(_ fault: RequestFault) {
    switch fault {
    case .empty: write("a size of 0 has no addresses")
    case .tooLong: write("rounded up to the quantum the size is more than the space")
    case .alignment: write("the alignment is not a power of two")
    case .phase: write("the phase is not below the alignment")
    case .nocross: write("the boundary is not a power of two")
    case .nocrossBelowSize: write("every range of that size crosses such a boundary")
    case .bounds: write("max is below min")
    }
  }

  /// Writes why a free failed.
  mutating func write<Address>(_ error: FreeError<Address>) {
    switch error {
    case .misaligned(_, let quantum):
      write("an end is not at a multiple of the quantum, ")
      write(sizeMinusOne: UInt32(truncatingIfNeeded: quantum - 1))
    case .outsideSpans: write("the range is in no span of the arena")
    case .notAllocated(_, let free):
      write(free)
      write(" is free")
    case .mismatch(_, let allocated, let owner), .beyondAllocation(_, let allocated, let owner):
      write("the region there is ")
      write(allocated)
      write(" of ")
      write(owner)
    case .cached: write("the region came from a cache and has no parts")
    default: write("the arena has no tag left")
    }
  }

  /// Writes why a mapping failed.
  mutating func write(_ error: VMapError) {
    switch error {
    case .empty: write("a size of 0 has nothing to map")
    case .wraps(let physical, let size):
      write(address: physical)
      write(" and ")
      write(sizeMinusOne: size &- 1)
      write(" pass the end of the 4G")
    case .notMemory(let frame):
      write(address: frame.address)
      write(" is no memory")
    case .memoryType(let frame, _, let owner):
      write(address: frame.address)
      write(" is mapped with another memory type by ")
      write(owner)
    case .noSpace(let pages):
      write("the window has no free range of ")
      write(size: UInt64(pages) << 12)
    case .outOfTables: write("no frame for a page table")
    case .outOfRecords: write("no frame for the window's records")
    default: writeUnmapError(error)
    }
  }

  private mutating func writeUnmapError(_ error: VMapError) {
    switch error {
    case .outsideWindow(let address):
      write(address: address)
      write(" is outside the window of vmap")
    case .notMapped(let address):
      write(address: address)
      write(" is not mapped")
    case .notStart(_, let mapping, let owner), .sizeMismatch(_, _, let mapping, let owner):
      write("the mapping there is ")
      write(mapping)
      write(" of ")
      write(owner)
    case .leaving: write("it is being unmapped")
    default: write("the page map refused")
    }
  }

  /// Writes why a disk did not do what it was asked.
  mutating func write(_ error: DiskError) {
    switch error {
    case .busy: write("the disk works at another request")
    case .notDone: write("no request is done")
    case .beyondEnd: write("the sectors reach beyond the disk's end")
    case .tooLong: write("one request cannot have so many sectors")
    case .wrongBuffer: write("the buffer is not as long as the sectors")
    case .failed(let sector, let status, let code):
      write("the disk failed at sector ")
      write(address: UInt32(truncatingIfNeeded: sector))
      write(", status ")
      write(hexadecimal: UInt32(status), digits: 2)
      write(", error ")
      write(hexadecimal: UInt32(code), digits: 2)
    case .noAnswer(let status): write("the disk does not answer, status ", status)
    case .noInterrupt(let status): write("the disk did not interrupt when it was done, status ", status)
    case .short(let sectors, let bytes):
      write(sectors, "ended after ")
      write(decimal: bytes)
      write(" bytes")
    case .shortTransfer(let sectors, let engine): write(sectors, "ended before its engine, status ", engine)
    case .engineFailed(let sectors, let engine):
      write(sectors, "ended with the engine's error, status ", engine)
    case .strangeAnswer(let number):
      write("the disk answered to request ")
      write(decimal: number)
      write(", which it does not have")
    case .unreachable(let bytes):
      write("the disk cannot reach a buffer of ")
      write(decimal: UInt32(truncatingIfNeeded: bytes))
      write(" bytes")
    case .readOnly: write("the disk can only be read")
    }
  }

  private mutating func write(_ what: StaticString, _ status: UInt8) {
    write(what)
    write(hexadecimal: UInt32(status), digits: 2)
  }

  private mutating func write(_ sectors: SectorRange, _ what: StaticString, _ status: UInt8? = nil) {
    write("the transfer from sector ")
    write(address: UInt32(truncatingIfNeeded: sectors.first))
    write(" on ")
    write(what)
    if let status { write(hexadecimal: UInt32(status), digits: 2) }
  }
}
#endif
