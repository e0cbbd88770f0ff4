/*
 * What the library asks of the kernel that it is linked into.
 *
 * The library carries a weak definition of every function in this file, so a program that defines none of them
 * links and runs. A kernel defines the ones that it has something better for; the strong definition wins.
 * Beside these the library needs memcpy, memmove and memset, and nothing else.
 *
 * SPDX-License-Identifier: Apache-2.0 WITH Swift-exception
 */
#ifndef TESSERA_HOOKS_H
#define TESSERA_HOOKS_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The numbers that the library answers with, where <errno.h> has not been included. */
#ifndef EINTR
#define EINTR 4
#endif
#ifndef EAGAIN
#define EAGAIN 11
#endif
#ifndef ENOMEM
#define ENOMEM 12
#endif
#ifndef EINVAL
#define EINVAL 22
#endif

/* The unit in which the library takes memory for its tags. */
#define TESSERA_PAGE_SIZE 4096

/*
 * Called with one line (no newline) when an argument is wrong in a function that has no way to say so, or when
 * the library finds its own records broken. The line names the function, the arena and every operand.
 * It should not return. If it does return from a wrong argument, the function returns with nothing changed.
 * Default: an illegal instruction, which stops a program and a kernel alike.
 */
void tessera_panic(const char *message);

/*
 * Enter and leave the critical section of one arena. ipl is what the arena was created with; arenas of ipl 0
 * never call these. word belongs to the arena, starts as 0 and is never touched by the library: a spin lock's
 * home, for instance. tessera_lock's result is handed to the matching tessera_unlock: a saved interrupt flag.
 * The calls nest over different arenas (an import from a source arena), never over one.
 * Default: an atomic spin lock in *word, which excludes other processors but not interrupts on this one.
 */
uintptr_t tessera_lock(uintptr_t *word, int ipl);
void tessera_unlock(uintptr_t *word, int ipl, uintptr_t saved);

/*
 * Memory for tags: size is a multiple of TESSERA_PAGE_SIZE and so is the address wanted; may_sleep is nonzero
 * where the caller may wait. NULL is a valid answer: the request then fails with ENOMEM, or waits if it may.
 * No lock of the library is held. Default: NULL, so that an arena lives on the storage it was given.
 */
void *tessera_page_alloc(size_t size, int may_sleep);

/* Takes such memory back, with the same size. No lock of the library is held. Default: does nothing. */
void tessera_page_free(void *page, size_t size);

/*
 * Wait until *count is no longer seen. The test and the falling asleep must be one step with respect to
 * tessera_wake on the same count, as a futex has it: then no wake-up is lost. Returns 0 to try again (waking
 * early is allowed), EINTR if catch_signals is nonzero and the wait was broken off, anything else if this
 * kernel cannot wait; the request then fails as if it were not allowed to. No lock of the library is held.
 * Default: cannot wait.
 */
int tessera_sleep(const volatile uintptr_t *count, uintptr_t seen, int catch_signals);

/* *count has changed: let everybody who sleeps on it try again. Default: does nothing. */
void tessera_wake(const volatile uintptr_t *count);

/* One line of extent_print's answer, without newline. Default: drops it. */
void tessera_print(const char *line);

#ifdef __cplusplus
}
#endif

#endif /* TESSERA_HOOKS_H */
