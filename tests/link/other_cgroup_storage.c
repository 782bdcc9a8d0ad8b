/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A program with another cgroup storage map is not put into a link: a link keeps its first storage,
 * and on some kernels the program would run with a wrong buffer. A program with the same map is
 * accepted, and a plain entry accepts any. If the program is of another type, that is the reason.
 */
#include "../lib/expect.h"
#include "../lib/attach_types.h"
#include "../lib/live.h"
#include "../lib/programs.h"
#include "../lib/rawfd.h"
#include "../lib/fixture.h"
#include "../lib/storage.h"
#include "../lib/tap.h"

#include <string.h>

/* A passing program that uses a storage map unless that is -1. */
static int load(int storage, const char *name)
{
	return storage < 0 ? prog_pass(EGRESS, name) : storage_prog(EGRESS, storage, name);
}

static cgswap_session *session;
static struct scratch cgroup;
static cgswap_chain *chain;

/* The type of the program is the first reason. */
static void link_of_another_type(int storing)
{
	int four = prog_pass(CONNECT4, "four"), link = raw_link_create(cgroup.fd, four, CONNECT4, 0);
	cgswap_chain *connects = live_chain(session, cgroup.path, "connect4");
	cgswap_program *program = live_program(session, storing);

	expect_refusal(swap(session, connects, "pos:0", program), CGSWAP_CAUSE_PROGRAM_TYPE_MISMATCH,
		       NULL, "a program of egress with storage in a link of connect4");
	chain_is(cgroup.fd, CONNECT4, &four, 1, "the link has its old program");
	chain_close_link(link, cgroup.fd, CONNECT4);
	cgswap_program_unref(program);
	cgswap_chain_unref(connects);
	raw_close(four);
}

static enum cgswap_status swap_to(int prog)
{
	cgswap_program *program = live_program(session, prog);
	enum cgswap_status status = swap(session, chain, "pos:0", program);

	cgswap_program_unref(program);
	return status;
}

int main(void)
{
	int first, same, other, wider, none, link;
	struct raw_chain before;
	int storage, another, wide;

	need_live();
	session = live_session();
	cgroup = scratch_new("storage");
	chain = live_chain(session, cgroup.path, "egress");
	storage = storage_map(8);
	another = storage_map(8);
	wide = storage_map(64);
	first = load(storage, "first");
	same = load(storage, "same");
	other = load(another, "other");
	wider = load(wide, "wider");
	none = load(-1, "none");

	link = raw_link_create(cgroup.fd, first, EGRESS, 0);
	before = chain_now(cgroup.fd, EGRESS);
	expect_refusal(swap_to(other), CGSWAP_CAUSE_UNSAFE_LINK_UPDATE, NULL,
		       "a program with another storage map");
	expect_message("storage");
	expect_refusal(swap_to(wider), CGSWAP_CAUSE_UNSAFE_LINK_UPDATE, NULL,
		       "a program with a larger storage");
	expect_refusal(swap_to(none), CGSWAP_CAUSE_UNSAFE_LINK_UPDATE, NULL,
		       "a program without storage");
	chain_untouched(cgroup.fd, EGRESS, &before, "after all errors");
	expect_ok(swap_to(same), "a program with the same storage map");
	chain_is(cgroup.fd, EGRESS, &same, 1, "the link has that program");
	chain_close_link(link, cgroup.fd, EGRESS);

	link = raw_link_create(cgroup.fd, none, EGRESS, 0);
	expect_refusal(swap_to(first), CGSWAP_CAUSE_UNSAFE_LINK_UPDATE, NULL,
		       "a program with storage in a link without it");
	chain_is(cgroup.fd, EGRESS, &none, 1, "the link has its old program");
	chain_close_link(link, cgroup.fd, EGRESS);

	link_of_another_type(first);

	raw_attach(cgroup.fd, first, EGRESS, RAW_MULTI);
	expect_ok(swap_to(other), "a plain entry is replaced by a program with another map");
	chain_is(cgroup.fd, EGRESS, &other, 1, "the plain entry has that program");

	cgswap_chain_unref(chain);
	cgswap_session_unref(session);
	return done_testing();
}
