/* SPDX-License-Identifier: BSD-2-Clause */
#include "live.h"

#include "tap.h"
#include "attach_types.h"
#include "rawbpf.h"
#include "scratch.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { PATIENCE_SECONDS = 120 };

const char *live_scratch;

/* A query of descriptor -1: EBADF means that the kernel accepted everything before the target. */
static int dry_query(unsigned attach_type)
{
	struct raw_chain chain;

	return raw_query(-1, attach_type, 0, &chain) ? errno : 0;
}

bool kernel_knows_attach_type(unsigned attach_type)
{
	return dry_query(attach_type) == EBADF;
}

bool kernel_knows_flags(unsigned flags)
{
	struct raw_attach attr = {
		.target_fd = -1,
		.attach_bpf_fd = -1,
		.attach_type = EGRESS,
		.attach_flags = RAW_MULTI | flags,
	};

	return raw_attach_with(&attr) && errno == EBADF;
}

bool kernel_has_revision(void)
{
	struct raw_attach attr = {
		.target_fd = -1,
		.attach_bpf_fd = -1,
		.attach_type = EGRESS,
		.attach_flags = RAW_MULTI,
		.expected_revision = 1,
	};

	return raw_attach_with(&attr) && errno == EBADF;
}

void need_live(void)
{
	int load_cache = raw_prog_load(type_info_of(EGRESS)->prog_type, EGRESS, NULL, NULL, 0);
	int load_errno = errno;

	if (dry_query(EGRESS) != EBADF)
		skip_all("no CAP_NET_ADMIN here: PROG_QUERY says %s", strerror(dry_query(EGRESS)));
	if (load_cache >= 0 || load_errno != E2BIG)
		skip_all("no CAP_BPF here: PROG_LOAD says %s", strerror(load_errno));
	if (raw_prog_open(0) >= 0 || errno != ENOENT)
		skip_all("no CAP_SYS_ADMIN here: PROG_GET_FD_BY_ID says %s", strerror(errno));
	if (!scratch_mount()[0])
		skip_all("no cgroup2 is mounted");
	if (!scratch_mount_is_writable())
		skip_all("%s cannot be written: %s", scratch_mount(), strerror(errno));
	alarm(PATIENCE_SECONDS);
}

void need_flags(unsigned flags, const char *name)
{
	if (!kernel_knows_flags(flags))
		skip_all("this kernel has no %s", name);
}

static void need(enum cgswap_status status, const char *what)
{
	if (status)
		bail_out("%s: %s", what, cgswap_error_get_message(cgswap_last_error()));
}

cgswap_session *live_session(void)
{
	return live_session_without(NULL);
}

/* A test without the privilege makes no scratch cgroup, and then neither does the library. */
static const char *scratch_of_session(void)
{
	if (live_scratch)
		return live_scratch;
	return scratch_mount_is_writable() ? scratch_top() : NULL;
}

cgswap_session *live_session_without(const char *disable_features)
{
	const struct cgswap_session_opts opts = { .sz = sizeof(opts),
						  .disable_features = disable_features,
						  .scratch_cgroup = scratch_of_session() };
	cgswap_session *session;

	need(cgswap_session_open(&session, &opts), "no session");
	return session;
}

cgswap_chain *live_chain(cgswap_session *session, const char *cgroup, const char *attach_type)
{
	cgswap_chain *chain;

	need(cgswap_chain_open(&chain, session, cgroup, attach_type), "no chain");
	return chain;
}

cgswap_program *live_program(cgswap_session *session, int fd)
{
	cgswap_program *program;
	char source[32];

	snprintf(source, sizeof(source), "fd:%d", fd);
	need(cgswap_program_open(&program, session, source, NULL), "no program");
	return program;
}

/* make says where it builds; by hand a test is run in the build directory. */
static char *join(const char *variable, const char *below)
{
	const char *directory = getenv(variable);
	size_t size;
	char *path;

	if (!directory)
		directory = ".";
	size = strlen(directory) + strlen(below) + 2;
	path = malloc(size);
	if (!path)
		bail_out("out of memory");
	snprintf(path, size, "%s/%s", directory, below);
	return path;
}

char *build_path(const char *below)
{
	return join("abs_top_builddir", below);
}

char *source_path(const char *below)
{
	return join("abs_top_srcdir", below);
}
