/*
 * Caches of objects of one size, with NetBSD's names.
 *
 * kmem_init of kmem.h comes first. A pool and a pool cache are the same here: each has magazines.
 *
 * SPDX-License-Identifier: Apache-2.0 WITH Swift-exception
 */
#ifndef TESSERA_POOL_H
#define TESSERA_POOL_H

#include <tessera/kmem.h>

#ifdef __cplusplus
extern "C" {
#endif

#define PR_WAITOK 0x01u
#define PR_NOWAIT 0x02u
/* The contents are zero; not for a pool with a constructor. */
#define PR_ZERO 0x04u

/*
 * Where a pool's pages come from: the hook for memory of another kind. size is 1 to pa_maxpages pages, chosen by the
 * pool for the least waste; NetBSD's allocators have one size instead. The pages are never touched by the pool, so they
 * may be pageable, or a device's. Both are called without locks; pa_free must not fail.
 */
struct pool_allocator {
  void *(*pa_alloc)(struct pool_allocator *pa, size_t size);
  void (*pa_free)(struct pool_allocator *pa, void *page, size_t size);
  unsigned int pa_maxpages;
};

typedef struct tessera_kmem_cache *pool_cache_t;

/*
 * A pool cache of objects of size bytes at multiples of align (0: 8). align_offset and flags must be 0; pa NULL means
 * kmem's pages. ctor answers 0 or refuses. wchan is the name and must stay. NULL if there is no memory or an argument
 * is wrong.
 */
pool_cache_t pool_cache_init(size_t size, unsigned int align, unsigned int align_offset, unsigned int flags,
                             const char *wchan, struct pool_allocator *pa, int ipl,
                             int (*ctor)(void *arg, void *object, int flags),
                             void (*dtor)(void *arg, void *object), void *arg);
void *pool_cache_get(pool_cache_t pc, unsigned int flags);
/* Panics, with nothing changed, if object is not a live one of the cache. */
void pool_cache_put(pool_cache_t pc, void *object);
/* Gives back every page that holds nothing live. */
void pool_cache_reclaim(pool_cache_t pc);
/* Panics, with nothing changed, if an object is still allocated. */
void pool_cache_destroy(pool_cache_t pc);

/* What a pool holds: objects that live, objects that wait in magazines, pages, and bytes that no object of a run has. */
struct tessera_pool_stat {
  size_t live, cached, pages, waste_per_run, pages_per_run;
};
void pool_cache_stat(pool_cache_t pc, struct tessera_pool_stat *stat);

/* A pool is a pool cache in a structure of the caller's. */
struct pool {
  pool_cache_t pr_cache;
};

/* Panics if there is no memory. */
void pool_init(struct pool *pp, size_t size, unsigned int align, unsigned int align_offset, unsigned int flags,
               const char *wchan, struct pool_allocator *pa, int ipl);
void *pool_get(struct pool *pp, unsigned int flags);
void pool_put(struct pool *pp, void *object);
void pool_reclaim(struct pool *pp);
void pool_destroy(struct pool *pp);

#ifdef __cplusplus
}
#endif

#endif /* TESSERA_POOL_H */
