/* What extent(9)'s manual page promises beyond the cases: results, descriptors, storage, both kinds of extents. */
#include "harness.h"

#include <errno.h>
#include <tessera/extent.h>

static unsigned char storage[65536];
static char printed[1024];

void tessera_print(const char *line) {
  size_t used = strlen(printed);
  snprintf(printed + used, sizeof printed - used, "%s\n", line);
}

static struct extent *fresh(unsigned long start, unsigned long end, unsigned regions, int flags) {
  memset(storage, 0xa5, sizeof storage);
  return extent_create("fresh", start, end, storage, EXTENT_FIXED_STORAGE_SIZE(regions), flags);
}

struct shape {
  int count;
  unsigned long first[8], last[8];
};

static int note(void *context, unsigned long first, unsigned long last) {
  struct shape *shape = context;
  shape->first[shape->count] = first;
  shape->last[shape->count] = last;
  return ++shape->count == 8 ? 1 : 0;
}

/* The regions as text, to compare. */
static const char *shape_of(struct extent *ex) {
  static char text[256];
  struct shape shape = {.count = 0};
  extent_walk(ex, note, &shape);
  text[0] = 0;
  for (int i = 0; i < shape.count; i++) {
    size_t used = strlen(text);
    snprintf(text + used, sizeof text - used, "%s%lx-%lx", i == 0 ? "" : " ", shape.first[i], shape.last[i]);
  }
  return text;
}

static int is(struct extent *ex, const char *expected) {
  const char *shape = shape_of(ex);
  return check(strcmp(shape, expected) == 0, "regions %s instead of %s", shape, expected) &&
         check(extent_check(ex) == 0, "invariant %d is broken", extent_check(ex));
}

static int sub(struct extent *ex, unsigned long low, unsigned long high, unsigned long size, unsigned long align,
               unsigned long skew, unsigned long boundary, int flags) {
  unsigned long result = 77;
  int error = extent_alloc_subregion1(ex, low, high, size, align, skew, boundary, flags, &result);
  check(error == 0 || result == 77, "a failure wrote a result");
  return error == 0 ? (extent_free(ex, result, size, EX_NOWAIT), 0) : error;
}

static void test_invalid(void) {
  struct extent *ex = fresh(0x100, 0x1ff, 8, EX_NOWAIT);
  check(sub(ex, 0x100, 0x1ff, 1, 1, 0, 0, 0) == 0, "a plain request");
  check(sub(ex, 0x100, 0x1ff, 0, 1, 0, 0, 0) == EINVAL, "size 0");
  check(sub(ex, 0x100, 0x1ff, 1, 0, 0, 0, 0) == EINVAL, "alignment 0");
  check(sub(ex, 0x100, 0x1ff, 1, 3, 0, 0, 0) == EINVAL, "alignment no power of two");
  check(sub(ex, 0x100, 0x1ff, 1, 4, 4, 0, 0) == EINVAL, "skew not below the alignment");
  check(sub(ex, 0x100, 0x1ff, 1, 1, 0, 12, 0) == EINVAL, "boundary no power of two");
  check(sub(ex, 0x100, 0x1ff, 9, 1, 0, 8, 0) == EINVAL, "boundary below the size");
  check(sub(ex, 0x120, 0x11f, 1, 1, 0, 0, 0) == EINVAL, "a subregion that ends before it starts");
  check(sub(ex, 0x200, 0x300, 1, 1, 0, 0, 0) == EINVAL, "a subregion outside");
  check(sub(ex, 0, ~0ul, 0x100, 1, 0, 0, 0) == 0, "a subregion that sticks out on both sides");
  check(sub(ex, 0x100, 0x1ff, 0x101, 1, 0, 0, 0) == EAGAIN, "longer than the extent");
  check(sub(ex, 0x100, 0x10f, 0x11, 1, 0, 0, 0) == EAGAIN, "longer than the subregion");
  check(extent_alloc_region(ex, 0x1f0, 0x11, EX_NOWAIT) == EINVAL, "exact numbers outside");
  check(extent_alloc_region(ex, 0xff, 2, EX_NOWAIT) == EINVAL, "exact numbers outside");
  check(extent_alloc_region(ex, 0x100, 0, EX_NOWAIT) == EINVAL, "exactly nothing");
  check(extent_alloc_region(ex, ~0ul, 2, EX_NOWAIT) == EINVAL, "exact numbers that wrap");
  check(extent_free(ex, 0x100, 0, EX_NOWAIT) == EINVAL && panics == 0, "freeing nothing");
  is(ex, "");
  extent_destroy(ex);
  check(fresh(5, 4, 8, EX_NOWAIT) == NULL, "an extent that ends before it starts");
  check(extent_create("small", 0, 9, storage, EXTENT_FIXED_STORAGE_SIZE(0), EX_NOWAIT) == NULL, "too little storage");
  check(extent_create("small", 0, 9, storage, 0, EX_NOWAIT) == NULL, "no storage");
}

