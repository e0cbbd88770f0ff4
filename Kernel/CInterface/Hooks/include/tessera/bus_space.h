/*
 * bus_space(9): the ports and the physical memory of an i386, who has which, and accesses through handles.
 *
 *   static uintptr_t storage[BUS_SPACE_STORAGE_SIZE(64) / sizeof(uintptr_t) + 1];
 *   struct bus_space *buses = bus_space_create(storage, sizeof storage, 64, 0);
 *   struct bus_space_tag ports;
 *   bus_space_handle_t serial;
 *   bus_space_tag_init(&ports, buses, BUS_SPACE_TYPE_IO, "com0");
 *   int error = bus_space_map(&ports, 0x3f8, 8, 0, &serial);
 *   bus_space_write_1(&ports, serial, 0, 'x');
 *   bus_space_unmap(&ports, serial, 8);
 *
 * The names, arguments and flags are NetBSD's. The library does the bookkeeping; making memory addressable and the
 * accesses themselves are hooks. The functions return 0, EAGAIN where somebody has the addresses or none fit, ENOMEM
 * where there is no descriptor or the hook could not map, EINVAL for an argument that can never be right. What cannot
 * say so (an access outside of its handle, the use of a handle that has ended) goes to tessera_panic.
 *
 * The whole is in bus_space(9), beside this file in the source and installed with it.
 *
 * SPDX-License-Identifier: Apache-2.0 WITH Swift-exception
 */
#ifndef TESSERA_BUS_SPACE_H
#define TESSERA_BUS_SPACE_H

#include <tessera/hooks.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Addresses and sizes on the buses of an i386, whatever the width of the processor's own. */
typedef uint32_t bus_addr_t;
typedef uint32_t bus_size_t;

/* Both buses. */
struct bus_space;

/* What a tag is for. */
#define BUS_SPACE_TYPE_IO 0  /* 0 to 0xffff */
#define BUS_SPACE_TYPE_MEM 1 /* 0 to 0xffffffff, physical */

/* A bus and the name under which its addresses are taken: one for each driver, filled by bus_space_tag_init. */
struct bus_space_tag {
  struct bus_space *bst_space;
  int bst_type;
  unsigned bst_owner;
};
typedef const struct bus_space_tag *bus_space_tag_t;

/* The right to touch a range. Copies are the same right, and end with it. */
typedef struct bus_space_handle {
  uintptr_t bsh_address; /* where the first byte is accessed: a port, or what tessera_bus_map answered */
  uintptr_t bsh_words[12];
} bus_space_handle_t;

/* Flags of bus_space_map and bus_space_alloc. */
#define BUS_SPACE_MAP_CACHEABLE 0x01
#define BUS_SPACE_MAP_LINEAR 0x02 /* bus_space_vaddr will be asked; wrong for ports */
#define BUS_SPACE_MAP_PREFETCHABLE 0x04

/* Flags of bus_space_barrier. */
#define BUS_SPACE_BARRIER_READ 0x01
#define BUS_SPACE_BARRIER_WRITE 0x02

/* What both buses take, and each claim with its handles. */
#if UINTPTR_MAX > 0xffffffff
#define BUS_SPACE_FIXED_BYTES 24576
#define BUS_SPACE_CLAIM_BYTES 384
#else
#define BUS_SPACE_FIXED_BYTES 8192
#define BUS_SPACE_CLAIM_BYTES 208
#endif

/* Bytes of storage for so many claims on either bus at once, at any alignment of the storage. */
#define BUS_SPACE_STORAGE_SIZE(claims) \
  ((size_t)BUS_SPACE_FIXED_BYTES + (size_t)(claims) * (size_t)BUS_SPACE_CLAIM_BYTES)

/* ---- What the kernel brings. The library has a weak definition of each, see tessera/hooks.h. ---- */

/*
 * Makes size_minus_one + 1 bytes of physical memory addressable, with flags as in bus_space_map; *address is where the
 * first is. Returns 0, or anything else if it cannot. Default: *address = first, for a kernel that maps memory as it is.
 */
int tessera_bus_map(bus_addr_t first, bus_size_t size_minus_one, int flags, uintptr_t *address);

/* Undoes that. Default: does nothing. */
void tessera_bus_unmap(uintptr_t address, bus_size_t size_minus_one);

