/*
 * A kernel in miniature that is not Tessera's. It has no memory map, no paging and no heap, and manages its I/O
 * ports with Tessera's library from its first line on: what it touches, it has claimed.
 */
#include <stddef.h>
#include <stdint.h>
#include <tessera/extent.h>
#include <tessera/vmem.h>

/* --- What any freestanding C program has to bring -------------------------------------------------------- */

void *memcpy(void *to, const void *from, size_t size) {
  unsigned char *t = to;
  const unsigned char *f = from;
  while (size-- != 0) *t++ = *f++;
  return to;
}

void *memmove(void *to, const void *from, size_t size) {
  unsigned char *t = to;
  const unsigned char *f = from;
  if (t < f) return memcpy(to, from, size);
  while (size-- != 0) t[size] = f[size];
  return to;
}

void *memset(void *to, int value, size_t size) {
  unsigned char *t = to;
  while (size-- != 0) *t++ = (unsigned char)value;
  return to;
}

/* --- The machine ----------------------------------------------------------------------------------------- */

#define COM1 0x3f8
#define DEBUG_EXIT 0xf4

static void out(uint16_t port, uint8_t value) { __asm__ volatile("outb %0, %1" : : "a"(value), "Nd"(port)); }

static uint8_t in(uint16_t port) {
  uint8_t value;
  __asm__ volatile("inb %1, %0" : "=a"(value) : "Nd"(port));
  return value;
}

static void leave(uint8_t value) {
  out(DEBUG_EXIT, value); /* QEMU ends with (value << 1) | 1 */
  for (;;) __asm__ volatile("cli; hlt");
}

static void put(const char *text) {
  for (; *text != 0; text++) {
    while ((in(COM1 + 5) & 0x20) == 0) {}
    out(COM1, (uint8_t)*text);
  }
}

static void put_number(uintptr_t number) {
  char digits[] = "0x00000000";
  for (int i = 9; i > 1; i--, number >>= 4) digits[i] = "0123456789abcdef"[number & 15];
  put(digits);
}

/* --- Tessera's hooks --------------------------------------------------------------------------------------- */

static int panics_expected;

void tessera_panic(const char *message) {
  put("panic: ");
  put(message);
  put("\n");
  if (panics_expected-- == 0) leave(48); /* 97 */
}

void tessera_print(const char *line) {
  put(line);
  put("\n");
}

/* --- The kernel ------------------------------------------------------------------------------------------ */

static uintptr_t port_storage[1024], irq_storage[1024];

static const struct {
  uint16_t first, last;
  const char *driver;
} devices[] = {
    {0x20, 0x21, "pic"}, {0x40, 0x43, "pit"}, {0x60, 0x60, "keyboard"}, {0x70, 0x71, "rtc"}, {0xf4, 0xf7, "exit"},
};

static int checks;

static void expect(int held, const char *what) {
  if (held) {
    checks++;
    return;
  }
  put("failed: ");
  put(what);
  put("\n");
  leave(32); /* 65 */
}

static int show(void *context, const vmem_segment_t *segment) {
  (void)context;
  put_number(segment->first);
  put("-");
  put_number(segment->last);
  put(" ");
  put(segment->owner != NULL ? segment->owner : "?");
  put("\n");
  return 0;
}

static void manage_ports(void) {
  vmem_t *ports = vmem_create_storage("ioport", 0, 0x10000, 1, NULL, NULL, NULL, 0, VM_NOSLEEP, 0, port_storage,
                                      sizeof port_storage);
  if (ports == NULL || vmem_xalloc_addr(ports, COM1, 8, VM_NOSLEEP) != 0) leave(32);
  /* From here on the serial line is ours. */
  put("downstream kernel: ");
  put_number(vmem_size(ports, VMEM_FREE));
  put(" ports free\n");
  expect(vmem_owner(ports, COM1, "serial") == 0, "a label");
  for (unsigned i = 0; i < sizeof devices / sizeof devices[0]; i++) {
    vmem_size_t size = devices[i].last - devices[i].first + 1u;
    expect(vmem_xalloc_addr(ports, devices[i].first, size, VM_NOSLEEP) == 0, "a device's ports");
    expect(vmem_owner(ports, devices[i].first, devices[i].driver) == 0, "their label");
  }
  expect(vmem_xalloc_addr(ports, 0x3fc, 1, VM_NOSLEEP) == ENOMEM, "a port that is taken");
  vmem_addr_t base;
  expect(vmem_xalloc(ports, 0x20, 0x20, 0, 0x100, 0x1000, 0xffff, VM_NOSLEEP | VM_BESTFIT, &base) == 0 && base == 0x1000,
         "ports for a card");
  expect(vmem_tryfree(ports, 0x1010, 8) == 0, "a part of them");
  panics_expected = 1;
  vmem_xfree(ports, 0x1000, 0x20);
  expect(panics_expected == 0, "a wrong free panics");
  vmem_xfree(ports, 0x1000, 0x10);
  vmem_xfree(ports, 0x1018, 8);
  vmem_walk(ports, VMEM_ALLOC, show, NULL);
  expect(vmem_check(ports) == 0, "the arena is sound");
}

static void manage_interrupts(void) {
  struct extent *irqs = extent_create("irq", 0, 15, irq_storage, sizeof irq_storage, EX_NOWAIT);
  unsigned long irq;
  expect(irqs != NULL && extent_alloc_region(irqs, 0, 3, EX_NOWAIT) == 0, "timer, keyboard, cascade");
  expect(extent_alloc(irqs, 1, EX_NOALIGN, EX_NOBOUNDARY, EX_FAST, &irq) == 0 && irq == 3, "the first free line");
  expect(extent_alloc_region(irqs, 2, 1, EX_NOWAIT) == EAGAIN, "a line that is taken");
  extent_print(irqs);
  expect(extent_free(irqs, 1, 1, EX_NOWAIT) == 0 && extent_check(irqs) == 0, "a line from the middle");
}

void kernel_main(void) {
  manage_ports();
  manage_interrupts();
  put("downstream kernel: every check held\n");
  leave(checks == 20 ? 16 : 32); /* 33 */
}
