/* Replays fixtures/extent.cases through extent.h: every answer, every placement, every map. */
#include "harness.h"

#include <errno.h>
#include <tessera/extent.h>

#define REGIONS 64

struct map {
  int count;
  unsigned long first[REGIONS], last[REGIONS];
};

static int collect(void *context, unsigned long first, unsigned long last) {
  struct map *map = context;
  if (map->count == REGIONS) return 1;
  map->first[map->count] = first;
  map->last[map->count++] = last;
  return 0;
}

static void check_map(struct extent *ex, const char *name, const struct line *line) {
  struct map map = {.count = 0};
  extent_walk(ex, collect, &map);
  check(map.count == line->count - 1, "%s, line %d: %d regions instead of %d", name, line->number, map.count,
        line->count - 1);
  for (int i = 0; i < map.count && i < line->count - 1; i++) {
    char *end;
    unsigned long first = strtoul(line->words[i + 1], &end, 0), last = strtoul(end + 1, NULL, 0);
    hold(map.first[i] == first && map.last[i] == last, "%s, line %d: region %#lx-%#lx instead of %#lx-%#lx",
          name, line->number, map.first[i], map.last[i], first, last);
  }
}

static void replay(struct extent *ex, const char *name, const struct line *line) {
  int wide = 0;
  uintptr_t n[9] = {0};
  int calls_sub = word_is(line, 0, "sub");
  int numbers = calls_sub ? 7 : 3;
  for (int i = 0; i < numbers; i++) n[i] = number(line, i + 1, &wide);
  int expected = answer(line, numbers + 1), error;
  unsigned long result = ~0ul;
  if (calls_sub) {
    error = extent_alloc_subregion1(ex, n[0], n[1], n[2], n[3], n[4], n[5], (int)n[6], &result);
    if (expected == 0 && error == 0) {
      uintptr_t wanted = number(line, 9, &wide);
      check(result == wanted, "%s, line %d: placed at %#lx instead of %#lx", name, line->number, result,
            (unsigned long)wanted);
    }
  } else if (word_is(line, 0, "region")) {
    error = extent_alloc_region(ex, n[0], n[1], (int)n[2]);
  } else {
    error = extent_free(ex, n[0], n[1], (int)n[2]);
  }
  check(error == expected, "%s, line %d: %s instead of %s", name, line->number, answer_name(error),
        answer_name(expected));
  hold(extent_check(ex) == 0, "%s, line %d: invariant %d is broken", name, line->number, extent_check(ex));
}

int main(int argc, char **argv) {
  FILE *file = open_cases(argc > 1 ? argv[1] : "fixtures/extent.cases");
  struct line line;
  struct extent *ex = NULL;
  void *storage = NULL;
  static char name[64];
  int cases = 0;
  while (next_line(file, &line)) {
    if (word_is(&line, 0, "case")) {
      int wide = 0;
      size_t size = EXTENT_FIXED_STORAGE_SIZE(REGIONS);
      storage = storage_of(size);
      snprintf(name, sizeof name, "%s", line.words[1]);
      uintptr_t start = number(&line, 2, &wide), end = number(&line, 3, &wide);
      ex = extent_create(name, start, end, storage, size, (int)number(&line, 4, &wide));
      if (!check(ex != NULL, "%s: not created", name)) break;
      cases++;
    } else if (word_is(&line, 0, "map")) {
      check_map(ex, name, &line);
    } else if (word_is(&line, 0, "end")) {
      extent_destroy(ex);
      give_back(storage);
    } else {
      replay(ex, name, &line);
    }
  }
  fclose(file);
  check(panics == 0, "%d panics", panics);
  check(cases == 27, "%d cases instead of 27", cases);
  return finish("extent cases");
}
