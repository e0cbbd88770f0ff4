/*
 * What the manual pages promise beyond the cases: results for arguments that can never be right, both kinds of
 * free, labels, explanations, storage sizes, imports, quantum caches, hooks.
 */
#include "harness.h"

#include <errno.h>
#include <tessera/extent.h>
#include <tessera/version.h>
#include <tessera/vmem.h>

#define STORAGE 65536
#define NO NULL, NULL, NULL, 0, VM_NOSLEEP, 0

static uintptr_t storage[STORAGE / sizeof(uintptr_t)];

static vmem_t *fresh(vmem_addr_t base, vmem_size_t size, vmem_size_t quantum) {
  memset(storage, 0xa5, sizeof storage);
  return vmem_create_storage("fresh", base, size, quantum, NO, storage, sizeof storage);
}

static int xalloc(vmem_t *vm, vmem_size_t size, vmem_size_t align, vmem_size_t phase, vmem_size_t nocross,
                  vmem_addr_t min, vmem_addr_t max, vm_flag_t flags) {
  vmem_addr_t addr = 77;
  int error = vmem_xalloc(vm, size, align, phase, nocross, min, max, flags, &addr);
  check(error == 0 || addr == 77, "a failure wrote an address");
  if (error == 0) vmem_xfree(vm, addr, size);
  return error;
}

static void test_numbers(void) {
  check(EINTR == 4 && EAGAIN == 11 && ENOMEM == 12 && EINVAL == 22, "errno numbers");
  check(VM_SLEEP == 1 && VM_NOSLEEP == 2 && VM_INSTANTFIT == 0x1000 && VM_BESTFIT == 0x2000, "flags");
  check(VM_BOOTSTRAP == 0x10000 && VM_POPULATING == 0x40000 && VM_LARGEIMPORT == 0x80000, "flags");
  check(VM_XIMPORT == 0x100000 && VMEM_ALLOC == 1 && VMEM_FREE == 2, "flags");
  check(VMEM_ADDR_MIN == 0 && VMEM_ADDR_MAX == ~(uintptr_t)0 && VMEM_ADDR_QCACHE_MIN == 1, "addresses");
  check(EX_NOWAIT == 0 && EX_WAITOK == 1 && EX_FAST == 2 && EX_CATCH == 4 && EX_NOCOALESCE == 8, "extent flags");
  check(EX_MALLOCOK == 0x10 && EX_WAITSPACE == 0x20 && EX_BOUNDZERO == 0x40, "extent flags");
  check(EX_CONFLICTOK == 0x80 && EX_FILLED == 0x100 && EX_NOALIGN == 1 && EX_NOBOUNDARY == 0, "extent flags");
}

/* CInterface-I7 */
static void test_invalid(void) {
  vmem_t *vm = fresh(0x10000, 0x10000, 0x100);
  const vmem_addr_t max = VMEM_ADDR_MAX;
  const vm_flag_t ok = VM_NOSLEEP | VM_INSTANTFIT;
  check(xalloc(vm, 0x100, 0, 0, 0, 0, max, ok) == 0, "a plain request");
  check(xalloc(vm, 0x100, 0, 0, 0, 0, max, 0) == 0, "no flags at all");
  check(xalloc(vm, 0, 0, 0, 0, 0, max, ok) == EINVAL, "size 0");
  check(xalloc(vm, 0x100, 3, 0, 0, 0, max, ok) == EINVAL, "alignment no power of two");
  check(xalloc(vm, 0x100, 0x200, 0x200, 0, 0, max, ok) == EINVAL, "phase not below the alignment");
  check(xalloc(vm, 0x100, 0, 1, 0, 0, max, ok) == EINVAL, "phase without alignment");
  check(xalloc(vm, 0x101, 0, 0, 0x100, 0, max, ok) == EINVAL, "nocross below the rounded size");
  check(xalloc(vm, 0x100, 0, 0, 0x300, 0, max, ok) == EINVAL, "nocross no power of two");
  check(xalloc(vm, 0x100, 0, 0, 0, 2, 1, ok) == EINVAL, "min over max");
  check(xalloc(vm, 0x100, 0, 0, 0, 0, max, VM_SLEEP | VM_NOSLEEP) == EINVAL, "to sleep and not to");
  check(xalloc(vm, 0x100, 0, 0, 0, 0, max, VM_NOSLEEP | VM_BESTFIT | VM_INSTANTFIT) == EINVAL, "two fits");
  check(xalloc(vm, 0x20000, 0, 0, 0, 0, max, ok) == ENOMEM, "longer than every span");
  check(xalloc(vm, 0x100, 0, 0, 0, 0, 0xffff, ok) == ENOMEM, "outside every span");
  check(xalloc(vm, 0x200, 0x1000, 0xf00, 0x1000, 0, max, ok) == ENOMEM, "a phase that always crosses");
  check(xalloc(vm, 0x20000, 0, 0, 0, 0, max, VM_SLEEP) == ENOMEM, "no waiting for what can never be");
  check(vmem_xalloc_addr(vm, 0x10080, 0x100, VM_NOSLEEP) == EINVAL, "an address that is on no quantum");
  check(vmem_xalloc_addr(vm, max - 0xff, 0x200, VM_NOSLEEP) == EINVAL, "an exact range that wraps");
  check(vmem_xalloc_addr(vm, 0x30000, 0x100, VM_NOSLEEP) == ENOMEM, "an exact range in no span");
  check(vmem_add(vm, 0x40000, 0, VM_NOSLEEP) == EINVAL, "an empty span");
  check(vmem_add(vm, max - 0xff, 0x200, VM_NOSLEEP) == EINVAL, "a span that wraps");
  check(vmem_add(vm, 0x1f000, 0x2000, VM_NOSLEEP) == EINVAL, "a span that overlaps");
  check(vmem_add_range(vm, 0x50000, 0x4ffff, VM_NOSLEEP) == EINVAL, "a range that ends before it starts");
  check(vmem_add(vm, 0x20000, 0x1000, VM_NOSLEEP) == 0, "a span that touches");
  check(vmem_check(vm) == 0 && vmem_size(vm, VMEM_ALLOC) == 0, "state after all that");
  check(vmem_size(vm, VMEM_ALLOC | VMEM_FREE) == 0x11000, "size of both spans");
  vmem_destroy(vm);
  check(fresh(0, 0x1000, 3) == NULL && fresh(0, 0x1000, 0) == NULL, "a quantum that is no power of two");
  check(fresh(VMEM_ADDR_MAX - 0xff, 0x200, 1) == NULL, "a first span that wraps");
  vm = fresh(0, 0, 1);
  check(vm != NULL && vmem_size(vm, VMEM_FREE) == 0, "an arena without a span");
  vmem_destroy(vm);
}

