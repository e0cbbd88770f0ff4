// swift-format-ignore-file: AlwaysUseLowerCamelCase

import CHooks
import Primitives

// The contract is in tessera/version.h.

@c @implementation
public func tessera_version() -> UnsafePointer<CChar>! {
  // A literal's bytes are NUL-terminated and never go away.
  unsafe UnsafeRawPointer(Version.current.utf8Start).assumingMemoryBound(to: CChar.self)
}
