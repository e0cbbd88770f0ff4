// Where exceptions and interrupts enter the kernel: one stub a vector makes every entry look the same, then
// one common path saves the registers and calls Swift.
//
// The frame that Swift sees (struct TrapFrame in include/boot.h), lowest address first:
//
//   +0  edi esi ebp esp ebx edx ecx eax   pushal; its esp is the address of `vector` below
//   +32 vector
//   +36 error                             0 where the processor pushes none
//   +40 eip cs eflags                     by the processor; no ss:esp, as nothing runs outside ring 0
//
// Segment registers are not saved: the kernel has one flat code and one flat data segment and never changes
// them. The direction flag is cleared because memmove may be interrupted while it is set.
#if defined(__i386__)
#include "include/layout.h"

// Vectors for which the processor pushes an error code (Intel SDM 3A, table 6-1): 8, 10...14, 17, 21, 29, 30.
#define PUSHES_ERROR_CODE                                                                                    \
	((1 << 8) | (1 << 10) | (1 << 11) | (1 << 12) | (1 << 13) | (1 << 14) | (1 << 17) | (1 << 21) |      \
	 (1 << 29) | (1 << 30))

	.section .text.trap_stubs, "ax"
	.set vector, 0
	.rept TRAP_VECTORS
	.balign TRAP_STUB_SIZE, 0xCC
	.ifeq vector
	.globl trap_stubs
trap_stubs:
	.endif
	.if vector >= 32 || !((PUSHES_ERROR_CODE >> vector) & 1)
	pushl $0
	.endif
	pushl $vector
	jmp trap_common
	.set vector, vector + 1
	.endr

	.balign 16
	.type trap_common, @function
trap_common:
	pushal
	cld
	movl %esp, %eax
	// A frame of the usual shape, so that a walk along EBP finds the interrupted instruction.
	pushl 40(%eax)
	pushl %ebp
	movl %esp, %ebp
	pushl %eax
	call kernel_trap_entry
	addl $12, %esp
	popal
	addl $8, %esp // vector and error code
	iret
	.size trap_common, . - trap_common

// Where Swift's own traps (bounds, overflow, precondition) call: `-trap-function` in the toolset. The call
// changed no register, so the frame of an exception can be built with the caller's values. EIP is one less
// than the return address: inside the call instruction, and thus on the line that trapped.
	.section .text.kernel_trap, "ax"
	.globl kernel_trap
	.type kernel_trap, @function
kernel_trap:
	leal -16(%esp), %esp // vector, error, eip, cs; the return address's slot becomes eflags
	pushal
	pushfl
	popl %ecx
	cld
	movl 48(%esp), %eax
	decl %eax
	movl $TRAP_VECTOR_SWIFT, 32(%esp)
	movl $0, 36(%esp)
	movl %eax, 40(%esp)
	movl $KERNEL_CODE_SELECTOR, 44(%esp)
	movl %ecx, 48(%esp)
	movl %esp, %eax
	pushl %eax
	call kernel_trap_entry
1:	cli
	hlt
	jmp 1b
	.size kernel_trap, . - kernel_trap

// The double fault's own task (Intel SDM 3A, 6.15 and 7.3): the processor comes here by a task switch, on a
// stack and a page directory of its own, with the error code (always 0) pushed. The registers of the code that
// died are in the TSS that was current. Nothing can be resumed, so the task never returns.
	.section .text.double_fault_entry, "ax"
	.globl double_fault_entry
	.type double_fault_entry, @function
double_fault_entry:
	cld
	xorl %ebp, %ebp
	call kernel_double_fault
1:	cli
	hlt
	jmp 1b
	.size double_fault_entry, . - double_fault_entry

	.section .bss.trap_tables, "aw", @nobits
	.balign 8
	.globl interrupt_descriptors
interrupt_descriptors:
	.space TRAP_VECTORS * 8
	// One C function pointer and one context word a vector.
	.globl interrupt_handlers
interrupt_handlers:
	.space TRAP_VECTORS * 8
	// Task state segments: neither may cross a page (Intel SDM 3A, 7.2.1), hence 128 for 104 bytes each.
	.balign 128
	.globl kernel_task_state
kernel_task_state:
	.space 128
	.globl double_fault_task_state
double_fault_task_state:
	.space 128

	.section .bss.page_aligned, "aw", @nobits
	.balign PAGE_SIZE
	.globl double_fault_page_directory
double_fault_page_directory:
	.space PAGE_SIZE
	.globl double_fault_stack_guard
double_fault_stack_guard:
	.space STACK_GUARD_SIZE
	.globl double_fault_stack
double_fault_stack:
	.space DOUBLE_FAULT_STACK_SIZE
	.globl double_fault_stack_top
double_fault_stack_top:
#endif
