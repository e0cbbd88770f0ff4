#ifndef TESSERA_SWIFT_HEAP_HOOKS_H
#define TESSERA_SWIFT_HEAP_HOOKS_H
#include <stddef.h>
#include <stdint.h>
#if defined(__i386__)

// Kernel/SwiftHeap/SwiftHeap.swift.
void *_Nullable swift_heap_allocate(intptr_t size, intptr_t alignment);
void swift_heap_free(void *_Nonnull object);

#endif
#endif
