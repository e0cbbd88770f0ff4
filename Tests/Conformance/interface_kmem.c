/* What kmem.h and pool.h promise: sizes, alignment, wrong frees, memory that comes back, the page hook, sleeping. */
#include "harness.h"

#include <errno.h>
#include <tessera/kmem.h>
#include <tessera/pool.h>

/* --- The hooks: a limited number of pages, counted. */

static size_t pages_left = 4000, pages_out;

void *tessera_page_alloc(size_t size, int may_sleep) {
  (void)may_sleep;
  if (size % TESSERA_PAGE_SIZE != 0 || size / TESSERA_PAGE_SIZE > pages_left) return NULL;
  pages_left -= size / TESSERA_PAGE_SIZE;
  pages_out += size / TESSERA_PAGE_SIZE;
  return aligned_alloc(TESSERA_PAGE_SIZE, size);
}

void tessera_page_free(void *page, size_t size) {
  pages_left += size / TESSERA_PAGE_SIZE;
  pages_out -= size / TESSERA_PAGE_SIZE;
  free(page);
}

static void *given_while_asleep;
static size_t its_size;
static int sleeps, wakes;

int tessera_sleep(const volatile uintptr_t *count, uintptr_t seen, int catch_signals) {
  (void)count, (void)seen, (void)catch_signals;
  sleeps++;
  if (given_while_asleep == NULL) return EAGAIN;
  void *p = given_while_asleep;
  given_while_asleep = NULL;
  kmem_free(p, its_size);
  return 0;
}

void tessera_wake(const volatile uintptr_t *count) { (void)count, wakes++; }

/* --- kmem */

static void sizes(void) {
  static const size_t all[] = {1, 7, 8, 9, 64, 100, 1000, 1024, 1025, 4096, 5000, 8192, 8193, 12288, 40960, 100000};
  for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
    unsigned char *p = kmem_zalloc(all[i], KM_NOSLEEP);
    if (!check(p != NULL, "%zu bytes", all[i])) continue;
    hold((uintptr_t)p % (all[i] % 4096 == 0 ? 4096 : 8) == 0, "alignment of %zu", all[i]);
    int zero = 1;
    for (size_t k = 0; k < all[i]; k++) zero &= p[k] == 0;
    hold(zero, "zero, %zu", all[i]);
    memset(p, 0xa5, all[i]);
    hold(!PANICS(kmem_free(p, all[i])), "free of %zu: %s", all[i], panic_message);
  }
  check(kmem_check() == 0, "invariant %d", kmem_check());
}

static void wrong(void) {
  char *p = kmem_alloc(100, KM_NOSLEEP);
  check(PANICS(kmem_free(p, 200)) && strstr(panic_message, "kmem_free: free with the wrong size"), "%s", panic_message);
  check(strstr(panic_message, " size=112 cache=kmem-112 given=200") != NULL, "%s", panic_message);
  check(PANICS(kmem_free(p + 8, 100)) && strstr(panic_message, "free of the inside of an object"), "%s", panic_message);
  check(!PANICS(kmem_free(p, 100)), "%s", panic_message);
  check(PANICS(kmem_free(p, 100)) && strstr(panic_message, "double free object=0x"), "%s", panic_message);
  check(PANICS(kmem_free(&p, 100)) && strstr(panic_message, "free of what no pool has"), "%s", panic_message);
  check(PANICS(kmem_free(NULL, 100)), "NULL");
  check(PANICS((void)kmem_alloc(0, KM_NOSLEEP)), "a size of 0");
  char *large = kmem_intr_alloc(20000, KM_NOSLEEP);
  check(PANICS(kmem_intr_free(large, 30000)) && strstr(panic_message, "size=20480 given=30000"), "%s", panic_message);
  check(!PANICS(kmem_intr_free(large, 20000)), "%s", panic_message);
}

static void exhaustion(void) {
  kmem_reap();
  const size_t before = pages_out;
  void **list = NULL;
  size_t count = 0;
  for (void **p; (p = kmem_alloc(200, KM_NOSLEEP)) != NULL; count++) *p = list, list = p;
  check(pages_left < 2 && count > 3000 * 18, "%zu objects, %zu pages left", count, pages_left);
  its_size = 200;
  given_while_asleep = list;
  list = *list;
  void **slept = kmem_alloc(200, KM_SLEEP);
  check(slept != NULL && sleeps == 1 && wakes >= 1, "slept %d times, woken %d", sleeps, wakes);
  check(kmem_alloc(200, KM_SLEEP) == NULL, "a kernel that cannot wait");
  kmem_free(slept, 200);
  while (list != NULL) {
    void **next = *list;
    kmem_free(list, 200);
    list = next;
  }
  kmem_reap();
  check(pages_out == before, "%zu pages instead of %zu", pages_out, before);
  check(kmem_check() == 0, "invariant %d", kmem_check());
}

/* --- Slab caches */

static int made, undone, reclaimed;

static int construct(void *object, void *context, int kmflag) {
  (void)kmflag;
  hold(context == &made, "context");
  *(int *)object = 42;
  return ++made == 3;
}

