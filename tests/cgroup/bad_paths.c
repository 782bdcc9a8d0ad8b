/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Each kind of path that is not a cgroup gets its own cause: a missing component, a file, an
 * ordinary directory, another kernel filesystem, cgroup v1, a cgroup that was removed or made
 * again. The kernel returns EBADF for most of these.
 */
#include "../lib/expect.h"
#include "../lib/attach_types.h"
#include "../lib/live.h"
#include "../lib/programs.h"
#include "../lib/rawfd.h"
#include "../lib/fixture.h"
#include "../lib/tap.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

static cgswap_session *session;
static char too_long[400]; /* an absolute path; a component may have 255 bytes */

static enum cgswap_status open_chain(const char *cgroup)
{
	cgswap_chain *chain;
	enum cgswap_status status = cgswap_chain_open(&chain, session, cgroup, "egress");

	if (status && chain)
		bail_out("a failed open left its out parameter set");
	cgswap_chain_unref(chain);
	return status;
}

static void paths(const struct scratch *cgroup)
{
	char path[600];

	expect_ok(open_chain(cgroup->path), "an absolute path");
	expect_ok(open_chain(cgroup->path + strlen(scratch_mount()) + 1), "a path below the mount");
	expect_ok(open_chain(scratch_mount()), "the mount itself");
	snprintf(path, sizeof(path), "%s/", cgroup->path);
	expect_ok(open_chain(path), "a slash at the end");

	snprintf(path, sizeof(path), "%s/missing/below", cgroup->path);
	EXPECT_CAUSE(open_chain(path), CGROUP_NOT_FOUND, "a missing path");
	expect_message("missing");
	EXPECT_CAUSE(open_chain("cgswap-missing/below"), CGROUP_NOT_FOUND,
		     "a missing path below the mount");
	expect_message("cgswap-missing");
	snprintf(path, sizeof(path), "%s/cgroup.procs", cgroup->path);
	EXPECT_CAUSE(open_chain(path), NOT_A_CGROUP, "a file of a cgroup");
	snprintf(path, sizeof(path), "%s/cgroup.procs/below", cgroup->path);
	EXPECT_CAUSE(open_chain(path), CGROUP_NOT_FOUND, "a path through a file");
	snprintf(path, sizeof(path), "%s/cgroup.procs is not a directory", cgroup->path);
	expect_message(path);
	is_int(cgswap_error_get_errno(cgswap_last_error()), ENOTDIR, "the errno is ENOTDIR");
	EXPECT_CAUSE(open_chain(too_long), BAD_ARGUMENT, "a component that is too long");
	EXPECT_CAUSE(open_chain("/tmp"), NOT_A_CGROUP, "an ordinary directory");
	EXPECT_CAUSE(open_chain("/dev/null"), NOT_A_CGROUP, "a device");
	EXPECT_CAUSE(open_chain("/sys/kernel"), NOT_A_CGROUP, "a directory of sysfs");
	EXPECT_CAUSE(open_chain(""), BAD_ARGUMENT, "an empty path");
	EXPECT_CAUSE(open_chain(NULL), BAD_ARGUMENT, "no path");
	if (scratch_v1_mount()[0]) {
		EXPECT_CAUSE(open_chain(scratch_v1_mount()), CGROUP_V1, "cgroup v1");
		expect_message(scratch_mount());
	} else {
		skip("no cgroup v1 is mounted");
	}
}

static void descriptors(const struct scratch *cgroup)
{
	int path_only = raw_open_path(cgroup->path);
	int null = raw_open("/dev/null"), tmp = raw_open("/tmp");
	int prog = prog_pass(EGRESS, "prog");
	cgswap_chain *chain;

	expect_ok(cgswap_chain_open(&chain, session, by_fd(cgroup->fd), "egress"), "a descriptor");
	is_str(cgswap_chain_get_cgroup(chain), cgroup->path, "the path of the cgroup is found");
	cgswap_chain_unref(chain);
	expect_ok(open_chain(by_fd(path_only)), "a descriptor opened with O_PATH");
	EXPECT_CAUSE(open_chain("fd:1000"), BAD_DESCRIPTOR, "a descriptor that is not open");
	EXPECT_CAUSE(open_chain("fd:-1"), BAD_DESCRIPTOR, "descriptor -1");
	EXPECT_CAUSE(open_chain("fd:x"), BAD_ARGUMENT, "a descriptor that is not a number");
	EXPECT_CAUSE(open_chain(by_fd(null)), NOT_A_CGROUP, "a descriptor of a device");
	EXPECT_CAUSE(open_chain(by_fd(tmp)), NOT_A_CGROUP, "a descriptor of an ordinary directory");
	EXPECT_CAUSE(open_chain(by_fd(prog)), NOT_A_CGROUP, "a descriptor of a program");
	raw_close(path_only);
	raw_close(null);
	raw_close(tmp);
	raw_close(prog);
}

