/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A program of a wrong type and a program loaded for another attach type give different causes in
 * attach, check and commit, although the kernel returns EINVAL for both. An old program of another
 * attach type, for which the kernel returns ENOENT, is not attached.
 */
#include "../lib/expect.h"
#include "../lib/attach_types.h"
#include "../lib/live.h"
#include "../lib/programs.h"
#include "../lib/rawfd.h"
#include "../lib/fixture.h"
#include "../lib/tap.h"

#include <stdio.h>
#include <stdlib.h>

static cgswap_session *session;
static struct scratch cgroup;

/* Attaches a program, and replaces an attached one by it. */
static void refused(uint32_t at, int wrong, enum cgswap_cause cause, const char *name)
{
	int attached = prog_pass(at, "attached");
	cgswap_chain *chain;
	cgswap_program *program = live_program(session, wrong);
	struct descriptors open;
	struct raw_chain before;
	cgswap_replace *replace;
	enum cgswap_status status;

	raw_attach(cgroup.fd, attached, at, RAW_MULTI);
	chain = live_chain(session, cgroup.path, type_info_of(at)->name);
	before = chain_now(cgroup.fd, at);

	open = descriptors_now();
	expect_refusal(cgswap_chain_attach(chain, program, NULL), cause, &open, "attach %s", name);
	cgswap_replace_new(&replace, session, NULL);
	open = descriptors_now();
	status = cgswap_replace_add(replace, chain, "name:attached", program, NULL);
	if (!status) {
		open = descriptors_now();
		expect_refusal(cgswap_replace_check(replace), cause, &open, "check %s", name);
		status = cgswap_replace_commit(replace, NULL);
	}
	expect_refusal(status, cause, &open, "replace by %s", name);
	cgswap_replace_unref(replace);
	chain_untouched(cgroup.fd, at, &before, name);

	raw_detach(cgroup.fd, attached, at);
	raw_close(attached);
	cgswap_program_unref(program);
	cgswap_chain_unref(chain);
}

static void objects(void)
{
	const struct cgswap_program_opts egress = { .sz = sizeof(egress), .attach_type = "egress" };
	const struct cgswap_program_opts c4 = { .sz = sizeof(c4), .attach_type = "connect4" };
	char *path = build_path("tests/bpf/object/other_attach_type.bpf.o"), source[1024];
	cgswap_program *program;

	snprintf(source, sizeof(source), "%s#connecting", path);
	EXPECT_CAUSE(cgswap_program_open(&program, session, source, &egress),
		     PROGRAM_TYPE_MISMATCH, "an object's connect6 program for egress");
	EXPECT_CAUSE(cgswap_program_open(&program, session, source, &c4),
		     EXPECTED_ATTACH_TYPE_MISMATCH, "an object's connect6 program for connect4");
	free(path);
}

int main(void)
{
	int c6, ops, only, c4, c4_b;
	cgswap_program *new;
	cgswap_chain *chain;

	need_live();
	session = live_session();
	cgroup = scratch_new("attach-types");
	c6 = prog_pass(CONNECT6, "c6");
	ops = prog_pass(SOCK_OPS, "ops");
	only = prog_egress_only("egress_only");
	refused(EGRESS, ops, CGSWAP_CAUSE_PROGRAM_TYPE_MISMATCH, "sock_ops at egress");
	refused(CONNECT4, ops, CGSWAP_CAUSE_PROGRAM_TYPE_MISMATCH, "sock_ops at connect4");
	refused(EGRESS, c6, CGSWAP_CAUSE_PROGRAM_TYPE_MISMATCH, "connect6 at egress");
	refused(CONNECT4, c6, CGSWAP_CAUSE_EXPECTED_ATTACH_TYPE_MISMATCH, "connect6 at connect4");
	refused(INGRESS, only, CGSWAP_CAUSE_EXPECTED_ATTACH_TYPE_MISMATCH,
		"an egress program that returns 3 at ingress");

	/* an old program of another attach type is not attached */
	c4 = prog_pass(CONNECT4, "c4");
	c4_b = prog_pass(CONNECT4, "c4b");
	raw_attach(cgroup.fd, c4, CONNECT4, RAW_MULTI);
	chain = live_chain(session, cgroup.path, "connect4");
	new = live_program(session, c4_b);
	EXPECT_CAUSE(swap(session, chain, by_fd(c6), new), NOT_ATTACHED,
		     "the old program is of another attach type");
	chain_is(cgroup.fd, CONNECT4, &c4, 1, "the chain is unchanged");
	objects();

	cgswap_program_unref(new);
	cgswap_chain_unref(chain);
	cgswap_session_unref(session);
	return done_testing();
}
