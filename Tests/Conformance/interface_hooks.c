/* What the library does through others: imports, quantum caches, locks, pages for tags, sleeping and waking. */
#define _GNU_SOURCE
#include "harness.h"

#include <errno.h>
#include <linux/futex.h>
#include <pthread.h>
#include <sys/syscall.h>
#include <tessera/extent.h>
#include <tessera/vmem.h>
#include <unistd.h>

#define STORAGE 65536
static uintptr_t storage[STORAGE / sizeof(uintptr_t)], child_storage[STORAGE / sizeof(uintptr_t)];

/* --- The hooks --------------------------------------------------------------------------------------------- */

static int locks, unlocks, locked_ipl, deepest;
/* Of this thread: another one may well hold the lock while this one goes to sleep. */
static _Thread_local int locks_held;
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;

uintptr_t tessera_lock(uintptr_t *word, int ipl) {
  pthread_mutex_lock(&mutex);
  locks++;
  locks_held++;
  if (locks_held > deepest) deepest = locks_held;
  locked_ipl = ipl;
  hold(*word == 0, "the lock's word is the lock's");
  *word = 7;
  return 0x5a;
}

void tessera_unlock(uintptr_t *word, int ipl, uintptr_t saved) {
  hold(saved == 0x5a && *word == 7 && ipl == locked_ipl, "unlock matches lock");
  *word = 0;
  unlocks++;
  locks_held--;
  pthread_mutex_unlock(&mutex);
}

static int pages_left, pages_out;

void *tessera_page_alloc(size_t size, int may_sleep) {
  (void)may_sleep;
  hold(locks_held == 0, "no lock is held while pages are asked for");
  hold(size != 0 && size % TESSERA_PAGE_SIZE == 0, "whole pages");
  if (pages_left == 0) return NULL;
  pages_left--;
  pages_out++;
  return aligned_alloc(TESSERA_PAGE_SIZE, size);
}

void tessera_page_free(void *page, size_t size) {
  hold(size % TESSERA_PAGE_SIZE == 0, "whole pages back");
  pages_out--;
  free(page);
}

static int sleeps, wakes, sleep_answer;
static volatile int may_really_sleep;

int tessera_sleep(const volatile uintptr_t *count, uintptr_t seen, int catch_signals) {
  hold(locks_held == 0, "no lock is held while sleeping");
  __atomic_add_fetch(&sleeps, 1, __ATOMIC_SEQ_CST);
  if (!may_really_sleep) return catch_signals ? sleep_answer : EAGAIN;
  /* A futex compares 32 bits: the low half of the counter, on this little-endian machine. */
  syscall(SYS_futex, (const void *)count, FUTEX_WAIT, (uint32_t)seen, NULL, NULL, 0);
  return 0;
}

void tessera_wake(const volatile uintptr_t *count) {
  __atomic_add_fetch(&wakes, 1, __ATOMIC_SEQ_CST);
  syscall(SYS_futex, (const void *)count, FUTEX_WAKE, 0x7fffffff, NULL, NULL, 0);
}

/* --- Locks ------------------------------------------------------------------------------------------------- */

/* CInterface-I5: whose locks are called, and that none is held while another hook is. */
static void test_locks(void) {
  vmem_addr_t addr;
  locks = unlocks = 0;
  vmem_t *vm = vmem_create_storage("free", 0, 0x1000, 1, NULL, NULL, NULL, 16, VM_NOSLEEP, 0, storage, STORAGE);
  for (int i = 1; i < 20; i++) {
    check(vmem_alloc(vm, (vmem_size_t)i, VM_NOSLEEP, &addr) == 0, "alloc");
    vmem_free(vm, addr, (vmem_size_t)i);
  }
  vmem_size(vm, VMEM_FREE);
  vmem_check(vm);
  vmem_destroy(vm);
  check(locks == 0 && unlocks == 0, "ipl 0 calls no hook, %d calls", locks);
  vm = vmem_create_storage("locked", 0, 0x1000, 1, NULL, NULL, NULL, 0, VM_NOSLEEP, 6, storage, STORAGE);
  check(vmem_alloc(vm, 1, VM_NOSLEEP, &addr) == 0, "alloc");
  check(locks > 0 && locks == unlocks && locked_ipl == 6, "ipl 6: %d locks, %d unlocks", locks, unlocks);
  vmem_free(vm, addr, 1);
  check(vmem_alloc(vm, 0, VM_NOSLEEP, &addr) == EINVAL && vmem_tryfree(vm, 5, 1) == EINVAL, "failures unlock");
  vmem_destroy(vm);
  check(locks == unlocks && locks_held == 0 && deepest == 1, "all unlocked");
}

