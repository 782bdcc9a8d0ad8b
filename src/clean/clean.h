/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The remains of killed processes of this library: temporary pins, and scratch cgroups. Each has a
 * lock, which the kernel releases when the process that made it ends.
 */
#ifndef CGSWAP_CLEAN_CLEAN_H
#define CGSWAP_CLEAN_CLEAN_H

#include "base/handle.h"
#include "program/pin_temp.h"
#include "session/session.h"

struct leftover_item {
	bool is_pin; /* else a scratch cgroup */
	bool removed;
	bool in_use; /* its maker is alive: it is not listed */
	char *path;
	const char *reason;         /* why it must stay; "": it can be removed */
	struct pin_object new, old; /* the programs of a pin, before and after the swap */
	struct leftover_item *next;
};

struct cgswap_clean {
	struct handle handle;
	struct cgswap_session *session;
	struct leftover_item *items;
	size_t count; /* those that are listed */
};

/* Adds an item, and takes its path; false: no memory. */
bool clean_add(struct cgswap_clean *clean, const struct leftover_item *item);

/* Each lists the leftovers of one kind. */
enum cgswap_status clean_list_pins(struct cgswap_clean *clean);
enum cgswap_status clean_list_cgroups(struct cgswap_clean *clean);

/*
 * Each checks all leftovers of its kind again, and removes those that can be removed if asked to.
 */
enum cgswap_status clean_pins(struct cgswap_clean *clean, bool remove);
enum cgswap_status clean_cgroups(struct cgswap_clean *clean, bool remove);

#endif
