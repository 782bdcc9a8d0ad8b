/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Finds the state of each entry of an unfinished transaction. The chains tell it, and not the
 * journal: the process may have died between a change and the note on it.
 */
#include <errno.h>

#include "base/error.h"
#include "kernel/cgroup_path.h"
#include "kernel/errno_error.h"
#include "kernel/link_table.h"
#include "replace/replace_recover.h"

/* An id that cannot be read does not mean that the cgroup is another one. */
static enum cgswap_status look_check_id(const struct cgswap_chain *chain)
{
	struct kernel *kernel = chain->session->kernel;
	enum cgswap_status status;
	uint64_t id;
	int err;

	if (chain->cgroup->id)
		return CGSWAP_OK;
	status = cgroup_hold(chain->cgroup);
	if (status)
		return status;
	err = kernel->ops->cgroup_id(kernel, cgroup_fd(chain->cgroup), &id);
	cgroup_release(chain->cgroup);
	return error_from_errno(kernel, 0, err ? -err : EAGAIN,
				"the id of '%s'{cgroup} cannot be read", chain->cgroup->path);
}

static enum cgswap_status look_error_unreachable(const struct journal_step *step)
{
	error_set(CGSWAP_CAUSE_CGROUP_UNREACHABLE, 0,
		  "'%s'{cgroup} exists, but this process cannot see it", step->cgroup);
	error_remedy("recover in the mount and cgroup namespaces of the process that died");
	return CGSWAP_E_NOT_FOUND;
}

/*
 * Where a path leads nowhere, or to another cgroup, the cgroup may be gone, or this process is in
 * other namespaces than the one that died: its entry must not be forgotten.
 */
static enum cgswap_status look_check_gone(struct cgswap_session *session,
					  const struct journal_step *step)
{
	struct kernel *kernel = session->kernel;
	int fd, mount;

	if (!*session->cgroup_root) {
		error_set(CGSWAP_CAUSE_CGROUP_UNREACHABLE, 0,
			  "'%s'{cgroup} cannot be looked up: no cgroup2 is mounted", step->cgroup);
		return cgroup_path_remedy_mount();
	}
	mount = kernel->ops->cgroup_open_mount(kernel, session->cgroup_root);
	fd = mount < 0 ? mount : kernel->ops->cgroup_by_id(kernel, mount, step->cgroup_id);
	if (mount >= 0)
		kernel->ops->close(kernel, mount);
	if (error_is_exhaustion(fd))
		return error_from_errno(kernel, 0, -fd, "'%s'{cgroup} cannot be looked up",
					step->cgroup);
	if (fd < 0)
		return CGSWAP_OK;
	kernel->ops->close(kernel, fd);
	return look_error_unreachable(step);
}

enum cgswap_status recover_open_chain(cgswap_chain **out, struct cgswap_session *session,
				      const struct journal_step *step)
{
	enum cgswap_status status = chain_open(out, session, step->cgroup, step->type);

	if (status) {
		*out = NULL;
		if (status != CGSWAP_E_NOT_FOUND)
			return status;
		error_clear();
		return look_check_gone(session, step);
	}
	if ((*out)->cgroup->id == step->cgroup_id)
		return CGSWAP_OK;
	status = look_check_id(*out);
	cgswap_chain_unref(*out);
	*out = NULL;
	return status ? status : look_check_gone(session, step);
}

static enum cgswap_status look_at_link(enum cgswap_entry_state *out, struct cgswap_session *session,
				       const struct journal_step *step)
{
	struct kernel *kernel = session->kernel;
	struct kernel_link info;
	int err, fd = link_open_by_id(kernel, step->link_id);

	*out = CGSWAP_ENTRY_CHANGED;
	if (fd == -ENOENT)
		return CGSWAP_OK;
	err = fd < 0 ? fd : kernel->ops->link_info(kernel, fd, &info);
	if (fd >= 0)
		kernel->ops->close(kernel, fd);
	if (err)
		return error_from_errno(kernel, CAPABILITY_BY_ID, -err,
					"link %u{link_id} cannot be opened", step->link_id);
	/* a link that was detached has no cgroup */
	if (!info.of_cgroup || info.cgroup_id != step->cgroup_id)
		return CGSWAP_OK;
	if (info.program_id == step->old.id)
		*out = CGSWAP_ENTRY_OLD;
	else if (info.program_id == step->new.id)
		*out = CGSWAP_ENTRY_NEW;
	return CGSWAP_OK;
}

/* True if the program has an entry that no link holds. */
static bool has_plain_entry(const struct cgswap_chain *chain, uint32_t id)
{
	for (size_t i = 0; i < chain->now.count; i++)
		if (chain->entries[i].id == id && !chain->entries[i].link_id)
			return true;
	return false;
}

/*
 * Where both programs have an entry, another step of the transaction, or another process, attached
 * one of them: the note on the step decides.
 */
static enum cgswap_entry_state look_at_entries(const struct cgswap_chain *chain,
					       const struct journal_step *step)
{
	bool multi = chain->now.mode & KERNEL_MULTI;
	bool has_old = has_plain_entry(chain, step->old.id);
	bool has_new = has_plain_entry(chain, step->new.id);

	if (chain->now.count && multi != (step->method == JOURNAL_PLAIN))
		return CGSWAP_ENTRY_CHANGED;
	if (has_old && has_new)
		has_old = step->progress != JOURNAL_DONE;
	if (has_old)
		return CGSWAP_ENTRY_OLD;
	return has_new ? CGSWAP_ENTRY_NEW : CGSWAP_ENTRY_CHANGED;
}

static enum cgswap_status look_at_step(enum cgswap_entry_state *out, struct cgswap_session *session,
				       const struct journal_step *step)
{
	enum cgswap_status status;
	cgswap_chain *chain;

	*out = CGSWAP_ENTRY_GONE;
	status = recover_open_chain(&chain, session, step);
	if (status || !chain)
		return status;
	if (step->method == JOURNAL_LINK) {
		status = look_at_link(out, session, step);
	} else {
		status = chain_join(chain);
		if (!status) {
			status = chain_describe_links(chain);
			if (!status)
				*out = look_at_entries(chain, step);
			chain_leave(chain, status);
		}
	}
	cgswap_chain_unref(chain);
	return status;
}

enum cgswap_status recover_look(struct cgswap_journal *journal)
{
	const struct journal_record *record = journal->record;
	enum cgswap_status status = CGSWAP_OK;

	for (size_t i = 0; i < record->step_count && !status; i++)
		status = look_at_step(&journal->found[i], journal->session, &record->steps[i]);
	return status;
}
