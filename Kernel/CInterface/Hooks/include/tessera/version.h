/*
 * Which version of the library this is.
 *
 * SPDX-License-Identifier: Apache-2.0 WITH Swift-exception
 */
#ifndef TESSERA_VERSION_H
#define TESSERA_VERSION_H

#ifdef __cplusplus
extern "C" {
#endif

/* Major, minor and patch, as in "0.1.0"; the same that `pkg-config --modversion tessera` says. */
const char *tessera_version(void);

#ifdef __cplusplus
}
#endif

#endif /* TESSERA_VERSION_H */
