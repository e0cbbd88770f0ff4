/* What bus_space(9)'s manual page promises: claims, handles and their ends, every form of access, every bad input. */
#include "harness.h"

#include <errno.h>
#include <tessera/bus_space.h>

static unsigned char storage[BUS_SPACE_STORAGE_SIZE(64) + 16];
static struct bus_space *buses;
static struct bus_space_tag io, mem, other;

/* What the hooks saw. Memory is an array that begins at 0x1000 more than its physical address modulo its size. */
static char said[512];
static unsigned char bytes[0x10000];
static int mappings, refusals;

static void say(const char *format, unsigned a, unsigned b, int c) {
  size_t used = strlen(said);
  snprintf(said + used, sizeof said - used, format, a, b, c);
}

static int did(const char *expected) {
  int held = check(strcmp(said, expected) == 0, "the hooks saw \"%s\" instead of \"%s\"", said, expected);
  said[0] = 0;
  return held;
}

int tessera_bus_map(bus_addr_t first, bus_size_t size_minus_one, int flags, uintptr_t *address) {
  if (refusals > 0 && refusals-- == 1)
    return ENOMEM;
  say("map %x+%x flags %d;", first, size_minus_one, flags);
  mappings++;
  *address = (uintptr_t)bytes + (first & 0xffff);
  return 0;
}

void tessera_bus_unmap(uintptr_t address, bus_size_t size_minus_one) {
  say("unmap %x+%x;%.0d", (unsigned)(address - (uintptr_t)bytes), size_minus_one, 0);
  mappings--;
}

uint32_t tessera_bus_read(int type, uintptr_t address, int width) {
  unsigned char *at = type == BUS_SPACE_TYPE_IO ? bytes + address : (unsigned char *)address;
  uint32_t value = 0;
  memcpy(&value, at, (size_t)width);
  say("r%x/%d;", (unsigned)(at - bytes), (unsigned)width, 0);
  return value;
}

void tessera_bus_write(int type, uintptr_t address, uint32_t value, int width) {
  unsigned char *at = type == BUS_SPACE_TYPE_IO ? bytes + address : (unsigned char *)address;
  memcpy(at, &value, (size_t)width);
  say("w%x=%x/%d;", (unsigned)(at - bytes), value, width);
}

void tessera_bus_barrier(int flags) { say("barrier%.0d%.0d %d;", 0, 0, flags); }

static void start(unsigned claims) {
  memset(storage, 0xa5, sizeof storage);
  said[0] = 0;
  mappings = refusals = 0;
  buses = bus_space_create(storage + 3, BUS_SPACE_STORAGE_SIZE(claims), claims, 1);
  check(buses != NULL, "buses for %u claims", claims);
  check(bus_space_tag_init(&io, buses, BUS_SPACE_TYPE_IO, "serial") == 0, "a tag for ports");
  check(bus_space_tag_init(&mem, buses, BUS_SPACE_TYPE_MEM, "display") == 0, "a tag for memory");
  check(bus_space_tag_init(&other, buses, BUS_SPACE_TYPE_IO, "somebody") == 0, "another tag");
}

static int is_empty(void) {
  bus_addr_t first, last;
  return check(bus_space_holder(&io, 0, &first, &last, NULL, 0) == EAGAIN, "ports are left claimed") &&
         check(bus_space_holder(&mem, 0, &first, &last, NULL, 0) == EAGAIN, "memory is left claimed") &&
         check(mappings == 0, "%d mappings are left", mappings);
}

static void test_ends(void) {
  static const bus_addr_t ports[] = {0, 0xffff}, words[] = {0, 0xffffffff};
  bus_space_handle_t handle;
  start(8);
  for (int i = 0; i < 2; i++) {
    check(bus_space_map(&io, ports[i], 1, 0, &handle) == 0, "port %x", (unsigned)ports[i]);
    bus_space_write_1(&io, handle, 0, 0x5a);
    check(bus_space_read_1(&io, handle, 0) == 0x5a, "port %x is read", (unsigned)ports[i]);
    bus_space_unmap(&io, handle, 1);
    check(bus_space_map(&mem, words[i], 1, BUS_SPACE_MAP_LINEAR, &handle) == 0, "byte %x", (unsigned)words[i]);
    check(bus_space_vaddr(&mem, handle) == bytes + (words[i] & 0xffff), "its address");
    bus_space_unmap(&mem, handle, 1);
  }
  check(bus_space_map(&mem, 0xfffff000, 0x1000, 0, &handle) == 0, "the last page");
  check(bus_space_vaddr(&mem, handle) == NULL, "not linear");
  said[0] = 0;
  bus_space_write_4(&mem, handle, 0xffc, 0x12345678);
  did("wfffc=12345678/4;");
  bus_space_unmap(&mem, handle, 0x1000);
  is_empty();
}

