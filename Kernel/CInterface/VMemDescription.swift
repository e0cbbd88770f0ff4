import CHooks
import Primitives
import VMem

/// What a `vmem_create` function was told, apart from the span and where to put the arena.
@unsafe
struct VMemDescription {
  let name: UnsafePointer<CChar>
  let quantum: UInt
  let importing: ImportFunctions?
  let cacheLimit: UInt
  let ipl: CInt

  /// Bytes that an arena takes besides what it needs for tags, wherever its storage starts.
  static var control: Int { unsafe stateSize + alignment - 1 }

  /// Bytes from the state to the arena's own storage, which is aligned as the state is.
  static var stateSize: Int { unsafe (MemoryLayout<VMemState>.size + alignment - 1) & ~(alignment - 1) }

  private static var alignment: Int {
    unsafe max(MemoryLayout<VMemState>.alignment, Arena<UInt, HookLock>.storageAlignment)
  }

  /// Makes the arena in `storage`; `nil` if it is too small or the quantum is no power of two.
  func make(in storage: UnsafeMutableRawBufferPointer) -> VMemHandle? {
    guard let base = storage.baseAddress else { return nil }
    let skip = Int((0 &- UInt(bitPattern: base)) & UInt(Self.alignment - 1))
    let control = skip + Self.stateSize
    guard storage.count > control else { return nil }
    // Aligned and large enough, as just checked; the storage is the arena's by contract.
    let state = unsafe (base + skip).bindMemory(to: VMemState.self, capacity: 1)
    let word = unsafe UnsafeMutableRawPointer(state).assumingMemoryBound(to: UInt.self)
    let label = unsafe ArenaName(nulTerminated: UnsafeRawPointer(name).assumingMemoryBound(to: UInt8.self))
    let rest = unsafe UnsafeMutableRawBufferPointer(rebasing: storage[control...])
    let arena = unsafe try? Arena<UInt, HookLock>.create(
      name: label, quantum: quantum, cacheLimit: cacheLimit, storage: rest,
      lock: HookLock(word: word, ipl: ipl))
    guard arena != nil else { return nil }
    unsafe state.initialize(to: VMemState(self))
    let vm = unsafe VMemHandle(context: state)
    unsafe connect(vm)
    return vm
  }

  /// Makes the arena in pages from `tessera_page_alloc`; `nil` if there are none or an argument is wrong.
  func makeInPages(_ flags: vm_flag_t) -> VMemHandle? {
    let tags = unsafe Arena<UInt, HookLock>.storageSize(
      spans: 1, allocations: 8, quantum: quantum, cacheLimit: cacheLimit)
    guard
      let block = unsafe PageChain.allocate(Self.control + tags, maySleep: flags & vm_flag_t(VM_SLEEP) != 0)
    else {
      return nil
    }
    let chain = unsafe PageChain(block)
    guard let vm = unsafe make(in: PageChain.payload(block)) else {
      PageChain.release(chain)
      return nil
    }
    unsafe vm.state.pointee.home = chain
    return vm
  }

  /// Tells the arena where spans and tags come from and how to wait.
  private func connect(_ vm: VMemHandle) {
    // Each function is given the arena's own state back, which lives as long as the arena.
    let context = unsafe vm.context
    vm.arena.setTagSource(
      unsafe TagSource(
        grant: grantPage, release: releasePage, context: nil, byteCount: Int(TESSERA_PAGE_SIZE)))
    vm.arena.setWaiting(unsafe WaitHooks(wait: wait, wake: wakeAll, context: context))
    guard unsafe importing != nil else { return }
    vm.arena.setSource(
      .functions(
        unsafe SourceFunctions(
          grant: importSpan, release: releaseSpan, context: context, granularity: quantum)))
  }
}

private func grantPage(_ context: UnsafeMutableRawPointer?, _ byteCount: Int) -> UnsafeMutableRawPointer? {
  unsafe tessera_page_alloc(byteCount, 0)
}

private func releasePage(
  _ context: UnsafeMutableRawPointer?, _ base: UnsafeMutableRawPointer, _ byteCount: Int
) {
  unsafe tessera_page_free(base, byteCount)
}

/// The moment is taken before the release count is compared. If that is still the same, every later free changes
/// the moment too, so the sleep cannot miss it.
private func wait(_ context: UnsafeMutableRawPointer?, _ releaseCount: UInt32) -> Bool {
  let vm = unsafe VMemHandle(context: context)
  let moment = unsafe vm.state.pointee.sleepers.moment()
  guard vm.arena.releaseCount == releaseCount else { return true }
  return unsafe vm.state.pointee.sleepers.sleep(since: moment, interruptible: false) == 0
}

private func wakeAll(_ context: UnsafeMutableRawPointer?) {
  unsafe VMemHandle(context: context).wake()
}
