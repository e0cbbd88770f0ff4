/* Asks what fixtures/wrong-answers.cases says that others answer wrongly, and wants one of the right answers. */
#include "harness.h"

#include <errno.h>
#include <tessera/extent.h>
#include <tessera/vmem.h>

#define STORAGE 65536

static int colon_after(const struct line *line, int index) {
  while (index < line->count && !word_is(line, index, ":")) index++;
  return index;
}

static void judge(const struct line *line, int feasible, int error, int no_space, uintptr_t addr) {
  int wide = 0, listed = 0;
  if (feasible == line->count) {
    check(error == no_space, "line %d: %s at %#lx, but nothing is feasible", line->number, answer_name(error),
          (unsigned long)addr);
    return;
  }
  for (int i = feasible; i < line->count; i++) listed |= addr == number(line, i, &wide);
  check(error == 0 && listed, "line %d: %s at %#lx, which is not feasible", line->number, answer_name(error),
        (unsigned long)addr);
}

static void ask_vmem(const struct line *line) {
  int wide = 0;
  uintptr_t n[6];
  for (int i = 0; i < 6; i++) n[i] = number(line, 4 + i, &wide);
  static const vm_flag_t fits[] = {VM_INSTANTFIT, VM_BESTFIT};
  for (int fit = 0; fit < 2; fit++) {
    void *storage = storage_of(STORAGE);
    vmem_t *vm = vmem_create_storage("wrong answers", number(line, 1, &wide), number(line, 2, &wide), 1, NULL, NULL,
                                     NULL, 0, VM_NOSLEEP, 0, storage, STORAGE);
    vmem_addr_t addr = 0;
    if (check(vm != NULL, "line %d: not created", line->number)) {
      int error = vmem_xalloc(vm, n[0], n[1], n[2], n[3], n[4], n[5], VM_NOSLEEP | fits[fit], &addr);
      judge(line, 11, error, ENOMEM, addr);
      check(vmem_check(vm) == 0, "line %d: invariant %d is broken", line->number, vmem_check(vm));
    }
    give_back(storage);
  }
}

static void ask_extent(const struct line *line) {
  int wide = 0, asked = colon_after(line, 1) + 1;
  uintptr_t n[7];
  for (int i = 0; i < 7; i++) n[i] = number(line, asked + i, &wide);
  void *storage = storage_of(STORAGE);
  struct extent *ex = extent_create("wrong answers", number(line, 1, &wide), number(line, 2, &wide), storage,
                                    STORAGE, EX_NOWAIT);
  if (check(ex != NULL, "line %d: not created", line->number)) {
    for (int i = 3; i < asked - 1; i++) {
      char *end;
      unsigned long first = strtoul(line->words[i], &end, 0), last = strtoul(end + 1, NULL, 0);
      check(extent_alloc_region(ex, first, last - first + 1, EX_NOWAIT) == 0, "line %d: region", line->number);
    }
    unsigned long result = 0;
    int error = extent_alloc_subregion1(ex, n[0], n[1], n[2], n[3], n[4], n[5], (int)n[6], &result);
    judge(line, asked + 8, error, EAGAIN, result);
    check(extent_check(ex) == 0, "line %d: invariant %d is broken", line->number, extent_check(ex));
  }
  give_back(storage);
}

int main(int argc, char **argv) {
  FILE *file = open_cases(argc > 1 ? argv[1] : "fixtures/wrong-answers.cases");
  struct line line;
  while (next_line(file, &line)) {
    if (word_is(&line, 0, "vmem"))
      ask_vmem(&line);
    else
      ask_extent(&line);
  }
  fclose(file);
  return finish("wrong answers of others");
}
