/* kmem and pool caches under callgrind, at 32 bits.
 *
 *   memory pair <size> <steps>   allocate and free one size, per pair
 *   memory pool <size> <steps>   the same of a pool cache
 *   memory live <size> <steps>   asks whether an object of a pool cache is live: what every free verifies
 *   memory cold <size> <steps>   the first allocation after a reap
 *   memory lost small|mixed|grow 0   bytes held beyond those asked for, for each 1,000 asked for, as "bytes"
 *
 * A fourth word has the bits of the debugging aids to be on, as `DebuggingAids` numbers them.
 *
 * Linked with the engine, or with functions that answer at once, whose count a reader subtracts. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <valgrind/callgrind.h>

void *memory_create(void *start, intptr_t bytes, uint32_t aids);
void *memory_allocate(void *kmem, intptr_t size);
void memory_free(void *kmem, void *object, intptr_t size);
void memory_reap(void *kmem);
intptr_t memory_held(void *kmem);
void *pool_make(void *kmem, intptr_t size);
void *pool_take(void *cache);
_Bool pool_is_live(void *cache, void *object);
void pool_put(void *cache, void *object);

#define BLOCK (64 << 20)

static uint32_t draw_below(uint32_t limit) {
  static uint32_t state = 2463534242u;
  state ^= state << 13;
  state ^= state >> 17;
  state ^= state << 5;
  return (uint32_t)(((uint64_t)state * limit) >> 32);
}

struct slot {
  void *object;
  intptr_t size;
};

static void *kmem;
static int64_t live;

static void give(struct slot *s) {
  if (s->object != NULL) memory_free(kmem, s->object, s->size), live -= s->size;
  s->object = NULL;
}

static void take(struct slot *s, intptr_t size) {
  s->object = memory_allocate(kmem, size);
  if (s->object == NULL) exit(1);
  s->size = size;
  live += size;
}

/* Sizes of a kernel: many small ones, some of pages, few large ones. */
static intptr_t size_of(int mixed) {
  uint32_t kind = mixed ? draw_below(100) : 0;
  return 1 + (intptr_t)draw_below(kind < 70 ? 500 : kind < 95 ? 8192 : 60000);
}

/* Bytes held beyond those asked for, for each 1,000 asked for. */
static double lost(const char *workload) {
  int slots = 3000;
  struct slot *slot = calloc((size_t)slots, sizeof *slot);
  for (int step = 0; step < 20 * slots; step++) {
    struct slot *s = &slot[draw_below((uint32_t)slots)];
    if (strcmp(workload, "grow") == 0) {
      /* An array of words that grows by an eighth and a few, as an amap does, until it is dropped for a new one. */
      intptr_t size = s->object == NULL || draw_below(16) == 0 ? 4 * (1 + (intptr_t)draw_below(16))
                                                               : (s->size + s->size / 8 + 4 * (intptr_t)draw_below(8)) & ~3;
      struct slot larger;
      take(&larger, size > 16384 ? 64 : size);
      give(s);
      *s = larger;
    } else {
      give(s);
      if (draw_below(8) != 0) take(s, size_of(strcmp(workload, "mixed") == 0));
    }
  }
  memory_reap(kmem);
  return 1000.0 * (double)(memory_held(kmem) - live) / (double)live;
}

int main(int count, char **words) {
  if (count < 4) return 2;
  const uint32_t steps = (uint32_t)strtoul(words[3], NULL, 10);
  const intptr_t size = (intptr_t)strtoul(words[2], NULL, 10);
  void *block;
  if (posix_memalign(&block, 4096, BLOCK) != 0) return 1;
  /* Touched now: the first touch of a page is the host's work. */
  memset(block, 0, BLOCK);
  kmem = memory_create(block, BLOCK, count > 4 ? (uint32_t)strtoul(words[4], NULL, 0) : 0);
  if (kmem == NULL) return 1;
  double bytes = 0;
  if (strcmp(words[1], "pair") == 0) {
    /* A quarantine is full before anything is counted, so that each free lets another object go. */
    for (int warm = 0; warm < 1000; warm++) memory_free(kmem, memory_allocate(kmem, size), size);
    CALLGRIND_START_INSTRUMENTATION;
    CALLGRIND_TOGGLE_COLLECT;
    for (uint32_t step = 0; step < steps; step++) memory_free(kmem, memory_allocate(kmem, size), size);
    CALLGRIND_TOGGLE_COLLECT;
  } else if (strcmp(words[1], "pool") == 0) {
    void *cache = pool_make(kmem, size);
    pool_put(cache, pool_take(cache));
    CALLGRIND_START_INSTRUMENTATION;
    CALLGRIND_TOGGLE_COLLECT;
    for (uint32_t step = 0; step < steps; step++) pool_put(cache, pool_take(cache));
    CALLGRIND_TOGGLE_COLLECT;
  } else if (strcmp(words[1], "live") == 0) {
    void *cache = pool_make(kmem, size);
    void *object = pool_take(cache);
    uint32_t live = 0;
    CALLGRIND_START_INSTRUMENTATION;
    CALLGRIND_TOGGLE_COLLECT;
    for (uint32_t step = 0; step < steps; step++) live += pool_is_live(cache, object);
    CALLGRIND_TOGGLE_COLLECT;
    if (live != steps) return 1;
  } else if (strcmp(words[1], "cold") == 0) {
    for (uint32_t step = 0; step < steps; step++) {
      memory_reap(kmem);
      CALLGRIND_START_INSTRUMENTATION;
      CALLGRIND_TOGGLE_COLLECT;
      void *object = memory_allocate(kmem, size);
      CALLGRIND_TOGGLE_COLLECT;
      CALLGRIND_STOP_INSTRUMENTATION;
      memory_free(kmem, object, size);
    }
  } else {
    bytes = lost(words[2]);
  }
  printf("operations %u refusals 0 nanoseconds 0 bytes %.0f\n", steps, bytes);
  return 0;
}
