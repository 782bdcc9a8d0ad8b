/* SPDX-License-Identifier: BSD-2-Clause */
#include "fixture.h"

#include "tap.h"
#include "attach_types.h"
#include "live.h"
#include "programs.h"
#include "rawfd.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

struct scene scene_new(const char *name, size_t count)
{
	struct scene scene = { .count = count };

	scene.session = live_session();
	scene.cgroup = scratch_new(name);
	prog_pass_many(EGRESS, "p", scene.progs, count);
	for (size_t i = 0; i < count; i++)
		if (raw_attach(scene.cgroup.fd, scene.progs[i], EGRESS, RAW_MULTI))
			bail_out("cannot attach: %s", strerror(errno));
	scene.chain = live_chain(scene.session, scene.cgroup.path, "egress");
	scene.spare = prog_pass(EGRESS, "spare");
	scene.program = live_program(scene.session, scene.spare);
	return scene;
}

void scene_free(struct scene *scene)
{
	cgswap_program_unref(scene->program);
	cgswap_chain_unref(scene->chain);
	cgswap_session_unref(scene->session);
	for (size_t i = 0; i < scene->count; i++)
		raw_close(scene->progs[i]);
	raw_close(scene->spare);
	scratch_remove(&scene->cgroup);
	raw_close(scene->cgroup.fd);
}

struct raw_chain scene_chain(const struct scene *scene)
{
	return chain_now(scene->cgroup.fd, EGRESS);
}

bool scene_untouched(const struct scene *scene, const struct raw_chain *before, const char *name)
{
	return chain_untouched(scene->cgroup.fd, EGRESS, before, name);
}

static char *next_buffer(void)
{
	static _Thread_local char buffers[8][32];
	static _Thread_local unsigned next;

	return buffers[next++ % 8];
}

const char *by_id(int prog)
{
	char *text = next_buffer();

	snprintf(text, 32, "id:%u", raw_prog_id(prog));
	return text;
}

const char *by_fd(int fd)
{
	char *text = next_buffer();

	snprintf(text, 32, "fd:%d", fd);
	return text;
}

enum cgswap_status swap(cgswap_session *session, cgswap_chain *chain, const char *old,
			cgswap_program *new)
{
	cgswap_replace *replace;
	enum cgswap_status status = cgswap_replace_new(&replace, session, NULL);

	if (status)
		return status;
	status = cgswap_replace_add(replace, chain, old, new, NULL);
	if (!status)
		status = cgswap_replace_commit(replace, NULL);
	cgswap_replace_unref(replace);
	return status;
}
