/// What the host's bench program is linked from: the traces call a subject and a meter through these functions,
/// so that the very same trace code runs on the engine, on the C library and on nothing at all.
///
/// The functions are C's and in objects of their own: no compiler looks through them, and what a subject that
/// answers at once costs can be subtracted to the instruction.
#ifndef TESSERA_BENCH_HOOKS_H
#define TESSERA_BENCH_HOOKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// An address, or that there is none: the high half is 0 or 1. In two registers on i386, no memory.
typedef uint64_t subject_answer;
#define SUBJECT_REFUSED ((subject_answer)1 << 32)

/// What a subject needs to find itself: Swift's machine code is position-independent, so reading a global would
/// cost it four instructions that are no part of the engine.
typedef void *subject_t;

/// See TraceSpan. NULL if there is no memory for the bookkeeping.
subject_t subject_create(uint32_t first, uint32_t count, uint32_t quantum, uint32_t cached_up_to, uint32_t segments,
                         uint32_t index);
subject_answer subject_allocate(subject_t, uint32_t count);
subject_answer subject_allocate_cached(subject_t, uint32_t count);
subject_answer subject_allocate_best(subject_t, uint32_t count);
subject_answer subject_allocate_first(subject_t, uint32_t count);
subject_answer subject_allocate_next(subject_t, uint32_t count);
subject_answer subject_allocate_bounded(subject_t, uint32_t count, uint32_t alignment, uint32_t first, uint32_t last);
bool subject_claim(subject_t, uint32_t address, uint32_t count);
void subject_free(subject_t, uint32_t address, uint32_t count);
void subject_free_cached(subject_t, uint32_t address, uint32_t count);
void subject_free_bounded(subject_t, uint32_t address, uint32_t count);

/// See TraceMeter.
void meter_start(void);
void meter_stop(void);
void meter_call_begins(void);
void meter_call_ends(uint32_t call);

/// Memory for a subject's bookkeeping, aligned to 64 bytes; given back when the program ends.
void *bench_memory(size_t bytes);

struct bench_result {
  uint32_t operations;
  uint32_t refusals;
};

/// Runs a trace (the raw values of the enumeration Trace). False if it could not be set up.
bool bench_run(uint32_t trace, uint32_t population, uint32_t steps, bool each_call, struct bench_result *result);

#endif