static void test_frees(void) {
  vmem_t *vm = fresh(0, 0x10000, 0x10);
  vmem_addr_t addr;
  check(vmem_alloc(vm, 0x100, VM_NOSLEEP, &addr) == 0, "alloc");
  check(vmem_owner(vm, addr, "ne0") == 0, "label");
  check(PANICS(vmem_free(vm, addr, 0x80)) && strstr(panic_message, "ne0") && strstr(panic_message, "fresh"),
        "a wrong size names arena and owner: %s", panic_message);
  check(PANICS(vmem_xfree(vm, addr + 0x10, 0x10)) && strstr(panic_message, "vmem_xfree"), "interior free");
  check(PANICS(vmem_xfree(vm, addr + 1, 0x10)), "misaligned free");
  check(PANICS(vmem_xfree(vm, 0x20000, 0x10)), "free in no span");
  check(PANICS(vmem_xfree(vm, VMEM_ADDR_MAX - 0xf, 0x20)), "free that wraps");
  check(PANICS(vmem_xfree(vm, addr, 0)), "free of nothing");
  check(vmem_tryfree(vm, addr, 0) == EINVAL && vmem_tryfree(vm, addr + 1, 0xf) == EINVAL, "tryfree of nonsense");
  check(vmem_tryfree(vm, addr + 0xf0, 0x20) == EINVAL, "tryfree over the end");
  check(vmem_check(vm) == 0 && vmem_size(vm, VMEM_ALLOC) == 0x100, "nothing changed");
  check(vmem_tryfree(vm, addr + 0x40, 0x10) == 0, "a middle fragment");
  check(vmem_tryfree(vm, addr + 0x40, 0x10) == EINVAL, "and again");
  check(vmem_tryfree(vm, addr, 0x10) == 0 && vmem_tryfree(vm, addr + 0xf0, 0x10) == 0, "front and back");
  vmem_xfree(vm, addr + 0x10, 0x30);
  vmem_xfree(vm, addr + 0x50, 0xa0);
  check(PANICS(vmem_xfree(vm, addr + 0x50, 0xa0)) && strstr(panic_message, "not allocated"), "double free");
  check(vmem_size(vm, VMEM_ALLOC) == 0 && vmem_check(vm) == 0, "all back");
  check(vmem_alloc(vm, 0x10, VM_NOSLEEP, &addr) == 0 && PANICS(vmem_destroy(vm)), "destroy with a live segment");
  vmem_xfree(vm, addr, 1);
  check(!PANICS(vmem_destroy(vm)), "destroy");
}

static int count_segments(void *context, const vmem_segment_t *segment) {
  int *counts = context;
  counts[segment->type]++;
  if (segment->owner != NULL) counts[3] += strcmp(segment->owner, "uart") == 0;
  return segment->type == counts[4] ? 42 : 0;
}

