/* The null subject with a known number of instructions added: 100 an allocation, 300 a constrained one, 50 a free.
 * What the harness reports for it shows whether the harness can be believed. */
#define subject_allocate null_allocate
#define subject_allocate_bounded null_allocate_bounded
#define subject_free null_free
#include "null.c"
#undef subject_allocate
#undef subject_allocate_bounded
#undef subject_free

#define EXECUTE(count) __asm__ volatile(".rept " #count "\n nop\n .endr")

subject_answer subject_allocate(subject_t s, uint32_t count) {
  EXECUTE(100);
  return (void)s, (void)count, NOWHERE;
}

subject_answer subject_allocate_bounded(subject_t s, uint32_t count, uint32_t alignment, uint32_t first,
                                        uint32_t last) {
  EXECUTE(300);
  return (void)s, (void)count, (void)alignment, (void)first, (void)last, NOWHERE;
}

void subject_free(subject_t s, uint32_t address, uint32_t count) {
  EXECUTE(50);
  (void)s, (void)address, (void)count;
}
