/*
 * Random requests against brute force. A window of 192 addresses at the bottom, at the top and in the middle of
 * the space is mirrored in an array; every answer of vmem.h is compared with what the array allows. An address
 * outside the window, a false failure, a broken constraint or an address that is not free is a failure, and so
 * is a best fit that is not the smallest.
 */
#include "harness.h"

#include <errno.h>
#include <tessera/vmem.h>

#define WINDOW 192
#define STORAGE 65536

static unsigned char taken[WINDOW]; /* 0 free, 1 allocated, 2 in no span */
static struct {
  unsigned at, size;
} live[WINDOW];
static unsigned live_count;
static vmem_addr_t base;
static vmem_t *vm;

struct request {
  vmem_size_t size, align, phase, nocross;
  vmem_addr_t min, max;
};

static int fits(const struct request *r, unsigned at) {
  if (at + r->size > WINDOW) return 0;
  vmem_addr_t first = base + at, last = first + (r->size - 1);
  if (first < r->min || last > r->max) return 0;
  if (r->align != 0 && (first & (r->align - 1)) != r->phase) return 0;
  if (r->nocross != 0 && ((first ^ last) & ~(r->nocross - 1)) != 0) return 0;
  for (unsigned i = at; i < at + r->size; i++)
    if (taken[i] != 0) return 0;
  return 1;
}

static unsigned free_length_around(unsigned at) {
  unsigned low = at, high = at;
  while (low > 0 && taken[low - 1] == 0) low--;
  while (high + 1 < WINDOW && taken[high + 1] == 0) high++;
  return high - low + 1;
}

/* The best-fit answer: the smallest segment, the lowest address. WINDOW if nothing fits. */
static unsigned expected_best(const struct request *r) {
  unsigned best = WINDOW, best_length = ~0u;
  for (unsigned at = 0; at < WINDOW; at++) {
    if (!fits(r, at)) continue;
    unsigned length = free_length_around(at);
    if (length < best_length) {
      best = at;
      best_length = length;
    }
  }
  return best;
}

static struct request draw_request(void) {
  struct request r = {1 + draw_below(draw_below(4) ? 12 : 60), 0, 0, 0, VMEM_ADDR_MIN, VMEM_ADDR_MAX};
  if (draw_below(2)) {
    r.align = (vmem_size_t)1 << draw_below(9);
    r.phase = draw_below(2) ? draw_below((uint32_t)r.align) : 0;
  }
  if (draw_below(3) == 0) {
    r.nocross = 1;
    while (r.nocross < r.size) r.nocross <<= 1;
    r.nocross <<= draw_below(3);
  }
  if (draw_below(3) == 0) {
    vmem_addr_t a = base + draw_below(WINDOW), b = base + draw_below(WINDOW);
    r.min = a < b ? a : b;
    r.max = a < b ? b : a;
  }
  return r;
}

static void note(unsigned at, unsigned size) {
  memset(taken + at, 1, size);
  live[live_count].at = at;
  live[live_count++].size = size;
}

static void step_allocate(const char *where) {
  struct request r = draw_request();
  int best = draw_below(2) != 0;
  unsigned wanted = expected_best(&r);
  vmem_addr_t addr = 0;
  int error = vmem_xalloc(vm, r.size, r.align, r.phase, r.nocross, r.min, r.max,
                          VM_NOSLEEP | (best ? VM_BESTFIT : VM_INSTANTFIT), &addr);
  unsigned at = (unsigned)(addr - base);
  int right = error == (wanted == WINDOW ? ENOMEM : 0) && (error != 0 || (addr >= base && fits(&r, at))) &&
              (error != 0 || !best || at == wanted);
  if (!hold(right, "%s: size %#lx align %#lx phase %#lx nocross %#lx in %#lx-%#lx %s: %s at %#lx", where,
             (unsigned long)r.size, (unsigned long)r.align, (unsigned long)r.phase, (unsigned long)r.nocross,
             (unsigned long)r.min, (unsigned long)r.max, best ? "best" : "instant", answer_name(error),
             (unsigned long)addr))
    exit(finish("vmem against brute force"));
  if (error == 0) note(at, (unsigned)r.size);
}

