/*
 * The defaults of the library's hooks, and what Swift cannot say: Swift has no attribute for a weak definition,
 * and calls no function with a variable number of arguments.
 */
#include <tessera/vmem.h>

#define DEFAULT __attribute__((weak))

DEFAULT void tessera_panic(const char *message) {
  (void)message;
  __builtin_trap();
}

DEFAULT uintptr_t tessera_lock(uintptr_t *word, int ipl) {
  (void)ipl;
  while (__atomic_exchange_n(word, 1, __ATOMIC_ACQUIRE) != 0)
    while (__atomic_load_n(word, __ATOMIC_RELAXED) != 0)
      __builtin_ia32_pause();
  return 0;
}

DEFAULT void tessera_unlock(uintptr_t *word, int ipl, uintptr_t saved) {
  (void)ipl;
  (void)saved;
  __atomic_store_n(word, 0, __ATOMIC_RELEASE);
}

DEFAULT void *tessera_page_alloc(size_t size, int may_sleep) {
  (void)size;
  (void)may_sleep;
  return NULL;
}

DEFAULT void tessera_page_free(void *page, size_t size) {
  (void)page;
  (void)size;
}

DEFAULT int tessera_sleep(const volatile uintptr_t *count, uintptr_t seen, int catch_signals) {
  (void)count;
  (void)seen;
  (void)catch_signals;
  return EAGAIN;
}

DEFAULT void tessera_wake(const volatile uintptr_t *count) { (void)count; }

DEFAULT void tessera_print(const char *line) { (void)line; }

/* Swift's part: writes each line through put. */
typedef void(put_t)(void *context, const char *line);
void tessera_vmem_print(vmem_t *vm, int lists_segments, put_t *put, void *context);

struct printer {
  void (*pr)(const char *, ...);
};

static void put_line(void *context, const char *line) { ((struct printer *)context)->pr("%s\n", line); }

void vmem_print(uintptr_t vm, const char *modif, void (*pr)(const char *, ...)) {
  struct printer printer = {pr};
  int lists_segments = 0;
  for (; modif != NULL && *modif != 0; modif++)
    lists_segments |= *modif == 'a';
  tessera_vmem_print((vmem_t *)vm, lists_segments, put_line, &printer);
}
