/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file things.h
 * What rows name by words: programs, maps, files, links, and descriptors that are none.
 */
#ifndef THINGS_H
#define THINGS_H

#include "fixture.h"

void things_make(struct ground *ground);
void things_free(struct ground *ground);

/** A link that the setup made, named "link:" and its program. @return its id. */
uint32_t things_add_link(struct ground *ground, const struct thing *program, int fd);
void things_drop_links(struct ground *ground);
/** A descriptor of the case. */
void things_add(struct ground *ground, const char *name, int fd, bool of_case);

#endif
