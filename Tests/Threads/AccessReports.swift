/// Stands in for the function by which Swift tells ThreadSanitizer of every `inout` access; `Scripts/build-threads` has
/// the linker put it there.
///
/// Swift reports such an access as one of the whole value. A method call on an arena's core would count as a change
/// of the lock beside it, on which other threads are just waiting, and of constants like the quantum. What the
/// code really reads and writes is reported apart from that, each load and store for itself, and still is.
@c(__wrap___tsan_external_write)
func ignoreAccess(_ address: UnsafeRawPointer?, _ caller: UnsafeRawPointer?, _ tag: UnsafeRawPointer?) {}
