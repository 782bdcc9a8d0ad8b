/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * After each kind of change, check gives the same status, cause, message and remedy as the commit
 * that follows, and changes nothing.
 */
#include "../lib/expect.h"
#include "../lib/attach_types.h"
#include "../lib/live.h"
#include "../lib/programs.h"
#include "../lib/rawfd.h"
#include "../lib/fixture.h"
#include "../lib/tap.h"

enum { ENTRIES = 3 };

static struct fixture fixture;
static struct scratch parent, child;
static int foreign[64];

static void nothing(void)
{
}

static void old_leaves(void)
{
	raw_detach(child.fd, fixture.progs[1], EGRESS);
}

static void new_comes(void)
{
	raw_attach(child.fd, fixture.spare, EGRESS, RAW_MULTI);
}

static void chain_fills(void)
{
	for (int i = 0; i < RAW_CHAIN_MAX - ENTRIES; i++)
		raw_attach(child.fd, foreign[i], EGRESS, RAW_MULTI);
}

static void exclusive_parent(void)
{
	raw_attach(parent.fd, foreign[0], EGRESS, RAW_NONE);
}

static void override_parent(void)
{
	raw_attach(parent.fd, foreign[0], EGRESS, RAW_OVERRIDE);
}

static void other_mode(void)
{
	for (int i = 0; i < ENTRIES; i++)
		raw_detach(child.fd, fixture.progs[i], EGRESS);
	raw_attach(child.fd, fixture.progs[1], EGRESS, RAW_OVERRIDE);
}

static void link_takes_over(void)
{
	raw_detach(child.fd, fixture.progs[1], EGRESS);
	foreign[63] = raw_link_create(child.fd, fixture.progs[1], EGRESS, 0);
}

static void cgroup_goes(void)
{
	scratch_remove(&child);
}

static const struct {
	const char *name;
	void (*happens)(void);
	enum cgswap_cause cause;
} events[] = {
	{ "nothing", nothing, CGSWAP_CAUSE_NONE },
	{ "a parent in override mode", override_parent, CGSWAP_CAUSE_NONE },
	{ "the old program is detached", old_leaves, CGSWAP_CAUSE_LOST_RACE },
	{ "the new program is attached by another writer", new_comes,
	  CGSWAP_CAUSE_ALREADY_ATTACHED },
	{ "the chain becomes full", chain_fills, CGSWAP_CAUSE_CHAIN_FULL },
	{ "a parent in none mode", exclusive_parent, CGSWAP_CAUSE_ANCESTOR_EXCLUSIVE },
	{ "the chain gets another mode", other_mode, CGSWAP_CAUSE_OWN_MODE_CONFLICT },
	{ "the old program moves to a link", link_takes_over, CGSWAP_CAUSE_HELD_BY_LINK },
	{ "the cgroup is removed", cgroup_goes, CGSWAP_CAUSE_CGROUP_GONE },
};

/* Returns 0 if the cgroup is removed or the kernel has no revisions. */
static uint64_t revision_now(void)
{
	struct raw_chain chain;

	return raw_query(child.fd, EGRESS, 0, &chain) ? 0 : chain.revision;
}

static void play(size_t event)
{
	enum cgswap_status check, commit;
	enum cgswap_cause check_cause, commit_cause;
	cgswap_error *promised;
	uint64_t revision;
	cgswap_replace *replace;
	cgswap_chain *chain;

	parent = scratch_new("parent");
	child = scratch_child(&parent, "child");
	for (int i = 0; i < ENTRIES; i++)
		raw_attach(child.fd, fixture.progs[i], EGRESS, RAW_MULTI);
	chain = live_chain(fixture.session, child.path, "egress");
	cgswap_replace_new(&replace, fixture.session, NULL);
	expect_ok(cgswap_replace_add(replace, chain, "pos:1", fixture.program, NULL), "a step");
	events[event].happens();

	revision = revision_now();
	check = cgswap_replace_check(replace);
	promised = cgswap_error_dup();
	check_cause = cgswap_step_get_cause(cgswap_replace_get_step(replace, 0));
	is_int(revision_now(), revision, "%s: check changes nothing", events[event].name);
	commit = cgswap_replace_commit(replace, NULL);
	is_str(cgswap_error_get_message(promised), cgswap_error_get_message(cgswap_last_error()),
	       "%s: the same message", events[event].name);
	is_str(cgswap_error_get_remedy(promised), cgswap_error_get_remedy(cgswap_last_error()),
	       "%s: the same remedy", events[event].name);
	cgswap_error_free(promised);
	commit_cause = cgswap_step_get_cause(cgswap_replace_get_step(replace, 0));
	is_int(check, commit, "%s: the same status", events[event].name);
	is_str(cgswap_cause_get_name(check_cause), cgswap_cause_get_name(events[event].cause),
	       "%s: cause of check", events[event].name);
	is_str(cgswap_cause_get_name(commit_cause), cgswap_cause_get_name(events[event].cause),
	       "%s: cause of commit", events[event].name);

	cgswap_replace_unref(replace);
	cgswap_chain_unref(chain);
	if (foreign[63] >= 0)
		raw_close(foreign[63]);
	foreign[63] = -1;
	if (events[event].happens != cgroup_goes)
		scratch_remove(&child);
	scratch_remove(&parent);
	raw_close(child.fd);
	raw_close(parent.fd);
}

int main(void)
{
	need_live();
	scratch_bystander(EGRESS);
	fixture = fixture_new("programs", ENTRIES);
	prog_pass_many(EGRESS, "f", foreign, 63);
	foreign[63] = -1;
	for (size_t i = 0; i < sizeof(events) / sizeof(*events); i++)
		play(i);
	for (int i = 0; i < 63; i++)
		raw_close(foreign[i]);
	fixture_free(&fixture);
	return done_testing();
}
