/*
 * vmem(9): arenas of addresses or other resources, with NetBSD's names, argument order and meaning.
 *
 *   vmem_addr_t port;
 *   static uintptr_t storage[1024];
 *   vmem_t *ports = vmem_create_storage("ioport", 0, 0x10000, 1, NULL, NULL, NULL, 0, VM_NOSLEEP, 0,
 *                                       storage, sizeof storage);
 *   int error = vmem_xalloc(ports, 8, 8, 0, 0, 0x3f8, 0x3ff, VM_NOSLEEP | VM_BESTFIT, &port);
 *   vmem_xfree(ports, port, 8);
 *
 * An address is never an error: results come back through a pointer, the function returns 0, EINVAL for an
 * argument that can never be right, or ENOMEM where there is no space or no tag. Address 0 and the last address
 * of the space are addresses like any other. A size that is not a multiple of the arena's quantum is rounded up
 * first; every constraint then applies to the rounded range.
 *
 * The whole is in vmem(9), beside this file in the source and installed with it.
 *
 * SPDX-License-Identifier: Apache-2.0 WITH Swift-exception
 */
#ifndef TESSERA_VMEM_H
#define TESSERA_VMEM_H

#include <tessera/hooks.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct vmem vmem_t;
typedef uintptr_t vmem_addr_t;
typedef uintptr_t vmem_size_t;
typedef unsigned int vm_flag_t;

#define VMEM_ADDR_MIN ((vmem_addr_t)0)
#define VMEM_ADDR_MAX (~(vmem_addr_t)0)
/* The lowest address that a quantum cache of NetBSD can hold. Ours hold 0 too. */
#define VMEM_ADDR_QCACHE_MIN ((vmem_addr_t)1)

/* Exactly one of the first two; neither means VM_NOSLEEP. */
#define VM_SLEEP 0x00000001u
#define VM_NOSLEEP 0x00000002u
/* At most one of these; neither means VM_INSTANTFIT. */
#define VM_INSTANTFIT 0x00001000u
#define VM_BESTFIT 0x00002000u
/* Accepted, without an effect: an arena here needs nothing but its storage at any time. */
#define VM_BOOTSTRAP 0x00010000u
#define VM_POPULATING 0x00040000u
/* At creation: import 16 times what is asked for, where the source has it. */
#define VM_LARGEIMPORT 0x00080000u
/* At creation: the import function is a vmem_ximport_t. vmem_xcreate sets it. */
#define VM_XIMPORT 0x00100000u

/* What vmem_size adds up and vmem_walk visits. */
#define VMEM_ALLOC 0x01
#define VMEM_FREE 0x02

/*
 * A source of spans. An import puts the start of size addresses in *addrp and returns 0, or returns an errno;
 * one that may give more writes the size that it gave through actual. flags are those of the request.
 * vmem_alloc and vmem_free of a source arena serve, with a cast. None is called with the arena locked.
 */
typedef int(vmem_import_t)(void *source, vmem_size_t size, vm_flag_t flags, vmem_addr_t *addrp);
typedef int(vmem_ximport_t)(void *source, vmem_size_t size, vmem_size_t *actual, vm_flag_t flags,
                            vmem_addr_t *addrp);
typedef void(vmem_release_t)(void *source, vmem_addr_t addr, vmem_size_t size);

/* --- Making and ending ------------------------------------------------------------------------------------ */

/*
 * An arena of the size addresses from base on; size 0 makes one without a span. Storage comes from
 * tessera_page_alloc. NULL if an argument is wrong or there is no memory.
 */
vmem_t *vmem_create(const char *name, vmem_addr_t base, vmem_size_t size, vmem_size_t quantum,
                    vmem_import_t *importfn, vmem_release_t *releasefn, void *source, vmem_size_t qcache_max,
                    vm_flag_t flags, int ipl);
vmem_t *vmem_xcreate(const char *name, vmem_addr_t base, vmem_size_t size, vmem_size_t quantum,
                     vmem_ximport_t *importfn, vmem_release_t *releasefn, void *source, vmem_size_t qcache_max,
                     vm_flag_t flags, int ipl);

