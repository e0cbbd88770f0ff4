import Pool
import VMem

/// What puts memory behind addresses, as functions: a kernel's page tables, or a host's simulation.
///
/// Swift makes no C function of generic code. Therefore four of them only pass a call on, a line each:
///
/// ```swift
/// let backing = Backing(
///   context: nil, back: { _, first, pages in map(first, pages) },
///   unback: { _, first, pages in unmap(first, pages) },
///   direct: directMapSource,
///   grant: { KMem<UInt32, KernelLock>.at($0).takeRun($1) },
///   release: { KMem<UInt32, KernelLock>.at($0).putRun($1, $2) },
///   importSpan: { KMem<UInt32, KernelLock>.at($0).importSpan($1) },
///   releaseSpan: { KMem<UInt32, KernelLock>.at($0).releaseSpan($1) })
/// ```
@safe
public struct Backing: @unchecked Sendable {
  /// Puts memory behind `pages` pages from address `first` on, of any contents; false, and nothing has changed, where
  /// there is too little.
  public typealias Back =
    @convention(c) (_ context: UnsafeMutableRawPointer?, _ first: UInt, _ pages: Int) -> Bool
  /// Takes it away again. Returns when no processor can reach it there any more (law 6). It must not fail, and needs
  /// no memory (law 3).
  public typealias Unback =
    @convention(c) (_ context: UnsafeMutableRawPointer?, _ first: UInt, _ pages: Int) -> Void
  public typealias Span =
    @convention(c) (_ context: UnsafeMutableRawPointer?, _ call: UnsafeMutableRawPointer) -> Void

  let context: UnsafeMutableRawPointer?
  let back: Back
  let unback: Unback
  /// Single pages that need no addresses and no page-table entry.
  let direct: PageSource
  let grant: PageSource.Grant
  let release: PageSource.Release
  let importSpan: Span
  let releaseSpan: Span

  /// - Parameter context: For `back` and `unback`. The other functions are given the kmem.
  ///
  /// The caller promises that the functions do what their types say.
  @unsafe public init(
    context: UnsafeMutableRawPointer?,
    back: @escaping Back, unback: @escaping Unback, direct: PageSource, grant: @escaping PageSource.Grant,
    release: @escaping PageSource.Release, importSpan: @escaping Span, releaseSpan: @escaping Span
  ) {
    unsafe self.context = context
    unsafe self.back = back
    unsafe self.unback = unback
    self.direct = direct
    unsafe self.grant = grant
    unsafe self.release = release
    unsafe self.importSpan = importSpan
    unsafe self.releaseSpan = releaseSpan
  }
}
