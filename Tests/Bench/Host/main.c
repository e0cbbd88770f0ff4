/* The host's bench program: one trace a run, under callgrind for instructions or bare for time.
 *
 *   bench <trace> <population> <steps> [each]
 *
 * The trace is the raw value of the Swift enumeration Trace. What counts is between meter_start and meter_stop;
 * with `each` it is every call on its own, a callgrind dump each, labelled with the kind of call. Prints
 * "operations N refusals N nanoseconds N bytes N", the bytes being those asked for through bench_memory. */
#include "bench_hooks.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <valgrind/callgrind.h>

static bool each_call, counting;
static double nanoseconds;
static size_t handed_out;

/* Time on the processor: as much as a wall clock shows on an idle machine, and no more on a busy one. */
static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return t.tv_sec * 1e9 + t.tv_nsec;
}

/* Instrumentation is off until here, so that setting up a million segments takes seconds and not minutes. */
void meter_start(void) {
  CALLGRIND_START_INSTRUMENTATION;
  counting = true;
  nanoseconds -= now();
  if (!each_call) CALLGRIND_TOGGLE_COLLECT;
}

void meter_stop(void) {
  if (!each_call) CALLGRIND_TOGGLE_COLLECT;
  nanoseconds += now();
  counting = false;
  CALLGRIND_STOP_INSTRUMENTATION;
}

void meter_call_begins(void) {
  if (counting) CALLGRIND_TOGGLE_COLLECT;
}

void meter_call_ends(uint32_t call) {
  static const char *const labels[] = {"instant", "best", "first", "next", "bounded", "exact", "free"};
  if (!counting) return;
  CALLGRIND_TOGGLE_COLLECT;
  CALLGRIND_DUMP_STATS_AT(labels[call]);
}

void *bench_memory(size_t bytes) {
  void *memory;
  handed_out += bytes;
  if (posix_memalign(&memory, 64, bytes) != 0) return NULL;
  /* Touched now: the first touch of a page is the host's work and no part of a trace. */
  return memset(memory, 0, bytes);
}

int main(int count, char **words) {
  if (count < 4) {
    fputs("usage: bench <trace> <population> <steps> [each]\n", stderr);
    return 2;
  }
  each_call = count > 4 && strcmp(words[4], "each") == 0;
  struct bench_result result = {0, 0};
  if (!bench_run(strtoul(words[1], NULL, 10), strtoul(words[2], NULL, 10), strtoul(words[3], NULL, 10), each_call,
                 &result)) {
    fputs("bench: the trace could not be set up\n", stderr);
    return 1;
  }
  printf("operations %u refusals %u nanoseconds %.0f bytes %zu\n", result.operations, result.refusals, nanoseconds,
         handed_out);
  return 0;
}
