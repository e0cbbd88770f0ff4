#ifndef TESSERA_INSTRUCTIONS_H
#define TESSERA_INSTRUCTIONS_H
#include <stdint.h>
#if defined(__i386__)
static inline void cpu_out8(uint16_t port, uint8_t value) {
  __asm__ volatile("outb %0, %1" : : "a"(value), "Nd"(port));
}
static inline uint8_t cpu_in8(uint16_t port) {
  uint8_t value;
  __asm__ volatile("inb %1, %0" : "=a"(value) : "Nd"(port));
  return value;
}
#endif
#endif