static int visit_unlocked(void *context, const vmem_segment_t *segment) {
  vmem_addr_t addr;
  hold(locks_held == 0 && segment->first <= segment->last, "no lock is held during a visit");
  /* A visitor may use the arena. */
  if (vmem_alloc(context, 1, VM_NOSLEEP, &addr) == 0) vmem_free(context, addr, 1);
  return 0;
}

static void test_visitor(void) {
  vmem_t *vm = vmem_create_storage("walked", 0, 0x100, 1, NULL, NULL, NULL, 0, VM_NOSLEEP, 4, storage, STORAGE);
  for (unsigned i = 0; i < 0x100; i += 8) check(vmem_xalloc_addr(vm, i, 4, VM_NOSLEEP) == 0, "allocation %u", i);
  check(vmem_walk(vm, VMEM_ALLOC | VMEM_FREE, visit_unlocked, vm) == 0 && vmem_check(vm) == 0, "walk");
  vmem_xfreeall(vm);
  vmem_destroy(vm);
}

/* --- Pages ------------------------------------------------------------------------------------------------- */

static void test_pages(void) {
  vmem_addr_t addr;
  pages_left = 0;
  check(vmem_create("none", 0, 16, 1, NULL, NULL, NULL, 0, VM_NOSLEEP, 0) == NULL, "no pages, no arena");
  check(extent_create("none", 0, 16, NULL, 0, EX_NOWAIT) == NULL, "nor an extent");
  pages_left = 100;
  vmem_t *vm = vmem_create("paged", 0, 0x10000, 1, NULL, NULL, NULL, 0, VM_NOSLEEP, 0);
  check(vm != NULL && pages_out > 0, "an arena in pages");
  int made = 0;
  while (made < 1000 && vmem_xalloc_addr(vm, (vmem_addr_t)made * 3, 1, VM_NOSLEEP) == 0) made++;
  check(made == 1000 && pages_out > 2, "%d allocations on %d pages", made, pages_out);
  pages_left = 0;
  int error = 0;
  while (made < 20000 && (error = vmem_xalloc_addr(vm, (vmem_addr_t)made * 3, 1, VM_NOSLEEP)) == 0) made++;
  check(error == ENOMEM && vmem_check(vm) == 0, "until the pages run out: %s", answer_name(error));
  vmem_xfreeall(vm);
  vmem_destroy(vm);
  check(pages_out == 0, "%d pages not given back", pages_out);
  pages_left = 100;
  check(vmem_create("odd", 0, 16, 3, NULL, NULL, NULL, 0, VM_NOSLEEP, 0) == NULL && pages_out == 0, "nothing leaks");
  check(vmem_create("wraps", VMEM_ADDR_MAX, 16, 1, NULL, NULL, NULL, 0, VM_NOSLEEP, 0) == NULL && pages_out == 0,
        "nothing leaks");
  vm = vmem_init(NULL, "paged", 0, 16, 1, NULL, NULL, NULL, 0, VM_NOSLEEP, 0);
  check(vm != NULL && vmem_alloc(vm, 16, VM_NOSLEEP, &addr) == 0 && addr == 0, "vmem_init without memory");
  vmem_free(vm, addr, 16);
  vmem_destroy(vm);
  /* An extent with fixed storage takes pages only where EX_MALLOCOK says so. */
  struct extent *ex = extent_create("fixed", 0, 0xffff, storage, EXTENT_FIXED_STORAGE_SIZE(2), EX_NOWAIT);
  for (unsigned i = 0; i < 2; i++) check(extent_alloc_region(ex, i * 4, 1, EX_NOWAIT) == 0, "two regions");
  check(extent_alloc_region(ex, 8, 1, EX_NOWAIT) == ENOMEM && pages_out == 0, "not a third");
  check(extent_alloc_region(ex, 8, 1, EX_MALLOCOK) == 0 && pages_out == 1, "unless it may take a page");
  /* A page of 4,096 bytes is 85 descriptors of 48 where a word has 64 bits, and 30 regions in the worst case. */
  for (unsigned i = 3; i < 32; i++) check(extent_alloc_region(ex, i * 4, 1, EX_NOWAIT) == 0, "many more");
  check(extent_check(ex) == 0, "sound");
  extent_destroy(ex);
  check(pages_out == 0, "%d pages not given back", pages_out);
  ex = extent_create("paged", 0, 0xffff, NULL, 0, EX_NOWAIT);
  for (unsigned i = 0; i < 1000; i++) hold(extent_alloc_region(ex, i * 4, 1, EX_NOWAIT) == 0, "region %u", i);
  check(extent_check(ex) == 0 && pages_out > 4, "1000 regions on %d pages", pages_out);
  extent_destroy(ex);
  check(pages_out == 0, "%d pages not given back", pages_out);
}

