/* The C library behind the traces. vmem(9) has no first fit and no next fit: both are instant fit here. */
#include "bench_hooks.h"

#include <stdio.h>
#include <stdlib.h>
#include <tessera/vmem.h>

void tessera_panic(const char *message) {
  fprintf(stderr, "bench: %s\n", message);
  abort();
}

subject_t subject_create(uint32_t first, uint32_t count, uint32_t quantum, uint32_t cached_up_to, uint32_t segments,
                         uint32_t index) {
  (void)index;
  /* vmem_storage_size speaks of arenas without quantum caches. */
  size_t bytes = vmem_storage_size(1, segments) + (cached_up_to ? 65536 : 0);
  void *storage = bench_memory(bytes);
  if (storage == NULL) return NULL;
  return vmem_create_storage("bench", first, count, quantum, 0, 0, 0, cached_up_to, VM_NOSLEEP, 0, storage, bytes);
}

static inline subject_answer answer(int error, vmem_addr_t address) { return error ? SUBJECT_REFUSED : address; }

subject_answer subject_allocate(subject_t s, uint32_t count) {
  vmem_addr_t address;
  int error = vmem_alloc(s, count, VM_NOSLEEP | VM_INSTANTFIT, &address);
  return answer(error, address);
}

subject_answer subject_allocate_cached(subject_t s, uint32_t count) { return subject_allocate(s, count); }
subject_answer subject_allocate_best(subject_t s, uint32_t count) {
  vmem_addr_t address;
  int error = vmem_alloc(s, count, VM_NOSLEEP | VM_BESTFIT, &address);
  return answer(error, address);
}

subject_answer subject_allocate_first(subject_t s, uint32_t count) { return subject_allocate(s, count); }
subject_answer subject_allocate_next(subject_t s, uint32_t count) { return subject_allocate(s, count); }

subject_answer subject_allocate_bounded(subject_t s, uint32_t count, uint32_t alignment, uint32_t first,
                                        uint32_t last) {
  vmem_addr_t address;
  int error = vmem_xalloc(s, count, alignment, 0, 0, first, last, VM_NOSLEEP | VM_INSTANTFIT, &address);
  return answer(error, address);
}

bool subject_claim(subject_t s, uint32_t address, uint32_t count) {
  return vmem_xalloc_addr(s, address, count, VM_NOSLEEP | VM_INSTANTFIT) == 0;
}

void subject_free(subject_t s, uint32_t address, uint32_t count) { vmem_free(s, address, count); }
void subject_free_cached(subject_t s, uint32_t address, uint32_t count) { vmem_free(s, address, count); }
void subject_free_bounded(subject_t s, uint32_t address, uint32_t count) { vmem_xfree(s, address, count); }
