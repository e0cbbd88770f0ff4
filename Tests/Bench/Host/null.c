/* The subject that answers at once. Its count is what the trace itself costs. */
#include "bench_hooks.h"

#define NOWHERE 4096

bool subject_create(uint32_t first, uint32_t count, uint32_t quantum, uint32_t cached_up_to, uint32_t segments) {
  (void)first, (void)count, (void)quantum, (void)cached_up_to, (void)segments;
  return true;
}
subject_answer subject_allocate(uint32_t count) { return (void)count, NOWHERE; }
subject_answer subject_allocate_best(uint32_t count) { return (void)count, NOWHERE; }
subject_answer subject_allocate_first(uint32_t count) { return (void)count, NOWHERE; }
subject_answer subject_allocate_next(uint32_t count) { return (void)count, NOWHERE; }
subject_answer subject_allocate_bounded(uint32_t count, uint32_t alignment, uint32_t first, uint32_t last) {
  return (void)count, (void)alignment, (void)first, (void)last, NOWHERE;
}
bool subject_claim(uint32_t address, uint32_t count) { return (void)address, (void)count, true; }
void subject_free(uint32_t address, uint32_t count) { (void)address, (void)count; }
void subject_free_bounded(uint32_t address, uint32_t count) { (void)address, (void)count; }
