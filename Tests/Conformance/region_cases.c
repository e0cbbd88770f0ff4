/* Replays fixtures/regions.cases: Zircon's region-alloc tests through vmem.h and extent.h. */
#include "harness.h"

#include <errno.h>
#include <tessera/extent.h>
#include <tessera/vmem.h>

#define STORAGE 65536

static char name[64];
static vmem_t *vm;
static struct extent *ex;
static void *storage;
static unsigned skipped;

static int one_more(void *context, unsigned long first, unsigned long last) {
  unsigned long *ends = context; /* how many regions, and the last end */
  if (first != 0) ends[2]++;     /* what lies before a region is free */
  (void)last;
  ends[0]++;
  ends[1] = last;
  return 0;
}

/* Free segments: the gaps before, between and after regions. */
static unsigned long free_segments(void) {
  unsigned long ends[3] = {0, 0, 0};
  extent_walk(ex, one_more, ends);
  return ends[2] + (ends[0] == 0 || ends[1] != ~0ul);
}

static void begin(const struct line *line) {
  snprintf(name, sizeof name, "%s", line->words[1]);
  storage = storage_of(STORAGE);
  vm = NULL;
  ex = NULL;
  if (word_is(line, 2, "vmem"))
    vm = vmem_create_storage(name, 0, 0, 1, NULL, NULL, NULL, 0, VM_NOSLEEP, 0, storage, STORAGE);
  else
    ex = extent_create(name, 0, ~0ul, storage, STORAGE, EX_NOWAIT | EX_FILLED);
  check(vm != NULL || ex != NULL, "%s: not created", name);
}

static void replay_get(const struct line *line, uintptr_t size, uintptr_t align) {
  int expected = answer(line, 3), wide = 0;
  vmem_addr_t addr = 1;
  int error = vmem_xalloc(vm, size, align, 0, 0, VMEM_ADDR_MIN, VMEM_ADDR_MAX, VM_NOSLEEP | VM_BESTFIT, &addr);
  check(error == expected, "%s, line %d: %s instead of %s", name, line->number, answer_name(error),
        answer_name(expected));
  if (line->count > 4)
    check(addr == number(line, 4, &wide), "%s, line %d: placed at %#lx", name, line->number, (unsigned long)addr);
}

/* A region becomes available (add) or is taken out (sub); 'WRONG' ones must change nothing. */
static void replay_change(const struct line *line, uintptr_t first, uintptr_t size) {
  int wide = 0, tolerant = number(line, 3, &wide) != 0, wrong = word_is(line, 5, "WRONG"), error;
  int flags = EX_NOWAIT | (tolerant ? EX_CONFLICTOK : 0);
  panics = 0;
  if (word_is(line, 0, "add")) {
    error = extent_free(ex, first, size, flags);
    check(wrong == (panics != 0), "%s, line %d: %s", name, line->number, wrong ? "no panic" : panic_message);
  } else {
    error = extent_alloc_region(ex, first, size, flags);
  }
  check(wrong == (error != 0), "%s, line %d: %s", name, line->number, answer_name(error));
  unsigned long expected = number(line, 4, &wide);
  check(free_segments() == expected, "%s, line %d: %lu free segments instead of %lu", name, line->number,
        free_segments(), expected);
}

int main(int argc, char **argv) {
  FILE *file = open_cases(argc > 1 ? argv[1] : "fixtures/regions.cases");
  struct line line;
  while (next_line(file, &line)) {
    if (word_is(&line, 0, "case")) {
      begin(&line);
      continue;
    }
    if (word_is(&line, 0, "end")) {
      if (vm != NULL) vmem_xfreeall(vm), vmem_destroy(vm);
      if (ex != NULL) extent_destroy(ex);
      give_back(storage);
      continue;
    }
    int wide = 0;
    uintptr_t a = number(&line, 1, &wide), b = number(&line, 2, &wide);
    if (wide) {
      skipped++;
      continue;
    }
    if (word_is(&line, 0, "span")) {
      check(vmem_add(vm, a, b, VM_NOSLEEP) == 0, "%s, line %d: span refused", name, line.number);
    } else if (word_is(&line, 0, "get")) {
      replay_get(&line, a, b);
    } else if (word_is(&line, 0, "exact")) {
      int error = vmem_xalloc_addr(vm, a, b, VM_NOSLEEP);
      check(error == answer(&line, 3), "%s, line %d: %s", name, line.number, answer_name(error));
    } else {
      replay_change(&line, a, b);
    }
    int broken = vm != NULL ? vmem_check(vm) : extent_check(ex);
    hold(broken == 0, "%s, line %d: invariant %d is broken", name, line.number, broken);
  }
  fclose(file);
  if (skipped != 0) printf("  %u lines with numbers over 32 bits left to the 64-bit build\n", skipped);
  check(skipped == (sizeof(void *) == 8 ? 0 : 2), "%u lines skipped", skipped);
  return finish("region cases");
}
