/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * An error names the missing capability, although the kernel returns EINVAL for a missing
 * CAP_NET_ADMIN with cgroup_skb. In a user namespace, where all capabilities seem to be there, it
 * names the namespace.
 */
#include "../lib/expect.h"
#include "../lib/attach_types.h"
#include "../lib/live.h"
#include "../lib/privilege.h"
#include "../lib/programs.h"
#include "../lib/fixture.h"
#include "../lib/tap.h"

#include <fcntl.h>
#include <linux/capability.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define CAP(name) (UINT64_C(1) << (name))

static struct scratch cgroup;
static int attached, loose, connects;
static char attached_by_id[32];

struct view {
	cgswap_session *session;
	cgswap_chain *chain;
	cgswap_program *program;
};

/* Opens a session, an unread chain and a program by its descriptor, all without privilege. */
static struct view look(void)
{
	struct view view = { NULL, NULL, NULL };

	expect_ok(cgswap_session_open(&view.session, NULL), "a session");
	expect_ok(cgswap_chain_open(&view.chain, view.session, cgroup.path, "egress"), "a chain");
	expect_ok(cgswap_program_open(&view.program, view.session, by_fd(loose), NULL),
		  "a program by its descriptor");
	return view;
}

static void end(struct view *view)
{
	cgswap_program_unref(view->program);
	cgswap_chain_unref(view->chain);
	cgswap_session_unref(view->session);
}

static enum cgswap_status open_program(struct view *view, const char *source)
{
	cgswap_program *program;
	enum cgswap_status status = cgswap_program_open(&program, view->session, source, NULL);

	cgswap_program_unref(program);
	return status;
}

/* A copy of an object that every user can read: the build tree may be readable by root only. */
static char object[] = "/tmp/cgswap-test-XXXXXX.o";

static void remove_object(void)
{
	unlink(object);
}

static void copy_object(void)
{
	char *path = build_path("tests/bpf/object/one_program.bpf.o");
	int from = open(path, O_RDONLY), to = mkstemps(object, 2);
	char bytes[65536];
	ssize_t length = read(from, bytes, sizeof(bytes));

	if (length <= 0 || write(to, bytes, length) != length || fchmod(to, 0644))
		bail_out("cannot copy %s", path);
	atexit(remove_object);
	close(from);
	close(to);
	free(path);
}

static enum cgswap_status load(struct view *view)
{
	return open_program(view, object);
}

static void unprivileged(void)
{
	struct view view = look();
	cgswap_program *program;
	cgswap_chain *chain;

	is_int(cgswap_chain_get_length(view.chain), 0, "the chain is unread");
	is_int(cgswap_chain_get_mode(view.chain), CGSWAP_MODE_DEFAULT, "its mode is unknown");
	EXPECT_CAUSE(cgswap_chain_read(view.chain), MISSING_CAP_NET_ADMIN, "read");
	EXPECT_CAUSE(cgswap_chain_read_effective(view.chain), MISSING_CAP_NET_ADMIN,
		     "read effective");
	EXPECT_CAUSE(cgswap_chain_attach(view.chain, view.program, NULL), MISSING_CAP_NET_ADMIN,
		     "attach");
	EXPECT_CAUSE(cgswap_chain_detach(view.chain, by_fd(attached), NULL), MISSING_CAP_NET_ADMIN,
		     "detach");
	EXPECT_CAUSE(swap(view.session, view.chain, by_fd(attached), view.program),
		     MISSING_CAP_NET_ADMIN, "replace");
	EXPECT_CAUSE(open_program(&view, attached_by_id), MISSING_CAP_SYS_ADMIN, "open by id");
	EXPECT_CAUSE(load(&view), MISSING_CAP_BPF, "load an object");

	/* the kernel needs no capability here, and neither does the library */
	expect_ok(cgswap_chain_open(&chain, view.session, cgroup.path, "connect4"),
		  "the chain of connect4");
	expect_ok(cgswap_program_open(&program, view.session, by_fd(connects), NULL),
		  "a program for it");
	expect_ok(cgswap_chain_attach(chain, program, NULL), "attaching it needs no capability");
	cgswap_program_unref(program);
	cgswap_chain_unref(chain);
	end(&view);
}

static void no_net_admin(void)
{
	struct view view = look();

	EXPECT_CAUSE(cgswap_chain_attach(view.chain, view.program, NULL), MISSING_CAP_NET_ADMIN,
		     "attach, where the kernel returns EINVAL");
	is_str(cgswap_errno_get_name(cgswap_error_get_errno(cgswap_last_error())), "EINVAL",
	       "the error has that errno");
	EXPECT_CAUSE(cgswap_chain_read(view.chain), MISSING_CAP_NET_ADMIN, "read");
	end(&view);
}

static void no_sys_admin(void)
{
	struct view view = look();

	is_int(cgswap_chain_get_length(view.chain), 1, "the chain can be read");
	EXPECT_CAUSE(open_program(&view, attached_by_id), MISSING_CAP_SYS_ADMIN, "open by id");
	EXPECT_CAUSE(cgswap_chain_describe(view.chain, CGSWAP_DESCRIBE_PROGRAMS),
		     MISSING_CAP_SYS_ADMIN, "describe");
	expect_ok(cgswap_chain_read(view.chain), "read");
	expect_ok(swap(view.session, view.chain, by_fd(attached), view.program),
		  "replace with descriptors for both");
	chain_is(cgroup.fd, EGRESS, &loose, 1, "the new program is attached");
	raw_replace(cgroup.fd, attached, loose, EGRESS, RAW_MULTI | RAW_REPLACE);
	end(&view);
}

static void namespaced(void)
{
	struct view view = look();

	EXPECT_CAUSE(cgswap_chain_read(view.chain), INSIDE_USER_NAMESPACE, "read");
	EXPECT_CAUSE(cgswap_chain_attach(view.chain, view.program, NULL), INSIDE_USER_NAMESPACE,
		     "attach");
	EXPECT_CAUSE(open_program(&view, attached_by_id), INSIDE_USER_NAMESPACE, "open by id");
	EXPECT_CAUSE(load(&view), INSIDE_USER_NAMESPACE, "load an object");
	end(&view);
}

int main(void)
{
	struct raw_chain before;

	need_live();
	cgroup = scratch_new("privilege");
	attached = prog_pass(EGRESS, "attached");
	loose = prog_pass(EGRESS, "loose");
	connects = prog_pass(CONNECT4, "connects");
	raw_attach(cgroup.fd, attached, EGRESS, RAW_MULTI);
	snprintf(attached_by_id, sizeof(attached_by_id), "%s", by_id(attached));
	before = chain_now(cgroup.fd, EGRESS);
	copy_object();

	as_nobody(unprivileged);
	chain_is(cgroup.fd, CONNECT4, &connects, 1, "the unprivileged attach is done");
	without_capabilities(CAP(CAP_NET_ADMIN) | CAP(CAP_SYS_ADMIN), no_net_admin);
	in_user_namespace(namespaced);
	chain_untouched(cgroup.fd, EGRESS, &before, "after all errors");
	without_capabilities(CAP(CAP_SYS_ADMIN), no_sys_admin);
	chain_is(cgroup.fd, EGRESS, &attached, 1, "the chain is as before");
	return done_testing();
}
