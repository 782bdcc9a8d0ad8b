/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The kernel accepts only a plain program as the anchor of a plain program, and a link as that of a
 * link. If the anchor is of the other kind, the library uses the entry on the other side of the
 * position; if that is not possible either, the attach is an error. On a kernel without ordering
 * every anchor is an error, except one for the end of the chain.
 */
#include "../lib/expect.h"
#include "../lib/attach_types.h"
#include "../lib/live.h"
#include "../lib/programs.h"
#include "../lib/rawfd.h"
#include "../lib/fixture.h"
#include "../lib/tap.h"

enum { PLAIN = -1 };

static struct scratch cgroup;
static int progs[6], links[6];
static cgswap_session *session;

/* Builds entries 1, 2, ... from a string like "PLLp": P plain, L a link, p preorder. */
static void build(const char *kinds)
{
	cgroup = scratch_new("mixed");
	for (int i = 0; kinds[i]; i++) {
		links[i + 1] = PLAIN;
		if (kinds[i] == 'L')
			links[i + 1] = raw_link_create(cgroup.fd, progs[i + 1], EGRESS, 0);
		else
			raw_attach(cgroup.fd, progs[i + 1], EGRESS,
				   RAW_MULTI | (kinds[i] == 'p' ? RAW_PREORDER : 0));
	}
}

static void tear_down(const char *kinds)
{
	for (int i = 1; kinds[i - 1]; i++)
		if (links[i] != PLAIN)
			raw_close(links[i]);
	scratch_remove(&cgroup);
	raw_close(cgroup.fd);
}

/* Attaches program 0. before and after are numbers of entries; 0: not given. */
static enum cgswap_status put(bool linked, int before, int after, int *link)
{
	const struct cgswap_attach_opts opts = {
		.sz = sizeof(opts),
		.link = linked,
		.link_fd = linked ? link : NULL,
		.before = before ? by_id(progs[before]) : NULL,
		.after = after ? by_id(progs[after]) : NULL,
	};
	cgswap_chain *chain = live_chain(session, cgroup.path, "egress");
	cgswap_program *program = live_program(session, progs[0]);
	enum cgswap_status status = cgswap_chain_attach(chain, program, &opts);

	cgswap_program_unref(program);
	cgswap_chain_unref(chain);
	return status;
}

static void is_put(const char *kinds, bool linked, int before, int after, size_t position)
{
	struct raw_chain now;
	int link = PLAIN;

	build(kinds);
	expect_ok(put(linked, before, after, &link), "a %s in %s, %s %d", linked ? "link" : "program",
		  kinds, before ? "before" : "after", before ? before : after);
	now = chain_now(cgroup.fd, EGRESS);
	is_int(now.ids[position], raw_prog_id(progs[0]), "it is at position %zu", position);
	for (size_t i = 0; i < position; i++)
		is_int(now.ids[i], raw_prog_id(progs[i + 1]), "entry %zu is before it", i + 1);
	for (size_t i = position + 1; i < now.count; i++)
		is_int(now.ids[i], raw_prog_id(progs[i]), "entry %zu is after it", i);
	if (link != PLAIN)
		raw_close(link);
	tear_down(kinds);
}

static void is_refused(const char *kinds, bool linked, int before, int after,
		       enum cgswap_cause cause)
{
	struct raw_chain was;
	int link = PLAIN;

	build(kinds);
	was = chain_now(cgroup.fd, EGRESS);
	expect_refusal(put(linked, before, after, &link), cause, NULL, "a %s in %s, %s %d",
		       linked ? "link" : "program", kinds, before ? "before" : "after",
		       before ? before : after);
	chain_untouched(cgroup.fd, EGRESS, &was, "after the error");
	tear_down(kinds);
}

static void anchor_on_other_side(void)
{
	is_put("PL", false, 2, 0, 1);
	is_put("PLP", false, 0, 2, 2);
	is_put("LPL", true, 2, 0, 1);
	is_put("LPL", true, 0, 2, 2);
	is_put("LP", false, 1, 0, 0);
	is_put("PL", true, 1, 0, 0);
	is_put("PL", false, 0, 2, 2);
	is_put("LP", true, 0, 2, 2);
	is_refused("PLLP", false, 3, 0, CGSWAP_CAUSE_ANCHOR_KIND_MISMATCH);
	is_refused("PLLP", false, 0, 2, CGSWAP_CAUSE_ANCHOR_KIND_MISMATCH);
	is_refused("LPPL", true, 3, 0, CGSWAP_CAUSE_ANCHOR_KIND_MISMATCH);
	is_refused("LPPL", true, 0, 2, CGSWAP_CAUSE_ANCHOR_KIND_MISMATCH);
}

/* The message names the entry that would be next to the new one. */
static void next_to_preorder(void)
{
	is_refused("pL", false, 2, 0, CGSWAP_CAUSE_ANCHOR_KIND_MISMATCH);
	expect_message("pos:0, next to 'id:");
}

static void without_ordering(void)
{
	is_refused("PP", false, 1, 0, CGSWAP_CAUSE_ORDERING_UNSUPPORTED);
	is_refused("PP", false, 0, 1, CGSWAP_CAUSE_ORDERING_UNSUPPORTED);
	is_refused("PL", false, 2, 0, CGSWAP_CAUSE_ORDERING_UNSUPPORTED);
	is_refused("LL", true, 1, 0, CGSWAP_CAUSE_ORDERING_UNSUPPORTED);
	is_put("PP", false, 0, 2, 2);
	is_put("PL", true, 0, 2, 2);
}

int main(void)
{
	need_live();
	scratch_bystander(EGRESS);
	prog_pass_many(EGRESS, "entry", progs, 6);
	session = live_session_without(NULL);
	if (kernel_knows_flags(RAW_BEFORE))
		anchor_on_other_side();
	if (kernel_knows_flags(RAW_BEFORE | RAW_PREORDER))
		next_to_preorder();
	cgswap_session_unref(session);
	session = live_session_without("ordering");
	without_ordering();
	cgswap_session_unref(session);
	for (int i = 0; i < 6; i++)
		raw_close(progs[i]);
	return done_testing();
}
