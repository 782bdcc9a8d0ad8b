/* SPDX-License-Identifier: BSD-2-Clause */
/* The handle of a list of leftovers, and its getters. */
#include "clean/clean.h"

#include <stdlib.h>

#include "base/error.h"

/* There is only memory to free, which getters in other threads may be reading. */
static void clean_shut(struct handle *handle)
{
	(void)handle;
}

static void clean_free(struct handle *handle)
{
	struct cgswap_clean *clean = (struct cgswap_clean *)handle;
	struct leftover_item *item;

	while ((item = clean->items)) {
		clean->items = item->next;
		free(item->path);
		free(item);
	}
	session_release(clean->session, handle);
	free(clean);
}

/* Looks at each leftover; one that a live process uses is taken off the list. */
static enum cgswap_status clean_look(struct cgswap_clean *clean, bool remove)
{
	enum cgswap_status status = clean_pins(clean, remove);

	if (!status)
		status = clean_cgroups(clean, remove);
	return status;
}

static void clean_drop_used(struct cgswap_clean *clean)
{
	struct leftover_item **at = &clean->items, *item;

	while ((item = *at)) {
		if (!item->in_use) {
			clean->count++;
			at = &item->next;
			continue;
		}
		*at = item->next;
		free(item->path);
		free(item);
	}
}

static enum cgswap_status clean_open_in(cgswap_clean **out, cgswap_session *session)
{
	struct cgswap_clean *clean;
	enum cgswap_status status;

	if (!out)
		return error_bad_argument("'%s'{option} is NULL", "out");
	clean = calloc(1, sizeof(*clean));
	if (!clean)
		return error_no_memory();
	handle_init(&clean->handle, clean_shut, clean_free);
	clean->session = session;
	session_adopt(session, &clean->handle);
	status = clean_list_pins(clean);
	if (!status)
		status = clean_list_cgroups(clean);
	if (!status)
		status = clean_look(clean, false);
	if (status) {
		cgswap_clean_unref(clean);
		return status;
	}
	clean_drop_used(clean);
	*out = clean;
	return CGSWAP_OK;
}

enum cgswap_status cgswap_clean_open(cgswap_clean **out, cgswap_session *session)
{
	enum cgswap_status status;

	if (out)
		*out = NULL;
	status = session_enter(session, "clean");
	if (status)
		return status;
	return session_leave(session, clean_open_in(out, session));
}

enum cgswap_status cgswap_clean_remove(cgswap_clean *clean)
{
	enum cgswap_status status = handle_enter(clean ? &clean->handle : NULL, "clean");

	return status ? status : handle_leave(&clean->handle, clean_look(clean, true));
}

cgswap_clean *cgswap_clean_ref(cgswap_clean *clean)
{
	if (clean)
		handle_ref(&clean->handle);
	return clean;
}

void cgswap_clean_unref(cgswap_clean *clean)
{
	if (clean)
		handle_unref(&clean->handle);
}

enum cgswap_status cgswap_clean_close(cgswap_clean *clean)
{
	return handle_close(clean ? &clean->handle : NULL, "close clean");
}

size_t cgswap_clean_get_count(const cgswap_clean *clean)
{
	return clean && handle_is_open(&clean->handle) ? clean->count : 0;
}

static const struct leftover_item *clean_at(const cgswap_clean *clean, size_t index)
{
	const struct leftover_item *item = NULL;

	if (index < cgswap_clean_get_count(clean))
		for (item = clean->items; index; index--)
			item = item->next;
	return item;
}

const char *cgswap_clean_get_kind(const cgswap_clean *clean, size_t index)
{
	const struct leftover_item *item = clean_at(clean, index);

	if (!item)
		return "";
	return item->is_pin ? "pin" : "cgroup";
}

const char *cgswap_clean_get_path(const cgswap_clean *clean, size_t index)
{
	const struct leftover_item *item = clean_at(clean, index);

	return item ? item->path : "";
}

const char *cgswap_clean_get_reason(const cgswap_clean *clean, size_t index)
{
	const struct leftover_item *item = clean_at(clean, index);

	return item ? item->reason : "";
}

bool cgswap_clean_get_removed(const cgswap_clean *clean, size_t index)
{
	const struct leftover_item *item = clean_at(clean, index);

	return item && item->removed;
}