/* One access of width 1, 2 or 4, each exactly once. Default: IN and OUT, or a volatile access of memory. */
uint32_t tessera_bus_read(int type, uintptr_t address, int width);
void tessera_bus_write(int type, uintptr_t address, uint32_t value, int width);

/* No access after it starts before those before it, as flags say, are done. Default: a full barrier. */
void tessera_bus_barrier(int flags);

/* ---- Setting up ---- */

/*
 * Both buses in storage, with room for so many claims on each; nothing is claimed. ipl as in hooks.h: with 0 no lock is
 * taken. NULL if the storage is too small. It needs nothing else, so it may be the first thing that a boot makes.
 */
struct bus_space *bus_space_create(void *storage, size_t size, unsigned claims, int ipl);

/* From here on descriptors come from tessera_page_alloc when they run out: memory is up. */
void bus_space_grow(struct bus_space *space);

/* Fills a tag. EINVAL for a type that there is not; ENOMEM if the table of names is full. The name is copied. */
int bus_space_tag_init(struct bus_space_tag *tag, struct bus_space *space, int type, const char *name);

/*
 * Who has the address or the next one above: 0 with the claim's ends and the name, or EAGAIN if nobody has any, and EINVAL
 * beyond the bus. At most size bytes of the name are written, a NUL among them.
 */
int bus_space_holder(bus_space_tag_t tag, bus_addr_t address, bus_addr_t *first, bus_addr_t *last, char *name,
                     size_t size);

/* ---- bus_space(9) ---- */

int bus_space_map(bus_space_tag_t tag, bus_addr_t address, bus_size_t size, int flags, bus_space_handle_t *handle);
void bus_space_unmap(bus_space_tag_t tag, bus_space_handle_t handle, bus_size_t size);
int bus_space_subregion(bus_space_tag_t tag, bus_space_handle_t handle, bus_size_t offset, bus_size_t size,
                        bus_space_handle_t *part);
int bus_space_alloc(bus_space_tag_t tag, bus_addr_t first, bus_addr_t last, bus_size_t size, bus_size_t alignment,
                    bus_size_t boundary, int flags, bus_addr_t *address, bus_space_handle_t *handle);
void bus_space_free(bus_space_tag_t tag, bus_space_handle_t handle, bus_size_t size);

/* Where loads and stores reach a linear mapping; NULL for any other handle, and for one that has ended. */
void *bus_space_vaddr(bus_space_tag_t tag, bus_space_handle_t handle);

/* The physical address of an offset behind an address of the bus, for mapping it elsewhere; EINVAL for ports and beyond. */
int bus_space_mmap(bus_space_tag_t tag, bus_addr_t address, bus_size_t offset, int prot, int flags,
                   bus_addr_t *physical);

/* Nonzero if the handle has not ended. */
int bus_space_is_live(const bus_space_handle_t *handle);

/*
 * Where an access of bytes bytes at an offset goes; the accesses below are made of it. One that reaches out of the handle, or
 * through one that has ended, goes to tessera_panic; if that returns, *address is not written and the answer is 0.
 */
int bus_space_access(bus_space_tag_t tag, const bus_space_handle_t *handle, bus_size_t offset, size_t count,
                     unsigned width, uintptr_t *address);

