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

struct fixture fixture_new(const char *name, size_t count)
{
	struct fixture fixture = { .count = count };

	fixture.session = live_session();
	fixture.cgroup = scratch_new(name);
	prog_pass_many(EGRESS, "p", fixture.progs, count);
	for (size_t i = 0; i < count; i++)
		if (raw_attach(fixture.cgroup.fd, fixture.progs[i], EGRESS, RAW_MULTI))
			bail_out("cannot attach: %s", strerror(errno));
	fixture.chain = live_chain(fixture.session, fixture.cgroup.path, "egress");
	fixture.spare = prog_pass(EGRESS, "spare");
	fixture.program = live_program(fixture.session, fixture.spare);
	return fixture;
}

void fixture_free(struct fixture *fixture)
{
	cgswap_program_unref(fixture->program);
	cgswap_chain_unref(fixture->chain);
	cgswap_session_unref(fixture->session);
	for (size_t i = 0; i < fixture->count; i++)
		raw_close(fixture->progs[i]);
	raw_close(fixture->spare);
	scratch_remove(&fixture->cgroup);
	raw_close(fixture->cgroup.fd);
}

struct raw_chain fixture_chain(const struct fixture *fixture)
{
	return chain_now(fixture->cgroup.fd, EGRESS);
}

bool fixture_untouched(const struct fixture *fixture, const struct raw_chain *before, const char *name)
{
	return chain_untouched(fixture->cgroup.fd, EGRESS, before, name);
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
