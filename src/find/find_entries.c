/* SPDX-License-Identifier: BSD-2-Clause */
/* The entries of all chains that the programs have. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "cgroup/cgroup.h"
#include "cgroup/snapshot.h"
#include "find/find.h"
#include "kernel/errno_error.h"

enum { FIND_TYPES_MAX = 64, FIND_STOP = 1 };

struct find_walk {
	struct cgswap_find *find;
	const struct attach_type *types[FIND_TYPES_MAX]; /* that the programs can be attached to */
	size_t type_count;
	struct snapshot chain;
	struct find_missed missed;
	int denied; /* the errno of a query that needs a privilege */
};

static bool find_may_have_type(const struct cgswap_find *find, const struct attach_type *type)
{
	for (size_t i = 0; i < find->programs.count; i++) {
		uint32_t of = FIND_AT(&find->programs, struct find_program, i)->type;

		if (!of || of == type->program_type)
			return true;
	}
	return false;
}

static void find_choose_types(struct find_walk *walk)
{
	const struct attach_type *type;

	for (size_t i = 0; (type = attach_type_at(i)) && walk->type_count < FIND_TYPES_MAX; i++)
		if (find_may_have_type(walk->find, type) &&
		    session_knows_type(walk->find->session, type))
			walk->types[walk->type_count++] = type;
}

static int find_add_entry(struct find_walk *walk, int fd, const char *path,
			  const struct attach_type *type, size_t position)
{
	struct kernel *kernel = walk->find->session->kernel;
	struct find_entry *entry;
	uint64_t id;
	int err = kernel->ops->cgroup_id(kernel, fd, &id);

	if (err)
		return err;
	entry = find_list_add(&walk->find->entries, sizeof(*entry));
	if (!entry)
		return -ENOMEM;
	entry->cgroup = strdup(path);
	entry->type = type;
	entry->position = (uint32_t)position;
	entry->program_id = walk->chain.ids[position];
	entry->cgroup_id = id;
	return entry->cgroup ? 0 : -ENOMEM;
}

static int find_look_at_chain(struct find_walk *walk, int fd, const char *path,
			      const struct attach_type *type)
{
	struct cgswap_session *session = walk->find->session;
	int err = snapshot_read(&walk->chain, session, fd, type->number, 0);

	for (size_t i = 0; i < walk->chain.count && !err; i++)
		if (find_program_by_id(walk->find, walk->chain.ids[i]))
			err = find_add_entry(walk, fd, path, type, i);
	return err;
}

static int find_look_at_cgroup(int fd, const char *path, void *user)
{
	struct find_walk *walk = user;
	int err = 0;

	for (size_t i = 0; i < walk->type_count && !err; i++)
		err = find_look_at_chain(walk, fd, path, walk->types[i]);
	if (err != -EPERM && err != -EACCES)
		return err;
	walk->denied = -err;
	return FIND_STOP;
}

static void find_miss_cgroup(const char *path, int errnum, void *user)
{
	struct find_walk *walk = user;

	find_miss(&walk->missed, path, errnum);
}

/* From inside a cgroup namespace the cgroups above it cannot be seen. */
static enum cgswap_status find_check_root(struct cgswap_find *find)
{
	struct kernel *kernel = find->session->kernel;
	const char *root = find->session->cgroup_root;
	int fd = kernel->ops->cgroup_open(kernel, root);
	bool is_root = fd >= 0 && kernel->ops->cgroup_is_root(kernel, fd);

	if (fd >= 0)
		kernel->ops->close(kernel, fd);
	if (is_root)
		return CGSWAP_OK;
	error_set(CGSWAP_CAUSE_CGROUP_UNREACHABLE, 0,
		  "only '%s'{cgroup} and the cgroups below it can be seen from here", root);
	return find_add_unread(find, "entries");
}

static enum cgswap_status find_add_denied(struct find_walk *walk)
{
	struct cgswap_find *find = walk->find;

	if (!walk->denied)
		return CGSWAP_OK;
	error_from_errno(find->session->kernel, CAPABILITY_TO_QUERY, walk->denied,
			 "the chains of cgroups cannot be read");
	return find_add_unread(find, "entries");
}

enum cgswap_status find_entries(struct cgswap_find *find)
{
	struct find_walk walk = { .find = find };
	const struct cgroup_visitor visitor = {
		.visit = find_look_at_cgroup,
		.miss = find_miss_cgroup,
		.user = &walk,
	};
	enum cgswap_status status;

	if (!*find->session->cgroup_root) {
		error_set(CGSWAP_CAUSE_CGROUP_UNREACHABLE, 0, "no cgroup2 is mounted");
		return find_add_unread(find, "entries");
	}
	find_choose_types(&walk);
	/* a program of another type is in no chain */
	if (!walk.type_count)
		return CGSWAP_OK;
	status = cgroup_visit(find->session, &visitor);
	snapshot_free(&walk.chain);
	if (!status)
		status = find_add_denied(&walk);
	if (!status)
		status = find_add_missed(find, "entries", "cgroup", "read", &walk.missed);
	return status ? status : find_check_root(find);
}
