/*
 * The random part of the UNITTEST in NetBSD's sys/kern/subr_vmem.c, told by its description: the spans and the mix
 * of calls of the case netbsd_unittest, until an allocation fails, then frees until little is left, and again. After
 * every call nothing overlaps, every constraint holds and the sizes add up.
 */
#include "harness.h"

#include <errno.h>
#include <tessera/vmem.h>

#define STORAGE (1 << 20)
#define LIVE 4096

static struct {
  vmem_addr_t first, last;
  vmem_size_t size;
} live[LIVE];
static unsigned live_count;
static vmem_t *vm;

static const struct {
  vmem_addr_t first;
  vmem_size_t size;
} spans[] = {
    {0x0, 0x32},       {0x64, 0xc8}, {0x7d0, 0x1}, {0x9c40, 0x10000}, {0x2710, 0x2710}, {0x1f4, 0x3e8},
    {(vmem_addr_t)0xffffff00, 0x100},
};

static int lies_in_a_span(vmem_addr_t first, vmem_addr_t last) {
  for (unsigned i = 0; i < sizeof spans / sizeof spans[0]; i++)
    if (first >= spans[i].first && last <= spans[i].first + (spans[i].size - 1) && first <= last) return 1;
  return 0;
}

static int overlaps_nothing(vmem_addr_t first, vmem_addr_t last) {
  for (unsigned i = 0; i < live_count; i++)
    if (first <= live[i].last && live[i].first <= last) return 0;
  return 1;
}

/* One allocation as the original draws it; whether it succeeded. */
static int allocate(int constrained) {
  vmem_size_t size = draw_below(500) + 1, align = 0, phase = 0, nocross = 0;
  vmem_addr_t min = VMEM_ADDR_MIN, max = VMEM_ADDR_MAX, addr;
  vm_flag_t fit = draw_below(2) ? VM_INSTANTFIT : VM_BESTFIT;
  int error;
  if (constrained) {
    align = (vmem_size_t)1 << draw_below(15);
    phase = draw_below(65536);
    if (phase >= align) phase = 0;
    nocross = (vmem_size_t)1 << draw_below(15);
    /* The original leaves out a boundary that the phase would cross; here also one that is below the size. */
    if (nocross < size || ((phase ^ (phase + size - 1)) & ~(nocross - 1)) != 0) nocross = 0;
    do {
      min = draw_below(50000);
      max = draw_below(70000);
    } while (min > max);
    error = vmem_xalloc(vm, size, align, phase, nocross, min, max, VM_NOSLEEP | fit, &addr);
  } else {
    error = vmem_alloc(vm, size, VM_NOSLEEP | fit, &addr);
  }
  hold(error == 0 || error == ENOMEM, "%s", answer_name(error));
  if (error != 0) return 0;
  vmem_addr_t last = addr + (size - 1);
  hold(addr >= min && last <= max, "bounds: %#lx size %#lx", (unsigned long)addr, (unsigned long)size);
  hold(align == 0 || (addr & (align - 1)) == phase, "alignment: %#lx", (unsigned long)addr);
  hold(nocross == 0 || ((addr ^ last) & ~(nocross - 1)) == 0, "boundary: %#lx", (unsigned long)addr);
  hold(lies_in_a_span(addr, last), "outside the spans: %#lx", (unsigned long)addr);
  hold(overlaps_nothing(addr, last), "handed out twice: %#lx", (unsigned long)addr);
  live[live_count].first = addr;
  live[live_count].last = last;
  live[live_count++].size = size;
  return 1;
}

static void give_one_back(void) {
  unsigned i = draw_below(live_count);
  vmem_free(vm, live[i].first, live[i].size);
  live[i] = live[--live_count];
}

int main(void) {
  void *storage = storage_of(STORAGE);
  vm = vmem_create_storage("unittest", 0, 0, 1, NULL, NULL, NULL, 0, VM_NOSLEEP, 0, storage, STORAGE);
  check(vm != NULL, "not created");
  vmem_size_t total = 0;
  for (unsigned i = 0; i < sizeof spans / sizeof spans[0]; i++) {
    check(vmem_add(vm, spans[i].first, spans[i].size, VM_NOSLEEP) == 0, "span %u", i);
    total += spans[i].size;
  }
  for (int round = 0; round < 20; round++) {
    unsigned failures = 0;
    while (failures < 8 && live_count < LIVE) {
      uint32_t t = draw_below(100);
      if (t > 45)
        failures += !allocate(t > 70);
      else if (live_count != 0)
        give_one_back();
    }
    vmem_size_t used = 0;
    for (unsigned i = 0; i < live_count; i++) used += live[i].size;
    check(vmem_size(vm, VMEM_ALLOC) == used && vmem_size(vm, VMEM_ALLOC | VMEM_FREE) == total, "round %d: sizes", round);
    check(vmem_check(vm) == 0, "round %d: invariant %d is broken", round, vmem_check(vm));
    while (live_count > 10) give_one_back();
  }
  while (live_count != 0) give_one_back();
  check(vmem_size(vm, VMEM_FREE) == total && panics == 0, "all back, %d panics", panics);
  vmem_destroy(vm);
  give_back(storage);
  return finish("vmem unit test");
}
