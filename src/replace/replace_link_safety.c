/* SPDX-License-Identifier: BSD-2-Clause */
/* What the kernel would do to a link and should not. */
#include <errno.h>
#include <linux/bpf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "explain/explain.h"
#include "kernel/errno_error.h"
#include "replace/replace.h"
#include "kernel/scratch_order.h"

/* ---- another hook ---------------------------------------------------------------------------- */

/*
 * An update does not look at the hook that a program was loaded for. An attach does, so it is asked
 * about one that has no target; where it minds the old program too, privilege is what it minds.
 */
static enum cgswap_status check_attach_type(const struct cgswap_step *step,
					    const struct program *program)
{
	const struct attach_type *type = step->place->type;
	struct kernel *kernel = step->place->cgroup->kernel;
	int err;

	if (program->info.type != type->program_type)
		return CGSWAP_OK; /* that the kernel sees by itself */
	err = feature_dry_attach(kernel, program->fd, type->number, KERNEL_MULTI);
	if (err == -EBADF)
		return CGSWAP_OK;
	if (err == -EINVAL)
		err = feature_dry_attach(kernel, step->old->fd, type->number, KERNEL_MULTI);
	if (err != -EBADF && err != -EINVAL)
		return error_from_errno(kernel, CAPABILITY_TO_QUERY, -err,
					"whether program %u (%s) was loaded for %s cannot be asked",
					program->info.id, program->name, type->short_name);
	if (err == -EINVAL)
		return error_privilege(kernel, CAPABILITY_TO_QUERY, EINVAL,
				       "whether program %u (%s) was loaded for %s cannot be asked",
				       program->info.id, program->name, type->short_name);
	error_set(
		CGSWAP_CAUSE_UNSAFE_LINK_UPDATE, 0,
		"program %u (%s) was loaded for another hook than %s, and the kernel would put it into "
		"link %u all the same",
		program->info.id, program->name, type->short_name, step->link_id);
	error_remedy("load the program for %s", type->short_name);
	return CGSWAP_E_INCOMPATIBLE;
}

/* ---- other storage --------------------------------------------------------------------------- */

static bool is_storage(uint32_t type)
{
	return type == BPF_MAP_TYPE_CGROUP_STORAGE || type == BPF_MAP_TYPE_PERCPU_CGROUP_STORAGE;
}

/* A storage map of the one that the other does not use: its id, 0 for none, or a negative errno. */
static int64_t find_lone_storage(struct kernel *kernel, const struct program *one,
				 const struct program *other)
{
	for (size_t i = 0; i < one->info.map_count; i++) {
		uint32_t id = one->info.map_ids[i];
		struct kernel_map map;
		int fd, err;

		if (program_uses_map(other, id))
			continue;
		fd = kernel->ops->map_by_id(kernel, id);
		if (fd < 0)
			return fd;
		err = kernel->ops->map_info(kernel, fd, &map);
		kernel->ops->close(kernel, fd);
		if (err)
			return err;
		if (is_storage(map.type))
			return id;
	}
	return 0;
}

/* A link keeps the buffers of the storage maps that it began with, whatever the new program uses.
 */
static enum cgswap_status check_storage(const struct cgswap_step *step,
					const struct program *program)
{
	struct kernel *kernel = step->place->cgroup->kernel;
	int64_t lone = find_lone_storage(kernel, program, step->old);

	if (!lone)
		lone = find_lone_storage(kernel, step->old, program);
	if (!lone)
		return CGSWAP_OK;
	if (lone < 0)
		return error_from_errno(
			kernel, CAPABILITY_BY_ID, (int)-lone,
			"whether programs %u and %u use the same cgroup storage cannot be told",
			step->old->info.id, program->info.id);
	return error_set(
		CGSWAP_CAUSE_UNSAFE_LINK_UPDATE, 0,
		"program %u (%s) does not use the same cgroup storage as program %u (map %u is "
		"not shared), and link %u would run it on the old one's",
		program->info.id, program->name, step->old->info.id, (uint32_t)lone, step->link_id);
}

/* ---- preorder -------------------------------------------------------------------------------- */

/* The cgroups below one, until one of them holds programs; what cannot be read may hold any. */
struct below {
	struct cgswap_session *session;
	uint32_t type;
	char path[4096];
	size_t length;
};

