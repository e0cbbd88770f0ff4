import Primitives

/// Where an arena gets storage for tags from when it runs low, and gives it back to when it is destroyed.
///
/// The arena's lock is not held during the calls, so the storage may come from an arena that this one feeds: its
/// requests then say `usesReserve`.
@safe
public struct TagSource: @unchecked Sendable {
  /// Answers `byteCount` bytes of storage or `nil`.
  public typealias Grant =
    @convention(c) (_ context: UnsafeMutableRawPointer?, _ byteCount: Int) -> UnsafeMutableRawPointer?
  /// Takes back what `Grant` answered. It must not fail.
  public typealias Release =
    @convention(c) (
      _ context: UnsafeMutableRawPointer?, _ base: UnsafeMutableRawPointer, _ byteCount: Int
    ) -> Void

  let grant: Grant
  let release: Release
  let context: UnsafeMutableRawPointer?
  let byteCount: Int

  /// - Parameters:
  ///   - byteCount: How much to ask for at a time.
  ///   - context: Passed on to both functions, never looked at.
  ///
  /// The caller promises that what `grant` answers is writable and nobody else's until `release`.
  @unsafe public init(
    grant: @escaping Grant, release: @escaping Release, context: UnsafeMutableRawPointer?, byteCount: Int
  ) {
    unsafe self.grant = grant
    unsafe self.release = release
    unsafe self.context = context
    self.byteCount = byteCount
  }

  /// Asks for storage that stays for good: for what grows beside the arenas. Nil if there is none.
  @unsafe public func grantStorage() -> UnsafeMutableRawBufferPointer? {
    guard let base = unsafe grant(context, byteCount) else { return nil }
    return unsafe UnsafeMutableRawBufferPointer(start: base, count: byteCount)
  }
}

/// At the start of storage that a tag source granted, to give it back by.
@safe
struct GrantedStorage {
  let base: UnsafeMutableRawPointer
  let byteCount: Int
  let next: Place<GrantedStorage>?
}
