/* SPDX-License-Identifier: BSD-2-Clause */
/* The processes that have the programs, or the links that hold them, open. */
#include <errno.h>
#include <stdio.h>

#include "base/error.h"
#include "find/find.h"
#include "kernel/errno_error.h"

struct find_holder_walk {
	struct cgswap_find *find;
	struct find_missed missed;
};

/* True if the process has the same object open by another descriptor too. */
static bool find_has_process(const struct cgswap_find *find, const struct kernel_holder *holder)
{
	for (size_t i = find->processes.count; i-- > 0;) {
		const struct find_process *process = FIND_AT(&find->processes, struct find_process,
							     i);

		if (process->process != holder->process)
			return false;
		if (process->program_id == holder->program_id &&
		    process->link_id == holder->link_id)
			return true;
	}
	return false;
}

static int find_add_holder(const struct kernel_holder *holder, void *user)
{
	struct find_holder_walk *walk = user;
	struct find_process *process;
	char name[96];

	if (holder->errnum) {
		snprintf(name, sizeof(name), "%u (%s)", holder->process, holder->command);
		find_miss(&walk->missed, name, holder->errnum);
		return 0;
	}
	if (holder->map_id || !find_program_by_id(walk->find, holder->program_id) ||
	    find_has_process(walk->find, holder))
		return 0;
	process = find_list_add(&walk->find->processes, sizeof(*process));
	if (!process)
		return -ENOMEM;
	process->process = holder->process;
	process->program_id = holder->program_id;
	process->link_id = holder->link_id;
	snprintf(process->command, sizeof(process->command), "%s", holder->command);
	return 0;
}

static enum cgswap_status find_check_processes(struct cgswap_find *find)
{
	if (find->session->kernel->ops->sees_all_processes(find->session->kernel))
		return CGSWAP_OK;
	error_set(CGSWAP_CAUSE_UNEXPLAINED, 0,
		  "only some processes can be seen from here: this is a PID namespace, or /proc "
		  "hides them");
	return find_add_unread(find, "processes");
}

enum cgswap_status find_processes(struct cgswap_find *find)
{
	struct kernel *kernel = find->session->kernel;
	struct find_holder_walk walk = { .find = find };
	enum cgswap_status status;
	int err = kernel->ops->holder_each(kernel, find_add_holder, &walk);

	if (err) {
		status = error_from_errno(kernel, 0, -err,
					  "the descriptors of processes cannot be "
					  "read in /proc");
		return error_is_exhaustion(err) ? status : find_add_unread(find, "processes");
	}
	status = find_add_missed(find, "processes", "the descriptors of process", "read",
				 &walk.missed);
	return status ? status : find_check_processes(find);
}
