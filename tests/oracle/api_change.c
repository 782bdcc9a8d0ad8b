/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Plays an attach or a detach: a dry run and a call, with another process before, between or inside
 * them.
 */
#include "api_inside.h"
#include "api_judge.h"

#include "../lib/rawbpf.h"
#include "../lib/tap.h"

#include <stdio.h>
#include <string.h>

struct call {
	const struct api_operation *operation;
	cgswap_chain *chain;
	cgswap_program *program;
	int link_fd;
};

static uint64_t expected_revision(const struct api_operation *operation)
{
	uint64_t now = world.state.chains[operation->cgroup][operation->type].revision;

	switch (operation->revision) {
	case API_ANY_REVISION:
		return 0;
	case API_WRONG_REVISION:
		return now + 1;
	default:
		return now;
	}
}

static enum cgswap_status call_attach(struct call *call, bool dry, const char *anchor)
{
	const struct api_operation *operation = call->operation;
	const struct cgswap_attach_opts opts = {
		.sz = sizeof(opts),
		.expected_revision = expected_revision(operation),
		.before = operation->side == API_BEFORE ? anchor : NULL,
		.after = operation->side == API_AFTER ? anchor : NULL,
		.position = operation->side == API_FIRST ? CGSWAP_POSITION_FIRST
							 : CGSWAP_POSITION_DEFAULT,
		.mode = (enum cgswap_mode)operation->mode,
		.preorder = (enum cgswap_preorder)operation->preorder,
		.link_fd = operation->by_link ? &call->link_fd : NULL,
		.link = operation->by_link,
		.dry_run = dry,
	};

	return cgswap_chain_attach(call->chain, call->program, &opts);
}

static enum cgswap_status call_detach(struct call *call, bool dry, const char *selector)
{
	const struct api_operation *operation = call->operation;
	const struct cgswap_detach_opts opts = {
		.sz = sizeof(opts),
		.expected_revision = expected_revision(operation),
		.dry_run = dry,
	};

	return cgswap_chain_detach(call->chain, selector, &opts);
}

const char *api_selector_text(char *text, size_t size, const struct api_selector *selector)
{
	const struct api_program *program = &world.programs[selector->index % API_PROGRAMS];

	switch (selector->kind) {
	case API_BY_ID:
		snprintf(text, size, "id:%u", program->rules.id);
		break;
	case API_BY_FD:
		snprintf(text, size, "fd:%d", program->fd);
		break;
	case API_BY_NAME:
		snprintf(text, size, "name:%s", program->name);
		break;
	case API_BY_POSITION:
		snprintf(text, size, "pos:%u", selector->index);
		break;
	default:
		snprintf(text, size, "link:%u",
			 world.state.links[selector->index] ? world.state.links[selector->index]
							    : 0x7ffffff0);
		break;
	}
	return text;
}

static void want_change(struct api_causes *out, const struct api_state *state,
			const struct api_operation *operation, struct api_state *after)
{
	if (operation->kind == API_ATTACH)
		api_want_attach(out, state, operation, after);
	else
		api_want_detach(out, state, operation, after);
}

/* The anchor was found before the foreign change: the kernel may have another reason since. */
static void want_found_anchor(struct api_causes *out, const struct api_state *later,
			      const struct api_operation *operation)
{
	struct api_operation plain = *operation;
	struct api_causes want = { { 0 } };
	struct api_state after;

	if (operation->kind != API_ATTACH || operation->side < API_BEFORE)
		return;
	plain.side = 0;
	want_change(&want, later, &plain, &after);
	if (!api_has_cause(&want, CGSWAP_CAUSE_NONE))
		api_join_causes(out, &want);
}

static bool may_bring_program(const struct api_foreign *foreign)
{
	return foreign->kind == FOREIGN_ATTACH || foreign->kind == FOREIGN_REPLACE ||
	       foreign->kind == FOREIGN_LINK || foreign->kind == FOREIGN_LINK_UPDATE;
}

