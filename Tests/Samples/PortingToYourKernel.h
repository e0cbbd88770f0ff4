/* What the article takes as given: a kernel's priority levels, and its memory. */
static int level;

static int splraise(int to) {
  int before = level;
  if (to > level) level = to;
  return before;
}

static void splx(int to) { level = to; }

static _Alignas(4096) unsigned char memory[256 * 4096];
#define memory_first ((vmem_addr_t)(uintptr_t)memory)
#define memory_size ((vmem_size_t)sizeof memory)
