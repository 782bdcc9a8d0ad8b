/* SPDX-License-Identifier: BSD-2-Clause */
/* Temporary pins of processes that were killed while they swapped a pin. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/text.h"
#include "clean/clean.h"
#include "find/find.h"
#include "kernel/capability.h"
#include "kernel/errno_error.h"
#include "program/pin_leftover.h"
#include "program/pin_walk.h"

static int clean_look_at_pin(const char *path, void *user)
{
	struct leftover_item item = { .is_pin = true, .reason = "" };
	const char *name;

	if (!pin_temp_parse(text_file_name(path), &item.new, &item.old, &name))
		return 0;
	item.path = strdup(path);
	return clean_add(user, &item) ? 0 : -ENOMEM;
}

static int clean_look_at_bpffs(const char *path, bool hidden, void *user)
{
	struct cgswap_clean *clean = user;
	const struct pin_walk walk = {
		.kernel = clean->session->kernel,
		.pin = clean_look_at_pin,
		.user = clean,
	};

	return hidden ? 0 : pin_walk(&walk, path);
}

/* Without /proc only the session's bpffs is known. */
enum cgswap_status clean_list_pins(struct cgswap_clean *clean)
{
	struct kernel *kernel = clean->session->kernel;
	const char *bpffs = clean->session->bpffs;
	int err = kernel->ops->bpffs_each(kernel, clean_look_at_bpffs, clean);

	if (err && !error_is_exhaustion(err) && *bpffs)
		err = clean_look_at_bpffs(bpffs, false, clean);
	if (error_is_exhaustion(err))
		return error_from_errno(kernel, 0, -err, "the pins cannot be listed");
	return CGSWAP_OK;
}

/* Looks for the programs of all pins in all chains, in one walk. */
static enum cgswap_status clean_find_programs(struct cgswap_find *find,
					      const struct cgswap_clean *clean)
{
	enum cgswap_status status = CGSWAP_OK;

	for (const struct leftover_item *item = clean->items; item && !status; item = item->next) {
		if (item->is_pin && item->new.kind == 'p')
			status = find_add_id(find, item->new.id);
		if (!status && item->is_pin && item->old.kind == 'p')
			status = find_add_id(find, item->old.id);
	}
	if (!status && find->programs.count)
		status = find_entries(find);
	return status;
}

static bool clean_is_attached(const struct cgswap_find *find, struct pin_object object)
{
	for (size_t i = 0; object.kind == 'p' && i < find->entries.count; i++)
		if (FIND_AT(&find->entries, struct find_entry, i)->program_id == object.id)
			return true;
	return false;
}

/* The one of the two programs that is attached; nothing if that is unknown. */
static struct pin_object clean_running(const struct cgswap_find *find,
				       const struct leftover_item *item)
{
	bool new = clean_is_attached(find, item->new), old = clean_is_attached(find, item->old);

	if (find->unread.count || new == old)
		return (struct pin_object){ 0 };
	return new ? item->new : item->old;
}

/* A privilege may be missing to read which program is attached. */
static const char *clean_reason_unknown(struct kernel *kernel)
{
	switch (capability_missing(kernel, CAPABILITY_TO_QUERY)) {
	case CGSWAP_CAUSE_NONE:
		return "which of its two programs is to stay pinned is unknown";
	case CGSWAP_CAUSE_MISSING_CAP_NET_ADMIN:
		return "this process lacks CAP_NET_ADMIN, to see which of its programs is attached";
	case CGSWAP_CAUSE_INSIDE_USER_NAMESPACE:
		return "this process is in a user namespace, and may not read chains";
	default:
		return "a policy keeps this process from reading chains";
	}
}

static int clean_pin(struct leftover_item *item, struct cgswap_session *session,
		     struct pin_object running, bool remove)
{
	struct kernel *kernel = session->kernel;
	int lock = kernel->ops->pin_lock(kernel, item->path);
	bool can;

	item->in_use = lock == -EBUSY || lock == -ENOENT;
	item->reason = item->in_use ? "" : "this user may not lock its directory: run this as root";
	if (lock < 0)
		return error_is_exhaustion(lock) ? lock : 0;
	can = pin_leftover_clear_one(session, item->path, running, remove);
	kernel->ops->pin_unlock(kernel, lock);
	item->removed = remove && can;
	item->reason = can ? "" : clean_reason_unknown(kernel);
	return 0;
}

enum cgswap_status clean_pins(struct cgswap_clean *clean, bool remove)
{
	struct cgswap_find find = { .session = clean->session };
	enum cgswap_status status = clean_find_programs(&find, clean);
	int err = 0;

	for (struct leftover_item *item = clean->items; item && !err && !status; item = item->next)
		if (item->is_pin && !item->removed)
			err = clean_pin(item, clean->session, clean_running(&find, item), remove);
	find_free_lists(&find);
	if (err)
		return error_from_errno(clean->session->kernel, 0, -err,
					"the temporary pins cannot be opened");
	return status;
}
