/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file things.h
 * What rows name by words: programs, maps, files, links, and descriptors that are none.
 */
#ifndef TESTS_MATRIX_FIXTURE_OBJECTS_H
#define TESTS_MATRIX_FIXTURE_OBJECTS_H

#include "fixture.h"

void fixture_objects_make(struct fixture *fixture);
void fixture_objects_free(struct fixture *fixture);

/** A link that the setup made, named "link:" and its program. @return its id. */
uint32_t fixture_objects_add_link(struct fixture *fixture, const struct fixture_object *program, int fd);
void fixture_objects_drop_links(struct fixture *fixture);
/** A descriptor of the case. */
void fixture_objects_add(struct fixture *fixture, const char *name, int fd, bool of_case);

#endif
