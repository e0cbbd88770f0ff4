#include "kmem.h"

/* The pages are kmem's. */
static int kmem_is_up;
__attribute__((constructor)) static void start_kmem(void) { kmem_is_up = kmem_init(0) == 0; }
