// The C++ program of the README: an extent, and a hook of one's own.
#include <cstdio>
#include <cstdlib>
#include <tessera/extent.h>

extern "C" void tessera_panic(const char *message) {
  std::fprintf(stderr, "panic: %s\n", message);
  std::exit(3);
}

int main() {
  alignas(8) static unsigned char storage[EXTENT_FIXED_STORAGE_SIZE(16)];
  auto *memory = extent_create("iomem", 0, 0xffffffff, storage, sizeof storage, EX_NOWAIT);
  unsigned long bar = 0;
  if (memory == nullptr || extent_alloc_region(memory, 0xa0000, 0x60000, EX_NOWAIT) != 0) return 1;
  if (extent_alloc_subregion(memory, 0x80000, 0xffffffff, 0x10000, 0x10000, EX_NOBOUNDARY, EX_FAST, &bar) != 0) return 1;
  std::printf("a device of 64 KiB goes to %#lx\n", bar);
  extent_walk(memory, [](void *, unsigned long first, unsigned long last) {
    return std::printf("taken: %#lx-%#lx\n", first, last) < 0 ? 1 : 0;
  }, nullptr);
  extent_free(memory, bar, 0x10000, EX_NOWAIT);
  extent_destroy(memory);
}