/* --- Imports ----------------------------------------------------------------------------------------------- */

static int imports, releases;
static vm_flag_t import_flags;
static vmem_size_t imported, import_bonus;

static int import(void *source, vmem_size_t size, vm_flag_t flags, vmem_addr_t *addrp) {
  hold(locks_held == 0, "no lock is held during an import");
  imports++;
  import_flags = flags;
  int error = vmem_alloc(source, size, VM_NOSLEEP | VM_BESTFIT, addrp);
  if (error == 0) imported += size;
  return error;
}

static int ximport(void *source, vmem_size_t size, vmem_size_t *actual, vm_flag_t flags, vmem_addr_t *addrp) {
  *actual = size + import_bonus;
  return import(source, *actual, flags, addrp);
}

static void release(void *source, vmem_addr_t addr, vmem_size_t size) {
  hold(locks_held == 0, "no lock is held during a release");
  releases++;
  imported -= size;
  vmem_free(source, addr, size);
}

static vmem_t *parent(vmem_size_t size) {
  imports = releases = 0;
  imported = 0;
  return vmem_create_storage("parent", 0x10000, size, 0x100, NULL, NULL, NULL, 0, VM_NOSLEEP, 0, storage, STORAGE);
}

static void test_imports(void) {
  vmem_addr_t a, b;
  vmem_t *source = parent(0x10000);
  vmem_t *vm = vmem_create_storage("child", 0, 0, 0x10, import, release, source, 0, VM_NOSLEEP, 2, child_storage, STORAGE);
  check(vmem_alloc(vm, 0x20, VM_NOSLEEP, &a) == 0 && imports == 1 && a >= 0x10000, "an import");
  check(import_flags & VM_NOSLEEP, "which may not sleep");
  check(vmem_alloc(vm, 0x20, VM_NOSLEEP, &b) == 0 && imports >= 1, "another allocation");
  vmem_free(vm, a, 0x20);
  vmem_free(vm, b, 0x20);
  check(imports == releases && imported == 0 && vmem_size(source, VMEM_ALLOC) == 0, "all given back");
  imports = releases = 0;
  check(vmem_xalloc(vm, 0x100, 0x1000, 0x40, 0, 0, VMEM_ADDR_MAX, VM_NOSLEEP, &a) == 0 && (a & 0xfff) == 0x40,
        "a constrained request imports");
  vmem_xfree(vm, a, 0x100);
  check(vmem_xalloc(vm, 0x80, 0, 0, 0x80, 0, VMEM_ADDR_MAX, VM_NOSLEEP, &a) == 0 && (a & 0x7f) == 0, "a boundary too");
  vmem_xfree(vm, a, 0x80);
  vmem_size_t before = vmem_size(source, VMEM_ALLOC);
  for (int i = 0; i < 50; i++)
    hold(vmem_xalloc(vm, 0x100, 0, 0, 0, 0, 0xffff, VM_NOSLEEP, &a) == ENOMEM, "bounds outside the source");
  check(vmem_size(source, VMEM_ALLOC) == before && imported == 0, "repeated imports drain nothing");
  check(vmem_alloc(vm, 0x20000, VM_NOSLEEP, &a) == ENOMEM, "more than the source has");
  check(vmem_check(vm) == 0 && vmem_check(source) == 0, "sound");
  check(vmem_alloc(vm, 0x20, VM_NOSLEEP, &a) == 0, "one more");
  vmem_xfreeall(vm);
  vmem_destroy(vm);
  check(imported == 0, "destroy leaves nothing in the child");
  vmem_destroy(source);

  source = parent(0x10000);
  vm = vmem_create_storage("large", 0, 0, 0x100, import, release, source, 0, VM_LARGEIMPORT, 0, child_storage, STORAGE);
  check(vmem_alloc(vm, 0x100, VM_NOSLEEP, &a) == 0 && imported == 0x1000, "16 times as much: %#lx", (unsigned long)imported);
  check(vmem_alloc(vm, 0x100, VM_NOSLEEP, &b) == 0 && imports == 1, "serves the next one too");
  vmem_free(vm, a, 0x100);
  check(releases == 0, "in use");
  vmem_free(vm, b, 0x100);
  check(releases == 1 && imported == 0, "wholly free");
  vmem_destroy(vm);
  vmem_destroy(source);

  source = parent(0x10000);
  import_bonus = 0x300;
  vm = vmem_create_storage("exact", 0, 0, 0x100, (vmem_import_t *)(void *)ximport, release, source, 0, VM_XIMPORT, 0,
                           child_storage, STORAGE);
  check(vmem_alloc(vm, 0x100, VM_NOSLEEP, &a) == 0 && vmem_size(vm, VMEM_FREE) == 0x300, "a bonus of %#lx",
        (unsigned long)vmem_size(vm, VMEM_FREE));
  vmem_free(vm, a, 0x100);
  check(imported == 0, "given back with the bonus");
  vmem_destroy(vm);
  pages_left = 10;
  vm = vmem_xcreate("exact", 0, 0, 0x100, ximport, release, source, 0, VM_NOSLEEP, 0);
  check(vm != NULL && vmem_alloc(vm, 0x100, VM_NOSLEEP, &a) == 0 && imported == 0x400, "vmem_xcreate");
  vmem_free(vm, a, 0x100);
  vmem_destroy(vm);
  vmem_destroy(source);
}

