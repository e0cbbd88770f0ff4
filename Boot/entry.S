// From the multiboot loader to Swift: paging on, kernel at KERNEL_BASE, identity mapping gone.
//
// A multiboot loader (Multiboot 0.6.96, 3.2) enters with: protected mode, paging off, A20 on, flat 4 GiB
// segments whose selectors and table must not be relied on, interrupts off, EAX = 0x2BADB002, EBX = physical
// address of the multiboot information. ESP is undefined. Until paging is on this code runs at physical
// addresses although it is linked at virtual ones: PHYSICAL() marks each such place.
#if defined(__i386__)
#include "include/layout.h"

#define PHYSICAL(symbol) ((symbol) - KERNEL_BASE)

#define MULTIBOOT_MAGIC 0x1BADB002
#define MULTIBOOT_LOADER_MAGIC 0x2BADB002
#define MULTIBOOT_PAGE_ALIGN 0x1 // modules start on pages
#define MULTIBOOT_MEMORY_INFO 0x2 // the memory map is wanted
#define MULTIBOOT_FLAGS (MULTIBOOT_PAGE_ALIGN | MULTIBOOT_MEMORY_INFO)

	.section .multiboot, "a"
	.balign 4
	.long MULTIBOOT_MAGIC
	.long MULTIBOOT_FLAGS
	.long -(MULTIBOOT_MAGIC + MULTIBOOT_FLAGS)

	.globl boot_layout_kernel_base
	.set boot_layout_kernel_base, KERNEL_BASE

#define COM1 0x3F8
#define DEBUG_EXIT_PORT 0xF4
#define EXIT_PANIC 48 // ExitStatus.panic in Kernel/Machine/Exit.swift

	// In the image's first page, behind the header: this much memory there must be.
	.section .multiboot.entry, "ax"
	.globl boot_entry
	.type boot_entry, @function
boot_entry:
	cld

	// 0. Is there memory under all of the image? GRUB looks, QEMU does not. Only a multiboot loader (its magic in
	//    EAX) left something at EBX; bit 0 of its flags says that offset 8 holds the KiB from 1 MiB upwards to the
	//    first hole. Whatever else is wrong is found, and said, in Swift.
	cmpl $MULTIBOOT_LOADER_MAGIC, %eax
	jne 0f
	testl $1, (%ebx)
	jz 0f
	movl $PHYSICAL(kernel_image_end), %ecx
	subl $0x100000, %ecx
	shrl $10, %ecx
	cmpl %ecx, 8(%ebx)
	jb too_little_memory
0:
	movl %eax, %ebp // magic and information survive in registers that nothing below uses
	movl %ebx, %esi

	// 1. Fill the boot tables: frame n at entry n, present and writable.
	movl $PHYSICAL(boot_tables), %edi
	movl $(ENTRY_PRESENT | ENTRY_WRITABLE), %eax
	movl $(BOOT_TABLES * 1024), %ecx
1:	movl %eax, (%edi)
	addl $PAGE_SIZE, %eax
	addl $4, %edi
	decl %ecx
	jnz 1b

	// 2. Text and constants become read-only. There is no execute-disable bit without PAE, so "read-only"
	//    is all that separates text from constants here; the ELF segments tell them apart.
	movl $PHYSICAL(kernel_image_first), %eax
	movl $PHYSICAL(kernel_constants_end), %ecx
2:	movl %eax, %edi
	shrl $12, %edi
	andl $~ENTRY_WRITABLE, PHYSICAL(boot_tables)(,%edi,4)
	addl $PAGE_SIZE, %eax
	cmpl %ecx, %eax
	jb 2b

	// 3. The guard under each stack is not mapped at all.
	.irp stack_guard, boot_stack_guard, double_fault_stack_guard
	movl $PHYSICAL(\stack_guard), %edi
	shrl $12, %edi
	xorl %eax, %eax
	leal PHYSICAL(boot_tables)(,%edi,4), %edi
	movl $(STACK_GUARD_SIZE / PAGE_SIZE), %ecx
	rep stosl
	.endr

	// 4. The directory: both tables at KERNEL_BASE, and the first one also at 0 for the few instructions
	//    between "paging on" and the jump.
	movl $(PHYSICAL(boot_tables) + (ENTRY_PRESENT | ENTRY_WRITABLE)), %eax
	movl %eax, PHYSICAL(boot_page_directory)
	movl $(BOOT_TABLES), %ecx
	movl $PHYSICAL(boot_page_directory) + KERNEL_DIRECTORY_INDEX * 4, %edi