/* The same in memory that the caller has: see struct vmem below. A vm of NULL is vmem_create. */
vmem_t *vmem_init(vmem_t *vm, const char *name, vmem_addr_t base, vmem_size_t size, vmem_size_t quantum,
                  vmem_import_t *importfn, vmem_release_t *releasefn, void *source, vmem_size_t qcache_max,
                  vm_flag_t flags, int ipl);

/*
 * The same in storage that the caller has, of any size and alignment, and in nothing but that: NULL if it is
 * too small. It works before there is any memory. The storage belongs to the arena until vmem_destroy.
 */
vmem_t *vmem_create_storage(const char *name, vmem_addr_t base, vmem_size_t size, vmem_size_t quantum,
                            vmem_import_t *importfn, vmem_release_t *releasefn, void *source,
                            vmem_size_t qcache_max, vm_flag_t flags, int ipl, void *storage,
                            size_t storage_size);

/* The same for a closed range, which a size cannot express where it is the whole space. */
vmem_t *vmem_create_range(const char *name, vmem_addr_t first, vmem_addr_t last, vmem_size_t quantum,
                          vmem_import_t *importfn, vmem_release_t *releasefn, void *source,
                          vmem_size_t qcache_max, vm_flag_t flags, int ipl, void *storage, size_t storage_size);

/*
 * Bytes of storage that carry an arena without quantum caches with so many spans and so many segments (free
 * and allocated) at once; 0 if that number of bytes does not fit a size_t.
 */
size_t vmem_storage_size(size_t spans, size_t segments);

/* Ends an arena, gives imported spans back and every page. Panics if anything is still allocated. */
void vmem_destroy(vmem_t *vm);

/* A span of size addresses from addr on. EINVAL if it is empty, wraps or overlaps one that is there. */
int vmem_add(vmem_t *vm, vmem_addr_t addr, vmem_size_t size, vm_flag_t flags);
int vmem_add_range(vmem_t *vm, vmem_addr_t first, vmem_addr_t last, vm_flag_t flags);

/* More storage for tags: any size and alignment, the arena's until vmem_destroy. ENOMEM if no tag fits in. */
int vmem_add_bts(vmem_t *vm, void *storage, size_t storage_size);

/* --- Allocating ------------------------------------------------------------------------------------------- */

int vmem_alloc(vmem_t *vm, vmem_size_t size, vm_flag_t flags, vmem_addr_t *addrp);

/*
 * A range of size addresses that starts at phase modulo align (a power of two; 0 for none), crosses no multiple
 * of nocross (likewise) and lies within [minaddr, maxaddr], both included.
 */
int vmem_xalloc(vmem_t *vm, vmem_size_t size, vmem_size_t align, vmem_size_t phase, vmem_size_t nocross,
                vmem_addr_t minaddr, vmem_addr_t maxaddr, vm_flag_t flags, vmem_addr_t *addrp);

/* Exactly the range that starts at addr. */
int vmem_xalloc_addr(vmem_t *vm, vmem_addr_t addr, vmem_size_t size, vm_flag_t flags);

/* --- Freeing ---------------------------------------------------------------------------------------------- */

/*
 * Give back exactly what one call allocated: vmem_free what vmem_alloc gave, vmem_xfree what vmem_xalloc gave.
 * Anything else goes to tessera_panic, with the arena, the operands and the segment that is in the way.
 * Neither allocates nor fails on a valid argument.
 */
void vmem_free(vmem_t *vm, vmem_addr_t addr, vmem_size_t size);
void vmem_xfree(vmem_t *vm, vmem_addr_t addr, vmem_size_t size);

/*
 * Gives back a whole allocation or a part of one. 0; EINVAL if the range is not within one live allocation,
 * or is a part of one of vmem_alloc's that a quantum cache serves; ENOMEM if it is a part from the middle and
 * there is no tag for the second remainder. Nothing has changed unless the answer is 0.
 */
