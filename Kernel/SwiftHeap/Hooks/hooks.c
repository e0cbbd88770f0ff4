// The two functions by which Swift's runtime allocates. Swift reserves their names for them, so C has to say them.
#if defined(__i386__)
#include "hooks.h"

#define OUT_OF_MEMORY 12 // POSIX's ENOMEM

int posix_memalign(void **result, size_t alignment, size_t size);
void free(void *object);

int posix_memalign(void **result, size_t alignment, size_t size) {
  void *object = swift_heap_allocate((intptr_t)size, (intptr_t)alignment);
  if (object == NULL) return OUT_OF_MEMORY;
  *result = object;
  return 0;
}

void free(void *object) {
  if (object != NULL) swift_heap_free(object);
}
#endif