static int look_below(const char *name, void *user)
{
	struct below *below = user;
	struct kernel *kernel = below->session->kernel;
	struct kernel_query query = { .type = below->type };
	size_t length = below->length, capacity = sizeof(below->path) - length;
	int fd, found;

	if ((size_t)snprintf(below->path + length, capacity, "/%s", name) >= capacity)
		return -ENAMETOOLONG;
	fd = kernel->ops->cgroup_open(kernel, below->path);
	if (fd < 0)
		return fd;
	query.target_fd = (uint32_t)fd;
	found = kernel->ops->query(kernel, &query);
	if (!found)
		found = query.count > 0;
	below->length += strlen(below->path + length);
	if (!found)
		found = kernel->ops->cgroup_children(kernel, fd, look_below, below);
	kernel->ops->close(kernel, fd);
	below->length = length;
	below->path[length] = '\0';
	return found;
}

static int has_programs_below(struct cgswap_session *session, const struct place *place)
{
	struct kernel *kernel = session->kernel;
	struct below *below = calloc(1, sizeof(*below));
	int found;

	if (!below)
		return -ENOMEM;
	below->session = session;
	below->type = place->type->number;
	below->length = (size_t)snprintf(below->path, sizeof(below->path), "%s",
					 place->cgroup->path);
	found = below->length < sizeof(below->path)
			? kernel->ops->cgroup_children(kernel, place->cgroup->fd, look_below, below)
			: -ENAMETOOLONG;
	free(below);
	return found;
}

/*
 * Some kernels overwrite the wrong place of the order in which programs run when preorder entries
 * are among them. Where there are none, here or further up, and nobody below, all is well.
 */
static enum cgswap_status check_preorder(const struct cgswap_replace *replace,
					 const struct cgswap_step *step)
{
	struct cgswap_session *session = replace->session;
	const struct place *place = step->place;
	enum feature_answer right;
	struct feature known;
	const char *why;
	struct scratch_order look = { 0 };
	int err, below;

	known = session_ask(session, CGSWAP_FEATURE_LINK_UPDATE_ORDER);
	right = known.answer;
	if (right == FEATURE_YES ||
	    session_ask_kernel(session, CGSWAP_FEATURE_PREORDER).answer == FEATURE_NO)
		return CGSWAP_OK;
	err = right == FEATURE_UNKNOWN ? -known.errnum : 0;
	if (!error_is_exhaustion(err))
		err = scratch_order_read(&look, session->kernel, place->cgroup->fd, place->type);
	below = err || look.before ? 0 : has_programs_below(session, place);
	if (error_is_exhaustion(err) || error_is_exhaustion(below))
		return error_from_errno(session->kernel, 0, err ? -err : -below,
					"%s of %s cannot be searched for preorder entries",
					place->type->short_name, place->cgroup->path);
	if (!err && !look.before && !below)
		return CGSWAP_OK;
	if (!err && look.before)
		why = "preorder programs run";
	else
		why = below > 0 ? "cgroups below have programs, perhaps preorder ones,"
				: "preorder programs may run";
	error_set(CGSWAP_CAUSE_UNSAFE_LINK_UPDATE, 0,
		  "%s in %s of %s, and %s to update link %u without taking another program off",
		  why, place->type->short_name, place->cgroup->path,
		  right == FEATURE_NO ? "this kernel is not able"
				      : "it cannot be tried here whether this kernel is able",
		  step->link_id);
	if (right == FEATURE_NO)
		error_remedy("use a kernel in which `cgswap features` shows link_update_order, or "
			     "detach the link and attach anew");
	else
		error_remedy(
			"give this process leave to make cgroups below the cgroup2 mount, in one "
			"of which it is tried");
	return CGSWAP_E_INCOMPATIBLE;
}

enum cgswap_status replace_check_link_safety(const struct cgswap_replace *replace,
					     const struct cgswap_step *step,
					     const struct program *program)
{
	enum cgswap_status status;

	if (step->method != STEP_LINK)
		return CGSWAP_OK;
	status = check_attach_type(step, program);
	if (!status)
		status = check_storage(step, program);
	return status ? status : check_preorder(replace, step);
}