static void test_errors(void) {
  bus_space_handle_t handle, second, part;
  bus_addr_t address = 77;
  start(8);
  check(bus_space_map(&io, 0, 0, 0, &handle) == EINVAL, "no ports");
  check(bus_space_map(&io, 0xffff, 2, 0, &handle) == EINVAL, "ports beyond the end");
  check(bus_space_map(&io, 0x10000, 1, 0, &handle) == EINVAL, "a port beyond the end");
  check(bus_space_map(&mem, 0xffffffff, 2, 0, &handle) == EINVAL, "memory that wraps");
  check(bus_space_map(&io, 0x60, 1, BUS_SPACE_MAP_LINEAR, &handle) == EINVAL, "linear ports");
  check(bus_space_alloc(&mem, 0, 0xffff, 0, 0, 0, 0, &address, &handle) == EINVAL, "nothing");
  check(bus_space_alloc(&mem, 0, 0xffff, 0x200, 0, 0x100, 0, &address, &handle) == EINVAL, "boundary below size");
  check(bus_space_alloc(&mem, 2, 1, 1, 0, 0, 0, &address, &handle) == EINVAL, "maximum below minimum");
  check(bus_space_alloc(&mem, 0, 0xffff, 1, 3, 0, 0, &address, &handle) == EINVAL, "alignment 3");
  check(bus_space_alloc(&io, 0, 0x10000, 1, 0, 0, 0, &address, &handle) == EINVAL, "bounds beyond the bus");
  check(bus_space_alloc(&io, 0x10, 0x1f, 0x11, 0, 0, 0, &address, &handle) == EAGAIN, "larger than its bounds");
  check(address == 77, "a failure wrote an address");
  check(bus_space_tag_init(&other, buses, 2, "nothing") == EINVAL, "a third bus");
  refusals = 1;
  check(bus_space_map(&mem, 0x1000, 0x1000, 0, &handle) == ENOMEM, "the hook cannot");
  is_empty();

  check(bus_space_map(&io, 0x3f8, 8, 0, &handle) == 0, "eight ports");
  check(bus_space_map(&other, 0x3ff, 2, 0, &second) == EAGAIN, "an overlapping claim");
  check(bus_space_map(&other, 0x3f0, 9, 0, &second) == EAGAIN, "an overlapping claim");
  char name[8];
  bus_addr_t first, last;
  check(bus_space_holder(&other, 0x3ff, &first, &last, name, sizeof name) == 0 && first == 0x3f8 && last == 0x3ff &&
            strcmp(name, "serial") == 0,
        "who has it: %x to %x of %s", (unsigned)first, (unsigned)last, name);
  check(bus_space_holder(&io, 0, &first, &last, name, 4) == 0 && strcmp(name, "ser") == 0, "a name cut off");
  check(bus_space_holder(&io, 0x400, &first, &last, name, 4) == EAGAIN, "nobody above");
  check(bus_space_holder(&io, 0x10000, &first, &last, name, 4) == EINVAL, "no port");

  check(bus_space_subregion(&io, handle, 4, 4, &part) == 0, "a part");
  check(bus_space_subregion(&io, handle, 4, 5, &second) == EINVAL, "a part that reaches out");
  check(bus_space_subregion(&io, part, 4, 1, &second) == EINVAL, "a part of a part that reaches out");
  check(bus_space_subregion(&io, part, 1, 0xffffffff, &second) == EINVAL, "a part that wraps");
  check(bus_space_subregion(&io, part, 0, 0, &second) == EINVAL, "an empty part");
  check(bus_space_subregion(&io, part, 3, 1, &second) == 0, "the last port of a part");
  said[0] = 0;
  bus_space_write_1(&io, second, 0, 9);
  did("w3ff=9/1;");
  check(PANICS(bus_space_unmap(&io, part, 4)), "a part is not unmapped");
  check(PANICS(bus_space_unmap(&io, handle, 4)), "another size is not unmapped");
  check(bus_space_is_live(&handle) && bus_space_is_live(&part), "both live");
  check(PANICS(bus_space_read_1(&io, handle, 8)), "a read beyond");
  check(PANICS(bus_space_read_4(&io, handle, 5)), "a read that reaches out");
  check(PANICS(bus_space_set_region_2(&io, handle, 0, 0, 5)), "a region that reaches out");
  check(PANICS(bus_space_set_region_4(&io, handle, 0, 0, (size_t)-1)), "a region that wraps");
  did("");
  bus_space_unmap(&io, handle, 8);
  check(!bus_space_is_live(&handle) && !bus_space_is_live(&part), "both ended");
  check(PANICS(bus_space_unmap(&io, handle, 8)), "unmapped twice");
  check(bus_space_map(&io, 0x3f8, 8, 0, &second) == 0, "the same again");
  check(PANICS(bus_space_read_1(&io, handle, 0)), "a read after the end");
  check(PANICS(bus_space_write_1(&io, part, 0, 1)), "a write after the end");
  check(strstr(panic_message, "0x000003fc-0x000003ff") != NULL, "the message \"%s\" names the range", panic_message);
  check(bus_space_subregion(&io, handle, 0, 1, &part) == EINVAL, "a part after the end");
  did("");
  bus_space_unmap(&io, second, 8);
  is_empty();
}

