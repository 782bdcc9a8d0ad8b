/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file product.h
 * An object with a program at each of four attach types (tests/bpf/object/product_v1 and its next
 * versions) and a cgroup for it: attaches by raw calls that stand beside it, and views of the
 * kernel's without the library under test.
 */
#ifndef TESTS_LIB_PRODUCT_H
#define TESTS_LIB_PRODUCT_H

#include "cgswap.h"
#include "scratch.h"

#include <stdint.h>

enum { PRODUCT_PROGRAMS = 4, PRODUCT_MAPS = 8 };

/** The programs and their attach types, in the order of product_v1. */
extern const char *const product_names[PRODUCT_PROGRAMS];
extern const uint32_t product_types[PRODUCT_PROGRAMS];

/** A cgroup in which another program stands before and, once attached, behind each of ours. */
struct product {
	cgswap_session *session;
	struct scratch cgroup;
	int before[PRODUCT_PROGRAMS], after[PRODUCT_PROGRAMS];
};

struct product product_new(const char *name);
void product_free(struct product *product);
/** Attaches the programs that stand behind ours. */
void product_add_after(struct product *product);

/** Opens "product_v1" ...; a failure ends the test. */
cgswap_object *product_object(const struct product *product, const char *name);
/** Attaches all programs of an object; a failure ends the test. @return the transaction. */
cgswap_replace *product_attach(const struct product *product, cgswap_object *object);
/** Swaps all programs in a transaction of its own. @return the first status that is not OK. */
enum cgswap_status product_swap(const struct product *product, cgswap_object *object,
				const struct cgswap_object_opts *opts);

/** The id of our program of that index, which has one entry there; 0: none. */
uint32_t product_id(const struct product *product, int index);
/** One check: ours stand at this position (-1: nowhere), and the others as they were. */
bool product_stands(const struct product *product, int position, const char *when);
/** The distinct ids of the maps of all our programs, ascending. @return their number. */
size_t product_maps(const struct product *product, uint32_t ids[PRODUCT_MAPS]);
/** The id of the map whose kernel name has this ending, among all our programs; 0: none, or several. */
uint32_t product_map(const struct product *product, const char *ending);

#endif
