/* Compiled as C11 and as C++17, freestanding, with every warning an error: the headers stand on their own. */
#include <tessera/bus_space.h>
#include <tessera/extent.h>
#include <tessera/kmem.h>
#include <tessera/pool.h>
#include <tessera/version.h>
#include <tessera/vmem.h>

#ifndef __cplusplus
#define EXPECT(condition) _Static_assert(condition, #condition)
#else
#define EXPECT(condition) static_assert(condition, #condition)
#endif

EXPECT(sizeof(vmem_addr_t) == sizeof(void *));
EXPECT(sizeof(vmem_size_t) == sizeof(void *));
EXPECT(EINTR == 4 && EAGAIN == 11 && ENOMEM == 12 && EINVAL == 22);
EXPECT(EXTENT_FIXED_STORAGE_SIZE(2) - EXTENT_FIXED_STORAGE_SIZE(1) == EXTENT_REGION_BYTES);

/* What a source may be: with a cast where the arena's pointer is not void. */
static int import(void *source, vmem_size_t size, vm_flag_t flags, vmem_addr_t *addrp) {
  return vmem_alloc((vmem_t *)source, size, flags, addrp);
}

static void release(void *source, vmem_addr_t addr, vmem_size_t size) { vmem_free((vmem_t *)source, addr, size); }

vmem_t *child_of(vmem_t *parent);
vmem_t *child_of(vmem_t *parent) {
  return vmem_create("child", 0, 0, 1, import, release, parent, 0, VM_NOSLEEP, 0);
}

/* The inline accesses of bus_space.h, in each width. */
uint32_t sum_of(bus_space_tag_t tag, bus_space_handle_t handle);
uint32_t sum_of(bus_space_tag_t tag, bus_space_handle_t handle) {
  return (uint32_t)bus_space_read_1(tag, handle, 0) + bus_space_read_2(tag, handle, 2) + bus_space_read_4(tag, handle, 4);
}
