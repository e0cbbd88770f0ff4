// What the assembly and the linker script share with Swift: addresses, and the layouts that the processor or a
// stub dictates. A C constant's address cannot be taken in Swift, so each is an inline function that returns a
// number.
#ifndef TESSERA_BOOT_H
#define TESSERA_BOOT_H
#include <stdint.h>
#include "layout.h"

// The registers of interrupted code, as traps.S pushes them.
struct TrapFrame {
  uint32_t edi, esi, ebp;
  uint32_t esp_at_vector; // what pushal saved: the address of `vector`
  uint32_t ebx, edx, ecx, eax;
  uint32_t vector, error;
  uint32_t eip, cs, eflags;
};

// A 32-bit task state segment (Intel SDM 3A, figure 7-2). Only the named fields are ever used.
struct TaskState {
  uint32_t previous_task;
  uint32_t esp0, ss0, esp1, ss1, esp2, ss2;
  uint32_t cr3, eip, eflags, eax, ecx, edx, ebx, esp, ebp, esi, edi;
  uint32_t es, cs, ss, ds, fs, gs, ldt;
  uint16_t debug_trap, io_map_base;
};

// An entry of interrupt_handlers.
struct InterruptHandler {
  void (*function)(uint32_t context);
  uint32_t context;
};

#if defined(__i386__)
#define BOOT_ADDRESS(symbol)                                                                                 \
  extern char symbol[];                                                                                      \
  static inline uint32_t address_of_##symbol(void) { return (uint32_t)(uintptr_t)symbol; }

// Virtual addresses; an `end` and a `top` is the first byte behind.
BOOT_ADDRESS(kernel_image_first)
BOOT_ADDRESS(kernel_text_end)
BOOT_ADDRESS(kernel_constants_end)
BOOT_ADDRESS(kernel_image_end)
BOOT_ADDRESS(boot_gdt)
BOOT_ADDRESS(boot_page_directory)
BOOT_ADDRESS(boot_stack_guard)
BOOT_ADDRESS(boot_stack)
BOOT_ADDRESS(boot_stack_top)
BOOT_ADDRESS(address_line_probe)
BOOT_ADDRESS(trap_stubs)
BOOT_ADDRESS(interrupt_descriptors)
BOOT_ADDRESS(interrupt_handlers)
BOOT_ADDRESS(kernel_task_state)
BOOT_ADDRESS(double_fault_task_state)
BOOT_ADDRESS(double_fault_entry)
BOOT_ADDRESS(double_fault_page_directory)
BOOT_ADDRESS(double_fault_stack_guard)
BOOT_ADDRESS(double_fault_stack)
BOOT_ADDRESS(double_fault_stack_top)
BOOT_ADDRESS(port_arena_storage)
BOOT_ADDRESS(memory_arena_storage)
BOOT_ADDRESS(interrupt_arena_storage)
BOOT_ADDRESS(handle_table_storage)
BOOT_ADDRESS(thread_first)
#undef BOOT_ADDRESS

// Boot/threads.S.
void thread_switch(uint32_t *saved, uint32_t resumed);
#endif
#endif
