#if defined(__i386__)
.section .multiboot, "a"
.long 0x1BADB002, 3, -(0x1BADB002+3)
.text
.globl _start
_start: mov $stk, %esp
push %ebx
push %eax
call kmain
hlt
.bss
.space 8192
stk:
#endif