/* --- Quantum caches ---------------------------------------------------------------------------------------- */

static void test_caches(void) {
  vmem_addr_t held[64], addr;
  vmem_t *vm = vmem_create_storage("cached", 0, 0x40, 1, NULL, NULL, NULL, 4, VM_NOSLEEP, 0, storage, STORAGE);
  int zero = 0, made = 0;
  while (made < 64 && vmem_alloc(vm, 1, VM_NOSLEEP, &held[made]) == 0) zero |= held[made++] == 0;
  check(made == 64 && zero, "every address through a cache, 0 among them: %d", made);
  for (int i = 0; i < made; i++) vmem_free(vm, held[i], 1);
  check(vmem_check(vm) == 0, "sound with everything in caches or free");
  check(vmem_alloc(vm, 0x40, VM_NOSLEEP, &addr) == 0 && addr == 0, "caches give way to a large request");
  vmem_free(vm, addr, 0x40);
  check(vmem_alloc(vm, 2, VM_NOSLEEP, &addr) == 0, "alloc");
  check(vmem_tryfree(vm, addr, 1) == EINVAL, "no part of a cached allocation");
  vmem_free(vm, addr, 2);
  check(PANICS(vmem_free(vm, addr, 2)), "a double free into a cache panics");
  check(PANICS(vmem_xfreeall(vm)), "vmem_xfreeall and caches");
  vmem_destroy(vm);
}

/* --- Sleeping ---------------------------------------------------------------------------------------------- */

static vmem_t *shared;
static struct extent *shared_extent;
static vmem_addr_t got;

static void *wait_for_arena(void *unused) {
  (void)unused;
  int error = vmem_alloc(shared, 16, VM_SLEEP, &got);
  return (void *)(uintptr_t)error;
}

static void *wait_for_extent(void *unused) {
  (void)unused;
  unsigned long result;
  int error = extent_alloc(shared_extent, 16, EX_NOALIGN, EX_NOBOUNDARY, EX_WAITSPACE | EX_WAITOK, &result);
  return (void *)(uintptr_t)error;
}

static void until_asleep(int before) {
  for (int i = 0; i < 5000 && __atomic_load_n(&sleeps, __ATOMIC_SEQ_CST) == before; i++) usleep(1000);
  check(sleeps > before, "the thread sleeps");
}