static void test_alloc(void) {
  bus_space_handle_t handle, second, taken;
  bus_addr_t address;
  start(8);
  check(bus_space_map(&other, 0x1000, 0x100, 0, &taken) == 0, "somebody's ports");
  check(bus_space_alloc(&io, 0x10f0, 0x1fff, 0x20, 0x20, 0x100, 0, &address, &handle) == 0 && address == 0x1100,
        "the lowest place, %x", (unsigned)address);
  check(bus_space_alloc(&io, 0x1fe1, 0x1fff, 0x20, 0, 0, 0, &address, &second) == EAGAIN, "one too few");
  check(bus_space_alloc(&mem, 0xffffffff, 0xffffffff, 1, 0, 0, 0, &address, &second) == 0 && address == 0xffffffff,
        "a region of one address, at the very end");
  bus_space_free(&io, handle, 0x20);
  bus_space_free(&mem, second, 1);
  bus_space_free(&other, taken, 0x100);
  did("map ffffffff+0 flags 0;unmap ffff+0;");
  is_empty();
  check(bus_space_mmap(&mem, 0xa0000, 0x1000, 0, 0, &address) == 0 && address == 0xa1000, "the page behind");
  check(bus_space_mmap(&mem, 0xffffffff, 1, 0, 0, &address) == EINVAL, "beyond the end");
  check(bus_space_mmap(&io, 0x60, 0, 0, 0, &address) == EINVAL, "ports");
}

