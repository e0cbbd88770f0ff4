/* What the conformance runners share: counting, a tessera_panic that can be awaited, and the reading of cases. */
#ifndef HARNESS_H
#define HARNESS_H

#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Counts one check; a failed one is printed with what the format says. Answers whether it held. */
int check(int held, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* The same, but only a failure counts: for the steps of a run that is one check as a whole. */
int hold(int held, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Prints "name: N passed, N failed" and answers the exit status. */
int finish(const char *name);

/* The last message of tessera_panic, and how many there were. The runners' tessera_panic returns. */
extern char panic_message[512];
extern int panics;

/* Runs a statement and answers whether it panicked. */
#define PANICS(statement) (panics = 0, panic_message[0] = 0, (statement), panics != 0)

/* A deterministic stream of numbers. */
uint32_t draw(void);
uint32_t draw_below(uint32_t limit);

/* Storage that starts as junk, so that nobody relies on zeroes; freed by give_back. */
void *storage_of(size_t size);
void give_back(void *storage);

/* One line of a file of cases, split at spaces; comments and empty lines are left out. */
#define MAX_WORDS 64
struct line {
  int number;
  int count;
  char *words[MAX_WORDS];
  char text[2048];
};
FILE *open_cases(const char *path);
int next_line(FILE *file, struct line *line);
int word_is(const struct line *line, int index, const char *word);

/* A number of a line; sets *too_wide if it does not fit an address of this build. */
uintptr_t number(const struct line *line, int index, int *too_wide);

/* The answer that a word of a case stands for: OK, EAGAIN, ENOMEM, EINVAL. */
int answer(const struct line *line, int index);
const char *answer_name(int error);

#endif
