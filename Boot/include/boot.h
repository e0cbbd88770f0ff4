// The addresses that the assembly and the linker script give to Swift. A C constant's address cannot be taken
// in Swift, so each is an inline function that returns a number.
#ifndef TESSERA_BOOT_H
#define TESSERA_BOOT_H
#include <stdint.h>

#define BOOT_ADDRESS(symbol)                                                                                 \
  extern char symbol[];                                                                                      \
  static inline uint32_t address_of_##symbol(void) { return (uint32_t)(uintptr_t)symbol; }

#if defined(__i386__)
// Virtual addresses; an `end` is the first byte behind.
BOOT_ADDRESS(kernel_image_first)
BOOT_ADDRESS(kernel_text_end)
BOOT_ADDRESS(kernel_constants_end)
BOOT_ADDRESS(kernel_image_end)
BOOT_ADDRESS(boot_page_directory)
BOOT_ADDRESS(boot_stack_guard)
BOOT_ADDRESS(boot_stack_top)
#endif
#undef BOOT_ADDRESS
#endif
