/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Attach and detach with dry_run give the status, cause, message and remedy of the real call, and
 * leave the chain and its revision unchanged. (replace/check_matches_commit tests the dry run of a
 * replace.)
 */
#include "../lib/expect.h"
#include "../lib/attach_types.h"
#include "../lib/live.h"
#include "../lib/privilege.h"
#include "../lib/programs.h"
#include "../lib/rawfd.h"
#include "../lib/fixture.h"
#include "../lib/tap.h"

enum {
	OLD = 0,
	OTHER = 1,
	NEW = 2,
	WRONG_TYPE = 3,
	WRONG_ATTACH_TYPE = 4,
	EGRESS_ONLY = 5,
	PROGS = 6
};

static cgswap_session *session;
static struct scratch parent, child;
static int prog[PROGS], crowd[RAW_CHAIN_MAX], link_fd = -1;
static cgswap_program *program[PROGS];

static void nothing(void)
{
}

static void with_old(void)
{
	raw_attach(child.fd, prog[OLD], EGRESS, RAW_MULTI);
}

static void with_two(void)
{
	with_old();
	raw_attach(child.fd, prog[OTHER], EGRESS, RAW_MULTI);
}

static void with_new(void)
{
	with_old();
	raw_attach(child.fd, prog[NEW], EGRESS, RAW_MULTI);
}

static void full(void)
{
	for (int i = 0; i < RAW_CHAIN_MAX; i++)
		raw_attach(child.fd, crowd[i], EGRESS, RAW_MULTI);
}

static void overriding(void)
{
	raw_attach(child.fd, prog[OLD], EGRESS, RAW_OVERRIDE);
}

static void exclusive(void)
{
	raw_attach(child.fd, prog[OLD], EGRESS, RAW_NONE);
}

static void below_exclusive(void)
{
	with_old();
	raw_attach(parent.fd, prog[OTHER], EGRESS, RAW_NONE);
}

static void below_override(void)
{
	raw_attach(parent.fd, prog[OTHER], EGRESS, RAW_OVERRIDE);
}

static void below_multi(void)
{
	raw_attach(parent.fd, prog[OLD], EGRESS, RAW_MULTI);
}

static void linked(void)
{
	link_fd = raw_link_create(child.fd, prog[OLD], EGRESS, 0);
}

static void linked_and_plain(void)
{
	linked();
	with_old();
}

static void gone(void)
{
	scratch_remove(&child);
}

struct fixture_row {
	const char *name;
	void (*set)(void);
	const char *attach_type;
	int what;             /* attach: index of the program */
	const char *selector; /* detach: the entry; NULL: attach */
	enum cgswap_mode mode;
	int revision_off; /* 0: none expected; else the distance from the current one, plus RIGHT */
	enum cgswap_cause cause;
};

enum { RIGHT = 100 };

