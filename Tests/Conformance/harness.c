#include "harness.h"

#include <errno.h>
#include <stdarg.h>

static unsigned passed, failed;
char panic_message[512];
int panics;

void tessera_panic(const char *message);
void tessera_panic(const char *message) {
  panics++;
  snprintf(panic_message, sizeof panic_message, "%s", message);
}

static void complain(const char *format, va_list arguments) {
  failed++;
  printf("  failed: ");
  vprintf(format, arguments);
  if (panic_message[0] != 0) printf(" [last panic: %s]", panic_message);
  printf("\n");
}

int check(int held, const char *format, ...) {
  if (held) {
    passed++;
    return 1;
  }
  va_list arguments;
  va_start(arguments, format);
  complain(format, arguments);
  va_end(arguments);
  return 0;
}

int hold(int held, const char *format, ...) {
  if (held) return 1;
  va_list arguments;
  va_start(arguments, format);
  complain(format, arguments);
  va_end(arguments);
  return 0;
}

int finish(const char *name) {
  printf("%s, %u-bit: %u passed, %u failed\n", name, (unsigned)sizeof(void *) * 8, passed, failed);
  return failed == 0 && passed != 0 ? 0 : 1;
}

uint32_t draw(void) {
  static uint32_t state = 2463534242u;
  state ^= state << 13;
  state ^= state >> 17;
  state ^= state << 5;
  return state;
}

uint32_t draw_below(uint32_t limit) { return (uint32_t)(((uint64_t)draw() * limit) >> 32); }

void *storage_of(size_t size) {
  void *storage = malloc(size);
  if (storage == NULL) {
    perror("malloc");
    exit(2);
  }
  memset(storage, 0xa5, size);
  return storage;
}

void give_back(void *storage) { free(storage); }

FILE *open_cases(const char *path) {
  FILE *file = fopen(path, "r");
  if (file == NULL) {
    perror(path);
    exit(2);
  }
  return file;
}

int next_line(FILE *file, struct line *line) {
  static int number;
  if (ftell(file) == 0) number = 0;
  for (;;) {
    if (fgets(line->text, sizeof line->text, file) == NULL) return 0;
    line->number = ++number;
    line->count = 0;
    if (line->text[0] == '#') continue;
    for (char *word = strtok(line->text, " \n"); word != NULL; word = strtok(NULL, " \n")) {
      if (line->count == MAX_WORDS) {
        printf("line %d has too many words\n", number);
        exit(2);
      }
      line->words[line->count++] = word;
    }
    if (line->count != 0) return 1;
  }
}

int word_is(const struct line *line, int index, const char *word) {
  return index < line->count && strcmp(line->words[index], word) == 0;
}

uintptr_t number(const struct line *line, int index, int *too_wide) {
  if (index >= line->count) {
    printf("line %d ends before word %d\n", line->number, index);
    exit(2);
  }
  unsigned long long wide = strtoull(line->words[index], NULL, 0);
  if (wide > UINTPTR_MAX) *too_wide = 1;
  return (uintptr_t)wide;
}

int answer(const struct line *line, int index) {
  static const struct {
    const char *name;
    int error;
  } answers[] = {{"OK", 0}, {"EAGAIN", EAGAIN}, {"ENOMEM", ENOMEM}, {"EINVAL", EINVAL}};
  for (unsigned i = 0; i < sizeof answers / sizeof answers[0]; i++)
    if (word_is(line, index, answers[i].name)) return answers[i].error;
  printf("line %d: word %d is no answer\n", line->number, index);
  exit(2);
}

const char *answer_name(int error) {
  switch (error) {
  case 0: return "OK";
  case EAGAIN: return "EAGAIN";
  case ENOMEM: return "ENOMEM";
  case EINVAL: return "EINVAL";
  case EINTR: return "EINTR";
  default: return "an unknown number";
  }
}
