import CHooks
import Primitives
import VMem

/// `vmem_import_t *`
public typealias ImportFunction =
  @convention(c) (
    UnsafeMutableRawPointer?, vmem_size_t, vm_flag_t, UnsafeMutablePointer<vmem_addr_t>?
  ) -> CInt

/// `vmem_ximport_t *`
public typealias ExactImportFunction =
  @convention(c) (
    UnsafeMutableRawPointer?, vmem_size_t, UnsafeMutablePointer<vmem_size_t>?, vm_flag_t,
    UnsafeMutablePointer<vmem_addr_t>?
  ) -> CInt

/// `vmem_release_t *`
public typealias ReleaseFunction = @convention(c) (UnsafeMutableRawPointer?, vmem_addr_t, vmem_size_t) -> Void

/// The import and release functions of an arena in C.
@unsafe
struct ImportFunctions {
  /// Functions of C: nobody checks what they do with their arguments.
  @unsafe
  enum Function {
    case plain(ImportFunction)
    /// One that says how much it gave.
    case exact(ExactImportFunction)
  }

  let function: Function
  let release: ReleaseFunction?
  let source: UnsafeMutableRawPointer?
  let importsLargely: Bool

  /// What VM_LARGEIMPORT multiplies with.
  static var largeFactor: UInt { 16 }

  /// Asks for `size` addresses; what came, or `nil`.
  func ask(_ size: UInt, _ flags: vm_flag_t) -> AddressRange<UInt>? {
    var first: UInt = 0
    var actual = size
    let error =
      switch unsafe function {
      case .plain(let function): unsafe function(source, size, flags, &first)
      case .exact(let function): unsafe function(source, size, &actual, flags, &first)
      }
    return error == 0 && actual >= size ? AddressRange(first: first, count: actual) : nil
  }
}

extension Owner {
  /// On a request, where a label is not wanted: the request may sleep, and so may an import for it. It travels with
  /// the request to the import call; as a label it has no name.
  static var mayWait: Owner { Owner(rawValue: 0x8000) }
}

/// Serves an arena's import. A source in C knows sizes only, so a request with an alignment or a boundary asks for
/// as much as holds a placement wherever the grant starts; what does not serve all the same, the arena gives back.
func importSpan(_ context: UnsafeMutableRawPointer?, _ call: UnsafeMutableRawPointer) {
  let vm = unsafe VMemHandle(context: context)
  guard let functions = unsafe vm.state.pointee.importing else { return }
  let call = unsafe ImportCall<UInt>.at(call)
  let request = unsafe call.pointee.request
  guard let size = sizeForAnyStart(request, quantum: vm.arena.quantum) else { return }
  let flags = vm_flag_t(request.owner == .mayWait ? VM_SLEEP : VM_NOSLEEP) | vm_flag_t(VM_INSTANTFIT)
  if unsafe functions.importsLargely {
    let (large, overflow) = unsafe size.multipliedReportingOverflow(by: ImportFunctions.largeFactor)
    let trying = vm_flag_t(VM_NOSLEEP) | vm_flag_t(VM_INSTANTFIT)
    unsafe call.pointee.granted = overflow ? nil : functions.ask(large, trying)
  }
  if unsafe call.pointee.granted == nil { unsafe call.pointee.granted = functions.ask(size, flags) }
}

/// The request's size and what alignment and boundary can waste; `nil` if that is more than the space.
private func sizeForAnyStart(_ request: Request<UInt>, quantum: UInt) -> UInt? {
  let alignment = max(request.alignment, quantum)
  // At most: aligned, stepped over a boundary that the size crosses, and aligned again.
  var waste = alignment - quantum
  if request.nocross != 0 { waste = waste &* 2 &+ (request.countMinusOne | (quantum - 1)) &+ 1 &- quantum }
  let (size, overflow) = (request.countMinusOne | (quantum - 1)).addingReportingOverflow(waste)
  return overflow || size == .max ? nil : size + 1
}

/// Gives an imported span back.
func releaseSpan(_ context: UnsafeMutableRawPointer?, _ range: UnsafeMutableRawPointer) {
  let vm = unsafe VMemHandle(context: context)
  let span = unsafe range.assumingMemoryBound(to: AddressRange<UInt>.self).pointee
  guard let functions = unsafe vm.state.pointee.importing, let release = unsafe functions.release else {
    return
  }
  // The span came as a count, so it has one.
  unsafe release(functions.source, span.first, span.countMinusOne + 1)
}
