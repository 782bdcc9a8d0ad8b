/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A policy denies one command of bpf(2): EACCES as SELinux answers, EPERM, and ENOSYS as a seccomp
 * filter may. Each call of the library works without the command, or fails with denied_by_policy and
 * names the command; and a call that fails changes nothing.
 */
#include "../lib/expect.h"
#include "../lib/attach_types.h"
#include "../lib/bpffs.h"
#include "../lib/fixture.h"
#include "../lib/live.h"
#include "../lib/policy.h"
#include "../lib/privilege.h"
#include "../lib/programs.h"
#include "../lib/rawfd.h"
#include "../lib/tap.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define BIT(number) (UINT64_C(1) << (number))

enum {
	MAP_CREATE = 0,
	PROG_LOAD = 5,
	OBJ_PIN = 6,
	OBJ_GET = 7,
	PROG_ATTACH = 8,
	PROG_DETACH = 9,
	PROG_BY_ID = 13,
	INFO = 15,
	QUERY = 16,
	BTF_LOAD = 18,
	LINK_CREATE = 28,
	LINK_UPDATE = 29,
	LINK_BY_ID = 30,
	NEXT_LINK = 31,
	LINK_DETACH = 34,
};

/* A cgroup with two programs by PROG_ATTACH, and then one by a link. */
struct place {
	struct scratch cgroup;
	struct raw_chain before;
	int link;
};

/* The child of a policy works with these; all of them are made before the policy. */
static struct {
	unsigned command;
	int errnum;
	struct scratch top;
	int progs[3], spare, counting;
	char by_id[3][32], spare_by_id[32], counting_by_id[32];
	char *count_v1, *count_v2;
	cgswap_session *session;
	const struct place *place;
} world;

static cgswap_chain *chain_of_place(void)
{
	cgswap_chain *chain;

	expect_ok(cgswap_chain_open(&chain, world.session, world.place->cgroup.path, "egress"),
		  "a chain is opened");
	return chain;
}

/* ---- calls ----------------------------------------------------------------------------------- */

static enum cgswap_status show(void)
{
	cgswap_chain *chain = chain_of_place();
	enum cgswap_status status = cgswap_chain_read(chain);

	if (!status)
		status = cgswap_chain_describe(chain, CGSWAP_DESCRIBE_ALL);
	cgswap_chain_unref(chain);
	return status;
}

static enum cgswap_status show_effective(void)
{
	cgswap_chain *chain = chain_of_place();
	enum cgswap_status status = cgswap_chain_read_effective(chain);

	cgswap_chain_unref(chain);
	return status;
}

static enum cgswap_status attach(const char *source, const struct cgswap_attach_opts *opts)
{
	cgswap_chain *chain = chain_of_place();
	cgswap_program *program;
	enum cgswap_status status = cgswap_program_open(&program, world.session, source, NULL);

	if (!status)
		status = cgswap_chain_attach(chain, program, opts);
	cgswap_program_unref(program);
	cgswap_chain_unref(chain);
	return status;
}

static enum cgswap_status attach_descriptor(void)
{
	return attach(by_fd(world.spare), NULL);
}

static enum cgswap_status attach_id(void)
{
	return attach(world.spare_by_id, NULL);
}

static enum cgswap_status attach_pin(void)
{
	return attach("pin:" BPFFS "/spare", NULL);
}

static enum cgswap_status attach_object(void)
{
	return attach(world.count_v1, NULL);
}

static enum cgswap_status attach_link_with_pin(void)
{
	struct cgswap_attach_opts opts = { .sz = sizeof(opts), .link = 1, .pin = BPFFS "/link" };

	return attach(by_fd(world.spare), &opts);
}

static enum cgswap_status replace(const char *old, const char *source)
{
	cgswap_chain *chain = chain_of_place();
	cgswap_replace *replace = NULL;
	enum cgswap_status status = cgswap_replace_new(&replace, world.session, NULL);

	if (!status)
		status = cgswap_replace_add_source(replace, chain, old, source, NULL);
	if (!status)
		status = cgswap_replace_commit(replace, NULL);
	cgswap_replace_unref(replace);
	cgswap_chain_unref(chain);
	return status;
}

static enum cgswap_status replace_descriptor(void)
{
	return replace(by_fd(world.progs[0]), by_fd(world.spare));
}

static enum cgswap_status replace_name(void)
{
	return replace("name:p1", world.spare_by_id);
}

static enum cgswap_status replace_link(void)
{
	return replace(world.by_id[2], by_fd(world.spare));
}

