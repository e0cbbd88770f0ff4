/*
 * The defaults of the library's hooks, and what Swift cannot say: Swift has no attribute for a weak definition,
 * and calls no function with a variable number of arguments.
 */
#include <tessera/bus_space.h>
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

DEFAULT int tessera_bus_map(bus_addr_t first, bus_size_t size_minus_one, int flags, uintptr_t *address) {
  (void)size_minus_one;
  (void)flags;
  *address = first;
  return 0;
}

DEFAULT void tessera_bus_unmap(uintptr_t address, bus_size_t size_minus_one) {
  (void)address;
  (void)size_minus_one;
}

DEFAULT uint32_t tessera_bus_read(int type, uintptr_t address, int width) {
  if (type == BUS_SPACE_TYPE_IO) {
    uint16_t port = (uint16_t)address;
    uint32_t value = 0;
    if (width == 1)
      __asm__ volatile("in{b %1, %b0| %b0, %1}" : "+a"(value) : "Nd"(port) : "memory");
    else if (width == 2)
      __asm__ volatile("in{w %1, %w0| %w0, %1}" : "+a"(value) : "Nd"(port) : "memory");
    else
      __asm__ volatile("in{l %1, %0| %0, %1}" : "=a"(value) : "Nd"(port) : "memory");
    return value;
  }
  if (width == 1)
    return *(const volatile uint8_t *)address;
  if (width == 2)
    return *(const volatile uint16_t *)address;
  return *(const volatile uint32_t *)address;
}

DEFAULT void tessera_bus_write(int type, uintptr_t address, uint32_t value, int width) {
  if (type == BUS_SPACE_TYPE_IO) {
    uint16_t port = (uint16_t)address;
    if (width == 1)
      __asm__ volatile("out{b %b0, %1| %1, %b0}" : : "a"(value), "Nd"(port) : "memory");
    else if (width == 2)
      __asm__ volatile("out{w %w0, %1| %1, %w0}" : : "a"(value), "Nd"(port) : "memory");
    else
      __asm__ volatile("out{l %0, %1| %1, %0}" : : "a"(value), "Nd"(port) : "memory");
  } else if (width == 1) {
    *(volatile uint8_t *)address = (uint8_t)value;
  } else if (width == 2) {
    *(volatile uint16_t *)address = (uint16_t)value;
  } else {
    *(volatile uint32_t *)address = value;
  }
}

DEFAULT void tessera_bus_barrier(int flags) {
  (void)flags;
  __atomic_thread_fence(__ATOMIC_SEQ_CST);
}

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