/* The cgroup is removed while handles on it are open, and another one gets its name. */
static void removed(void)
{
	struct fixture fixture = fixture_new("removed", 1);
	struct raw_chain foreign;
	cgswap_replace *replace;
	cgswap_chain *again;
	struct scratch made_again;
	uint64_t id = cgswap_chain_get_cgroup_id(fixture.chain);

	expect_ok(cgswap_replace_new(&replace, fixture.session, NULL), "a transaction");
	expect_ok(cgswap_replace_add(replace, fixture.chain, "pos:0", fixture.program, NULL), "a step");
	scratch_remove(&fixture.cgroup);
	made_again = scratch_new("removed");
	raw_attach(made_again.fd, fixture.progs[0], EGRESS, RAW_MULTI);
	foreign = chain_now(made_again.fd, EGRESS);

	EXPECT_CAUSE(cgswap_chain_read(fixture.chain), CGROUP_GONE, "read after the removal");
	is_int(cgswap_chain_get_length(fixture.chain), 1, "the old snapshot is still there");
	EXPECT_CAUSE(cgswap_chain_attach(fixture.chain, fixture.program, NULL), CGROUP_GONE,
		     "attach after the removal");
	EXPECT_CAUSE(cgswap_chain_detach(fixture.chain, "pos:0", NULL), CGROUP_GONE,
		     "detach after the removal");
	EXPECT_CAUSE(cgswap_replace_check(replace), CGROUP_GONE, "check after the removal");
	EXPECT_CAUSE(cgswap_replace_commit(replace, NULL), CGROUP_GONE, "commit after the removal");
	EXPECT_CAUSE(cgswap_replace_add(replace, fixture.chain, "pos:0", fixture.program, NULL),
		     CGROUP_GONE, "another step after the removal");
	chain_untouched(made_again.fd, EGRESS, &foreign, "the new cgroup of the same name");
	again = live_chain(fixture.session, made_again.path, "egress");
	ok(cgswap_chain_get_cgroup_id(again) != id, "the new cgroup has another id");

	cgswap_chain_unref(again);
	cgswap_replace_unref(replace);
	raw_close(fixture.cgroup.fd);
	fixture.cgroup = made_again;
	fixture_free(&fixture);
}

static void roots(const struct scratch *cgroup)
{
	const struct cgswap_session_opts missing = { .sz = sizeof(missing),
						     .cgroup_root = "/nowhere" };
	const struct cgswap_session_opts wrong = { .sz = sizeof(wrong), .cgroup_root = "/tmp" };
	const struct cgswap_session_opts v1 = { .sz = sizeof(v1),
						.cgroup_root = scratch_v1_mount() };
	const struct cgswap_session_opts below = { .sz = sizeof(below),
						   .cgroup_root = cgroup->path };
	char file[600];
	const struct cgswap_session_opts at_file = { .sz = sizeof(at_file), .cgroup_root = file };
	const struct cgswap_session_opts long_root = { .sz = sizeof(long_root),
						       .cgroup_root = too_long };
	struct scratch child = scratch_child(cgroup, "child");
	cgswap_session *other;
	cgswap_chain *chain;

	is_str(cgswap_session_get_cgroup_root(session), scratch_mount(), "the mount is found");
	EXPECT_CAUSE(cgswap_session_open(&other, &missing), CGROUP_NOT_FOUND, "a missing root");
	expect_message("there is no /nowhere");
	snprintf(file, sizeof(file), "%s/cgroup.procs", cgroup->path);
	EXPECT_CAUSE(cgswap_session_open(&other, &at_file), NOT_A_CGROUP, "a root that is a file");
	snprintf(file, sizeof(file), "%s/cgroup.procs/below", cgroup->path);
	EXPECT_CAUSE(cgswap_session_open(&other, &at_file), CGROUP_NOT_FOUND, "a root through a file");
	expect_message("/cgroup.procs is not a directory");
	is_int(cgswap_error_get_errno(cgswap_last_error()), ENOTDIR, "the errno is ENOTDIR");
	EXPECT_CAUSE(cgswap_session_open(&other, &long_root), BAD_ARGUMENT, "a root that is too long");
	EXPECT_CAUSE(cgswap_session_open(&other, &wrong), NOT_A_CGROUP,
		     "a root that is an ordinary directory");
	if (scratch_v1_mount()[0])
		EXPECT_CAUSE(cgswap_session_open(&other, &v1), CGROUP_V1, "a root of cgroup v1");
	else
		skip("no cgroup v1 is mounted");
	expect_ok(cgswap_session_open(&other, &below), "a cgroup below the mount as root");
	is_str(cgswap_session_get_cgroup_root(other), cgroup->path,
	       "it is the root of the session");
	expect_ok(cgswap_chain_open(&chain, other, "child", "egress"), "a path below that root");
	is_str(cgswap_chain_get_cgroup(chain), child.path, "the cgroup is found below that root");
	cgswap_chain_unref(chain);
	cgswap_session_unref(other);
	raw_close(child.fd);
}

int main(void)
{
	struct scratch cgroup;

	need_live();
	session = live_session();
	cgroup = scratch_new("bad");
	memset(too_long, 'x', sizeof(too_long) - 1);
	too_long[0] = '/';
	paths(&cgroup);
	descriptors(&cgroup);
	removed();
	roots(&cgroup);
	cgswap_session_unref(session);
	return done_testing();
}
