/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file fixture_constants.h
 * Programs of objects with constants, attached as a loader that sets them would, and replaced. The
 * objects are those of tests/bpf/constants.
 */
#ifndef TESTS_LIB_FIXTURE_CONSTANTS_H
#define TESTS_LIB_FIXTURE_CONSTANTS_H

#include "fixture_maps.h"

/** A list of choices: "NAME=VALUE", ... */
#define CHOICES(...) ((const char *const[]){ __VA_ARGS__, NULL })

/**
 * Attaches the program of an object whose constants are set; NULL: to the values of the file. Skips the
 * whole test where that is impossible (need_live()).
 */
struct map_fixture constant_fixture_new(const char *cgroup, const char *object, const char *const *choices);

/** Plans to replace the attached program; NULL opts: no options. */
enum cgswap_status constant_fixture_plan(const struct map_fixture *fixture, cgswap_replace **out,
					 const char *object, struct cgswap_step_opts opts);
/** The same, and commits. */
enum cgswap_status constant_fixture_swap(const struct map_fixture *fixture, const char *object,
					 struct cgswap_step_opts opts);

/** The path of an object. */
const char *constant_fixture_object(const char *name);

/** One check: the number of constants, and of dropped ones, that a step reports. */
void constant_fixture_reports(cgswap_replace *replace, size_t constants, size_t dropped);
/** One check: the step reports a constant with this value, for this reason. */
void constant_fixture_said(cgswap_replace *replace, const char *name, const char *value, const char *reason);
/** One check: the last error has the details constant, old_value and new_value, in this order. */
void constant_fixture_differs(const char *name, const char *old, const char *new);

#endif
