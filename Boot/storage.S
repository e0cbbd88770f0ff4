// Bytes for what must work before memory does: the arenas of the buses and of the interrupt lines, and the table
// of handles. How many claims and handles they hold is derived in Kernel/BusSpace/BusSpace.docc/BusSpace.md.
#if defined(__i386__)
#include "layout.h"

	.section .bss.static_storage, "aw", @nobits
	.balign 16
	.globl port_arena_storage
port_arena_storage:
	.space BUS_ARENA_STORAGE
	.globl memory_arena_storage
memory_arena_storage:
	.space BUS_ARENA_STORAGE
	.globl interrupt_arena_storage
interrupt_arena_storage:
	.space INTERRUPT_ARENA_STORAGE
	.globl handle_table_storage
handle_table_storage:
	.space HANDLE_TABLE_STORAGE
#endif