static void test_asking(void) {
  vmem_t *vm = fresh(0x1000, 0x1000, 1);
  vmem_explanation_t why;
  check(vmem_xalloc_addr(vm, 0x1100, 0x10, VM_NOSLEEP) == 0, "exact");
  check(vmem_owner(vm, 0x1108, "uart") == 0 && vmem_owner(vm, 0x1110, "uart") == EINVAL, "labels");
  int counts[5] = {0};
  check(vmem_walk(vm, VMEM_ALLOC | VMEM_FREE, count_segments, counts) == 0, "walk");
  check(counts[VMEM_ALLOC] == 1 && counts[VMEM_FREE] == 2 && counts[3] == 1, "what the walk saw");
  memset(counts, 0, sizeof counts);
  counts[4] = VMEM_FREE;
  check(vmem_walk(vm, VMEM_FREE, count_segments, counts) == 42 && counts[VMEM_FREE] == 1, "walk that ends early");
  static char names[VMEM_OWNERS + 1][4];
  for (int i = 0; i < VMEM_OWNERS - 1; i++) check(vmem_owner(vm, 0x1100, names[i]) == 0, "label %d", i);
  check(vmem_owner(vm, 0x1100, names[VMEM_OWNERS]) == ENOMEM, "one label too many");
  check(vmem_owner(vm, 0x1100, NULL) == 0, "no label");
  check(vmem_explain(vm, 0x100, 0, 0, 0, 0, VMEM_ADDR_MAX, VM_BESTFIT, &why) == 0 && why.placement == 0x1000,
        "placement %#lx", (unsigned long)why.placement);
  check(why.ruled_out == VMEM_RULED_OUT_NOTHING && why.has_free && why.largest_first == 0x1110, "largest");
  check(vmem_explain(vm, 0xf00, 0, 0, 0, 0, VMEM_ADDR_MAX, 0, &why) == ENOMEM, "too long");
  check(why.ruled_out == VMEM_RULED_OUT_SIZE && why.largest_last == 0x1fff, "size");
  check(vmem_explain(vm, 0x100, 0, 0, 0, 0x1050, 0x1140, 0, &why) == ENOMEM && why.ruled_out == VMEM_RULED_OUT_BOUNDS,
        "bounds");
  check(vmem_explain(vm, 0x10, 0x1000, 0x104, 0, 0, VMEM_ADDR_MAX, 0, &why) == ENOMEM &&
            why.ruled_out == VMEM_RULED_OUT_ALIGNMENT, "alignment");
  check(vmem_explain(vm, 0x10, 0x1000, 0x7f8, 0x800, 0, VMEM_ADDR_MAX, 0, &why) == ENOMEM &&
            why.ruled_out == VMEM_RULED_OUT_NOCROSS, "nocross");
  check(vmem_explain(vm, 0, 0, 0, 0, 0, VMEM_ADDR_MAX, 0, &why) == EINVAL && why.ruled_out == VMEM_RULED_OUT_INVALID,
        "invalid");
  check(vmem_size(vm, VMEM_ALLOC) == 0x10, "asking changes nothing");
  vmem_xfreeall(vm);
  vmem_destroy(vm);
  vm = fresh(0, 0x1000, 0x40);
  check(vmem_roundup_size(vm, 1) == 0x40 && vmem_roundup_size(vm, 0x40) == 0x40 && vmem_roundup_size(vm, 0x41) == 0x80 &&
            vmem_roundup_size(vm, 0) == 0 && vmem_roundup_size(vm, VMEM_ADDR_MAX) == 0, "rounding");
  vmem_destroy(vm);
}

static void test_whole_space(void) {
  vmem_t *vm = vmem_create_range("all", VMEM_ADDR_MIN, VMEM_ADDR_MAX, 1, NO, storage, sizeof storage);
  vmem_addr_t a, b, c;
  check(vm != NULL && vmem_size(vm, VMEM_FREE) == VMEM_ADDR_MAX, "the whole space as one span");
  check(vmem_xalloc(vm, 1, 0, 0, 0, 0, 0, VM_NOSLEEP, &a) == 0 && a == 0, "the first address");
  check(vmem_xalloc(vm, 1, 0, 0, 0, VMEM_ADDR_MAX, VMEM_ADDR_MAX, VM_NOSLEEP, &b) == 0 && b == VMEM_ADDR_MAX, "the last");
  check(vmem_alloc(vm, VMEM_ADDR_MAX - 1, VM_NOSLEEP, &c) == 0 && c == 1, "everything between");
  check(vmem_size(vm, VMEM_ALLOC) == VMEM_ADDR_MAX && vmem_size(vm, VMEM_FREE) == 0, "full");
  check(vmem_alloc(vm, 1, VM_NOSLEEP, &c) == ENOMEM && vmem_check(vm) == 0, "and full");
  vmem_xfreeall(vm);
  check(vmem_size(vm, VMEM_ALLOC) == 0, "empty");
  vmem_destroy(vm);
  check(vmem_create_range("all", 1, 0, 1, NO, storage, sizeof storage) == NULL, "a range that ends before it starts");
}

