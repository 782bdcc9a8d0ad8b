/* SPDX-License-Identifier: BSD-2-Clause */
/* Scratch cgroups of killed processes. */
#include <errno.h>
#include <string.h>

#include "base/error.h"
#include "base/text.h"
#include "cgroup/cgroup.h"
#include "clean/clean.h"
#include "kernel/errno_error.h"
#include "kernel/scratch_cgroup.h"

static int clean_look_at_cgroup(int fd, const char *path, void *user)
{
	const struct leftover_item item = { .path = NULL, .reason = "" };
	struct leftover_item found = item;

	(void)fd;
	if (!scratch_cgroup_is_name(text_file_name(path)))
		return 0;
	found.path = strdup(path);
	return clean_add(user, &found) ? 0 : -ENOMEM;
}

/* A cgroup that cannot be looked at has no leftover that could be removed. */
static void clean_miss_cgroup(const char *path, int errnum, void *user)
{
	(void)path;
	(void)errnum;
	(void)user;
}

enum cgswap_status clean_list_cgroups(struct cgswap_clean *clean)
{
	const struct cgroup_visitor visitor = {
		.visit = clean_look_at_cgroup,
		.miss = clean_miss_cgroup,
		.user = clean,
	};

	return *clean->session->cgroup_root ? cgroup_visit(clean->session, &visitor) : CGSWAP_OK;
}

/* Opens the parent of a cgroup. */
static int clean_open_parent(struct kernel *kernel, const char *path)
{
	size_t length = (size_t)(text_file_name(path) - path);
	char parent[4096];

	if (length < 2 || length > sizeof(parent))
		return -ENAMETOOLONG;
	memcpy(parent, path, length - 1);
	parent[length - 1] = '\0';
	return kernel->ops->cgroup_open(kernel, parent);
}

static int clean_cgroup(struct leftover_item *item, struct kernel *kernel, bool remove)
{
	int err, parent = clean_open_parent(kernel, item->path);

	err = parent;
	if (parent >= 0) {
		err = kernel->ops->cgroup_leftover(kernel, parent, text_file_name(item->path),
						   remove);
		kernel->ops->close(kernel, parent);
	}
	item->in_use = err == -EEXIST || err == -ENOENT;
	item->reason = "";
	if (err == -EBUSY)
		item->reason = "it has processes or cgroups";
	else if (err && !item->in_use)
		item->reason = "this user may not remove it: run this as root";
	item->removed = remove && !err;
	return error_is_exhaustion(err) ? err : 0;
}

enum cgswap_status clean_cgroups(struct cgswap_clean *clean, bool remove)
{
	struct kernel *kernel = clean->session->kernel;
	int err = 0;

	for (struct leftover_item *item = clean->items; item && !err; item = item->next)
		if (!item->is_pin && !item->removed)
			err = clean_cgroup(item, kernel, remove);
	if (err)
		return error_from_errno(kernel, 0, -err, "the scratch cgroups cannot be opened");
	return CGSWAP_OK;
}
