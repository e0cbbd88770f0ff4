import CHooks
import Extent
import Primitives
import VMem

/// What lies at the start of an extent's storage in C; `struct extent *` points to it.
@unsafe
struct ExtentState: ~Copyable {
  /// The lock hook's. First, so that its address is the state's.
  private var lockWord: UInt = 0
  var extent: Extent<UInt>
  let name: UnsafePointer<CChar>
  let sleepers = Sleepers()
  /// Pages from `tessera_page_alloc`: those that hold this, and those that EX_MALLOCOK brought.
  var pages = PageChain()
  /// Whether it was made without storage, so that it may always take pages.
  var isGrowing = false

  init(_ extent: Extent<UInt>, name: UnsafePointer<CChar>) {
    unsafe self.extent = extent
    unsafe self.name = name
  }
}

/// A `struct extent *` from C. Having one means: it is what `extent_create` answered and `extent_destroy` has not
/// ended, as far as C can promise.
@safe
struct ExtentHandle {
  let state: UnsafeMutablePointer<ExtentState>

  /// The priority level at which extents call the lock hooks: any but 0, which would call none.
  private static var ipl: CInt { 1 }

  init(_ ex: OpaquePointer?) {
    unsafe state = UnsafeMutablePointer<ExtentState>(ex.unsafelyUnwrapped)
  }

  init(_ state: UnsafeMutablePointer<ExtentState>) {
    unsafe self.state = state
  }

  var opaque: OpaquePointer { unsafe OpaquePointer(state) }

  var name: UnsafePointer<CChar> { unsafe state.pointee.name }

  private var lock: HookLock {
    unsafe HookLock(word: UnsafeMutableRawPointer(state).assumingMemoryBound(to: UInt.self), ipl: Self.ipl)
  }

  /// Runs `body` on the extent with its lock held.
  @inline(__always)
  func locked<Result, Failure: Error>(
    _ body: (inout Extent<UInt>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    let lock = lock
    let saved = lock.acquire()
    defer { lock.release(saved) }
    return unsafe try body(&state.pointee.extent)
  }

  /// Runs `body` until it succeeds or `flags` allow no more: 0, or C's number.
  ///
  /// Without a descriptor a page is taken, if it may be; then EX_WAITOK waits. Without space EX_WAITSPACE waits.
  /// Whatever is freed may help either of them, so both wait for the same thing.
  func attempt(
    _ flags: CInt, _ body: (inout Extent<UInt>) throws(ExtentError<UInt>) -> Void
  ) throws(ExtentError<UInt>) -> CInt {
    do throws(ExtentError<UInt>) {
      try locked(body)
      return 0
    } catch {
      return try attemptAgain(flags, error, body)
    }
  }

  @inline(never)
  private func attemptAgain(
    _ flags: CInt, _ first: ExtentError<UInt>, _ body: (inout Extent<UInt>) throws(ExtentError<UInt>) -> Void
  ) throws(ExtentError<UInt>) -> CInt {
    unsafe state.pointee.sleepers.enter()
    defer { unsafe state.pointee.sleepers.leave() }
    while true {
      let moment = unsafe state.pointee.sleepers.moment()
      do throws(ExtentError<UInt>) {
        try locked(body)
        return 0
      } catch {
        if case .noDescriptor = error, takePage(flags) { continue }
        guard error.isWorthWaiting(flags) else { throw error }
        let answer = unsafe state.pointee.sleepers.sleep(since: moment, interruptible: flags & EX_CATCH != 0)
        if answer == EINTR { return EINTR }
        guard answer == 0 else { throw error }
      }
    }
  }

  /// Adds a page's worth of descriptors, if the flags or the extent's making allow it and the kernel has one.
  private func takePage(_ flags: CInt) -> Bool {
    guard unsafe state.pointee.isGrowing || flags & EX_MALLOCOK != 0,
      let block = unsafe PageChain.allocate(0, maySleep: flags & EX_WAITOK != 0)
    else { return false }
    let lock = lock
    let saved = lock.acquire()
    defer { lock.release(saved) }
    unsafe state.pointee.pages.add(block)
    unsafe state.pointee.extent.addStorage(PageChain.payload(block))
    return true
  }

  /// Something became free.
  func wake() { unsafe state.pointee.sleepers.wake() }
}

extension ExtentError {
  /// Whether `flags` say to wait for what this error lacks.
  fileprivate func isWorthWaiting(_ flags: CInt) -> Bool {
    switch self {
    case .noSpace, .conflict: flags & EX_WAITSPACE != 0
    case .noDescriptor: flags & EX_WAITOK != 0
    case .invalid, .outsideExtent, .notARegion, .storageTooSmall: false
    }
  }

  /// C's number for it.
  var number: CInt {
    switch self {
    case .noSpace, .conflict: EAGAIN
    case .noDescriptor, .storageTooSmall: ENOMEM
    case .invalid, .outsideExtent, .notARegion: EINVAL
    }
  }
}
