/* The C program of the README: an arena in static storage. */
#include <stdio.h>
#include <tessera/vmem.h>

static uintptr_t storage[1024];

int main(void) {
  vmem_t *ports = vmem_create_storage("ioport", 0, 0x10000, 1, NULL, NULL, NULL, 0, VM_NOSLEEP, 0, storage,
                                      sizeof storage);
  vmem_addr_t base;
  if (ports == NULL || vmem_xalloc_addr(ports, 0x3f8, 8, VM_NOSLEEP) != 0) return 1;
  vmem_owner(ports, 0x3f8, "com0");
  if (vmem_xalloc(ports, 0x20, 0x20, 0, 0, 0x1000, 0xffff, VM_NOSLEEP | VM_BESTFIT, &base) != 0) return 1;
  printf("a device of 32 ports goes to %#lx\n", (unsigned long)base);
  printf("0x3f8 again: %s\n", vmem_xalloc_addr(ports, 0x3f8, 1, VM_NOSLEEP) == ENOMEM ? "taken" : "free");
  vmem_xfree(ports, base, 0x20);
  return 0;
}
