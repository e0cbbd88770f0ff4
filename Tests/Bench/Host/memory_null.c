/* Memory that answers at once. Its count is what the loops of memory.c cost. */
#include <stdint.h>

/* A constant: the address of a variable would cost instructions that are none of the loop's. */
#define SOMEWHERE ((void *)4096)

void *memory_create(void *start, intptr_t bytes, uint32_t aids) {
  return (void)start, (void)bytes, (void)aids, SOMEWHERE;
}
void *memory_allocate(void *kmem, intptr_t size) { return (void)kmem, (void)size, SOMEWHERE; }
void memory_free(void *kmem, void *object, intptr_t size) { (void)kmem, (void)object, (void)size; }
void memory_reap(void *kmem) { (void)kmem; }
intptr_t memory_held(void *kmem) { return (void)kmem, 0; }
void *pool_make(void *kmem, intptr_t size) { return (void)kmem, (void)size, SOMEWHERE; }
void *pool_take(void *cache) { return (void)cache, SOMEWHERE; }
_Bool pool_is_live(void *cache, void *object) { return (void)cache, (void)object, 1; }
void pool_put(void *cache, void *object) { (void)cache, (void)object; }