#define TESSERA_BUS_ACCESSES(width, type)                                                                            \
  static inline type bus_space_read_##width(bus_space_tag_t tag, bus_space_handle_t handle, bus_size_t offset) {     \
    uintptr_t at;                                                                                                    \
    if (!bus_space_access(tag, &handle, offset, 1, width, &at))                                                      \
      return (type)-1;                                                                                               \
    return (type)tessera_bus_read(tag->bst_type, at, width);                                                         \
  }                                                                                                                  \
  static inline void bus_space_write_##width(bus_space_tag_t tag, bus_space_handle_t handle, bus_size_t offset,      \
                                             type value) {                                                           \
    uintptr_t at;                                                                                                    \
    if (bus_space_access(tag, &handle, offset, 1, width, &at))                                                       \
      tessera_bus_write(tag->bst_type, at, value, width);                                                            \
  }                                                                                                                  \
  static inline void bus_space_read_multi_##width(bus_space_tag_t tag, bus_space_handle_t handle, bus_size_t offset, \
                                                  type *data, size_t count) {                                        \
    uintptr_t at;                                                                                                    \
    if (bus_space_access(tag, &handle, offset, 1, width, &at))                                                       \
      for (size_t i = 0; i < count; i++)                                                                             \
        data[i] = (type)tessera_bus_read(tag->bst_type, at, width);                                                  \
  }                                                                                                                  \
  static inline void bus_space_write_multi_##width(bus_space_tag_t tag, bus_space_handle_t handle,                   \
                                                   bus_size_t offset, const type *data, size_t count) {              \
    uintptr_t at;                                                                                                    \
    if (bus_space_access(tag, &handle, offset, 1, width, &at))                                                       \
      for (size_t i = 0; i < count; i++)                                                                             \
        tessera_bus_write(tag->bst_type, at, data[i], width);                                                        \
  }                                                                                                                  \
  static inline void bus_space_read_region_##width(bus_space_tag_t tag, bus_space_handle_t handle,                   \
                                                   bus_size_t offset, type *data, size_t count) {                    \
    uintptr_t at;                                                                                                    \
    if (bus_space_access(tag, &handle, offset, count, width, &at))                                                   \
      for (size_t i = 0; i < count; i++)                                                                             \
        data[i] = (type)tessera_bus_read(tag->bst_type, at + i * width, width);                                      \
  }                                                                                                                  \
  static inline void bus_space_write_region_##width(bus_space_tag_t tag, bus_space_handle_t handle,                  \
                                                    bus_size_t offset, const type *data, size_t count) {             \
    uintptr_t at;                                                                                                    \
    if (bus_space_access(tag, &handle, offset, count, width, &at))                                                   \
      for (size_t i = 0; i < count; i++)                                                                             \
        tessera_bus_write(tag->bst_type, at + i * width, data[i], width);                                            \
  }                                                                                                                  \
  static inline void bus_space_set_multi_##width(bus_space_tag_t tag, bus_space_handle_t handle, bus_size_t offset,  \
                                                 type value, size_t count) {                                         \
    uintptr_t at;                                                                                                    \
    if (bus_space_access(tag, &handle, offset, 1, width, &at))                                                       \
      for (size_t i = 0; i < count; i++)                                                                             \
        tessera_bus_write(tag->bst_type, at, value, width);                                                          \
  }                                                                                                                  \
  static inline void bus_space_set_region_##width(bus_space_tag_t tag, bus_space_handle_t handle, bus_size_t offset, \
                                                  type value, size_t count) {                                        \
    uintptr_t at;                                                                                                    \
    if (bus_space_access(tag, &handle, offset, count, width, &at))                                                   \
      for (size_t i = 0; i < count; i++)                                                                             \
        tessera_bus_write(tag->bst_type, at + i * width, value, width);                                              \
  }                                                                                                                  \
  /* As if all was read before the first is written, where the two overlap. */                                       \
  static inline void bus_space_copy_region_##width(bus_space_tag_t tag, bus_space_handle_t source,                   \
                                                   bus_size_t from, bus_space_handle_t target, bus_size_t to,        \
                                                   size_t count) {                                                   \
    uintptr_t a, b;                                                                                                  \
    if (!bus_space_access(tag, &source, from, count, width, &a) ||                                                   \
        !bus_space_access(tag, &target, to, count, width, &b))                                                       \
      return;                                                                                                        \
    for (size_t i = 0; i < count; i++) {                                                                             \
      size_t step = (a < b ? count - 1 - i : i) * width;                                                             \
      tessera_bus_write(tag->bst_type, b + step, tessera_bus_read(tag->bst_type, a + step, width), width);           \
    }                                                                                                                \
  }

TESSERA_BUS_ACCESSES(1, uint8_t)
TESSERA_BUS_ACCESSES(2, uint16_t)
TESSERA_BUS_ACCESSES(4, uint32_t)

static inline void bus_space_barrier(bus_space_tag_t tag, bus_space_handle_t handle, bus_size_t offset,
                                     bus_size_t length, int flags) {
  uintptr_t at;
  if (length == 0 || bus_space_access(tag, &handle, offset, length, 1, &at))
    tessera_bus_barrier(flags);
}

#ifdef __cplusplus
}
#endif

#endif /* TESSERA_BUS_SPACE_H */
