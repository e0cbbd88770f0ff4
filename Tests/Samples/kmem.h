/* What the page takes as given: a kernel with pages, and something to keep. */
#include <stdlib.h>

void *tessera_page_alloc(size_t size, int may_sleep) {
  (void)may_sleep;
  return aligned_alloc(TESSERA_PAGE_SIZE, size);
}

void tessera_page_free(void *page, size_t size) {
  (void)size;
  free(page);
}

struct node {
  struct node *next;
  int number;
};