#define ATTACH(name, set, what, mode, cause) \
	{ "attach: " name, set, "egress", what, NULL, CGSWAP_MODE_##mode, 0, CGSWAP_CAUSE_##cause }
#define ATTACH_AT(name, set, attach_type, what, cause)                                             \
	{                                                                                          \
		"attach: " name, set, attach_type, what, NULL, CGSWAP_MODE_MULTI, 0,               \
			CGSWAP_CAUSE_##cause                                                       \
	}
#define DETACH(name, set, selector, cause) \
	{ "detach: " name, set, "egress", 0, selector, CGSWAP_MODE_DEFAULT, 0, CGSWAP_CAUSE_##cause }

static const struct fixture_row rows[] = {
	ATTACH("into an empty chain", nothing, NEW, MULTI, NONE),
	ATTACH("into an empty chain, override", nothing, NEW, OVERRIDE, NONE),
	ATTACH("into an empty chain, none", nothing, NEW, NONE, NONE),
	ATTACH("after another program", with_old, NEW, MULTI, NONE),
	ATTACH("a program that is in the chain", with_new, NEW, MULTI, ALREADY_ATTACHED),
	ATTACH("into a full chain", full, NEW, MULTI, CHAIN_FULL),
	ATTACH("none into multi", with_old, NEW, NONE, OWN_MODE_CONFLICT),
	ATTACH("override into multi", with_old, NEW, OVERRIDE, OWN_MODE_CONFLICT),
	ATTACH("multi into override", overriding, NEW, MULTI, OWN_MODE_CONFLICT),
	ATTACH("none into override", overriding, NEW, NONE, OWN_MODE_CONFLICT),
	ATTACH("multi into none", exclusive, NEW, MULTI, OWN_MODE_CONFLICT),
	ATTACH("another program, override", overriding, NEW, OVERRIDE, NONE),
	ATTACH("another program, none", exclusive, NEW, NONE, NONE),
	ATTACH("the same program, override", overriding, OLD, OVERRIDE, NONE),
	ATTACH("below none", below_exclusive, NEW, MULTI, ANCESTOR_EXCLUSIVE),
	ATTACH("below override", below_override, NEW, MULTI, NONE),
	ATTACH("below multi", below_multi, NEW, NONE, NONE),
	ATTACH("a program that a link has attached", linked, OLD, MULTI, NONE),
	ATTACH("another type", with_old, WRONG_TYPE, MULTI, PROGRAM_TYPE_MISMATCH),
	ATTACH("another type, wrong mode", overriding, WRONG_TYPE, MULTI, PROGRAM_TYPE_MISMATCH),
	ATTACH("to a removed cgroup", gone, NEW, MULTI, CGROUP_GONE),
	{ "attach: a bad mode", nothing, "egress", NEW, NULL, 9, 0, CGSWAP_CAUSE_BAD_ARGUMENT },
	ATTACH_AT("a program for another attach type", nothing, "connect4", WRONG_ATTACH_TYPE,
		  EXPECTED_ATTACH_TYPE_MISMATCH),
	ATTACH_AT("a program for egress only", nothing, "ingress", EGRESS_ONLY,
		  EXPECTED_ATTACH_TYPE_MISMATCH),
	{ "attach: right revision", with_old, "egress", NEW, NULL, 0, RIGHT, CGSWAP_CAUSE_NONE },
	{ "attach: old revision", with_old, "egress", NEW, NULL, 0, RIGHT - 1,
	  CGSWAP_CAUSE_REVISION_CHANGED },
	{ "attach: old revision and wrong mode", overriding, "egress", NEW, NULL, CGSWAP_MODE_MULTI,
	  RIGHT - 1, CGSWAP_CAUSE_REVISION_CHANGED },
	{ "attach: old revision, already there", with_new, "egress", NEW, NULL, 0, RIGHT - 1,
	  CGSWAP_CAUSE_REVISION_CHANGED },
	DETACH("the first", with_two, "pos:0", NONE),
	DETACH("by name", with_two, "name:p1", NONE),
	DETACH("in override mode", overriding, "name:p0", NONE),
	DETACH("in none mode", exclusive, "name:p0", NONE),
	DETACH("another program in none mode", exclusive, "name:p1", NOT_ATTACHED),
	DETACH("a program that is not attached", with_two, "name:p2", NOT_ATTACHED),
	DETACH("past the end", with_two, "pos:2", NOT_ATTACHED),
	DETACH("from an empty chain", nothing, "name:p0", CHAIN_EMPTY),
	DETACH("a program of an ancestor", below_multi, "name:p0", ATTACHED_AT_ANCESTOR),
	DETACH("the program of a link", linked, "name:p0", NONE),
	DETACH("a program that is attached twice", linked_and_plain, "name:p0", SELECTOR_AMBIGUOUS),
	DETACH("below none", below_exclusive, "name:p0", NONE),
	DETACH("no selector", with_two, "", BAD_ARGUMENT),
	DETACH("by a file", with_two, "fd:0", NOT_A_PROGRAM),
	DETACH("by a closed descriptor", with_two, "fd:1000", BAD_DESCRIPTOR),
	DETACH("from a removed cgroup", gone, "name:p0", CGROUP_GONE),
	{ "detach: right revision", with_two, "egress", 0, "name:p1", 0, RIGHT, CGSWAP_CAUSE_NONE },
	{ "detach: old revision", with_two, "egress", 0, "name:p1", 0, RIGHT - 1,
	  CGSWAP_CAUSE_REVISION_CHANGED },
};

static enum cgswap_status call(const struct fixture_row *row, cgswap_chain *chain, bool dry,
			       uint64_t revision)
{
	const struct cgswap_attach_opts attach = {
		.sz = sizeof(attach),
		.expected_revision = revision,
		.mode = row->mode,
		.dry_run = dry,
	};
	const struct cgswap_detach_opts detach = {
		.sz = sizeof(detach),
		.expected_revision = revision,
		.dry_run = dry,
	};

	if (row->selector)
		return cgswap_chain_detach(chain, row->selector, &detach);
	return cgswap_chain_attach(chain, program[row->what], &attach);
}

/* Reads both chains, as far as possible. */
static void read_chains(struct raw_chain *chains)
{
	if (raw_query(child.fd, EGRESS, 0, &chains[0]))
		chains[0] = (struct raw_chain){ .count = 0 };
	chains[1] = chain_now(parent.fd, EGRESS);
}

static bool same(const struct raw_chain *now, const struct raw_chain *before)
{
	return chain_same(now, before) && now->revision == before->revision &&
	       now->flags == before->flags;
}

static void compare(const struct fixture_row *row, cgswap_chain *chain)
{
	struct raw_chain before[2], after[2];
	struct descriptors open = descriptors_now();
	enum cgswap_status dry, real;
	uint64_t revision = 0;
	cgswap_error *promised;

	read_chains(before);
	if (row->revision_off)
		revision = before[0].revision + row->revision_off - RIGHT;
	dry = call(row, chain, true, revision);
	promised = cgswap_error_dup();
	read_chains(after);
	ok(same(&after[0], &before[0]) && same(&after[1], &before[1]),
	   "%s: the dry run changes nothing", row->name);
	ok(descriptors_same(&open), "%s: no descriptor is left open", row->name);
	real = call(row, chain, false, revision);
	is_int(dry, real, "%s: the same status", row->name);
	is_str(cgswap_cause_get_name(cgswap_error_get_cause(promised)),
	       cgswap_cause_get_name(row->cause), "%s: cause of the dry run", row->name);
	is_str(cgswap_cause_get_name(cgswap_error_get_cause(cgswap_last_error())),
	       cgswap_cause_get_name(row->cause), "%s: cause of the real call", row->name);
	is_str(cgswap_error_get_message(promised), cgswap_error_get_message(cgswap_last_error()),
	       "%s: the same message", row->name);
	is_str(cgswap_error_get_remedy(promised), cgswap_error_get_remedy(cgswap_last_error()),
	       "%s: the same remedy", row->name);
	cgswap_error_free(promised);
}

static void play(const struct fixture_row *row)
{
	cgswap_chain *chain;

	if (row->revision_off && !kernel_has_revision())
		return;
	parent = scratch_new("parent");
	child = scratch_child(&parent, "child");
	chain = live_chain(session, child.path, row->attach_type);
	row->set();
	/* the handle has the chain as built, except of the removed cgroup */
	if (row->set != gone && cgswap_chain_read(chain))
		bail_out("%s", cgswap_error_get_message(cgswap_last_error()));
	compare(row, chain);
	cgswap_chain_unref(chain);
	if (link_fd >= 0)
		raw_close(link_fd);
	link_fd = -1;
	if (row->set != gone)
		scratch_remove(&child);
	scratch_remove(&parent);
	raw_close(child.fd);
	raw_close(parent.fd);
}

/* Without privilege, a dry run fails as the real call does. */
static void unprivileged(void)
{
	static const struct fixture_row attach = ATTACH("without privilege", nothing, NEW, MULTI,
							MISSING_CAP_NET_ADMIN);
	static const struct fixture_row detach = DETACH("without privilege", nothing, "pos:0",
							MISSING_CAP_NET_ADMIN);
	cgswap_chain *chain = live_chain(session, child.path, "egress");

	const struct fixture_row *const both[] = { &attach, &detach };

	for (int i = 0; i < 2; i++) {
		cgswap_error *promised;

		call(both[i], chain, true, 0);
		promised = cgswap_error_dup();
		call(both[i], chain, false, 0);
		is_str(cgswap_cause_get_name(cgswap_error_get_cause(promised)),
		       cgswap_cause_get_name(both[i]->cause), "%s: cause of the dry run",
		       both[i]->name);
		is_str(cgswap_error_get_message(promised),
		       cgswap_error_get_message(cgswap_last_error()), "%s: the same message",
		       both[i]->name);
		cgswap_error_free(promised);
	}
	cgswap_chain_unref(chain);
}

int main(void)
{
	need_live();
	scratch_bystander(EGRESS);
	session = live_session();
	prog_pass_many(EGRESS, "p", prog, 3);
	prog_pass_many(EGRESS, "c", crowd, RAW_CHAIN_MAX);
	prog[WRONG_TYPE] = prog_pass(SOCK_OPS, "ops");
	prog[WRONG_ATTACH_TYPE] = prog_pass(CONNECT6, "c6");
	prog[EGRESS_ONLY] = prog_egress_only("egress_only");
	for (int i = 0; i < PROGS; i++)
		program[i] = live_program(session, prog[i]);

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		play(&rows[i]);
	parent = scratch_new("parent");
	child = scratch_child(&parent, "child");
	with_two();
	as_nobody(unprivileged);

	for (int i = 0; i < PROGS; i++)
		cgswap_program_unref(program[i]);
	cgswap_session_unref(session);
	return done_testing();
}
