/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file fixture_objects.h
 * The objects that rows name: programs, maps, files, links, and descriptors that are none of these.
 */
#ifndef TESTS_MATRIX_FIXTURE_OBJECTS_H
#define TESTS_MATRIX_FIXTURE_OBJECTS_H

#include "fixture.h"

void fixture_objects_make(struct fixture *fixture);
void fixture_objects_free(struct fixture *fixture);

/** Adds a link of the setup as "link:" and its program's name. @return its id. */
uint32_t fixture_objects_add_link(struct fixture *fixture, const struct fixture_object *program, int fd);
void fixture_objects_drop_links(struct fixture *fixture);
/** Adds a descriptor. of_case: it is closed with the case. */
void fixture_objects_add(struct fixture *fixture, const char *name, int fd, bool of_case);

#endif
