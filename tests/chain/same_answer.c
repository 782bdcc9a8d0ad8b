/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The dry run of an attach and a detach answers as the call does, and both rightly, where links, a
 * missing privilege or a disabled feature stand in the way. What only the call can find out, the dry
 * run says is not certain.
 */
#include "../lib/attach_types.h"
#include "../lib/expect.h"
#include "../lib/fixture.h"
#include "../lib/live.h"
#include "../lib/privilege.h"
#include "../lib/programs.h"
#include "../lib/rawfd.h"
#include "../lib/tap.h"

#include <linux/capability.h>
#include <stdio.h>
#include <unistd.h>

enum { A, B, N, PROGRAMS };

static const uint64_t others = UINT64_C(1) << CAP_SYS_ADMIN | UINT64_C(1) << CAP_BPF |
			       UINT64_C(1) << CAP_PERFMON;

static int progs[PROGRAMS];
static struct scratch cgroup;
static const char *disabled; /* features of the next session */
static bool is_removed;      /* the cgroup, once its chain is open */

/* One attach or detach, as a dry run and then as a call. */
struct change {
	const char *name, *type;
	int program; /* to attach; -1: a detach */
	const char *selector;
	struct cgswap_attach_opts opts;
	bool by_link;
	enum cgswap_cause dry, cause;
	bool uncertain;
};

static enum cgswap_cause make(const struct change *change, cgswap_session *session,
			      cgswap_chain *chain, bool dry)
{
	struct cgswap_detach_opts detach = { .sz = sizeof(detach), .dry_run = dry };
	struct cgswap_attach_opts attach = change->opts;
	cgswap_program *program;
	enum cgswap_status status;
	int link_fd = -1;

	if (change->program < 0) {
		status = cgswap_chain_detach(chain, change->selector, &detach);
	} else {
		attach.sz = sizeof(attach);
		attach.dry_run = dry;
		attach.link_fd = change->by_link ? &link_fd : NULL;
		program = live_program(session, change->program);
		status = cgswap_chain_attach(chain, program, &attach);
		cgswap_program_unref(program);
	}
	if (link_fd >= 0)
		close(link_fd);
	return status ? cgswap_error_get_cause(cgswap_last_error()) : CGSWAP_CAUSE_NONE;
}

static void play(const struct change *change)
{
	cgswap_session *session = live_session_without(disabled);
	cgswap_chain *chain;
	enum cgswap_cause dry;

	if (cgswap_chain_open(&chain, session, cgroup.path, change->type)) {
		is_str(cgswap_cause_get_name(cgswap_error_get_cause(cgswap_last_error())),
		       cgswap_cause_get_name(change->cause), "%s: already the open", change->name);
		cgswap_session_unref(session);
		return;
	}
	if (is_removed)
		scratch_remove(&cgroup);
	dry = make(change, session, chain, true);
	is_str(cgswap_cause_get_name(dry), cgswap_cause_get_name(change->dry), "%s: dry run",
	       change->name);
	is_int(cgswap_chain_get_certain(chain), !change->uncertain, "%s: certain", change->name);
	is_str(cgswap_cause_get_name(make(change, session, chain, false)),
	       cgswap_cause_get_name(change->cause), "%s: call", change->name);
	cgswap_chain_unref(chain);
	cgswap_session_unref(session);
}

static struct change held;

static void play_held(void)
{
	play(&held);
}

/* With CAP_NET_ADMIN only, links cannot be listed. */
static void without_listing(void)
{
	int link;

	if (!kernel_knows_flags(RAW_BEFORE)) {
		skip("this kernel has no BPF_F_BEFORE");
		return;
	}
	link = raw_link_create(cgroup.fd, progs[A], EGRESS, 0);
	held = (struct change){ .name = "a detach of what a link holds",
				.type = "egress",
				.program = -1,
				.selector = by_fd(progs[A]),
				.dry = CGSWAP_CAUSE_HELD_BY_LINK,
				.cause = CGSWAP_CAUSE_HELD_BY_LINK };
	without_capabilities(others, play_held);
	held = (struct change){ .name = "an attach of what is there by a link",
				.type = "egress",
				.program = progs[A] };
	without_capabilities(others, play_held);
	raw_detach(cgroup.fd, progs[A], EGRESS);
	raw_close(link);
}