static void step_exact(void) {
  struct request r = {1 + draw_below(20), 0, 0, 0, VMEM_ADDR_MIN, VMEM_ADDR_MAX};
  unsigned at = draw_below(WINDOW - 20);
  int possible = fits(&r, at);
  int error = vmem_xalloc_addr(vm, base + at, r.size, VM_NOSLEEP);
  hold(error == (possible ? 0 : ENOMEM), "exactly %#lx size %lu: %s", (unsigned long)(base + at),
        (unsigned long)r.size, answer_name(error));
  if (error == 0) note(at, (unsigned)r.size);
}

static void step_free(void) {
  if (live_count == 0) return;
  unsigned i = draw_below(live_count), at = live[i].at, size = live[i].size, part = draw_below(3);
  if (part != 0 || size < 3) {
    vmem_xfree(vm, base + at, size);
    memset(taken + at, 0, size);
    live[i] = live[--live_count];
    return;
  }
  /* A fragment: what remains in front and behind stays allocated, each by itself. */
  unsigned from = draw_below(size), length = 1 + draw_below(size - from);
  int error = vmem_tryfree(vm, base + at + from, length);
  hold(error == 0, "fragment %u+%u of %u: %s", from, length, size, answer_name(error));
  memset(taken + at + from, 0, length);
  unsigned rest = size - from - length;
  live[i] = live[--live_count];
  if (from != 0) live[live_count].at = at, live[live_count++].size = from;
  if (rest != 0) live[live_count].at = at + from + length, live[live_count++].size = rest;
}

static void compare_sizes(void) {
  unsigned used = 0, unused = 0;
  for (unsigned i = 0; i < WINDOW; i++) used += taken[i] == 1, unused += taken[i] == 0;
  hold(vmem_size(vm, VMEM_ALLOC) == used && vmem_size(vm, VMEM_FREE) == unused, "sizes differ");
  hold(vmem_check(vm) == 0, "invariant %d is broken", vmem_check(vm));
}

static void run(vmem_addr_t window, const char *where, int holes) {
  void *storage = storage_of(STORAGE);
  base = window;
  live_count = 0;
  memset(taken, 0, sizeof taken);
  vm = vmem_create_storage(where, 0, 0, 1, NULL, NULL, NULL, 0, VM_NOSLEEP, 0, storage, STORAGE);
  hold(vm != NULL, "%s: not created", where);
  if (holes) {
    /* Two spans with a hole between, and both ends of the window. */
    memset(taken + 80, 2, 16);
    hold(vmem_add_range(vm, base, base + 79, VM_NOSLEEP) == 0, "first span");
    hold(vmem_add_range(vm, base + 96, base + (WINDOW - 1), VM_NOSLEEP) == 0, "second span");
  } else {
    hold(vmem_add_range(vm, base, base + (WINDOW - 1), VM_NOSLEEP) == 0, "span");
  }
  for (int step = 0; step < 12000; step++) {
    switch (draw_below(5)) {
    case 0:
    case 1: step_allocate(where); break;
    case 2: step_exact(); break;
    default: step_free(); break;
    }
    if (step % 16 == 0) compare_sizes();
  }
  check(vmem_check(vm) == 0, "%s: invariant %d is broken at the end", where, vmem_check(vm));
  vmem_xfreeall(vm);
  vmem_destroy(vm);
  give_back(storage);
}

int main(void) {
  for (int holes = 0; holes < 2; holes++) {
    run(0, "bottom", holes);
    run(VMEM_ADDR_MAX - (WINDOW - 1), "top", holes);
    run((VMEM_ADDR_MAX >> 1) - 90, "middle", holes);
    run(0x1003, "odd", holes);
  }
  check(panics == 0, "%d panics", panics);
  return finish("vmem against brute force");
}
