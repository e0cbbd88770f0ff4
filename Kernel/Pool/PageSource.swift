/// Where pools get pages from, and give them back to: two functions and a word of context.
///
/// No lock of a pool is held during the calls, so a source may sleep, map, or use an arena. Pools never touch pages
/// of objects themselves unless a debugging aid says so; a source of pageable memory is as good as any (law 7).
@safe
public struct PageSource: @unchecked Sendable {
  /// Answers `pages` consecutive pages, aligned to a page, or nil.
  public typealias Grant =
    @convention(c) (_ context: UnsafeMutableRawPointer?, _ pages: Int) -> UnsafeMutableRawPointer?
  /// Takes back what `Grant` answered, whole. It must not fail, and needs no memory (law 3).
  public typealias Release =
    @convention(c) (_ context: UnsafeMutableRawPointer?, _ base: UnsafeMutableRawPointer, _ pages: Int) ->
    Void

  let grant: Grant
  let release: Release
  let context: UnsafeMutableRawPointer?
  /// Pages in the longest run that may be asked for, 1...8.
  public let longestRun: Int

  /// Bytes of a page.
  @inlinable public static var pageSize: Int { 4096 }
  /// No run is longer: 1...8 pages suffice for a waste of an eighth at every size up to 8 KiB (Pool.md).
  @inlinable public static var longestRun: Int { 8 }

  /// The caller promises that what `grant` answers is writable and nobody else's until `release`, and that `context`
  /// is what both expect.
  @unsafe public init(
    grant: @escaping Grant, release: @escaping Release, context: UnsafeMutableRawPointer?,
    longestRun: Int = PageSource.longestRun
  ) {
    precondition(longestRun >= 1 && longestRun <= PageSource.longestRun, "no such run of pages")
    unsafe self.grant = grant
    unsafe self.release = release
    unsafe self.context = context
    self.longestRun = longestRun
  }

  /// Asks for a run.
  public func take(_ pages: Int) -> UnsafeMutableRawPointer? {
    let base = unsafe grant(context, pages)
    precondition(UInt(bitPattern: base) & 0xFFF == 0, "a page source answered no page")
    return unsafe base
  }

  /// Gives a run back, whole.
  public func giveBack(_ base: UnsafeMutableRawPointer, _ pages: Int) { unsafe release(context, base, pages) }
}