/* The order of a single entry does not show its flag. */
static void hidden_preorder(void)
{
	if (!kernel_knows_flags(RAW_PREORDER) || !kernel_knows_flags(RAW_BEFORE)) {
		skip("this kernel has no BPF_F_PREORDER with BPF_F_BEFORE");
		return;
	}
	raw_attach(cgroup.fd, progs[A], EGRESS, RAW_MULTI | RAW_PREORDER);
	play(&(struct change){ .name = "beside an entry whose flag does not show",
			       .type = "egress",
			       .program = progs[N],
			       .opts = { .before = by_id(progs[A]) },
			       .cause = CGSWAP_CAUSE_ANCHOR_KIND_MISMATCH,
			       .uncertain = true });
	play(&(struct change){ .name = "the same, with its flag",
			       .type = "egress",
			       .program = progs[N],
			       .opts = { .before = by_id(progs[A]),
					 .preorder = CGSWAP_PREORDER_YES },
			       .uncertain = true });
	raw_detach(cgroup.fd, progs[N], EGRESS);
	raw_detach(cgroup.fd, progs[A], EGRESS);
}

/* The anchor is named by its link. */
static void anchor_is_twice(void)
{
	int link;
	char name[32];

	if (!kernel_knows_flags(RAW_BEFORE)) {
		skip("this kernel has no BPF_F_BEFORE");
		return;
	}
	raw_attach(cgroup.fd, progs[A], EGRESS, RAW_MULTI);
	raw_attach(cgroup.fd, progs[B], EGRESS, RAW_MULTI);
	link = raw_link_create(cgroup.fd, progs[A], EGRESS, 0);
	snprintf(name, sizeof(name), "link:%u", raw_link_id(link));
	play(&(struct change){ .name = "beside a link whose program is there plainly too",
			       .type = "egress",
			       .program = progs[N],
			       .by_link = true,
			       .opts = { .before = name },
			       .uncertain = kernel_knows_flags(RAW_PREORDER) });
	raw_detach(cgroup.fd, progs[A], EGRESS);
	raw_detach(cgroup.fd, progs[B], EGRESS);
	raw_close(link);
}

static bool knows_type(const char *type)
{
	cgswap_session *session = live_session();
	bool knows = false;

	expect_ok(cgswap_session_has_attach_type(session, type, &knows), "has it %s?", type);
	cgswap_session_unref(session);
	return knows;
}

static void disabled_features(void)
{
	disabled = "multi";
	play(&(struct change){ .name = "multi is disabled",
			       .type = "egress",
			       .program = progs[A],
			       .dry = CGSWAP_CAUSE_KERNEL_LACKS_FEATURE,
			       .cause = CGSWAP_CAUSE_KERNEL_LACKS_FEATURE });
	disabled = "unix_socket_hooks";
	if (knows_type("connect_unix"))
		play(&(struct change){ .name = "unix_socket_hooks are disabled",
			       .type = "connect_unix",
			       .program = progs[A],
			       .dry = CGSWAP_CAUSE_KERNEL_LACKS_FEATURE,
			       .cause = CGSWAP_CAUSE_KERNEL_LACKS_FEATURE });
	disabled = "ordering";
	if (kernel_knows_flags(RAW_PREORDER))
		play(&(struct change){ .name = "a link with preorder, without ordering",
				       .type = "egress",
				       .program = progs[A],
				       .by_link = true,
				       .opts = { .preorder = CGSWAP_PREORDER_YES } });
	disabled = NULL;
}

static void absent_in_override_mode(void)
{
	raw_attach(cgroup.fd, progs[A], EGRESS, RAW_OVERRIDE);
	play(&(struct change){ .name = "a detach of what is not there, in override mode",
			       .type = "egress",
			       .program = -1,
			       .selector = by_fd(progs[B]),
			       .dry = CGSWAP_CAUSE_NOT_ATTACHED,
			       .cause = CGSWAP_CAUSE_NOT_ATTACHED });
	raw_detach(cgroup.fd, progs[A], EGRESS);
}

static void removed(void)
{
	int four = prog_pass(CONNECT4, "four");
	struct scratch kept = cgroup;

	cgroup = scratch_new("removed");
	is_removed = true;
	play(&(struct change){ .name = "a program of connect4, and the cgroup was removed",
			       .type = "egress",
			       .program = four,
			       .dry = CGSWAP_CAUSE_CGROUP_GONE,
			       .cause = CGSWAP_CAUSE_CGROUP_GONE });
	is_removed = false;
	raw_close(cgroup.fd);
	cgroup = kept;
	raw_close(four);
}

int main(void)
{
	need_live();
	cgroup = scratch_new("answer");
	prog_pass_many(EGRESS, "p", progs, PROGRAMS);
	without_listing();
	hidden_preorder();
	anchor_is_twice();
	disabled_features();
	absent_in_override_mode();
	removed();
	return done_testing();
}
