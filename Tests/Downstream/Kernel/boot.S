/* Multiboot 1 entry of a kernel that is not Tessera's: a stack, and on to C. No paging, no memory map. */
.section .multiboot, "a"
.align 4
.long 0x1BADB002
.long 0
.long -0x1BADB002

.section .bss
.align 16
stack:
.skip 16384
stack_end:

.section .text
.global start
start:
  mov $stack_end, %esp
  xor %ebp, %ebp
  call kernel_main
hang:
  cli
  hlt
  jmp hang

.section .note.GNU-stack, "", @progbits
