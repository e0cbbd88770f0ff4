#if os(none)
import Pageable
import Text

extension ByteSink {
  /// Writes why a touch of pageable memory is an error, with its operands.
  mutating func write(_ failure: FaultFailure) {
    switch failure {
    case .notPageable(let address): write(address, " was never pageable memory")
    case .notAllocated(let address): write(address, " is nobody's: it was freed, or never allocated")
    case .guardPage(let address): write(address, " is in the guard page behind an allocation")
    case .readOnly(let address): write(address, " was written to and is read-only")
    case .forbidden(let address, let context):
      write(address, context == .pager ? " was touched by the pager" : " was touched with interrupts off")
    case .unreadable(let address, let slot):
      write(address, " could not be read back from slot ")
      write(decimal: slot)
    }
  }

  private mutating func write(_ address: UInt32, _ what: StaticString) {
    write(address: address)
    write(what)
  }

  /// Writes why pageable memory was refused.
  mutating func write(_ error: PageableError) {
    switch error {
    case .addresses: write("no addresses are left for pageable memory")
    case .records, .table: write("no frame is left for the records of pageable memory")
    case .noBacking(let pages, let slots):
      write("no backing for ")
      write(decimal: pages)
      write(" pages: ")
      write(decimal: slots)
      write(" slots are not promised, and no such number of frames can be spared")
    case .notAllocated(let range):
      write(range)
      write(" is no allocation of pageable memory")
    case .attached: write("there is a swap disk already")
    case .storage(let given, let needed):
      write("storage for slots is too small: ")
      write(decimal: UInt32(truncatingIfNeeded: given))
      write(" of ")
      write(decimal: UInt32(truncatingIfNeeded: needed))
    }
  }
}
#endif
