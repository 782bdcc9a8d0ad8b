/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Decides which values the constants of an object get. A loader may have set those of the old
 * program, and a value that it set must not be lost unless the caller says so.
 */
#ifndef CGSWAP_LOAD_CONSTANT_PLAN_H
#define CGSWAP_LOAD_CONSTANT_PLAN_H

#include "object/constant_report.h"
#include "load/map_reuse.h"

/*
 * Compares the constants of the object with those of the old program, carries out the choices of
 * the request, and sets the values in the object, before it is loaded. Fails if a constant differs
 * and the request does not say which value it gets. The caller unrefs *out.
 */
enum cgswap_status constant_plan(struct constant_report **out, const struct map_reuse *reuse);

#endif
