// Numbers that the assembly shares with the linker script and with Kernel/Machine. Each is derived here.
#pragma once

// Virtual address of physical 0. The upper 1 GiB of the address space belongs to the kernel: its first
// half is the direct map, its second half the `kva` arena.
#define KERNEL_BASE 0xC0000000

#define PAGE_SIZE 4096

// Entries of a page directory or page table (Intel SDM 3A, 4.3, table 4-5 and 4-6).
#define ENTRY_PRESENT 0x001
#define ENTRY_WRITABLE 0x002

// Directory index of KERNEL_BASE: its upper ten bits.
#define KERNEL_DIRECTORY_INDEX (KERNEL_BASE >> 22)

// Page tables that exist before any memory is known: two map 8 MiB. See the assertion in kernel.ld.
#define BOOT_TABLES 2

// CR0 (Intel SDM 3A, 2.5).
#define CR0_PE 0x00000001 // protected mode
#define CR0_EM 0x00000004 // an x87 instruction faults (#NM): the kernel has none, and this proves it
#define CR0_ET 0x00000010 // fixed to 1
#define CR0_NE 0x00000020 // x87 errors as exceptions, never as an interrupt
#define CR0_WP 0x00010000 // read-only pages are read-only for the kernel too
#define CR0_PG 0x80000000 // paging

// Bytes that are never mapped, under every stack. No function's frame is larger (`make test` checks it), so the
// first frame that does not fit faults instead of reaching behind: Machine-I3.
#define STACK_GUARD_SIZE 8192

// The boot stack: see Machine.md for what was measured.
#define BOOT_STACK_SIZE 65536

// The double fault's stack: it runs the report and nothing else.
#define DOUBLE_FAULT_STACK_SIZE 8192

// Segment selectors: index into the descriptor table times 8 (Boot/descriptors.S).
#define KERNEL_CODE_SELECTOR 0x08
#define KERNEL_DATA_SELECTOR 0x10
#define KERNEL_TASK_SELECTOR 0x18
#define DOUBLE_FAULT_TASK_SELECTOR 0x20

// Vectors with a stub: 32 exceptions of the processor, 16 interrupt lines of the two PICs (32...47), 16 for the
// local APIC's timer and messages between processors (48...63; the spurious one must end in binary 1111 on the
// first local APICs, Intel SDM 3A, 11.9).
#define TRAP_VECTORS 64

// A number for Swift's own traps that no vector has.
#define TRAP_VECTOR_SWIFT 256

// Bytes between two stubs: push imm8 twice and jmp rel32 are 9, the next power of two is 16.
#define TRAP_STUB_SIZE 16

// Storage of each bus arena before memory is up: 96 claims, two tags of 20 bytes each, a sixth of that for the index by
// address, a bucket for each two tags, and the arena itself with its free lists.
#define BUS_ARENA_STORAGE 8192

// The same for the 16 interrupt lines, each a claim of its own.
#define INTERRUPT_ARENA_STORAGE 3072

// The table of handles before memory is up: 16 regions in records of 24 bytes, and the table itself.
#define HANDLE_TABLE_STORAGE 448
