/*
 * extent(9): regions of a number space, in NetBSD's newest form, with OpenBSD's EX_CONFLICTOK and EX_FILLED.
 *
 *   static uintptr_t storage[EXTENT_FIXED_STORAGE_SIZE(16) / sizeof(uintptr_t) + 1];
 *   struct extent *ports = extent_create("ioport", 0, 0xffff, storage, sizeof storage, EX_NOWAIT);
 *   unsigned long base;
 *   int error = extent_alloc_region(ports, 0x3f8, 8, EX_NOWAIT);
 *   error = extent_alloc(ports, 0x20, 0x20, EX_NOBOUNDARY, EX_NOWAIT, &base);
 *   error = extent_free(ports, base, 0x20, EX_NOWAIT);
 *
 * All ends are included. The functions return 0, EAGAIN where there is no room, ENOMEM where there is no
 * descriptor, EINVAL for an argument that can never be right, EINTR where EX_CATCH let a signal break a wait.
 * A free of what is not allocated goes to tessera_panic.
 *
 * The whole is in extent(9), beside this file in the source and installed with it.
 *
 * SPDX-License-Identifier: Apache-2.0 WITH Swift-exception
 */
#ifndef TESSERA_EXTENT_H
#define TESSERA_EXTENT_H

#include <tessera/hooks.h>

#ifdef __cplusplus
extern "C" {
#endif

struct extent;

#define EX_NOWAIT 0x0000     /* not safe to sleep */
#define EX_WAITOK 0x0001     /* may sleep for a descriptor */
#define EX_FAST 0x0002       /* take the lowest address that fits */
#define EX_CATCH 0x0004      /* signals break a sleep */
#define EX_NOCOALESCE 0x0008 /* at creation: touching regions stay apart */
#define EX_MALLOCOK 0x0010   /* may take memory beyond the fixed storage */
#define EX_WAITSPACE 0x0020  /* may sleep for space */
#define EX_BOUNDZERO 0x0040  /* boundaries count from 0, not from the extent's start */
#define EX_CONFLICTOK 0x0080 /* overlapping what is allocated (or freeing what is not) is no error */
#define EX_FILLED 0x0100     /* at creation: everything starts allocated */

/* Arguments for "no alignment" and "no boundary". */
#define EX_NOALIGN 1
#define EX_NOBOUNDARY 0

/* What an extent and each of its regions take. */
#if UINTPTR_MAX > 0xffffffff
#define EXTENT_FIXED_BYTES 7168
#define EXTENT_REGION_BYTES 144
#else
#define EXTENT_FIXED_BYTES 3328
#define EXTENT_REGION_BYTES 72
#endif

/* Bytes of storage for regions regions at once, at any alignment of the storage. */
#define EXTENT_FIXED_STORAGE_SIZE(regions) \
  ((size_t)EXTENT_FIXED_BYTES + (size_t)(regions) * (size_t)EXTENT_REGION_BYTES)

/*
 * An extent of the numbers start to end, in storage or, if that is NULL, in memory from tessera_page_alloc.
 * flags: EX_NOCOALESCE, EX_FILLED, EX_WAITOK. NULL if the storage is too small or there is no memory.
 */
struct extent *extent_create(const char *name, unsigned long start, unsigned long end, void *storage,
                             size_t storagesize, int flags);

/* Ends an extent, whatever is still allocated in it. */
void extent_destroy(struct extent *ex);

/*
 * A region of size numbers within [substart, subend] whose first is skew modulo alignment and that crosses no
 * boundary: a multiple of boundary counted from the extent's start, or from 0 with EX_BOUNDZERO.
 * Without EX_FAST the placement that leaves least room between its end and what follows it.
 */
int extent_alloc_subregion1(struct extent *ex, unsigned long substart, unsigned long subend, unsigned long size,
                            unsigned long alignment, unsigned long skew, unsigned long boundary, int flags,
                            unsigned long *result);

/* The same with a skew of 0, within the whole extent, or both. */
int extent_alloc_subregion(struct extent *ex, unsigned long substart, unsigned long subend, unsigned long size,
                           unsigned long alignment, unsigned long boundary, int flags, unsigned long *result);
int extent_alloc1(struct extent *ex, unsigned long size, unsigned long alignment, unsigned long skew,
                  unsigned long boundary, int flags, unsigned long *result);
int extent_alloc(struct extent *ex, unsigned long size, unsigned long alignment, unsigned long boundary,
                 int flags, unsigned long *result);

/* Exactly the size numbers from start on. */
int extent_alloc_region(struct extent *ex, unsigned long start, unsigned long size, int flags);

/*
 * Gives back the size numbers from start on, part of one region (all of one with EX_NOCOALESCE). ENOMEM if they
 * leave two remainders and there is no descriptor for the second; nothing has changed then.
 */
int extent_free(struct extent *ex, unsigned long start, unsigned long size, int flags);

/* Prints the extent and its regions through tessera_print. */
void extent_print(struct extent *ex);

/*
 * Calls visit for each region in address order until it returns something else than 0, and returns that, or 0.
 * visit may use the extent.
 */
int extent_walk(struct extent *ex, int (*visit)(void *context, unsigned long first, unsigned long last),
                void *context);

/* Checks every invariant of the extent: 0, or the number of the first that is broken. */
int extent_check(struct extent *ex);

#ifdef __cplusplus
}
#endif

#endif /* TESSERA_EXTENT_H */
