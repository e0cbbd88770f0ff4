/*
 * Random requests against brute force, for extent.h: the policy as its manual defines it, over windows at both
 * ends of the space, coalescing and not, with subregions, skew and boundaries of both origins.
 */
#include "harness.h"

#include <errno.h>
#include <tessera/extent.h>

#define WINDOW 160
#define STORAGE 65536

static int region_at[WINDOW]; /* 0 free, else the number of the region */
static int next_region;
static unsigned long base;
static struct extent *ex;
static int coalesce;

struct request {
  unsigned long low, high, size, align, skew, boundary;
  int flags;
};

static int fits(const struct request *r, unsigned at) {
  if (at + r->size > WINDOW) return 0;
  unsigned long first = base + at, last = first + (r->size - 1);
  if (first < r->low || last > r->high || ((first - r->skew) & (r->align - 1)) != 0) return 0;
  if (r->boundary != 0) {
    unsigned long origin = r->flags & EX_BOUNDZERO ? 0 : base;
    if ((((first - origin) ^ (last - origin)) & ~(r->boundary - 1)) != 0) return 0;
  }
  for (unsigned i = at; i < at + r->size; i++)
    if (region_at[i] != 0) return 0;
  return 1;
}

/*
 * In each gap the lowest placement counts; of these the lowest with EX_FAST, else the one with the least room
 * between its end and what follows. WINDOW if there is none.
 */
static unsigned expected(const struct request *r) {
  unsigned best = WINDOW, least = ~0u;
  for (unsigned at = 0; at < WINDOW; at++) {
    if (!fits(r, at)) continue;
    if (r->flags & EX_FAST) return at;
    unsigned next = at;
    while (next < WINDOW && region_at[next] == 0) next++;
    unsigned overhead = next - (at + (unsigned)r->size);
    if (overhead < least) {
      least = overhead;
      best = at;
    }
    at = next;
  }
  return best;
}

static void mark(unsigned at, unsigned size) {
  int number = ++next_region;
  for (unsigned i = at; i < at + size; i++) region_at[i] = number;
  if (!coalesce) return;
  /* Touching regions become one. */
  int left = at > 0 ? region_at[at - 1] : 0;
  int right = at + size < WINDOW ? region_at[at + size] : 0;
  for (unsigned i = 0; i < WINDOW; i++)
    if (region_at[i] != 0 && (region_at[i] == left || region_at[i] == right)) region_at[i] = number;
}

static void step_allocate(void) {
  struct request r = {base, base + (WINDOW - 1), 1 + draw_below(draw_below(4) ? 10 : 50), 1, 0, 0, 0};
  if (draw_below(2)) r.align = 1ul << draw_below(8), r.skew = draw_below(2) ? draw_below((uint32_t)r.align) : 0;
  if (draw_below(3) == 0) {
    r.boundary = 1;
    while (r.boundary < r.size) r.boundary <<= 1;
    r.boundary <<= draw_below(3);
  }
  if (draw_below(2)) r.flags |= EX_FAST;
  if (draw_below(2)) r.flags |= EX_BOUNDZERO;
  if (draw_below(3) == 0) {
    unsigned a = draw_below(WINDOW), b = draw_below(WINDOW);
    r.low = base + (a < b ? a : b);
    r.high = base + (a < b ? b : a);
  }
  unsigned wanted = expected(&r);
  unsigned long result = 0;
  int error = extent_alloc_subregion1(ex, r.low, r.high, r.size, r.align, r.skew, r.boundary, r.flags, &result);
  int right = error == (wanted == WINDOW ? EAGAIN : 0) && (error != 0 || result == base + wanted);
  if (!hold(right, "size %#lx align %#lx skew %#lx boundary %#lx flags %#x in %#lx-%#lx: %s at %#lx, wanted %#lx",
             r.size, r.align, r.skew, r.boundary, (unsigned)r.flags, r.low, r.high, answer_name(error), result,
             wanted == WINDOW ? 0 : base + wanted))
    exit(finish("extent against brute force"));
  if (error == 0) mark(wanted, (unsigned)r.size);
}

