/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A callback may drop the last reference to the handle of the running call: the handle stays valid
 * until the call ends.
 */
#include "../lib/expect.h"
#include "../lib/attach_types.h"
#include "../lib/descriptors.h"
#include "../lib/live.h"
#include "../lib/fixture.h"
#include "../lib/tap.h"

#include <stdlib.h>

static int drop_replace(size_t done, size_t total, void *user)
{
	(void)done;
	(void)total;
	cgswap_replace_unref(user);
	return 0;
}

static void in_progress(void)
{
	struct fixture fixture = fixture_new("progress", 2);
	struct cgswap_commit_opts opts = { .sz = sizeof(opts), .progress = drop_replace };
	unsigned open = descriptors_count();
	cgswap_replace *replace;

	cgswap_replace_new(&replace, fixture.session, NULL);
	expect_ok(cgswap_replace_add(replace, fixture.chain, "pos:0", fixture.program, NULL), "a step");
	opts.user = replace;
	expect_ok(cgswap_replace_commit(replace, &opts),
		  "the last reference is dropped during the commit");
	is_int(chain_now(fixture.cgroup.fd, EGRESS).ids[0], raw_prog_id(fixture.spare),
	       "the swap was done");
	is_int(descriptors_count(), open, "the transaction is freed");
	fixture_free(&fixture);
}

struct dropped {
	cgswap_chain *chain;
	cgswap_session *session;
	unsigned lines;
};

static void drop_both(int level, const char *line, void *user)
{
	struct dropped *dropped = user;

	(void)level;
	(void)line;
	dropped->lines++;
	cgswap_chain_unref(dropped->chain);
	cgswap_session_unref(dropped->session);
	dropped->chain = NULL;
	dropped->session = NULL;
}

/* The log callback gets a line about a dropped map, and drops the chain and the session. */
static void in_log(void)
{
	struct fixture fixture = fixture_new("log", 0);
	struct dropped dropped = { .chain = cgswap_chain_ref(fixture.chain) };
	const struct cgswap_program_opts egress = { .sz = sizeof(egress), .attach_type = "egress" };
	char *old = build_path("tests/bpf/maps/count_v1.bpf.o");
	char *new = build_path("tests/bpf/maps/count_less.bpf.o");
	cgswap_replace *replace;
	cgswap_program *program;

	expect_ok(cgswap_program_open(&program, fixture.session, old, &egress), "a program with maps");
	expect_ok(cgswap_chain_attach(fixture.chain, program, NULL), "it is attached");
	cgswap_program_unref(program);
	cgswap_replace_new(&replace, fixture.session, NULL);
	dropped.session = cgswap_session_ref(fixture.session);
	cgswap_session_set_log(fixture.session, drop_both, &dropped, NULL);
	cgswap_chain_unref(fixture.chain);
	expect_ok(cgswap_replace_add_source(replace, dropped.chain, "pos:0", new, NULL),
		  "the last reference to the chain is dropped while a source is added");
	is_int(dropped.lines > 0, true, "a line was logged");
	cgswap_session_set_log(fixture.session, NULL, NULL, NULL);
	expect_ok(cgswap_replace_commit(replace, NULL), "the replace can be committed");
	cgswap_replace_unref(replace);
	fixture.chain = NULL;
	fixture_free(&fixture);
	free(old);
	free(new);
}

int main(void)
{
	need_live();
	in_progress();
	in_log();
	return done_testing();
}
