/* SPDX-License-Identifier: BSD-2-Clause */
/* Checks for link updates that the kernel would accept and that would do harm. */
#include <errno.h>
#include <linux/bpf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "kernel/capability.h"
#include "replace/replace.h"
#include "replace/replace_bind.h"
#include "replace/replace_errors.h"

/* ---- another attach type --------------------------------------------------------------------- */

/*
 * LINK_UPDATE does not check the attach type that a program was loaded for. PROG_ATTACH does, so
 * this tries an attach without a target. A lack of privilege has the same errno for cgroup_skb
 * only.
 */
static enum cgswap_status check_attach_type(const struct cgswap_step *step,
					    const struct program *program)
{
	const struct attach_type *type = step->target.chain->type;
	struct kernel *kernel = step->target.chain->cgroup->kernel;
	int err;

	err = feature_dry_attach(kernel, program->fd, type->number, KERNEL_MULTI);
	if (err == -EBADF)
		return CGSWAP_OK;
	if (err != -EINVAL)
		return replace_error_attach_type_unknown(step, program, false, -err);
	/* the link may hold such a program already, so the old one proves nothing */
	if (program->info.type == BPF_PROG_TYPE_CGROUP_SKB && !capability_may_query(kernel))
		return replace_error_attach_type_unknown(step, program, true, -err);
	return replace_error_other_attach_type(step, program);
}

/* ---- other storage --------------------------------------------------------------------------- */

static bool is_storage(uint32_t type)
{
	return type == BPF_MAP_TYPE_CGROUP_STORAGE || type == BPF_MAP_TYPE_PERCPU_CGROUP_STORAGE;
}

/* Returns the id of a storage map of one that other does not use, 0 for none, or an errno < 0. */
static int64_t find_lone_storage(const struct program *one, const struct program *other)
{
	for (size_t i = 0; i < one->info.map_count; i++) {
		uint32_t id = one->info.map_ids[i];
		struct map_fd *map;
		int err;

		if (program_uses_map(other, id))
			continue;
		err = program_open_map(&map, one, i);
		if (err)
			return err;
		if (is_storage(map->info.type))
			return id;
	}
	return 0;
}

/*
 * A link keeps the buffers of its first program's storage maps, even if the new program uses
 * others.
 */
static enum cgswap_status check_storage(const struct cgswap_step *step,
					const struct program *program)
{
	int64_t lone = find_lone_storage(program, step->target.old);

	if (!lone)
		lone = find_lone_storage(step->target.old, program);
	if (!lone)
		return CGSWAP_OK;
	if (lone < 0)
		return replace_error_storage_unknown(step, program, (int)-lone);
	return replace_error_other_storage(step, program, (uint32_t)lone);
}

/* ---- preorder -------------------------------------------------------------------------------- */

/* Searches the cgroups below one for programs; an unreadable cgroup may have any. */
struct below {
	struct cgswap_session *session;
	uint32_t type;
	char path[4096];
	size_t length;
};

static int search_below(const char *name, void *user)
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
		found = kernel->ops->cgroup_children(kernel, fd, search_below, below);
	kernel->ops->close(kernel, fd);
	below->length = length;
	below->path[length] = '\0';
	return found;
}

static int has_programs_below(struct cgswap_session *session, const struct chain_state *chain)
{
	struct kernel *kernel = session->kernel;
	struct below *below = calloc(1, sizeof(*below));
	int found;

	if (!below)
		return -ENOMEM;
	below->session = session;
	below->type = chain->type->number;
	below->length = (size_t)snprintf(below->path, sizeof(below->path), "%s",
					 chain->cgroup->path);
	found = below->length < sizeof(below->path)
			? kernel->ops->cgroup_children(kernel, cgroup_fd(chain->cgroup),
						       search_below, below)
			: -ENAMETOOLONG;
	free(below);
	return found;
}

/* Preorder entries in the effective order, which an update of the link changes. */
enum preorder_entries {
	PREORDER_ENTRIES_NONE,
	PREORDER_ENTRIES_RUN,           /* in the cgroup itself or in its ancestors */
	PREORDER_ENTRIES_PERHAPS_BELOW, /* in cgroups below, which have programs of their own */
	PREORDER_ENTRIES_UNKNOWN,
	PREORDER_ENTRIES_LEFTOVER /* a probe could not be detached */
};

/*
 * Compares the link's position in the chain with that in the effective order: a preorder entry that
 * is after it in the chain, or in an ancestor, comes before it in the order.
 */
static int find_preorder_in_order(enum preorder_entries *out, struct cgswap_session *session,
				  const struct step_target *target)
{
	const struct chain_state *chain = target->chain;
	struct snapshot effective = { 0 };
	uint32_t id = target->old->info.id;
	int err = snapshot_read(&effective, session, cgroup_fd(chain->cgroup), chain->type->number,
				KERNEL_QUERY_EFFECTIVE);

	/* a program with two entries does not show it */
	if (!err && snapshot_occurrences(&effective, id) == 1 &&
	    snapshot_occurrences(&chain->now, id) == 1)
		*out = snapshot_find(&effective, id) == snapshot_find(&chain->now, id)
			       ? PREORDER_ENTRIES_NONE
			       : PREORDER_ENTRIES_RUN;
	snapshot_free(&effective);
	return err;
}

