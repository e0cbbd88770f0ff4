// What an image may be linked with beside the kernel: self-tests of modules that the kernel itself does not use. In the
// plain image the function is at address 0 (Linker/kernel.ld). Only C can say that a function may be missing.
#ifndef TESSERA_EXTENSION_H
#define TESSERA_EXTENSION_H
#include <stdint.h>
#if defined(__i386__)

// What the kernel offers to it. The first argument of each function is of no use.
typedef struct {
  // Leaf 1 of CPUID, register EDX; 0 without CPUID.
  uint32_t features;
  void *_Nullable (*_Nonnull allocate)(void *_Nullable, intptr_t size, intptr_t alignment);
  void (*_Nonnull free)(void *_Nullable, void *_Nonnull object);
} KernelServices;

// Runs test `number`: the line of the first expectation that failed, 0 for none.
extern uint32_t kernel_extension(const KernelServices *_Nonnull services, uint32_t number) __attribute__((weak));

static inline uint32_t kernel_is_extended(void) { return kernel_extension != 0; }

#endif
#endif