static void destruct(void *object, void *context) {
  hold(context == &made && *(int *)object == 42, "as constructed");
  undone++;
}

static void reclaim(void *context) { (void)context, reclaimed++; }

static void slab(void) {
  kmem_cache_t *cache = kmem_cache_create("slab", 100, 32, construct, destruct, reclaim, &made, NULL, 0);
  check(cache != NULL, "a cache");
  int *a = kmem_cache_alloc(cache, KM_SLEEP), *b = kmem_cache_alloc(cache, KM_NOSLEEP);
  check(a != NULL && b != NULL && *a == 42 && *b == 42 && (uintptr_t)a % 32 == 0, "constructed, aligned");
  check(kmem_cache_alloc(cache, KM_NOSLEEP) != NULL || made == 4, "refused once");
  kmem_cache_free(cache, b);
  check(kmem_cache_alloc(cache, KM_NOSLEEP) == b && made <= 5, "still constructed");
  check(PANICS(kmem_cache_destroy(cache)), "an object lives");
  void *other = kmem_alloc(100, KM_NOSLEEP);
  check(PANICS(kmem_cache_free(cache, other)) && strstr(panic_message, "free of another cache's object"), "%s",
        panic_message);
  kmem_free(other, 100);
  kmem_cache_free(cache, a);
  check(PANICS(kmem_cache_free(cache, a)) && strstr(panic_message, "double free"), "%s", panic_message);
  check(strstr(panic_message, "cache=slab") != NULL, "%s", panic_message);
  kmem_cache_free(cache, b);
  kmem_cache_reap(cache);
  check(reclaimed == 1 && undone >= 2, "reclaim %d, destructed %d", reclaimed, undone);
  check(kmem_cache_create("wrong", 0, 8, NULL, NULL, NULL, NULL, NULL, 0) == NULL, "no size");
  check(kmem_cache_create("wrong", 8, 24, NULL, NULL, NULL, NULL, NULL, 0) == NULL, "no alignment");
}

/* --- Pools */

static size_t runs_out;

static void *special_alloc(struct pool_allocator *pa, size_t size) {
  hold(size <= pa->pa_maxpages * (size_t)TESSERA_PAGE_SIZE, "no more than it has");
  runs_out += size;
  void *p = aligned_alloc(TESSERA_PAGE_SIZE, size);
  memset(p, 0x77, size);
  return p;
}

static void special_free(struct pool_allocator *pa, void *page, size_t size) {
  (void)pa;
  int untouched = 1;
  for (size_t k = 0; k < size; k++) untouched &= ((unsigned char *)page)[k] == 0x77;
  hold(untouched, "pages of objects are never touched");
  runs_out -= size;
  free(page);
}

static void pools(void) {
  struct pool_allocator special = {special_alloc, special_free, 4};
  struct pool pool;
  pool_init(&pool, 1500, 0, 0, 0, "pool", &special, 0);
  void *objects[100];
  for (int i = 0; i < 100; i++) objects[i] = pool_get(&pool, PR_NOWAIT);
  struct tessera_pool_stat stat;
  pool_cache_stat(pool.pr_cache, &stat);
  check(stat.live == 100 && stat.pages * 4096 == runs_out, "%zu live, %zu pages", stat.live, stat.pages);
  check(stat.waste_per_run * 8 <= stat.pages_per_run * 4096, "waste %zu", stat.waste_per_run);
  for (int i = 0; i < 100; i++) pool_put(&pool, objects[i]);
  check(PANICS(pool_put(&pool, objects[50])) && strstr(panic_message, "pool_cache_put: double free"), "%s", panic_message);
  pool_reclaim(&pool);
  check(runs_out == 0, "%zu bytes are out", runs_out);
  pool_destroy(&pool);

  pool_cache_t pc = pool_cache_init(64, 64, 0, 0, "cache", NULL, 0, NULL, NULL, NULL);
  char *p = pool_cache_get(pc, PR_NOWAIT | PR_ZERO);
  check(p != NULL && (uintptr_t)p % 64 == 0 && p[0] == 0 && p[63] == 0, "zero, aligned");
  pool_cache_put(pc, p);
  pool_cache_reclaim(pc);
  pool_cache_destroy(pc);
  check(pool_cache_init(64, 8, 4, 0, "offset", NULL, 0, NULL, NULL, NULL) == NULL, "an offset");
}

int main(void) {
  check(PANICS((void)kmem_alloc(8, KM_NOSLEEP)), "before it is there");
  const size_t pages = pages_left;
  pages_left = 3;
  check(kmem_init(0) == ENOMEM && pages_out == 0, "without memory nothing happens");
  pages_left = pages;
  check(kmem_init(0) == 0, "kmem");
  check(kmem_init(0) == EINVAL, "once");
  sizes();
  wrong();
  exhaustion();
  slab();
  pools();
  check(kmem_check() == 0, "invariant %d", kmem_check());
  return finish("kmem.h and pool.h");
}
