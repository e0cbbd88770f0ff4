/// Which Tessera this is. The only place that says it: the kernel's first line, `tessera_version` of the C library, its
/// pkg-config files, the tools and the documentation take it from here (`Scripts/version` for those that are no Swift).
public enum Version {
  /// Major, minor, patch (semver.org). The bytes are NUL-terminated and never go away.
  @inlinable public static var current: StaticString { "0.1.0" }
}
