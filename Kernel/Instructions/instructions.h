// The instructions that Swift has no word for, one inline function each. Nothing here decides anything: order,
// checks and meaning are in Kernel/Machine. Only i386 has them; a host build sees an empty module.
#ifndef TESSERA_INSTRUCTIONS_H
#define TESSERA_INSTRUCTIONS_H
#include <stdint.h>
#if defined(__i386__)

#define INSTRUCTION static inline __attribute__((always_inline))

// Port input and output (Intel SDM 2A, IN; 2B, OUT).

INSTRUCTION void cpu_out8(uint16_t port, uint8_t value) {
  __asm__ volatile("outb %0, %1" : : "a"(value), "Nd"(port) : "memory");
}

INSTRUCTION void cpu_out16(uint16_t port, uint16_t value) {
  __asm__ volatile("outw %0, %1" : : "a"(value), "Nd"(port) : "memory");
}

INSTRUCTION void cpu_out32(uint16_t port, uint32_t value) {
  __asm__ volatile("outl %0, %1" : : "a"(value), "Nd"(port) : "memory");
}

INSTRUCTION uint8_t cpu_in8(uint16_t port) {
  uint8_t value;
  __asm__ volatile("inb %1, %0" : "=a"(value) : "Nd"(port) : "memory");
  return value;
}

INSTRUCTION uint16_t cpu_in16(uint16_t port) {
  uint16_t value;
  __asm__ volatile("inw %1, %0" : "=a"(value) : "Nd"(port) : "memory");
  return value;
}

INSTRUCTION uint32_t cpu_in32(uint16_t port) {
  uint32_t value;
  __asm__ volatile("inl %1, %0" : "=a"(value) : "Nd"(port) : "memory");
  return value;
}

// Reads and writes of device memory, each exactly once and as wide as it says.

INSTRUCTION uint8_t cpu_load8(uint32_t address) {
  uint8_t value;
  __asm__ volatile("movb (%1), %0" : "=q"(value) : "r"(address) : "memory");
  return value;
}

INSTRUCTION uint16_t cpu_load16(uint32_t address) {
  uint16_t value;
  __asm__ volatile("movw (%1), %0" : "=r"(value) : "r"(address) : "memory");
  return value;
}

INSTRUCTION uint32_t cpu_load32(uint32_t address) {
  uint32_t value;
  __asm__ volatile("movl (%1), %0" : "=r"(value) : "r"(address) : "memory");
  return value;
}

INSTRUCTION void cpu_store8(uint32_t address, uint8_t value) {
  __asm__ volatile("movb %0, (%1)" : : "q"(value), "r"(address) : "memory");
}

INSTRUCTION void cpu_store16(uint32_t address, uint16_t value) {
  __asm__ volatile("movw %0, (%1)" : : "r"(value), "r"(address) : "memory");
}

INSTRUCTION void cpu_store32(uint32_t address, uint32_t value) {
  __asm__ volatile("movl %0, (%1)" : : "r"(value), "r"(address) : "memory");
}

// Stores `value` into `count` words from `address` on, each in one piece, with one instruction (Intel SDM 2B, STOSD).
INSTRUCTION void cpu_fill32(uint32_t address, uint32_t value, uint32_t count) {
  __asm__ volatile("rep stosl" : "+D"(address), "+c"(count) : "a"(value) : "memory");
}

// Interrupt flag and idling.

INSTRUCTION uint32_t cpu_read_eflags(void) {
  uint32_t value;
  __asm__ volatile("pushfl; popl %0" : "=r"(value) : : "memory");
  return value;
}

INSTRUCTION void cpu_write_eflags(uint32_t value) {
  __asm__ volatile("pushl %0; popfl" : : "r"(value) : "memory", "cc");
}

INSTRUCTION void cpu_disable_interrupts(void) { __asm__ volatile("cli" : : : "memory"); }

// STI holds interrupts off until the next instruction has completed (Intel SDM 2B, STI), so that an interrupt
// that arrives between the two still ends the HLT.
INSTRUCTION void cpu_enable_interrupts_and_halt(void) { __asm__ volatile("sti; hlt" : : : "memory"); }

INSTRUCTION void cpu_enable_interrupts(void) { __asm__ volatile("sti" : : : "memory"); }

INSTRUCTION void cpu_halt(void) { __asm__ volatile("hlt" : : : "memory"); }

// Descriptor tables and the task register (Intel SDM 3A, 2.4).

INSTRUCTION void cpu_load_interrupt_table(uint32_t address, uint16_t limit) {
  struct __attribute__((packed)) {
    uint16_t limit;
    uint32_t address;
  } pointer = {limit, address};
  __asm__ volatile("lidt %0" : : "m"(pointer) : "memory");
}

INSTRUCTION void cpu_load_task_register(uint16_t selector) {
  __asm__ volatile("ltr %0" : : "r"(selector) : "memory");
}

// The frame pointer of the function that this is inlined into. Its mere use makes that function keep one.
INSTRUCTION uint32_t cpu_frame_pointer(void) { return (uint32_t)(uintptr_t)__builtin_frame_address(0); }

