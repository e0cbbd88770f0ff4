import CHooks

/// The functions that `vmem_alloc` and `vmem_free` go on to: those that look into a magazine first, or those that do not.
///
/// The entries do nothing but go there, with the same arguments and in C's manner of calling, so that it is a jump: the
/// way through a magazine then has no frame but its own, and the plain way asks for no caches.
@unsafe
struct VMemEntries {
  typealias Allocate =
    @convention(c) (
      UnsafeMutablePointer<vmem_t>?, vmem_size_t, vm_flag_t, UnsafeMutablePointer<vmem_addr_t>?
    ) -> CInt
  typealias Free = @convention(c) (UnsafeMutablePointer<vmem_t>?, vmem_addr_t, vmem_size_t) -> Void

  let allocate: Allocate
  let free: Free

  init(hasCaches: Bool) {
    unsafe allocate = hasCaches ? allocateCached : allocatePlainly
    unsafe free = hasCaches ? freeCached : freePlainly
  }
}