/* Each form does the accesses that it says, once, in their order; for each width. */
#define FORMS(width, type)                                                                                       \
  static void test_forms_##width(void) {                                                                         \
    bus_space_handle_t handle;                                                                                   \
    type words[3] = {1, 2, 3}, back[3];                                                                          \
    char text[256];                                                                                              \
    start(8);                                                                                                    \
    check(bus_space_map(&mem, 0x1000, 0x100, BUS_SPACE_MAP_CACHEABLE | BUS_SPACE_MAP_PREFETCHABLE, &handle) == 0, \
          "memory");                                                                                             \
    did("map 1000+ff flags 5;");                                                                                 \
    bus_space_write_region_##width(&mem, handle, 4, words, 3);                                                   \
    snprintf(text, sizeof text, "w%x=1/%d;w%x=2/%d;w%x=3/%d;", 0x1004, width, 0x1004 + width, width,             \
             0x1004 + 2 * width, width);                                                                         \
    did(text);                                                                                                   \
    bus_space_read_region_##width(&mem, handle, 4, back, 3);                                                     \
    snprintf(text, sizeof text, "r%x/%d;r%x/%d;r%x/%d;", 0x1004, width, 0x1004 + width, width, 0x1004 + 2 * width, \
             width);                                                                                             \
    did(text);                                                                                                   \
    check(memcmp(words, back, sizeof words) == 0, "a region comes back");                                        \
    bus_space_write_multi_##width(&mem, handle, 0, words, 3);                                                    \
    snprintf(text, sizeof text, "w1000=1/%d;w1000=2/%d;w1000=3/%d;", width, width, width);                       \
    did(text);                                                                                                   \
    bus_space_read_multi_##width(&mem, handle, 0, back, 2);                                                      \
    check(back[0] == 3 && back[1] == 3, "one address again and again");                                          \
    said[0] = 0;                                                                                                 \
    bus_space_set_multi_##width(&mem, handle, 0x80, 7, 2);                                                       \
    bus_space_set_region_##width(&mem, handle, 0x100 - 2 * width, 8, 2);                                         \
    snprintf(text, sizeof text, "w1080=7/%d;w1080=7/%d;w%x=8/%d;w%x=8/%d;", width, width, 0x1100 - 2 * width, width, \
             0x1100 - width, width);                                                                             \
    did(text);                                                                                                   \
    bus_space_write_##width(&mem, handle, 0x40, 9);                                                              \
    check(bus_space_read_##width(&mem, handle, 0x40) == 9, "a single word");                                     \
    for (int i = 0; i < 8; i++)                                                                                  \
      bus_space_write_##width(&mem, handle, (bus_size_t)(i * width), (type)(i + 1));                             \
    bus_space_copy_region_##width(&mem, handle, 0, handle, width, 4);                                            \
    said[0] = 0;                                                                                                 \
    static const type up[8] = {1, 1, 2, 3, 4, 6, 7, 8};                                                           \
    for (int i = 0; i < 8; i++)                                                                                  \
      check(bus_space_read_##width(&mem, handle, (bus_size_t)(i * width)) == up[i], "word %d of a copy up", i);  \
    bus_space_copy_region_##width(&mem, handle, 2 * width, handle, 0, 4);                                        \
    said[0] = 0;                                                                                                 \
    static const type down[8] = {2, 3, 4, 6, 4, 6, 7, 8};                                                         \
    for (int i = 0; i < 8; i++)                                                                                  \
      check(bus_space_read_##width(&mem, handle, (bus_size_t)(i * width)) == down[i], "word %d of a copy down", i); \
    said[0] = 0;                                                                                                 \
    bus_space_barrier(&mem, handle, 0, 0x100, BUS_SPACE_BARRIER_READ | BUS_SPACE_BARRIER_WRITE);                 \
    did("barrier 3;");                                                                                           \
    check(PANICS(bus_space_barrier(&mem, handle, 1, 0x100, 0)), "a barrier that reaches out");                   \
    bus_space_unmap(&mem, handle, 0x100);                                                                        \
    is_empty();                                                                                                  \
  }
FORMS(1, uint8_t)
FORMS(2, uint16_t)
FORMS(4, uint32_t)

/* As many claims as the storage was made for, with a handle each; one more fails and loses nothing. */
static void test_static(void) {
  static bus_space_handle_t handles[200];
  for (unsigned claims = 1; claims <= 64; claims += 7) {
    start(claims);
    for (int bus = 0; bus < 2; bus++) {
      bus_space_tag_t tag = bus == 0 ? &io : &mem;
      unsigned count = 0;
      while (count < 200 && bus_space_map(tag, count * 0x20, 8, 0, &handles[count]) == 0)
        count++;
      check(count >= claims, "%u claims of %u on bus %d", count, claims, bus);
      check(count < 200, "storage without an end");
      check(bus_space_map(tag, count * 0x20, 8, 0, &handles[199]) == ENOMEM, "no descriptor");
      while (count-- > 0) {
        hold(bus_space_is_live(&handles[count]), "a handle was lost");
        bus_space_unmap(tag, handles[count], 8);
      }
    }
    is_empty();
  }
  check(bus_space_create(storage, BUS_SPACE_STORAGE_SIZE(8) - 1, 8, 0) == NULL, "a byte too little");
  check(bus_space_create(storage, sizeof storage, 0, 0) == NULL, "no claims");
  check(bus_space_create(NULL, 0, 8, 0) == NULL, "no storage");
}

static int pages;
void *tessera_page_alloc(size_t size, int may_sleep) {
  (void)may_sleep;
  pages++;
  return aligned_alloc(TESSERA_PAGE_SIZE, size);
}

/* Before memory claims run out; one call, and they do not any more. */
static void test_growth(void) {
  static bus_space_handle_t handles[500];
  start(4);
  unsigned count = 0;
  while (bus_space_map(&io, count * 0x20, 8, 0, &handles[count]) == 0)
    count++;
  check(pages == 0, "a page before its time");
  bus_space_grow(buses);
  unsigned before = count;
  for (; count < 500; count++)
    hold(bus_space_map(&io, count * 0x20, 8, 0, &handles[count]) == 0, "claim %u", count);
  check(pages > 0 && before < 500, "%d pages for the claims after the first %u", pages, before);
  for (unsigned i = 0; i < 500; i++)
    hold(bus_space_is_live(&handles[i]), "handle %u", i);
  for (unsigned i = 0; i < 500; i++)
    bus_space_unmap(&io, handles[i], 8);
  is_empty();
}

int main(void) {
  test_ends();
  test_errors();
  test_alloc();
  test_forms_1();
  test_forms_2();
  test_forms_4();
  test_static();
  test_growth();
  return finish("bus_space interface");
}