// CPUID (Intel SDM 2A). Only where bit 21 of EFLAGS can be changed: ask ProcessorFeatures.

struct CPUIDResult {
  uint32_t eax, ebx, ecx, edx;
};

INSTRUCTION struct CPUIDResult cpu_identify(uint32_t leaf) {
  struct CPUIDResult result;
  __asm__ volatile("cpuid"
                   : "=a"(result.eax), "=b"(result.ebx), "=c"(result.ecx), "=d"(result.edx)
                   : "a"(leaf), "c"(0));
  return result;
}

// The time stamp counter (Intel SDM 2B, RDTSC), in two halves: 64-bit shifts would need a library.

struct TimeStamp {
  uint32_t low, high;
};

INSTRUCTION struct TimeStamp cpu_read_time_stamp(void) {
  struct TimeStamp stamp;
  __asm__ volatile("rdtsc" : "=a"(stamp.low), "=d"(stamp.high) : : "memory");
  return stamp;
}

// For the benchmark: two instructions a turn, and a value that the compiler knows nothing about (no instruction at
// all).
INSTRUCTION void cpu_count_down(uint32_t turns) {
  __asm__ volatile("1: decl %0\n jnz 1b" : "+r"(turns));
}

INSTRUCTION uint32_t cpu_opaque(uint32_t value) {
  __asm__ volatile("" : "+r"(value));
  return value;
}

// Enters the vector's gate as if an interrupt had come, for the tests of the stubs.
#define cpu_software_interrupt(vector) __asm__ volatile("int %0" : : "i"(vector) : "memory")
INSTRUCTION void cpu_interrupt_line5(void) { cpu_software_interrupt(37); }
INSTRUCTION void cpu_interrupt_line7(void) { cpu_software_interrupt(39); }
INSTRUCTION void cpu_interrupt_line15(void) { cpu_software_interrupt(47); }

// Control registers (Intel SDM 3A, 2.5). CR4 exists only where CPUID does.

INSTRUCTION uint32_t cpu_read_cr0(void) {
  uint32_t value;
  __asm__ volatile("movl %%cr0, %0" : "=r"(value) : : "memory");
  return value;
}

// Puts x87 into its first state (Intel SDM 2A, FNINIT). The kernel itself uses none.
INSTRUCTION void cpu_reset_x87(void) { __asm__ volatile("fninit" : : : "memory"); }

INSTRUCTION void cpu_write_cr0(uint32_t value) { __asm__ volatile("movl %0, %%cr0" : : "r"(value) : "memory"); }

INSTRUCTION uint32_t cpu_read_cr2(void) {
  uint32_t value;
  __asm__ volatile("movl %%cr2, %0" : "=r"(value) : : "memory");
  return value;
}

INSTRUCTION uint32_t cpu_read_cr3(void) {
  uint32_t value;
  __asm__ volatile("movl %%cr3, %0" : "=r"(value) : : "memory");
  return value;
}

INSTRUCTION void cpu_write_cr3(uint32_t value) { __asm__ volatile("movl %0, %%cr3" : : "r"(value) : "memory"); }

INSTRUCTION uint32_t cpu_read_cr4(void) {
  uint32_t value;
  __asm__ volatile("movl %%cr4, %0" : "=r"(value) : : "memory");
  return value;
}

INSTRUCTION void cpu_write_cr4(uint32_t value) { __asm__ volatile("movl %0, %%cr4" : : "r"(value) : "memory"); }

// Model-specific registers (Intel SDM 2B, RDMSR and WRMSR), in two halves.

struct ModelRegister {
  uint32_t low, high;
};

INSTRUCTION struct ModelRegister cpu_read_model_register(uint32_t number) {
  struct ModelRegister value;
  __asm__ volatile("rdmsr" : "=a"(value.low), "=d"(value.high) : "c"(number) : "memory");
  return value;
}

INSTRUCTION void cpu_write_model_register(uint32_t number, uint32_t low, uint32_t high) {
  __asm__ volatile("wrmsr" : : "c"(number), "a"(low), "d"(high) : "memory");
}

// Writes the caches back and empties them (Intel SDM 2B, WBINVD).
INSTRUCTION void cpu_flush_caches(void) { __asm__ volatile("wbinvd" : : : "memory"); }

// Drops the translation of the page that holds `address`, global ones and directory-level ones included
// (Intel SDM 3A, 4.10.4.1).
INSTRUCTION void cpu_invalidate_page(uint32_t address) {
  __asm__ volatile("invlpg (%0)" : : "r"(address) : "memory");
}

// Exchanges a word in memory, in one piece on every processor (Intel SDM 2D, XCHG: locked always).
INSTRUCTION uint32_t cpu_exchange(uint32_t *place, uint32_t value) {
  __asm__ volatile("xchgl %0, %1" : "+r"(value), "+m"(*place) : : "memory");
  return value;
}

// No instruction: the compiler moves no access to memory across it. The processor keeps stores in order anyway
// (Intel SDM 3A, 9.2.2).
INSTRUCTION void cpu_order_memory(void) { __asm__ volatile("" : : : "memory"); }

#undef INSTRUCTION
#endif
#endif
