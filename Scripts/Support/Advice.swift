import Foundation

/// What to do about errors that come from the system and say only what happened.
public enum Advice {
  /// A sentence for a person, nil where nothing is known that would help.
  public static func on(_ error: any Error) -> String? {
    let file = (error as NSError).userInfo[NSFilePathErrorKey] as? String
    switch reason(error as NSError) {
    case ENOSPC:
      return
        "The disk is full\(file.map { ", so \($0) could not be written" } ?? ""): free some space and run the same "
        + "command again."
    case EACCES, EPERM:
      return
        "\(file ?? "A file") belongs to another user, from a run as root perhaps: remove it or give it to yourself, "
        + "and run the same command again."
    case EROFS:
      return
        "\(file ?? "A file") is on a disk that is mounted read-only: work in a folder that can be written."
    default: return nil
    }
  }

  /// The system's number for what happened, wherever it is wrapped.
  private static func reason(_ error: NSError) -> Int32? {
    if error.domain == NSPOSIXErrorDomain { return Int32(error.code) }
    if let cause = error.userInfo[NSUnderlyingErrorKey] as? NSError, let number = reason(cause) {
      return number
    }
    switch (error.domain, error.code) {
    case (NSCocoaErrorDomain, CocoaError.Code.fileWriteOutOfSpace.rawValue): return ENOSPC
    case (NSCocoaErrorDomain, CocoaError.Code.fileWriteNoPermission.rawValue): return EACCES
    case (NSCocoaErrorDomain, CocoaError.Code.fileWriteVolumeReadOnly.rawValue): return EROFS
    default: return nil
    }
  }
}
