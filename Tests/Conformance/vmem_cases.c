/*
 * Replays fixtures/vmem.cases through vmem.h. Where the recorded placement is one of several right ones, ours is
 * checked against the constraints and then moved to the recorded place, so that the next line meets the arena
 * that it was recorded from.
 */
#include "harness.h"

#include <errno.h>
#include <tessera/vmem.h>

#define STORAGE 65536

static vmem_t *vm;
static char name[64];
static vmem_size_t quantum;

static void replay_span(const struct line *line) {
  int wide = 0;
  int error = vmem_add(vm, number(line, 1, &wide), number(line, 2, &wide), VM_NOSLEEP);
  check(error == answer(line, 3), "%s, line %d: vmem_add answers %s", name, line->number, answer_name(error));
}

static void replay_xalloc(const struct line *line) {
  int wide = 0;
  uintptr_t n[6] = {0};
  int constrained = word_is(line, 0, "xalloc");
  int numbers = constrained ? 6 : 1;
  for (int i = 0; i < numbers; i++) n[i] = number(line, i + 1, &wide);
  vmem_size_t size = n[0];
  vmem_addr_t min = constrained ? n[4] : VMEM_ADDR_MIN, max = constrained ? n[5] : VMEM_ADDR_MAX;
  vm_flag_t fit = VM_NOSLEEP | (word_is(line, numbers + 1, "BESTFIT") ? VM_BESTFIT : VM_INSTANTFIT);
  int expected = answer(line, numbers + 2);
  vmem_explanation_t why;
  int foretold = vmem_explain(vm, size, n[1], n[2], n[3], min, max, fit, &why);
  vmem_addr_t addr = 0x5a5a5a5a;
  int error = constrained ? vmem_xalloc(vm, size, n[1], n[2], n[3], min, max, fit, &addr)
                          : vmem_alloc(vm, size, fit, &addr);
  check(error == expected, "%s, line %d: %s instead of %s", name, line->number, answer_name(error),
        answer_name(expected));
  check(foretold == error, "%s, line %d: foretold %s, answered %s", name, line->number, answer_name(foretold),
        answer_name(error));
  if (error != 0) {
    check(addr == 0x5a5a5a5a, "%s, line %d: a failure wrote an address", name, line->number);
    return;
  }
  vmem_addr_t last = addr + (vmem_roundup_size(vm, size) - 1);
  vmem_size_t align = n[1] > quantum ? n[1] : quantum;
  int legal = addr >= min && last <= max && last >= addr && (addr & (align - 1)) == n[2] &&
              (n[3] == 0 || ((addr ^ last) & ~(n[3] - 1)) == 0);
  check(legal, "%s, line %d: %#lx breaks a constraint", name, line->number, (unsigned long)addr);
  if (line->count <= numbers + 3) return;
  vmem_addr_t recorded = number(line, numbers + 3, &wide);
  if (addr == recorded) return;
  vmem_xfree(vm, addr, size);
  error = vmem_xalloc_addr(vm, recorded, size, VM_NOSLEEP);
  check(error == 0, "%s, line %d: cannot be placed at %#lx", name, line->number, (unsigned long)recorded);
}

static void replay_xfree(const struct line *line) {
  int wide = 0;
  vmem_addr_t addr = number(line, 1, &wide);
  vmem_size_t size = number(line, 2, &wide);
  int wrong = word_is(line, 3, "WRONG");
  int panicked = PANICS(vmem_xfree(vm, addr, size));
  check(panicked == wrong, "%s, line %d: %s", name, line->number, wrong ? "no panic" : panic_message);
  if (wrong) check(strstr(panic_message, name) != NULL, "the panic does not name the arena: %s", panic_message);
}

static void replay_size(const struct line *line) {
  int wide = 0;
  uintptr_t allocated = number(line, 1, &wide), unused = number(line, 2, &wide);
  check(vmem_size(vm, VMEM_ALLOC) == allocated, "%s, line %d: allocated %#lx", name, line->number,
        (unsigned long)vmem_size(vm, VMEM_ALLOC));
  check(vmem_size(vm, VMEM_FREE) == unused, "%s, line %d: free %#lx", name, line->number,
        (unsigned long)vmem_size(vm, VMEM_FREE));
}

int main(int argc, char **argv) {
  FILE *file = open_cases(argc > 1 ? argv[1] : "fixtures/vmem.cases");
  struct line line;
  void *storage = NULL;
  int cases = 0;
  while (next_line(file, &line)) {
    if (word_is(&line, 0, "case")) {
      int wide = 0;
      storage = storage_of(STORAGE);
      snprintf(name, sizeof name, "%s", line.words[1]);
      quantum = number(&line, 2, &wide);
      vm = vmem_create_storage(name, 0, 0, quantum, NULL, NULL, NULL, 0, VM_NOSLEEP, 0, storage, STORAGE);
      if (!check(vm != NULL, "%s: not created", name)) break;
      cases++;
    } else if (word_is(&line, 0, "span")) {
      replay_span(&line);
    } else if (word_is(&line, 0, "xfree")) {
      replay_xfree(&line);
    } else if (word_is(&line, 0, "size")) {
      replay_size(&line);
    } else if (word_is(&line, 0, "end")) {
      vmem_xfreeall(vm);
      check(vmem_size(vm, VMEM_ALLOC) == 0, "%s: not empty after vmem_xfreeall", name);
      vmem_destroy(vm);
      give_back(storage);
      continue;
    } else {
      replay_xalloc(&line);
    }
    hold(vmem_check(vm) == 0, "%s, line %d: invariant %d is broken", name, line.number, vmem_check(vm));
  }
  fclose(file);
  check(cases == 16, "%d cases instead of 16", cases);
  return finish("vmem cases");
}
