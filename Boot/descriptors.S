// The global descriptor table: flat segments and two task states. Format: Intel SDM 3A, 3.4.5 and 7.2.2.
// It stays writable: the processor itself sets the busy bit of a task state's descriptor.
#if defined(__i386__)
#include "include/layout.h"

	.section .data.boot_gdt, "aw"
	.balign 8
	.globl boot_gdt
boot_gdt:
	.quad 0
	.quad 0x00CF9B000000FFFF // 0x08: code, base 0, limit 4 GiB, ring 0, read and execute, accessed
	.quad 0x00CF93000000FFFF // 0x10: data, base 0, limit 4 GiB, ring 0, read and write, accessed
	.quad 0 // 0x18: the kernel's task state; the linker cannot split an address, Machine fills it in
	.quad 0 // 0x20: the double fault's task state
boot_gdt_end:

	.globl boot_gdt_pointer
boot_gdt_pointer:
	.word boot_gdt_end - boot_gdt - 1
	.long boot_gdt
#endif