static void step_region(void) {
  unsigned size = 1 + draw_below(20), at = draw_below(WINDOW - 20);
  int conflict_ok = draw_below(4) == 0, taken = 0;
  for (unsigned i = at; i < at + size; i++) taken |= region_at[i] != 0;
  if (conflict_ok && !coalesce) return;
  int error = extent_alloc_region(ex, base + at, size, EX_NOWAIT | (conflict_ok ? EX_CONFLICTOK : 0));
  hold(error == (taken && !conflict_ok ? EAGAIN : 0), "region %u+%u: %s", at, size, answer_name(error));
  if (error != 0) return;
  /* What it swallows becomes part of it, ends that stick out included. */
  unsigned low = at, high = at + size - 1;
  while (low > 0 && region_at[low] != 0 && region_at[low - 1] == region_at[low]) low--;
  while (high + 1 < WINDOW && region_at[high] != 0 && region_at[high + 1] == region_at[high]) high++;
  mark(low, high - low + 1);
}

static void step_free(void) {
  unsigned at = draw_below(WINDOW), first = at, last = at;
  if (region_at[at] == 0) return;
  while (first > 0 && region_at[first - 1] == region_at[at]) first--;
  while (last + 1 < WINDOW && region_at[last + 1] == region_at[at]) last++;
  if (coalesce && draw_below(2)) {
    first += draw_below(last - first + 1);
    last -= draw_below(last - first + 1);
  }
  int error = extent_free(ex, base + first, last - first + 1, EX_NOWAIT);
  hold(error == 0, "free of %u-%u: %s", first, last, answer_name(error));
  int number = ++next_region, old = region_at[at];
  int behind = last + 1 < WINDOW && region_at[last + 1] == old;
  for (unsigned i = first; i <= last; i++) region_at[i] = 0;
  for (unsigned i = last + 1; behind && i < WINDOW && region_at[i] == old; i++) region_at[i] = number;
}

static int compare(void *context, unsigned long first, unsigned long last) {
  unsigned *next = context, at = (unsigned)(first - base), end = (unsigned)(last - base);
  for (; *next < at; ++*next)
    if (region_at[*next] != 0) return 1;
  for (; *next <= end; ++*next)
    if (region_at[*next] == 0 || region_at[*next] != region_at[at]) return 2;
  return end + 1 < WINDOW && region_at[end + 1] == region_at[at] ? 3 : 0;
}

static void run(unsigned long window, int flags) {
  void *storage = storage_of(STORAGE);
  base = window;
  coalesce = (flags & EX_NOCOALESCE) == 0;
  memset(region_at, 0, sizeof region_at);
  next_region = 0;
  ex = extent_create("oracle", base, base + (WINDOW - 1), storage, STORAGE, flags);
  hold(ex != NULL, "not created");
  for (int step = 0; step < 12000; step++) {
    switch (draw_below(5)) {
    case 0:
    case 1: step_allocate(); break;
    case 2: step_region(); break;
    default: step_free(); break;
    }
    if (step % 8 != 0) continue;
    unsigned next = 0;
    int differs = extent_walk(ex, compare, &next);
    for (; next < WINDOW; next++) differs |= region_at[next] != 0 ? 4 : 0;
    hold(differs == 0, "step %d: the maps differ (%d)", step, differs);
    hold(extent_check(ex) == 0, "invariant %d is broken", extent_check(ex));
  }
  check(extent_check(ex) == 0, "invariant %d is broken at the end", extent_check(ex));
  extent_destroy(ex);
  give_back(storage);
}

int main(void) {
  static const int kinds[] = {EX_NOWAIT, EX_NOCOALESCE};
  for (int kind = 0; kind < 2; kind++) {
    run(0, kinds[kind]);
    run(~0ul - (WINDOW - 1), kinds[kind]);
    run(0x10035, kinds[kind]);
    run((~0ul >> 1) - 70, kinds[kind]);
  }
  check(panics == 0, "%d panics", panics);
  return finish("extent against brute force");
}
