// How one thread makes way for another: what the i386 System V ABI wants kept across a call goes on the stack, and
// the stack pointer stands for the rest.
#if defined(__i386__)
#include "layout.h"

// void thread_switch(uint32_t *saved, uint32_t resumed): stores the stack pointer in *saved and goes on with the
// stack that ends at `resumed`. Interrupts are off, so nothing comes in between.
	.section .text.thread_switch, "ax"
	.globl thread_switch
	.type thread_switch, @function
thread_switch:
	pushl %ebp
	pushl %ebx
	pushl %esi
	pushl %edi
	movl 20(%esp), %eax
	movl 24(%esp), %edx
	movl %esp, (%eax)
	movl %edx, %esp
	popl %edi
	popl %esi
	popl %ebx
	popl %ebp
	ret
	.size thread_switch, . - thread_switch

// Where a new thread starts: ESP is a multiple of 16, at it lies the function to call, which never returns. EBP = 0 ends
// the chain of frames for the backtrace.
	.section .text.thread_first, "ax"
	.globl thread_first
	.type thread_first, @function
thread_first:
	xorl %ebp, %ebp
	call *(%esp)
1:	cli
	hlt
	jmp 1b
	.size thread_first, . - thread_first
#endif