/* Judges the call itself; with fired the foreign change came inside it. */
static bool judge_change(struct call *call, enum cgswap_cause got, bool fired,
			 const struct api_result *result)
{
	const struct api_operation *operation = call->operation;
	const char *name = operation->kind == API_ATTACH ? "attach" : "detach";
	struct api_state before = world.state, later = world.state, after, after_later, ignored;
	struct api_causes want = { { 0 } };
	uint32_t id = call->link_fd >= 0 ? raw_link_id(call->link_fd) : 0;

	want_change(&want, &before, operation, &after);
	if (!fired) {
		api_candidate(got ? &before : &after);
	} else {
		if (!api_foreign_note(&later, &operation->foreign, result))
			later = before;
		want_change(&want, &later, operation, &after_later);
		if (operation->revision == API_WRONG_REVISION) {
			struct api_operation right = *operation;

			/* the change may have led to this revision */
			right.revision = API_RIGHT_REVISION;
			want_change(&want, &later, &right, &after_later);
			/* the selector may name what came with it */
			want_change(&want, &before, &right, &ignored);
		}
		api_want_race(&want, &operation->foreign);
		want_found_anchor(&want, &later, operation);
		/* its own entries were read before, and those of the ancestors later */
		if (operation->kind == API_DETACH &&
		    !before.chains[operation->cgroup][operation->type].count)
			api_add_cause(&want, CGSWAP_CAUSE_CHAIN_EMPTY);
		if (operation->revision)
			api_add_cause(&want, CGSWAP_CAUSE_REVISION_CHANGED);
		if (api_has_cause(&want, CGSWAP_CAUSE_ATTACHED_AT_ANCESTOR))
			api_add_cause(&want, CGSWAP_CAUSE_NOT_ATTACHED);
		api_candidate(got ? &later : &after_later);
		/* it may also have changed the entry that was just attached */
		if ((!got || got == CGSWAP_CAUSE_LOST_RACE) &&
		    api_foreign_note(&after, &operation->foreign, result))
			api_candidate(&after);
	}
	api_candidates_name_link(id, call->link_fd >= 0, operation->slot);
	if (call->link_fd >= 0) {
		world.links[operation->slot] = call->link_fd;
		api_own_descriptor();
	}
	/* the program came a second time: which entry was attached or detached cannot be seen */
	if (fired && !got && may_bring_program(&operation->foreign) &&
	    (operation->kind == API_DETACH || operation->foreign.program == operation->program))
		return api_fail("end of round");
	if (!api_judge_chains(name, got))
		return false;
	if (!api_state_take_revisions(&world.state) && !fired)
		return api_fail("%s: %s, and the revision is another", name, api_cause_text(got));
	return api_judge_cause(operation, name, got, &want, fired);
}

static bool change_in(struct call *call)
{
	const struct api_operation *operation = call->operation;
	bool attach = operation->kind == API_ATTACH, fired = false;
	const char *name = attach ? "attach" : "detach";
	struct api_causes want = { { 0 } };
	struct api_result result = { 0, 0 };
	enum cgswap_cause dry, got;
	struct api_state after;
	char text[64];

	api_selector_text(text, sizeof(text), &operation->selector);
	want_change(&want, &world.state, operation, &after);
	dry = api_cause_of(attach ? call_attach(call, true, text) : call_detach(call, true, text),
			   true, "dry run");
	api_leave();
	if (!api_judge_untouched("dry run", dry) ||
	    !api_judge_certain(operation, dry, cgswap_chain_get_certain(call->chain)) ||
	    !api_judge_cause(operation, attach ? "dry attach" : "dry detach", dry, &want, false))
		return false;
	api_enter(operation);
	if (!api_act_between(operation, API_AFTER_DRY))
		return false;
	api_selector_text(text, sizeof(text), &operation->selector);
	if (operation->moment == API_IN_CALL)
		api_arm(&operation->foreign, operation->nth);
	got = api_cause_of(attach ? call_attach(call, false, text) : call_detach(call, false, text),
			   false, "call");
	if (operation->moment == API_IN_CALL)
		fired = api_disarm(&result);
	api_leave();
	if (!judge_change(call, got, fired, &result))
		return false;
	if (fired || operation->moment == API_AFTER_DRY)
		return true;
	return api_judge_same(operation, attach ? "dry attach" : "dry detach", dry, name, got);
}

/* A session that may not or cannot open a chain at all. */
static bool judge_open(const struct api_operation *operation, enum cgswap_status status)
{
	struct api_causes want = { { 0 } };
	enum cgswap_cause cause;

	if (!status)
		return true;
	cause = api_cause_of(status, false, "open");
	api_leave();
	return api_judge_cause(operation, "open", cause, &want, false) && false;
}

bool api_play_change(const struct api_operation *given)
{
	struct api_operation operation = *given;
	struct call call = { .operation = &operation, .link_fd = -1 };
	cgswap_session *session;
	enum cgswap_status status;
	char source[32];
	bool good = true;

	/* one link at a time in a slot */
	if (operation.by_link &&
	    (world.links[operation.slot] >= 0 || operation.foreign.slot == operation.slot))
		operation.by_link = 0;
	snprintf(source, sizeof(source), "fd:%d", world.programs[operation.program].fd);
	session = api_enter(&operation);
	status = cgswap_chain_open(&call.chain, session, api_path(&operation, operation.cgroup),
				   world.type_names[operation.type]);
	if (!status)
		status = cgswap_program_open(&call.program, session, source, NULL);
	good = judge_open(&operation, status) ? change_in(&call) : !*api_failure.kind;
	api_enter(&operation);
	cgswap_program_unref(call.program);
	cgswap_chain_unref(call.chain);
	api_leave();
	return good;
}
