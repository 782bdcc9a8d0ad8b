/* SPDX-License-Identifier: BSD-2-Clause */
/* Numbers in sources and selectors: digits only, no sign, no blanks, nothing after them. */
#ifndef CGSWAP_BASE_NUMBER_H
#define CGSWAP_BASE_NUMBER_H

#include <stdbool.h>
#include <stdint.h>

bool number_parse(const char *text, uint64_t largest, uint64_t *out);
bool number_parse_fd(const char *text, int *out);      /* negative: -1, which is never open */
bool number_parse_id(const char *text, uint32_t *out); /* an id is never 0 */

#endif
