import CHooks
import Primitives
import VMem

/// What lies at the start of the storage of an arena in C; `vmem_t *` points to it. The arena's own storage follows, so
/// that its place is known without a look.
@unsafe
struct VMemState: ~Copyable {
  /// The lock hook's. First, so that its address is the state's.
  private var lockWord: UInt = 0
  let entries: VMemEntries
  let name: UnsafePointer<CChar>
  let sleepers = Sleepers()
  let importing: ImportFunctions?
  let isCached: Bool
  /// Pages from `tessera_page_alloc` that the arena itself lives in.
  var home = PageChain()
  /// The labels in use: `Owner` n is at index n - 1.
  var owners = unsafe InlineArray<32, UnsafePointer<CChar>?>(repeating: nil)

  init(_ description: borrowing VMemDescription) {
    let hasCaches = unsafe description.cacheLimit >= description.quantum
    unsafe entries = VMemEntries(hasCaches: hasCaches)
    unsafe name = description.name
    unsafe importing = description.importing
    unsafe isCached = hasCaches
  }
}

/// A `vmem_t *` from C. Having one means: it is what a `vmem_create` function answered and `vmem_destroy` has not
/// ended. C cannot promise more; a wrong pointer faults here as in any kernel.
@safe
struct VMemHandle {
  let state: UnsafeMutablePointer<VMemState>

  @inline(__always)
  init(_ vm: UnsafeMutablePointer<vmem_t>?) {
    unsafe state = UnsafeMutableRawPointer(vm.unsafelyUnwrapped).assumingMemoryBound(to: VMemState.self)
  }

  init(_ vm: UnsafePointer<vmem_t>?) {
    unsafe self.init(UnsafeMutablePointer(mutating: vm))
  }

  init(context: UnsafeMutableRawPointer?) {
    unsafe state = context.unsafelyUnwrapped.assumingMemoryBound(to: VMemState.self)
  }

  var context: UnsafeMutableRawPointer { unsafe UnsafeMutableRawPointer(state) }

  var opaque: UnsafeMutablePointer<vmem_t> { unsafe context.assumingMemoryBound(to: vmem_t.self) }

  @inline(__always)
  var arena: Arena<UInt, HookLock> {
    // `VMemDescription.make` put it there.
    unsafe Arena(inStorageAt: UnsafeMutableRawPointer(state) + VMemDescription.stateSize)
  }

  var name: UnsafePointer<CChar> { unsafe state.pointee.name }

  /// The label with this number; NULL if it is none of the arena's.
  func label(_ owner: Owner) -> UnsafePointer<CChar>? {
    let number = Int(owner.rawValue)
    return number == 0 || number > 32 ? nil : unsafe state.pointee.owners[number - 1]
  }

  /// The number of a label, which is given one if it has none; `nil` if all are in use.
  func owner(_ label: UnsafePointer<CChar>?) -> Owner? {
    guard let label = unsafe label else { return Owner.none }
    for index in 0..<32 {
      if unsafe state.pointee.owners[index] == nil { unsafe state.pointee.owners[index] = label }
      if unsafe state.pointee.owners[index] == label { return Owner(rawValue: UInt16(index + 1)) }
    }
    return nil
  }

  /// A span or tags were added, which the arena does not announce to those who wait.
  func wake() { unsafe state.pointee.sleepers.wakeAll() }
}