4:	movl %eax, (%edi)
	addl $PAGE_SIZE, %eax
	addl $4, %edi
	decl %ecx
	jnz 4b

	// 5. Paging on. A jump must follow (Intel SDM 3A, 9.9.1); it also leaves the identity mapping.
	movl $PHYSICAL(boot_page_directory), %eax
	movl %eax, %cr3
	movl $(CR0_PG | CR0_WP | CR0_NE | CR0_ET | CR0_EM | CR0_PE), %eax
	movl %eax, %cr0
	movl $boot_high, %eax
	jmp *%eax
	.size boot_entry, . - boot_entry

// There may be no memory for a stack, so this uses none. The line is a panic's, and so are the exit status and
// what follows on a machine without the debug exit device.
	.type too_little_memory, @function
too_little_memory:
	movl $PHYSICAL(serial_set_up), %esi
1:	lodsw // low byte: register of COM1; high byte: value
	cmpb $0xFF, %al
	je 2f
	movw $COM1, %dx
	movb %ah, %cl
	movzbl %al, %eax
	addl %eax, %edx
	movb %cl, %al
	outb %al, %dx
	jmp 1b
2:	movl $PHYSICAL(too_little_memory_text), %esi
3:	lodsb
	testb %al, %al
	jz 5f
	movb %al, %cl
4:	movw $(COM1 + 5), %dx // line status: bit 5, the transmitter takes a byte
	inb %dx, %al
	testb $0x20, %al
	jz 4b
	movw $COM1, %dx
	movb %cl, %al
	outb %al, %dx
	jmp 3b
5:	movb $EXIT_PANIC, %al
	outb %al, $DEBUG_EXIT_PORT
6:	cli
	hlt
	jmp 6b
	.size too_little_memory, . - too_little_memory

// The registers that SerialPort.configure sets, in its order and with its values, then 0xFF.
serial_set_up:
	.byte 1, 0x00, 3, 0x80, 0, 0x01, 1, 0x00, 3, 0x03, 2, 0x07, 4, 0x03, 0xFF, 0xFF
too_little_memory_text:
	.asciz "\r\npanic: too little memory, the kernel image does not fit\r\n"

	.section .text.boot_high, "ax"
	.type boot_high, @function
boot_high:
	// 6. Address 0 is unmapped from here on. Reloading CR3 drops the translation: nothing is global yet.
	movl $0, boot_page_directory
	movl %cr3, %eax
	movl %eax, %cr3

	// 7. Our own flat segments, at an address that stays mapped.
	lgdt boot_gdt_pointer
	ljmp $KERNEL_CODE_SELECTOR, $1f
1:	movl $KERNEL_DATA_SELECTOR, %eax
	movl %eax, %ds
	movl %eax, %es
	movl %eax, %fs
	movl %eax, %gs
	movl %eax, %ss
	movl $boot_stack_top, %esp
	xorl %eax, %eax
	lldt %ax

	// 8. Swift. EBP = 0 ends the chain of frames for the backtrace; the stack is 16-byte aligned at the
	//    call as the i386 System V ABI wants it.
	movl %ebp, %eax
	xorl %ebp, %ebp
	subl $8, %esp
	pushl %esi
	pushl %eax
	call kmain
	// kmain never returns.
9:	cli
	hlt
	jmp 9b
	.size boot_high, . - boot_high

	// A word that nothing else uses, for the test of address line 20.
	.section .bss.address_line_probe, "aw", @nobits
	.balign 4
	.globl address_line_probe
address_line_probe:
	.space 4

	.section .bss.page_aligned, "aw", @nobits
	.balign PAGE_SIZE
	.globl boot_page_directory
boot_page_directory:
	.space PAGE_SIZE
	.globl boot_tables
boot_tables:
	.space BOOT_TABLES * PAGE_SIZE
	.globl boot_stack_guard
boot_stack_guard:
	.space STACK_GUARD_SIZE
	.globl boot_stack
boot_stack:
	.space BOOT_STACK_SIZE
	.globl boot_stack_top
boot_stack_top:
#endif
