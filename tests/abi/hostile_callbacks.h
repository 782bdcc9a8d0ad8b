/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file hostile_callbacks.h
 * Callbacks of every type: good ones, ones that refuse, and ones that call the library. Those use
 * the good handles of the fixture.
 */
#ifndef TESTS_ABI_HOSTILE_CALLBACKS_H
#define TESTS_ABI_HOSTILE_CALLBACKS_H

/** The callbacks of one type, as addresses. */
struct callbacks {
	const char *type;
	const void *good;
	const void *refusing;
	const void *reentrant;
};

/** The callbacks of a type ("cgswap_log_fn"). A type without any ends the test. */
const struct callbacks *hostile_callbacks(const char *type);

#endif