/* vmem_storage_size is enough at every alignment, and what is smaller answers NULL. */
static void test_storage_sizes(void) {
  for (unsigned segments = 1; segments <= 40; segments += 13) {
    size_t size = vmem_storage_size(1, segments);
    for (unsigned shift = 0; shift < 16; shift++) {
      vmem_t *vm = vmem_create_storage("sized", 0, 1000, 1, NO, (char *)storage + shift, size);
      check(vm != NULL, "storage for %u segments at %u", segments, shift);
      /* Allocations with a gap after each: as many segments as were asked for. */
      unsigned made = 0;
      for (unsigned i = 0; i < segments; i += 2) made += vmem_xalloc_addr(vm, i * 2, 1, VM_NOSLEEP) == 0;
      check(made == (segments + 1) / 2, "%u of %u allocations", made, (segments + 1) / 2);
      vmem_xfreeall(vm);
      vmem_destroy(vm);
    }
  }
  check(vmem_storage_size((size_t)-1 / 2, 1) == 0 && vmem_storage_size(1, (size_t)-1) == 0, "absurd sizes");
  int smallest = 0;
  for (size_t size = 0; size < STORAGE; size++) {
    vmem_t *vm = vmem_create_storage("small", 0, 16, 1, NO, storage, size);
    if (vm == NULL) continue;
    if (smallest == 0) smallest = (int)size;
    vmem_destroy(vm);
  }
  check(smallest > 0 && (size_t)smallest <= vmem_storage_size(1, 0), "smallest storage %d", smallest);
  check(vmem_create_storage("none", 0, 16, 1, NO, NULL, 0) == NULL, "no storage at all");
}

static void test_tags_run_out(void) {
  size_t size = vmem_storage_size(1, 2);
  vmem_t *vm = vmem_create_storage("few tags", 0, 1000, 1, NO, storage, size);
  int error = 0;
  unsigned made = 0;
  while (made < 500 && (error = vmem_xalloc_addr(vm, made * 2, 1, VM_NOSLEEP)) == 0) made++;
  check(made >= 1 && error == ENOMEM, "%u allocations, then %s", made, answer_name(error));
  vmem_explanation_t why;
  /* In the middle of a free segment it takes two tags. */
  check(vmem_explain(vm, 2, 0, 0, 0, made * 2 + 1, VMEM_ADDR_MAX, 0, &why) == ENOMEM &&
            why.ruled_out == VMEM_RULED_OUT_TAGS,
        "why: %d", why.ruled_out);
  check(vmem_explain(vm, 1, 0, 0, 0, 0, VMEM_ADDR_MAX, 0, &why) == 0 && why.placement == 1,
        "all of a free segment needs no tag");
  check(vmem_check(vm) == 0, "sound");
  static uintptr_t more[512];
  check(vmem_add_bts(vm, more, 1) == ENOMEM && vmem_add_bts(vm, more, sizeof more) == 0, "more storage");
  check(vmem_xalloc_addr(vm, made * 2, 1, VM_NOSLEEP) == 0, "and on it goes");
  vmem_xfreeall(vm);
  vmem_destroy(vm);
}

static int prints;
static void print(const char *format, ...) { prints += format != NULL; }

static void test_init_and_print(void) {
  static vmem_t here;
  memset(&here, 0xa5, sizeof here);
  vmem_t *vm = vmem_init(&here, "here", 0, 0x100, 1, NULL, NULL, NULL, 0, VM_NOSLEEP | VM_BOOTSTRAP, 0);
  vmem_addr_t addr;
  check(vm == &here, "vmem_init");
  for (int i = 0; i < 4; i++) check(vmem_alloc(vm, 3, VM_NOSLEEP, &addr) == 0, "a tag of its own");
  vmem_print((uintptr_t)vm, "", print);
  check(prints == 1, "one line");
  vmem_print((uintptr_t)vm, "a", print);
  check(prints > 5, "%d lines", prints);
  vmem_xfreeall(vm);
  vmem_destroy(vm);
}

/* EXPECTED_VERSION is what Scripts/version says. */
static void test_version(void) {
  check(strcmp(tessera_version(), EXPECTED_VERSION) == 0, "%s instead of %s", tessera_version(), EXPECTED_VERSION);
}

int main(void) {
  test_version();
  test_numbers();
  test_invalid();
  test_frees();
  test_asking();
  test_whole_space();
  test_storage_sizes();
  test_tags_run_out();
  test_init_and_print();
  return finish("vmem interface");
}
