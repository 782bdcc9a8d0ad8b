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
