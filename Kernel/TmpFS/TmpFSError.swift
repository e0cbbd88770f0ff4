/// Limits that are not a matter of memory.
public enum TmpFSLimit {
  /// Bytes of a name.
  public static var name: Int { 255 }
}

/// Why a call failed. The file system is as it was before (law 9).
@frozen
public enum TmpFSError: Error, Equatable, Sendable {
  /// There is no entry of that name.
  case notFound
  /// There is an entry of that name already.
  case exists
  /// Something below a file was asked for.
  case notDirectory
  /// A directory was to be read, written or unlinked as a file.
  case isDirectory
  /// The directory has entries.
  case notEmpty
  /// Empty, or with a slash or a NUL in it.
  case badName
  /// More than 255 bytes.
  case nameTooLong(Int)
  /// A directory would become its own descendant.
  case intoItself
  /// The root has no name to change or remove.
  case isRoot
  /// The file would pass 2^32 - 1 bytes, or what an index of that height reaches.
  case tooLarge(offset: UInt32, count: Int)
  /// No memory for an object of this kind.
  case outOfMemory(ObjectKind)
}
