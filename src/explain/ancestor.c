/* SPDX-License-Identifier: BSD-2-Clause */
#include "explain/ancestor.h"

#include <string.h>

static int ancestor_look(struct kernel *kernel, int fd, void *user)
{
	struct ancestor *wanted = user;
	size_t count;
	int err;

	err = snapshot_read(&wanted->chain, wanted->session, fd, wanted->type, 0);
	if (err) {
		wanted->errnum = -err;
		return 0;
	}
	count = wanted->chain.count;
	if (wanted->id ? !snapshot_occurrences(&wanted->chain, wanted->id) : !count)
		return 0;
	wanted->found = true;
	if (kernel->ops->cgroup_path(kernel, fd, wanted->path, sizeof(wanted->path)) < 0)
		wanted->path[0] = '\0';
	return 1;
}

void ancestor_add_label(struct error_text *text, const char *path)
{
	if (*path)
		error_text_add(text, "'%s'{ancestor}", path);
	else
		error_text_add(text, "an ancestor");
}

void ancestor_find(struct ancestor *out, struct cgswap_session *session,
		   const struct cgroup *cgroup, uint32_t type, uint32_t id)
{
	int err;

	memset(out, 0, sizeof(*out));
	out->session = session;
	out->type = type;
	out->id = id;
	err = cgroup_climb(cgroup, ancestor_look, out);
	if (err < 0)
		out->errnum = -err;
}

/* The topmost visible cgroup, so far: its id, and the one program that is effective there. */
struct ancestor_top {
	struct cgswap_session *session;
	uint32_t type;
	uint64_t id;
	uint32_t program;
};

static int ancestor_look_top(struct kernel *kernel, int fd, void *user)
{
	struct ancestor_top *top = user;
	struct snapshot effective = { 0 };

	top->program = 0;
	if (kernel->ops->cgroup_id(kernel, fd, &top->id))
		top->id = 0;
	if (!snapshot_read(&effective, top->session, fd, top->type, KERNEL_QUERY_EFFECTIVE) &&
	    effective.count == 1)
		top->program = effective.ids[0];
	snapshot_free(&effective);
	return 0;
}

bool ancestor_is_hidden(const struct cgroup *cgroup, struct cgswap_session *session, uint32_t type,
			uint32_t *above)
{
	enum { ROOT_ID = 1 }; /* every machine gives it to the root of the hierarchy */
	struct ancestor_top top = { .session = session, .type = type };
	int err;

	ancestor_look_top(session->kernel, cgroup_fd(cgroup), &top);
	err = cgroup_climb(cgroup, ancestor_look_top, &top);
	*above = top.program;
	return err || (top.id && top.id != ROOT_ID);
}