static enum cgswap_status replace_object(void)
{
	return replace(world.counting_by_id, world.count_v2);
}

static enum cgswap_status detach(const char *selector)
{
	cgswap_chain *chain = chain_of_place();
	enum cgswap_status status = cgswap_chain_detach(chain, selector, NULL);

	cgswap_chain_unref(chain);
	return status;
}

static enum cgswap_status detach_descriptor(void)
{
	return detach(by_fd(world.progs[1]));
}

static enum cgswap_status detach_name(void)
{
	return detach("name:p0");
}

static enum cgswap_status detach_link(void)
{
	return detach(world.by_id[2]);
}

static enum cgswap_status features(void)
{
	enum cgswap_status status = CGSWAP_OK;

	for (int i = 1; i <= CGSWAP_FEATURE_LINK_UPDATE_ORDER && !status; i++) {
		bool has;

		status = cgswap_session_has(world.session, (enum cgswap_feature)i, &has);
		if (!status)
			ok(has || i == CGSWAP_FEATURE_LINK_UPDATE_ORDER || !kernel_has_revision(),
			   "what is not unknown is there: %s",
			   cgswap_feature_get_name((enum cgswap_feature)i));
	}
	return status;
}

static enum cgswap_status inspect(void)
{
	cgswap_object *object;
	enum cgswap_status status = cgswap_object_open(&object, world.session, world.count_v2);

	cgswap_object_unref(object);
	return status;
}

/* needs: the commands without which the call must fail. */
static const struct call {
	const char *name;
	enum cgswap_status (*make)(void);
	uint64_t needs;
} calls[] = {
	{ "show", show, BIT(QUERY) | BIT(PROG_BY_ID) | BIT(INFO) | BIT(LINK_BY_ID) | BIT(NEXT_LINK) },
	{ "show effective", show_effective, BIT(QUERY) },
	{ "attach fd:", attach_descriptor, BIT(PROG_ATTACH) | BIT(INFO) },
	{ "attach id:", attach_id, BIT(PROG_ATTACH) | BIT(PROG_BY_ID) | BIT(INFO) },
	{ "attach pin:", attach_pin, BIT(PROG_ATTACH) | BIT(OBJ_GET) | BIT(INFO) },
	{ "attach an object", attach_object,
	  BIT(PROG_ATTACH) | BIT(PROG_LOAD) | BIT(MAP_CREATE) | BIT(INFO) | BIT(BTF_LOAD) },
	{ "attach by link", attach_link_with_pin, BIT(LINK_CREATE) | BIT(OBJ_PIN) | BIT(INFO) },
	{ "replace fd:", replace_descriptor, BIT(PROG_ATTACH) | BIT(INFO) },
	{ "replace name:", replace_name, BIT(PROG_ATTACH) | BIT(PROG_BY_ID) | BIT(INFO) },
	{ "replace of a link's", replace_link, BIT(LINK_UPDATE) | BIT(INFO) | BIT(NEXT_LINK) },
	{ "replace by an object", replace_object,
	  BIT(PROG_ATTACH) | BIT(PROG_LOAD) | BIT(MAP_CREATE) | BIT(INFO) | BIT(BTF_LOAD) },
	{ "detach fd:", detach_descriptor, BIT(PROG_DETACH) },
	{ "detach name:", detach_name, BIT(PROG_DETACH) | BIT(PROG_BY_ID) | BIT(INFO) },
	{ "detach of a link's", detach_link, BIT(LINK_DETACH) | BIT(NEXT_LINK) },
	{ "features", features,
	  BIT(PROG_ATTACH) | BIT(QUERY) | BIT(LINK_BY_ID) | BIT(LINK_UPDATE) | BIT(LINK_DETACH) },
	{ "inspect", inspect, 0 },
};

enum { CALLS = sizeof(calls) / sizeof(*calls) };

static struct place places[CALLS];

/* ---- one policy ------------------------------------------------------------------------------ */

static const char *detail(const char *name)
{
	const cgswap_error *error = cgswap_last_error();

	for (size_t i = 0; i < cgswap_error_get_detail_count(error); i++)
		if (!strcmp(cgswap_error_get_detail_name(error, i), name))
			return cgswap_error_get_detail_text(error, i);
	return NULL;
}