int vmem_tryfree(vmem_t *vm, vmem_addr_t addr, vmem_size_t size);

/* Gives back everything. Panics if the arena has quantum caches. */
void vmem_xfreeall(vmem_t *vm);

/* --- Asking ----------------------------------------------------------------------------------------------- */

/* Addresses allocated (VMEM_ALLOC), free (VMEM_FREE) or both; VMEM_ADDR_MAX if the number is higher. */
vmem_size_t vmem_size(const vmem_t *vm, int typemask);

/* size rounded up to the quantum; 0 if that does not fit. */
vmem_size_t vmem_roundup_size(const vmem_t *vm, vmem_size_t size);

/* A part of a span: one allocation, or the free addresses between two. Both ends are included. */
typedef struct vmem_segment {
  vmem_addr_t first;
  vmem_addr_t last;
  int type;          /* VMEM_ALLOC or VMEM_FREE */
  const char *owner; /* the label, or NULL */
} vmem_segment_t;

/*
 * Calls visit for each segment of a kind in typemask, in address order, until it returns something else than 0,
 * and returns that, or 0. The arena is not locked meanwhile: visit may use it, and sees each segment that lives
 * through the whole walk exactly once.
 */
typedef int(vmem_visit_t)(void *context, const vmem_segment_t *segment);
int vmem_walk(vmem_t *vm, int typemask, vmem_visit_t *visit, void *context);

/*
 * Labels the allocation that addr is part of; a wrong free and vmem_walk show the label. The string must outlive
 * the arena. NULL takes the label away. EINVAL if addr is in no allocation; ENOMEM when the arena carries
 * VMEM_OWNERS different labels already.
 */
#define VMEM_OWNERS 32
int vmem_owner(vmem_t *vm, vmem_addr_t addr, const char *owner);

/* Which constraint ruled a request out. */
#define VMEM_RULED_OUT_NOTHING 0   /* it would succeed */
#define VMEM_RULED_OUT_INVALID 1   /* it can never be right */
#define VMEM_RULED_OUT_SIZE 2      /* no free segment is that long */
#define VMEM_RULED_OUT_BOUNDS 3    /* some are, but not within minaddr and maxaddr */
#define VMEM_RULED_OUT_ALIGNMENT 4 /* and within them none at that alignment and phase */
#define VMEM_RULED_OUT_NOCROSS 5   /* and there none without crossing a multiple of nocross */
#define VMEM_RULED_OUT_TAGS 6      /* there is space, but no tag */

typedef struct vmem_explanation {
  int ruled_out;             /* one of the above */
  int has_free;              /* whether the next two mean anything */
  vmem_addr_t largest_first; /* the longest free segment, both ends included */
  vmem_addr_t largest_last;
  vmem_addr_t placement; /* where it would go, if it would succeed */
} vmem_explanation_t;

/* What vmem_xalloc would answer (that is the return value) and why. Nothing changes, nothing is imported. */
int vmem_explain(vmem_t *vm, vmem_size_t size, vmem_size_t align, vmem_size_t phase, vmem_size_t nocross,
                 vmem_addr_t minaddr, vmem_addr_t maxaddr, vm_flag_t flags, vmem_explanation_t *explanation);

/* Checks every invariant of the arena: 0, or the number of the first that is broken. Linear in segments. */
int vmem_check(const vmem_t *vm);

/* Prints an arena, line by line, through a printf-like function. modif is "a" to list the segments, or "". */
void vmem_print(uintptr_t vm, const char *modif, void (*pr)(const char *, ...));

/*
 * For vmem_init: an arena with room for a few tags; vmem_add_bts and tessera_page_alloc bring more. What is in
 * it is the library's business; the size is here so that it can be declared.
 */
#define VMEM_WORDS 1024
struct vmem {
  uintptr_t tessera_opaque[VMEM_WORDS];
};

#ifdef __cplusplus
}
#endif

#endif /* TESSERA_VMEM_H */
