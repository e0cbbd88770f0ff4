/* The subject that answers at once. Its count is what the trace itself costs. */
#include "bench_hooks.h"

#define NOWHERE 4096

static char somewhere;

subject_t subject_create(uint32_t first, uint32_t count, uint32_t quantum, uint32_t cached_up_to, uint32_t segments,
                         uint32_t index) {
  (void)index;
  (void)first, (void)count, (void)quantum, (void)cached_up_to, (void)segments;
  return &somewhere;
}
subject_answer subject_allocate(subject_t s, uint32_t count) { return (void)s, (void)count, NOWHERE; }
subject_answer subject_allocate_cached(subject_t s, uint32_t count) { return (void)s, (void)count, NOWHERE; }
subject_answer subject_allocate_best(subject_t s, uint32_t count) { return (void)s, (void)count, NOWHERE; }
subject_answer subject_allocate_first(subject_t s, uint32_t count) { return (void)s, (void)count, NOWHERE; }
subject_answer subject_allocate_next(subject_t s, uint32_t count) { return (void)s, (void)count, NOWHERE; }
subject_answer subject_allocate_bounded(subject_t s, uint32_t count, uint32_t alignment, uint32_t first,
                                        uint32_t last) {
  return (void)s, (void)count, (void)alignment, (void)first, (void)last, NOWHERE;
}
bool subject_claim(subject_t s, uint32_t address, uint32_t count) {
  return (void)s, (void)address, (void)count, true;
}
void subject_free(subject_t s, uint32_t address, uint32_t count) { (void)s, (void)address, (void)count; }
void subject_free_cached(subject_t s, uint32_t address, uint32_t count) { (void)s, (void)address, (void)count; }
void subject_free_bounded(subject_t s, uint32_t address, uint32_t count) { (void)s, (void)address, (void)count; }
