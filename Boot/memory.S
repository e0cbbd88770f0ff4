// memcpy, memmove and memset: the three functions that the compiler calls of its own accord. They are assembly
// because a loop in Swift or C would be recognised for what it is and compiled into a call of itself. The
// string instructions move four bytes at a time; arguments and results as the i386 System V ABI and C have it.
#if defined(__i386__)
	.section .text.memcpy, "ax"
	.globl memcpy
	.type memcpy, @function
memcpy:
	pushl %edi
	pushl %esi
	movl 12(%esp), %edi
	movl 16(%esp), %esi
	movl 20(%esp), %edx
	movl %edi, %eax
	movl %edx, %ecx
	shrl $2, %ecx
	rep movsl
	movl %edx, %ecx
	andl $3, %ecx
	rep movsb
	popl %esi
	popl %edi
	ret
	.size memcpy, . - memcpy

	.section .text.memmove, "ax"
	.globl memmove
	.type memmove, @function
memmove:
	// Forwards is right unless the target starts inside the source: target - source, unsigned, below count.
	movl 4(%esp), %eax
	subl 8(%esp), %eax
	cmpl 12(%esp), %eax
	jae memcpy
	pushl %edi
	pushl %esi
	movl 20(%esp), %ecx
	movl 12(%esp), %edi
	movl 16(%esp), %esi
	movl %edi, %eax
	leal -1(%edi,%ecx), %edi
	leal -1(%esi,%ecx), %esi
	std
	rep movsb
	cld
	popl %esi
	popl %edi
	ret
	.size memmove, . - memmove

	.section .text.memset, "ax"
	.globl memset
	.type memset, @function
memset:
	pushl %edi
	movl 8(%esp), %edi
	movzbl 12(%esp), %eax
	imull $0x01010101, %eax, %eax // the byte, four times
	movl 16(%esp), %edx
	movl %edx, %ecx
	shrl $2, %ecx
	rep stosl
	movl %edx, %ecx
	andl $3, %ecx
	rep stosb
	movl 8(%esp), %eax
	popl %edi
	ret
	.size memset, . - memset
#endif
