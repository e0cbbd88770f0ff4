/* extent(9) under callgrind: what a call costs with so many regions alive.
 *
 *   c-extent alloc|free|nothing <regions> <steps>
 *
 * Regions of 1 to 16 come and go at random, twice as many slots as regions, in an extent that keeps touching
 * regions apart (EX_NOCOALESCE), so that there are as many as it says; the policy is extent's own, the place that
 * leaves least room. Only the calls of the kind that is named are counted; with `nothing` only the brackets around
 * an allocation are, which a reader subtracts. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tessera/extent.h>
#include <valgrind/callgrind.h>

void tessera_panic(const char *message) {
  fprintf(stderr, "bench: %s\n", message);
  abort();
}

static uint32_t draw_below(uint32_t limit) {
  static uint32_t state = 2463534242u;
  state ^= state << 13;
  state ^= state >> 17;
  state ^= state << 5;
  return (uint32_t)(((uint64_t)state * limit) >> 32);
}

int main(int count, char **words) {
  if (count < 4) return 2;
  const int counts_alloc = strcmp(words[1], "free") != 0, counts_free = strcmp(words[1], "free") == 0;
  const int does_nothing = strcmp(words[1], "nothing") == 0;
  const uint32_t regions = (uint32_t)strtoul(words[2], NULL, 10), steps = (uint32_t)strtoul(words[3], NULL, 10);
  const uint32_t slots = 2 * regions;
  const size_t bytes = EXTENT_FIXED_STORAGE_SIZE(slots);
  struct slot {
    unsigned long start, size;
  } *slot = calloc(slots, sizeof *slot);
  void *storage = malloc(bytes);
  struct extent *ex = extent_create("bench", 0, 0x3fffffff, storage, bytes, EX_NOCOALESCE);
  if (slot == NULL || ex == NULL) return 1;
  uint32_t counted = 0, refused = 0;
  /* The first half brings the extent to its steady state. */
  for (uint32_t step = 0; step < steps + 20 * slots; step++) {
    const int measures = step >= 20 * slots;
    struct slot *s = &slot[draw_below(slots)];
    if (measures) CALLGRIND_START_INSTRUMENTATION;
    if (s->size != 0) {
      if (measures && counts_free) CALLGRIND_TOGGLE_COLLECT;
      extent_free(ex, s->start, s->size, EX_NOWAIT);
      if (measures && counts_free) CALLGRIND_TOGGLE_COLLECT;
      counted += measures && counts_free;
      s->size = 0;
      continue;
    }
    unsigned long size = 1 + draw_below(16);
    int error = 0;
    if (measures && counts_alloc) CALLGRIND_TOGGLE_COLLECT;
    if (!measures || !does_nothing) error = extent_alloc(ex, size, EX_NOALIGN, EX_NOBOUNDARY, EX_NOWAIT, &s->start);
    if (measures && counts_alloc) CALLGRIND_TOGGLE_COLLECT;
    counted += measures && counts_alloc;
    refused += error != 0;
    s->size = error == 0 && (!measures || !does_nothing) ? size : 0;
  }
  printf("operations %u refusals %u nanoseconds 0 bytes %zu\n", counted, refused, bytes);
  return 0;
}
