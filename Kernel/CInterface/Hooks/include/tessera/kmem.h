/*
 * Memory for a kernel by size, with NetBSD's names, and caches of objects with those of the slab allocator.
 *
 * Pages come from tessera_page_alloc of hooks.h and go back to tessera_page_free; call kmem_init when that can
 * answer. Everything else may then be called in any context in which that hook may be, without KM_SLEEP.
 *
 * SPDX-License-Identifier: Apache-2.0 WITH Swift-exception
 */
#ifndef TESSERA_KMEM_H
#define TESSERA_KMEM_H

#include <tessera/hooks.h>
#include <tessera/vmem.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef unsigned int km_flag_t;

/* Wait until there is memory; the request fails only if this kernel cannot wait (tessera_sleep). */
#define KM_SLEEP 0x01u
#define KM_NOSLEEP 0x02u

/*
 * Makes kmem, once; 0, or ENOMEM where the page hook has too little. ipl is handed to tessera_lock by every lock of
 * kmem and of the caches; 0 is for kernels whose callers serialise. All other functions come after it.
 */
int kmem_init(int ipl);

/*
 * size bytes of any contents (kmem_zalloc: zero), aligned to 8, and to a page if size is a multiple of 4,096; NULL if
 * there is no memory. A size of 0 panics.
 */
void *kmem_alloc(size_t size, km_flag_t flags);
void *kmem_zalloc(size_t size, km_flag_t flags);

/*
 * Takes memory back; needs none. Panics, with nothing changed, if p is not live memory of kmem or size is not what it
 * was allocated with, as far as the two sizes are of different classes.
 */
void kmem_free(void *p, size_t size);

/* The same: nothing here sleeps without KM_SLEEP. */
void *kmem_intr_alloc(size_t size, km_flag_t flags);
void *kmem_intr_zalloc(size_t size, km_flag_t flags);
void kmem_intr_free(void *p, size_t size);

/* Gives every page back that holds nothing live. An allocation does it by itself before it fails. */
void kmem_reap(void);

/* 0, or the number of the first invariant that does not hold. */
int kmem_check(void);

/* --- Slab interface */

typedef struct tessera_kmem_cache kmem_cache_t;

/*
 * A cache of objects of size bytes at multiples of align (0: 8). The constructor answers 0, or anything else to refuse;
 * kmflag is KM_SLEEP or KM_NOSLEEP. Objects must be freed as they were constructed. reclaim is called by
 * kmem_cache_reap before the cache gives its pages back; source must be NULL and flags 0. name must stay. NULL if there is no
 * memory, or an argument is wrong.
 */
kmem_cache_t *kmem_cache_create(const char *name, size_t size, size_t align,
                                int (*constructor)(void *object, void *context, int kmflag),
                                void (*destructor)(void *object, void *context), void (*reclaim)(void *context),
                                void *context, vmem_t *source, int flags);
void *kmem_cache_alloc(kmem_cache_t *cache, int kmflag);
/* Panics, with nothing changed, if object is not a live one of the cache. */
void kmem_cache_free(kmem_cache_t *cache, void *object);
void kmem_cache_reap(kmem_cache_t *cache);
/* Panics, with nothing changed, if an object is still allocated. */
void kmem_cache_destroy(kmem_cache_t *cache);

#ifdef __cplusplus
}
#endif

#endif /* TESSERA_KMEM_H */