/* Storage for n regions holds n, wherever it lies; what joins needs none; no whole, front or back free fails. */
static void test_descriptors(void) {
  for (unsigned shift = 0; shift < 17; shift++) {
    for (unsigned n = 1; n <= 9; n += 4) {
      struct extent *ex = extent_create("counted", 0, 0xff, storage + shift, EXTENT_FIXED_STORAGE_SIZE(n), EX_NOWAIT);
      if (!check(ex != NULL, "storage for %u at %u", n, shift)) return;
      for (unsigned i = 0; i < n; i++)
        check(extent_alloc_region(ex, i * 8, 4, EX_NOWAIT) == 0, "region %u of %u at %u", i, n, shift);
      check(extent_alloc_region(ex, 0xf0, 1, EX_NOWAIT) == ENOMEM, "one region too many of %u at %u", n, shift);
      check(sub(ex, 0xf0, 0xff, 1, 1, 0, 0, EX_FAST) == ENOMEM, "one region too many of %u at %u", n, shift);
      check(extent_alloc_region(ex, 4, 1, EX_NOWAIT) == 0, "what touches needs no descriptor");
      check(extent_free(ex, 2, 1, EX_NOWAIT) == ENOMEM, "a middle needs one");
      check(extent_free(ex, 0, 1, EX_NOWAIT) == 0 && extent_free(ex, 4, 1, EX_NOWAIT) == 0, "front and back need none");
      check(extent_alloc_region(ex, 1, 3, EX_NOWAIT | EX_CONFLICTOK) == 0, "nor does what is there");
      check(extent_check(ex) == 0, "invariant %d is broken", extent_check(ex));
      for (unsigned i = 0; i < n; i++)
        check(extent_free(ex, i * 8 + (i == 0), 4 - (i == 0), EX_NOWAIT) == 0, "a whole needs none");
      is(ex, "");
      extent_destroy(ex);
    }
  }
}

static void test_wrong_frees(void) {
  struct extent *ex = fresh(0, 0xff, 8, EX_NOWAIT);
  extent_alloc_region(ex, 0x10, 0x10, EX_NOWAIT);
  check(PANICS(extent_free(ex, 0x40, 4, EX_NOWAIT)) && strstr(panic_message, "fresh") != NULL, "not allocated");
  check(PANICS(extent_free(ex, 0x1f, 2, EX_NOWAIT)) && strstr(panic_message, "overlaps") != NULL, "over the end");
  check(PANICS(extent_free(ex, 0x0f, 2, EX_NOWAIT)), "over the start");
  check(!PANICS(extent_free(ex, 0x14, 4, EX_NOWAIT)), "a middle");
  check(PANICS(extent_free(ex, 0x14, 4, EX_NOWAIT)), "twice");
  check(PANICS(extent_free(ex, 0x10, 0x10, EX_NOWAIT)), "over a gap");
  is(ex, "10-13 18-1f");
  check(!PANICS(extent_free(ex, 0, 0x100, EX_CONFLICTOK)), "everything, whatever is there");
  is(ex, "");
  check(!PANICS(extent_free(ex, 5, 1, EX_CONFLICTOK)), "nothing, whatever is there");
  extent_destroy(ex);
  ex = fresh(0, 0xff, 8, EX_NOCOALESCE);
  extent_alloc_region(ex, 0x10, 0x10, EX_NOWAIT);
  extent_alloc_region(ex, 0x20, 0x10, EX_NOWAIT);
  is(ex, "10-1f 20-2f");
  check(PANICS(extent_free(ex, 0x10, 8, EX_NOWAIT)), "EX_NOCOALESCE: a part");
  check(PANICS(extent_free(ex, 0x10, 0x20, EX_NOWAIT)), "EX_NOCOALESCE: two at once");
  check(!PANICS(extent_free(ex, 0x10, 0x10, EX_NOWAIT)), "EX_NOCOALESCE: a whole");
  is(ex, "20-2f");
  extent_destroy(ex);
}

static void test_conflicts(void) {
  struct extent *ex = fresh(0, 0xff, 8, EX_NOWAIT);
  extent_alloc_region(ex, 0x10, 0x10, EX_NOWAIT);
  extent_alloc_region(ex, 0x40, 0x10, EX_NOWAIT);
  check(extent_alloc_region(ex, 0x18, 0x48, EX_NOWAIT) == EAGAIN, "overlapping");
  check(extent_alloc_region(ex, 0x18, 0x48, EX_CONFLICTOK) == 0, "overlapping two on purpose");
  is(ex, "10-5f");
  check(extent_alloc_region(ex, 0, 0x100, EX_CONFLICTOK) == 0, "all over");
  is(ex, "0-ff");
  check(extent_alloc_region(ex, 0x80, 1, EX_CONFLICTOK) == 0, "within");
  is(ex, "0-ff");
  extent_destroy(ex);
  ex = fresh(0, ~0ul, 3, EX_FILLED);
  is(ex, sizeof(long) == 8 ? "0-ffffffffffffffff" : "0-ffffffff");
  check(extent_free(ex, 0x1000, 0x1000, EX_NOWAIT) == 0, "a window into a filled extent");
  unsigned long result;
  check(extent_alloc(ex, 0x800, 0x800, EX_NOBOUNDARY, EX_NOWAIT, &result) == 0 && result == 0x1000, "in the window");
  check(extent_alloc1(ex, 0x10, 0x100, 0x20, EX_NOBOUNDARY, EX_NOWAIT, &result) == 0 && result == 0x1820, "at a skew: %#lx",
        result);
  extent_destroy(ex);
}

static void test_print(void) {
  struct extent *ex = fresh(0, 0xff, 8, EX_NOWAIT);
  extent_alloc_region(ex, 0x10, 0x10, EX_NOWAIT);
  extent_print(ex);
  check(strstr(printed, "fresh") != NULL && strstr(printed, "1f") != NULL, "printed %s", printed);
  extent_destroy(ex);
}

int main(void) {
  test_invalid();
  test_descriptors();
  test_wrong_frees();
  test_conflicts();
  test_print();
  return finish("extent interface");
}
