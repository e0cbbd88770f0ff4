// The instructions that Swift has no word for, one inline function each. Nothing here decides anything: order,
// checks and meaning are in Kernel/Machine. Only i386 has them; a host build sees an empty module.
#ifndef TESSERA_INSTRUCTIONS_H
#define TESSERA_INSTRUCTIONS_H
#include <stdint.h>
#if defined(__i386__)

// Port input and output (Intel SDM 2A, IN; 2B, OUT).

static inline void cpu_out8(uint16_t port, uint8_t value) {
  __asm__ volatile("outb %0, %1" : : "a"(value), "Nd"(port) : "memory");
}

static inline void cpu_out16(uint16_t port, uint16_t value) {
  __asm__ volatile("outw %0, %1" : : "a"(value), "Nd"(port) : "memory");
}

static inline void cpu_out32(uint16_t port, uint32_t value) {
  __asm__ volatile("outl %0, %1" : : "a"(value), "Nd"(port) : "memory");
}

static inline uint8_t cpu_in8(uint16_t port) {
  uint8_t value;
  __asm__ volatile("inb %1, %0" : "=a"(value) : "Nd"(port) : "memory");
  return value;
}

static inline uint16_t cpu_in16(uint16_t port) {
  uint16_t value;
  __asm__ volatile("inw %1, %0" : "=a"(value) : "Nd"(port) : "memory");
  return value;
}

static inline uint32_t cpu_in32(uint16_t port) {
  uint32_t value;
  __asm__ volatile("inl %1, %0" : "=a"(value) : "Nd"(port) : "memory");
  return value;
}

// Interrupt flag and idling.

static inline uint32_t cpu_read_eflags(void) {
  uint32_t value;
  __asm__ volatile("pushfl; popl %0" : "=r"(value) : : "memory");
  return value;
}

static inline void cpu_write_eflags(uint32_t value) {
  __asm__ volatile("pushl %0; popfl" : : "r"(value) : "memory", "cc");
}

static inline void cpu_disable_interrupts(void) { __asm__ volatile("cli" : : : "memory"); }

// STI holds interrupts off until the next instruction has completed (Intel SDM 2B, STI), so that an interrupt
// that arrives between the two still ends the HLT.
static inline void cpu_enable_interrupts_and_halt(void) { __asm__ volatile("sti; hlt" : : : "memory"); }

static inline void cpu_enable_interrupts(void) { __asm__ volatile("sti" : : : "memory"); }

static inline void cpu_halt(void) { __asm__ volatile("hlt" : : : "memory"); }

// Control registers (Intel SDM 3A, 2.5). CR4 exists only where CPUID does.

static inline uint32_t cpu_read_cr0(void) {
  uint32_t value;
  __asm__ volatile("movl %%cr0, %0" : "=r"(value) : : "memory");
  return value;
}

static inline void cpu_write_cr0(uint32_t value) { __asm__ volatile("movl %0, %%cr0" : : "r"(value) : "memory"); }

static inline uint32_t cpu_read_cr2(void) {
  uint32_t value;
  __asm__ volatile("movl %%cr2, %0" : "=r"(value) : : "memory");
  return value;
}

static inline uint32_t cpu_read_cr3(void) {
  uint32_t value;
  __asm__ volatile("movl %%cr3, %0" : "=r"(value) : : "memory");
  return value;
}

static inline void cpu_write_cr3(uint32_t value) { __asm__ volatile("movl %0, %%cr3" : : "r"(value) : "memory"); }

static inline uint32_t cpu_read_cr4(void) {
  uint32_t value;
  __asm__ volatile("movl %%cr4, %0" : "=r"(value) : : "memory");
  return value;
}

static inline void cpu_write_cr4(uint32_t value) { __asm__ volatile("movl %0, %%cr4" : : "r"(value) : "memory"); }

// Drops the translation of the page that holds `address`, global ones and directory-level ones included
// (Intel SDM 3A, 4.10.4.1).
static inline void cpu_invalidate_page(uint32_t address) {
  __asm__ volatile("invlpg (%0)" : : "r"(address) : "memory");
}

#endif
#endif
