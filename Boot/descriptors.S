// The global descriptor table: flat segments. Format: Intel SDM 3A, 3.4.5.
#if defined(__i386__)
#include "layout.h"

	.section .data.boot_gdt, "aw"
	.balign 8
	.globl boot_gdt
boot_gdt:
	.quad 0
	.quad 0x00CF9B000000FFFF // 0x08: code, base 0, limit 4 GiB, ring 0, read and execute, accessed
	.quad 0x00CF93000000FFFF // 0x10: data, base 0, limit 4 GiB, ring 0, read and write, accessed
boot_gdt_end:

	.globl boot_gdt_pointer
boot_gdt_pointer:
	.word boot_gdt_end - boot_gdt - 1
	.long boot_gdt
#endif