/* CInterface-I6: what is freed between the attempt and the sleep wakes. */
static void test_sleeping(void) {
  vmem_addr_t addr;
  unsigned long result;
  pthread_t thread;
  void *answer = NULL;
  shared = vmem_create_storage("shared", 0, 16, 1, NULL, NULL, NULL, 0, VM_NOSLEEP, 3, storage, STORAGE);
  check(vmem_alloc(shared, 16, VM_NOSLEEP, &addr) == 0, "all of it");
  sleeps = wakes = 0;
  check(vmem_alloc(shared, 16, VM_SLEEP, &got) == ENOMEM && sleeps == 1, "a kernel that cannot wait gets ENOMEM");
  check(vmem_alloc(shared, 17, VM_SLEEP, &got) == ENOMEM && sleeps == 1, "no sleep for what can never be");
  vmem_free(shared, addr, 16);
  check(vmem_alloc(shared, 16, VM_SLEEP, &addr) == 0 && sleeps == 1 && wakes == 0, "nobody waits, nobody is woken");
  may_really_sleep = 1;
  pthread_create(&thread, NULL, wait_for_arena, NULL);
  until_asleep(1);
  vmem_free(shared, addr, 16);
  pthread_join(thread, &answer);
  check(answer == NULL && got == 0 && wakes > 0, "woken, and served");
  vmem_free(shared, got, 16);
  vmem_destroy(shared);

  shared_extent = extent_create("shared", 0, 15, storage, EXTENT_FIXED_STORAGE_SIZE(4), EX_NOWAIT);
  check(extent_alloc_region(shared_extent, 0, 16, EX_NOWAIT) == 0, "all of it");
  may_really_sleep = 0;
  sleep_answer = EINTR;
  check(extent_alloc(shared_extent, 1, 1, 0, EX_WAITSPACE | EX_CATCH, &result) == EINTR, "a signal");
  check(extent_alloc(shared_extent, 1, 1, 0, EX_WAITSPACE, &result) == EAGAIN, "a kernel that cannot wait");
  check(extent_alloc(shared_extent, 1, 1, 0, EX_WAITOK | EX_CATCH, &result) == EAGAIN, "EX_WAITOK is not for space");
  may_really_sleep = 1;
  int before = sleeps;
  pthread_create(&thread, NULL, wait_for_extent, NULL);
  until_asleep(before);
  check(extent_free(shared_extent, 4, 8, EX_NOWAIT) == 0, "not enough");
  check(extent_free(shared_extent, 0, 4, EX_NOWAIT) == 0 && extent_free(shared_extent, 12, 4, EX_NOWAIT) == 0, "enough");
  pthread_join(thread, &answer);
  check(answer == NULL && extent_check(shared_extent) == 0, "woken, and served");
  extent_destroy(shared_extent);
}

/* Threads that fight for too few addresses: each waits, none waits for ever, nothing is handed out twice. */
static unsigned char owned[8];

static void *fight(void *seed) {
  for (int i = 0; i < 2000; i++) {
    vmem_addr_t a;
    vmem_size_t size = 1 + ((uintptr_t)seed + (unsigned)i) % 3;
    if (vmem_alloc(shared, size, VM_SLEEP, &a) != 0) return (void *)1;
    for (vmem_size_t k = 0; k < size; k++)
      if (__atomic_exchange_n(&owned[a + k], 1, __ATOMIC_SEQ_CST) != 0) return (void *)2;
    for (vmem_size_t k = 0; k < size; k++) __atomic_store_n(&owned[a + k], 0, __ATOMIC_SEQ_CST);
    vmem_free(shared, a, size);
  }
  return NULL;
}

static void test_threads(void) {
  pthread_t threads[4];
  shared = vmem_create_storage("fought for", 0, sizeof owned, 1, NULL, NULL, NULL, 0, VM_NOSLEEP, 3, storage, STORAGE);
  for (uintptr_t i = 0; i < 4; i++) pthread_create(&threads[i], NULL, fight, (void *)i);
  for (int i = 0; i < 4; i++) {
    void *answer;
    pthread_join(threads[i], &answer);
    check(answer == NULL, "thread %d: %d", i, (int)(uintptr_t)answer);
  }
  check(vmem_size(shared, VMEM_ALLOC) == 0 && vmem_check(shared) == 0, "all back");
  vmem_destroy(shared);
}

int main(void) {
  test_locks();
  test_visitor();
  test_pages();
  test_imports();
  test_caches();
  test_sleeping();
  test_threads();
  check(locks == unlocks, "%d locks, %d unlocks", locks, unlocks);
  return finish("hooks");
}