/*
 * If entries before the link's are preorder, the first entry is: in the order, preorder entries
 * come first, and the order is that of the chain.
 */
static int find_preorder_before(enum preorder_entries *out, struct cgswap_replace *replace,
				struct cgswap_step *step, struct preorder_answer *answer)
{
	const struct snapshot *now = &step->target.chain->now;
	struct kernel *kernel = replace->session->kernel;
	enum preorder_result result;
	int fd;

	if (now->ids[0] == step->target.old->info.id)
		return 0;
	*out = PREORDER_ENTRIES_UNKNOWN;
	fd = kernel->ops->program_by_id(kernel, now->ids[0]);
	if (fd < 0)
		return fd;
	result = replace_ask_preorder(replace, step, 0, fd,
				      replace->dry_run ? PREORDER_BY_ORDER : PREORDER_BY_CHILD,
				      answer);
	kernel->ops->close(kernel, fd);
	if (result == PREORDER_LEFTOVER)
		*out = PREORDER_ENTRIES_LEFTOVER;
	if (result == PREORDER_FOUND)
		*out = answer->preorder == CGSWAP_PREORDER_YES ? PREORDER_ENTRIES_RUN
							       : PREORDER_ENTRIES_NONE;
	/* the commit finds it out, and refuses the step if it has to */
	if (result == PREORDER_UNDECIDED && replace->dry_run)
		*out = PREORDER_ENTRIES_NONE;
	return result == PREORDER_FAILED ? -answer->errnum : 0;
}

/* Returns 0, or a negative errno if memory or descriptors ran out and the result is unknown. */
static int find_preorder_entries(enum preorder_entries *out, struct cgswap_replace *replace,
				 struct cgswap_step *step, struct preorder_answer *answer)
{
	int below, err;

	*out = PREORDER_ENTRIES_UNKNOWN;
	err = find_preorder_in_order(out, replace->session, &step->target);
	if (*out == PREORDER_ENTRIES_NONE)
		err = find_preorder_before(out, replace, step, answer);
	if (err || *out != PREORDER_ENTRIES_NONE)
		return error_is_exhaustion(err) ? err : 0;
	below = has_programs_below(replace->session, step->target.chain);
	if (!below)
		return 0;
	*out = below > 0 ? PREORDER_ENTRIES_PERHAPS_BELOW : PREORDER_ENTRIES_UNKNOWN;
	return error_is_exhaustion(below) ? below : 0;
}

/* True if a policy denied the probe a command of bpf(2), rather than a scratch cgroup. */
static bool order_probe_is_denied(struct kernel *kernel, const struct feature *probed)
{
	return probed->answer == FEATURE_UNKNOWN && kernel->ops->denied(kernel, probed->errnum) &&
	       capability_is_not_missing(kernel, CAPABILITY_TO_LOAD | CAPABILITY_TO_QUERY,
					 -probed->errnum);
}

/*
 * Some kernels overwrite the wrong position of the effective order if it has preorder entries. Such
 * an update fails unless there certainly are none.
 */
static enum cgswap_status check_update_order(struct cgswap_replace *replace,
					     struct cgswap_step *step)
{
	static const char *const reasons[] = {
		[PREORDER_ENTRIES_RUN] = "preorder programs run",
		[PREORDER_ENTRIES_PERHAPS_BELOW] = "cgroups below may have preorder programs",
		[PREORDER_ENTRIES_UNKNOWN] = "preorder programs may run",
	};
	struct cgswap_session *session = replace->session;
	struct feature right = session_ask(session, CGSWAP_FEATURE_LINK_UPDATE_ORDER);
	bool denied = order_probe_is_denied(session->kernel, &right);
	enum preorder_entries entries;
	struct preorder_answer answer;
	int err;

	if (right.answer == FEATURE_YES ||
	    session_ask_kernel(session, CGSWAP_FEATURE_PREORDER).answer == FEATURE_NO)
		return CGSWAP_OK;
	if (right.answer == FEATURE_UNKNOWN && error_is_exhaustion(-right.errnum))
		return replace_error_order_unsearched(step, right.errnum);
	err = find_preorder_entries(&entries, replace, step, &answer);
	if (err)
		return replace_error_order_unsearched(step, -err);
	if (entries == PREORDER_ENTRIES_LEFTOVER)
		return replace_error_preorder(step, PREORDER_LEFTOVER, &answer);
	if (entries == PREORDER_ENTRIES_NONE)
		return CGSWAP_OK;
	if (denied)
		return replace_error_order_unsearched(step, right.errnum);
	return replace_error_unsafe_order(step, reasons[entries], right.answer == FEATURE_NO);
}

enum cgswap_status replace_check_link_safety(struct cgswap_replace *replace,
					     struct cgswap_step *step,
					     const struct program *program)
{
	enum cgswap_status status;

	if (step->target.method != STEP_LINK)
		return CGSWAP_OK;
	/* the kernel rejects this itself, and so the check does */
	if (program->info.type != step->target.chain->type->program_type)
		return CGSWAP_OK;
	status = check_attach_type(step, program);
	if (!status)
		status = check_storage(step, program);
	return status ? status : check_update_order(replace, step);
}