static void make_call(const struct call *call)
{
	const char *command = policy_command_name(world.command);
	bool needed = call->needs & BIT(world.command);
	enum cgswap_status status = call->make();

	if (!status) {
		ok(!needed, "%s works without %s", call->name, command);
		return;
	}
	expect_refusal(status, CGSWAP_CAUSE_DENIED_BY_POLICY, NULL, "%s", call->name);
	is_str(detail("command"), command, "%s: the denied command is named", call->name);
	is_int(cgswap_error_get_errno(cgswap_last_error()), world.errnum, "%s: with its errno",
	       call->name);
}

static void make_calls(void)
{
	if (cgswap_session_open(&world.session, NULL))
		bail_out("no session");
	for (size_t i = 0; i < CALLS; i++) {
		world.place = &places[i];
		unlink(BPFFS "/link");
		make_call(&calls[i]);
	}
	cgswap_session_unref(world.session);
}

/* ---- all of them ----------------------------------------------------------------------------- */

static void place_fill(struct place *place, size_t index)
{
	char name[32];

	snprintf(name, sizeof(name), "c%zu", index);
	place->cgroup = scratch_child(&world.top, name);
	for (int i = 0; i < 2; i++)
		if (raw_attach(place->cgroup.fd, world.progs[i], EGRESS, RAW_MULTI))
			bail_out("cannot attach: %s", strerror(errno));
	place->link = raw_link_create(place->cgroup.fd, world.progs[2], EGRESS, 0);
	if (place->link < 0)
		bail_out("cannot link: %s", strerror(errno));
	if (raw_attach(place->cgroup.fd, world.counting, EGRESS, RAW_MULTI))
		bail_out("cannot attach: %s", strerror(errno));
	place->before = chain_now(place->cgroup.fd, EGRESS);
}

static void place_empty(struct place *place)
{
	raw_close(place->link);
	scratch_remove(&place->cgroup);
	raw_close(place->cgroup.fd);
}

/* Only calls that the policy does not affect may have changed a chain, each one entry. */
static void places_check(void)
{
	for (size_t i = 0; i < CALLS; i++) {
		if (calls[i].needs & BIT(world.command))
			chain_untouched(places[i].cgroup.fd, EGRESS, &places[i].before,
					calls[i].name);
	}
}

static void try_policy(const struct policy_command *command, int errnum)
{
	diag("%s for %s", strerror(errnum), command->name);
	world.command = command->number;
	world.errnum = errnum;
	for (size_t i = 0; i < CALLS; i++)
		place_fill(&places[i], i);
	under_policy(command->number, errnum, make_calls);
	places_check();
	for (size_t i = 0; i < CALLS; i++)
		place_empty(&places[i]);
}

/* Loads the program that has maps in a child: libbpf keeps what it has found in a process. */
static bool nothing(uint64_t unused)
{
	(void)unused;
	return true;
}

static void pin_counting(void)
{
	cgswap_session *session = live_session();
	cgswap_program *program;

	expect_ok(cgswap_program_open(&program, session, world.count_v1, NULL), "the old object");
	ok(!raw_pin(cgswap_program_get_fd(program), BPFFS "/counting"), "its program is pinned");
	cgswap_program_unref(program);
	cgswap_session_unref(session);
}

static void build_world(void)
{
	world.top = scratch_new("policy");
	prog_pass_many(EGRESS, "p", world.progs, 3);
	world.spare = prog_pass(EGRESS, "spare");
	world.count_v1 = build_path("tests/bpf/maps/count_v1.bpf.o");
	world.count_v2 = build_path("tests/bpf/maps/count_v2.bpf.o");
	for (int i = 0; i < 3; i++)
		snprintf(world.by_id[i], sizeof(world.by_id[i]), "%s", by_id(world.progs[i]));
	snprintf(world.spare_by_id, sizeof(world.spare_by_id), "%s", by_id(world.spare));
	bpffs_pin(world.spare, "spare");
	privilege_run(nothing, 0, pin_counting);
	world.counting = raw_pin_open(BPFFS "/counting");
	if (world.counting < 0)
		bail_out("no pin: %s", strerror(errno));
	snprintf(world.counting_by_id, sizeof(world.counting_by_id), "%s", by_id(world.counting));
}

int main(void)
{
	static const int errnums[] = { EPERM, EACCES, ENOSYS };

	need_live();
	bpffs_private();
	build_world();
	for (const struct policy_command *command = policy_commands; command->name; command++)
		for (size_t i = 0; i < sizeof(errnums) / sizeof(*errnums); i++)
			try_policy(command, errnums[i]);
	free(world.count_v1);
	free(world.count_v2);
	return done_testing();
}
