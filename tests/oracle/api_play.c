/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Plays one operation: a dry run and a call, with another process before, between or inside them.
 * Judges the causes, the chains, the orders and the revisions.
 */
#include "api_session.h"

#include "../lib/rawbpf.h"
#include "../lib/tap.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { CANDIDATES_MAX = 3 * (API_STEPS + 2) };

struct api_failure api_failure;
unsigned long api_tally[2][128];

static struct api_state candidates[CANDIDATES_MAX];
static size_t candidate_count;

static bool fail(const char *format, ...) __attribute__((format(printf, 1, 2)));

static bool fail(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(api_failure.kind, sizeof(api_failure.kind), format, args);
	va_end(args);
	return false;
}

static void explain_failure(const char *format, ...) __attribute__((format(printf, 1, 2)));

static void explain_failure(const char *format, ...)
{
	size_t length = strlen(api_failure.text);
	va_list args;

	va_start(args, format);
	vsnprintf(api_failure.text + length, sizeof(api_failure.text) - length, format, args);
	va_end(args);
}

static const char *name_of(enum cgswap_cause cause)
{
	return cause ? cgswap_cause_get_name(cause) : "ok";
}

/* The cause of the call that just returned. */
static enum cgswap_cause cause_of(enum cgswap_status status, bool dry, const char *call)
{
	enum cgswap_cause cause = status ? cgswap_error_get_cause(cgswap_last_error())
					 : CGSWAP_CAUSE_NONE;

	api_tally[!dry][cause]++;
	explain_failure("%s: %s%s%s; ", call, name_of(cause), status ? ": " : "",
			status ? cgswap_error_get_message(cgswap_last_error()) : "");
	return cause;
}

/* ---- what is right -------------------------------------------------------------------------- */

static bool is_disabled(const struct api_operation *operation, const char *feature)
{
	const char *names = api_disabled_name(operation->disabled);
	size_t length = strlen(feature);

	while (names && *names) {
		if (strncmp(names, feature, length) == 0 && (names[length] == ',' || !names[length]))
			return true;
		names = strchr(names, ',');
		names += names != NULL;
	}
	return false;
}

/* Programs of ancestors have no names, and entries no links. */
static void want_unseen(struct api_causes *want)
{
	if (api_has_cause(want, CGSWAP_CAUSE_ATTACHED_AT_ANCESTOR)) {
		api_add_cause(want, CGSWAP_CAUSE_NOT_ATTACHED);
		api_add_cause(want, CGSWAP_CAUSE_CHAIN_EMPTY);
	}
	/* an entry of a link is taken for a plain one */
	api_add_cause(want, CGSWAP_CAUSE_NONE);
	api_add_cause(want, CGSWAP_CAUSE_ANCESTOR_EXCLUSIVE);
	api_add_cause(want, CGSWAP_CAUSE_CHAIN_FULL);
	api_add_cause(want, CGSWAP_CAUSE_ALREADY_ATTACHED);
	api_add_cause(want, CGSWAP_CAUSE_EXPECTED_ATTACH_TYPE_MISMATCH);
	if (api_has_cause(want, CGSWAP_CAUSE_ANCHOR_NOT_ATTACHED)) {
		api_add_cause(want, CGSWAP_CAUSE_ANCHOR_KIND_MISMATCH);
		api_add_cause(want, CGSWAP_CAUSE_PROGRAM_TYPE_MISMATCH);
	}
}

/* A privilege or a feature that is missing may be the answer before any other. */
static void want_less(struct api_causes *want, const struct api_operation *operation)
{
	static const enum cgswap_cause of_privilege[] = {
		CGSWAP_CAUSE_MISSING_CAP_NET_ADMIN, CGSWAP_CAUSE_MISSING_CAP_SYS_ADMIN,
		CGSWAP_CAUSE_MISSING_CAP_BPF, CGSWAP_CAUSE_PREORDER_WOULD_CHANGE,
	};
	static const enum cgswap_cause of_feature[] = {
		CGSWAP_CAUSE_KERNEL_LACKS_FEATURE, CGSWAP_CAUSE_ORDERING_UNSUPPORTED,
		CGSWAP_CAUSE_PREORDER_WOULD_CHANGE,
	};

	if (api_missing_capabilities(operation->privilege)) {
		for (size_t i = 0; i < sizeof(of_privilege) / sizeof(of_privilege[0]); i++)
			api_add_cause(want, of_privilege[i]);
		api_add_cause(want, CGSWAP_CAUSE_HELD_BY_LINK);
		/* the step is done without reading the chain */
		if (operation->kind == API_REPLACE && operation->verify_off) {
			api_add_cause(want, CGSWAP_CAUSE_NONE);
			api_add_cause(want, CGSWAP_CAUSE_NOT_ATTACHED);
			api_add_cause(want, CGSWAP_CAUSE_REVISION_CHANGED);
		}
		/* links may not be listed, so the library does not know which entry is which */
		if (api_missing_capabilities(operation->privilege) >> 21 & 1) {
			api_add_cause(want, CGSWAP_CAUSE_ANCHOR_NOT_ATTACHED);
			want_unseen(want);
		}
	}
	for (size_t i = 0; operation->disabled && i < sizeof(of_feature) / sizeof(of_feature[0]); i++)
		api_add_cause(want, of_feature[i]);
	if (is_disabled(operation, "link_id") || is_disabled(operation, "link") ||
	    is_disabled(operation, "link_update_order")) {
		api_add_cause(want, CGSWAP_CAUSE_HELD_BY_LINK);
		api_add_cause(want, CGSWAP_CAUSE_UNSAFE_LINK_UPDATE);
		api_add_cause(want, CGSWAP_CAUSE_ANCHOR_NOT_ATTACHED);
		want_unseen(want);
	}
}

/* A change by others in the middle of a call. */
static void want_race(struct api_causes *want, const struct api_foreign *foreign)
{
	api_add_cause(want, CGSWAP_CAUSE_LOST_RACE);
	if (foreign->kind == FOREIGN_LINK_END || foreign->kind == FOREIGN_REMOVE)
		api_add_cause(want, CGSWAP_CAUSE_LINK_DETACHED);
	if (foreign->kind == FOREIGN_REMOVE && world.state.gone[foreign->cgroup])
		api_add_cause(want, CGSWAP_CAUSE_CGROUP_GONE);
	if (foreign->kind == FOREIGN_LINK_UPDATE)
		api_add_cause(want, CGSWAP_CAUSE_LINK_CHANGED);
	/* a link is seen that the chain, which was read before, does not have yet */
	if (foreign->kind == FOREIGN_LINK)
		api_add_cause(want, CGSWAP_CAUSE_HELD_BY_LINK);
}

static bool cannot_know(const struct api_operation *operation, enum cgswap_cause dry,
			enum cgswap_cause call);

static bool judge_cause(const struct api_operation *operation, const char *call,
			enum cgswap_cause got, struct api_causes *want, bool raced)
{
	const char *disabled = api_disabled_name(operation->disabled);

	want_less(want, operation);
	if (api_has_cause(want, got))
		return true;
	if (!raced && cannot_know(operation, got, CGSWAP_CAUSE_ANCHOR_KIND_MISMATCH))
		return true;
	explain_failure("right: %s; ", api_causes_text(want));
	return fail("%s%s: %s, right: %s%s%s%s", call, raced ? " (raced)" : "", name_of(got),
		    api_causes_text(want), disabled ? ", without " : "", disabled ? disabled : "",
		    api_missing_capabilities(operation->privilege) ? ", unprivileged" : "");
}

/*
 * A dry run cannot find these out without a change: the preorder of an anchor that no order shows;
 * without privilege, which entries have links, or what a chain holds that may not be read, in a mode
 * or on a kernel in which the kernel cannot be asked in vain.
 */
static bool cannot_know(const struct api_operation *operation, enum cgswap_cause dry,
			enum cgswap_cause call)
{
	uint64_t lacking = api_missing_capabilities(operation->privilege);
	bool multi = operation->mode <= CGSWAP_MODE_MULTI;

	if (operation->kind == API_ATTACH && operation->side >= API_BEFORE &&
	    (!dry || (lacking && dry == CGSWAP_CAUSE_ANCHOR_KIND_MISMATCH)))
		return call == CGSWAP_CAUSE_ANCHOR_KIND_MISMATCH ||
		       (call == CGSWAP_CAUSE_ANCHOR_NOT_ATTACHED &&
			(lacking || operation->disabled));
	if (operation->kind != API_DETACH && dry == CGSWAP_CAUSE_MISSING_CAP_NET_ADMIN)
		return !multi || is_disabled(operation, "ordering") ||
		       is_disabled(operation, "expected_revision");
	/* the kernel updates the link of a removed cgroup for a moment longer */
	if (operation->verify_off && dry == CGSWAP_CAUSE_CGROUP_GONE && !call)
		return true;
	/* neither may links be listed nor can the kernel be asked for the plain entry */
	if (lacking >> 21 & 1 && !dry && call == CGSWAP_CAUSE_HELD_BY_LINK &&
	    api_is_forbidden(&world.state, operation->cgroup, operation->type))
		return true;
	return lacking >> 21 & 1 &&
	       (is_disabled(operation, "ordering") || is_disabled(operation, "expected_revision")) &&
	       (!dry || dry == CGSWAP_CAUSE_ALREADY_ATTACHED);
}

static bool judge_same(const struct api_operation *operation, const char *first,
		       enum cgswap_cause one, const char *second, enum cgswap_cause other)
{
	const char *disabled = api_disabled_name(operation->disabled);

	if (one == other || cannot_know(operation, one, other))
		return true;
	return fail("%s: %s, %s: %s%s%s%s", first, name_of(one), second, name_of(other),
		    disabled ? ", without " : "", disabled ? disabled : "",
		    api_missing_capabilities(operation->privilege) ? ", unprivileged" : "");
}

/* ---- states that may be right ---------------------------------------------------------------- */

static void candidate(const struct api_state *state)
{
	if (candidate_count < CANDIDATES_MAX)
		candidates[candidate_count++] = *state;
}

static bool same_entries(const struct api_state *state)
{
	for (unsigned c = 0; c < API_CGROUPS; c++)
		for (unsigned t = 0; t < API_TYPES; t++) {
			const struct rules_chain *one = &state->chains[c][t];
			const struct rules_chain *other = &world.state.chains[c][t];

			if (one->count != other->count ||
			    memcmp(one->entries, other->entries,
				   one->count * sizeof(one->entries[0])))
				return false;
		}
	return true;
}

static bool judge_chains(const char *call, enum cgswap_cause cause)
{
	for (size_t i = 0; i < candidate_count; i++) {
		bool several = false;

		if (!api_state_matches(&candidates[i]))
			continue;
		world.state = candidates[i];
		/* a query does not tell which of two entries of a program is the link's */
		for (size_t j = i + 1; j < candidate_count; j++)
			several |= !same_entries(&candidates[j]) && api_state_matches(&candidates[j]);
		candidate_count = 0;
		return several ? fail("end of round") : true;
	}
	if (candidate_count)
		world.state = candidates[0];
	candidate_count = 0;
	return fail("%s: %s, and the chain is another than the rules say", call, name_of(cause));
}

static bool judge_untouched(const char *call, enum cgswap_cause cause)
{
	if (!api_state_matches(&world.state))
		return fail("%s: %s, and the chain is another", call, name_of(cause));
	if (!api_state_take_revisions(&world.state))
		return fail("%s: %s, and the revision is another", call, name_of(cause));
	return true;
}

/* The foreign change itself, between two calls. */
static bool act_between(const struct api_operation *operation, enum api_moment moment)
{
	struct api_result result;

	if (operation->moment != moment || !operation->foreign.kind)
		return true;
	api_leave();
	result = api_foreign_do(&operation->foreign);
	if (!api_foreign_note(&world.state, &operation->foreign, &result))
		return fail("foreign change: errno %d", result.errnum);
	api_state_take_revisions(&world.state);
	api_enter(operation);
	return true;
}

static void name_link(struct api_state *state, uint32_t id)
{
	for (unsigned c = 0; c < API_CGROUPS; c++)
		for (unsigned t = 0; t < API_TYPES; t++)
			for (size_t i = 0; i < state->chains[c][t].count; i++)
				if (state->chains[c][t].entries[i].link == UINT32_MAX)
					state->chains[c][t].entries[i].link = id;
}

/* ---- attach and detach ----------------------------------------------------------------------- */

struct call {
	const struct api_operation *operation;
	cgswap_chain *chain;
	cgswap_program *program;
	int link_fd;
};

static enum cgswap_status call_attach(struct call *call, bool dry, const char *anchor)
{
	const struct api_operation *operation = call->operation;
	const struct cgswap_attach_opts opts = {
		.sz = sizeof(opts),
		.expected_revision =
			operation->revision
				? world.state.chains[operation->cgroup][operation->type].revision +
					  (operation->revision == API_WRONG_REVISION)
				: 0,
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
		.expected_revision =
			operation->revision
				? world.state.chains[operation->cgroup][operation->type].revision +
					  (operation->revision == API_WRONG_REVISION)
				: 0,
		.dry_run = dry,
	};

	return cgswap_chain_detach(call->chain, selector, &opts);
}

static const char *selector_text(char *text, size_t size, const struct api_selector *selector)
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

/* Judges the call itself; with fired the foreign change came inside it. */
static bool judge_change(struct call *call, enum cgswap_cause got, bool fired,
			 const struct api_result *result)
{
	const struct api_operation *operation = call->operation;
	const char *name = operation->kind == API_ATTACH ? "attach" : "detach";
	struct api_state before = world.state, later = world.state, after, after_later;
	struct api_causes want = { { 0 } };
	uint32_t id = call->link_fd >= 0 ? raw_link_id(call->link_fd) : 0;

	want_change(&want, &before, operation, &after);
	if (!fired) {
		candidate(got ? &before : &after);
	} else {
		if (!api_foreign_note(&later, &operation->foreign, result))
			later = before;
		want_change(&want, &later, operation, &after_later);
		if (operation->revision == API_WRONG_REVISION) {
			struct api_operation right = *operation;

			/* the change may have led to this revision */
			right.revision = API_RIGHT_REVISION;
			want_change(&want, &later, &right, &after_later);
		}
		want_race(&want, &operation->foreign);
		if (operation->revision)
			api_add_cause(&want, CGSWAP_CAUSE_REVISION_CHANGED);
		candidate(got ? &later : &after_later);
		if (!got && api_foreign_note(&after, &operation->foreign, result))
			candidate(&after);
	}
	for (size_t i = 0; i < candidate_count; i++)
		name_link(&candidates[i], id);
	if (call->link_fd >= 0) {
		world.links[operation->slot] = call->link_fd;
		api_own_descriptor();
		for (size_t i = 0; i < candidate_count; i++)
			candidates[i].links[operation->slot] = id;
	}
	if (!judge_chains(name, got))
		return false;
	/* the program came a second time: which entry was detached cannot be seen */
	if (fired && !got && operation->kind == API_DETACH &&
	    (operation->foreign.kind == FOREIGN_ATTACH || operation->foreign.kind == FOREIGN_LINK))
		return fail("end of round");
	if (!api_state_take_revisions(&world.state) && !fired)
		return fail("%s: %s, and the revision is another", name, name_of(got));
	return judge_cause(operation, name, got, &want, fired);
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

	selector_text(text, sizeof(text), &operation->selector);
	want_change(&want, &world.state, operation, &after);
	dry = cause_of(attach ? call_attach(call, true, text) : call_detach(call, true, text), true,
		       "dry run");
	api_leave();
	if (!judge_untouched("dry run", dry) ||
	    !judge_cause(operation, attach ? "dry attach" : "dry detach", dry, &want, false))
		return false;
	api_enter(operation);
	if (!act_between(operation, API_AFTER_DRY))
		return false;
	selector_text(text, sizeof(text), &operation->selector);
	if (operation->moment == API_IN_CALL)
		api_arm(&operation->foreign, operation->nth);
	got = cause_of(attach ? call_attach(call, false, text) : call_detach(call, false, text), false,
		       "call");
	if (operation->moment == API_IN_CALL)
		fired = api_disarm(&result);
	api_leave();
	if (!judge_change(call, got, fired, &result))
		return false;
	if (fired || operation->moment == API_AFTER_DRY)
		return true;
	return judge_same(operation, attach ? "dry attach" : "dry detach", dry, name, got);
}

/* A session that may not or cannot open a chain at all. */
static bool judge_open(const struct api_operation *operation, enum cgswap_status status)
{
	struct api_causes want = { { 0 } };
	enum cgswap_cause cause;

	if (!status)
		return true;
	cause = cause_of(status, false, "open");
	api_leave();
	return judge_cause(operation, "open", cause, &want, false) && false;
}

static bool play_change(const struct api_operation *given)
{
	struct api_operation operation = *given;
	struct call call = { .operation = &operation, .link_fd = -1 };
	cgswap_session *session;
	enum cgswap_status status;
	char source[32];
	bool good = true;

	/* one link at a time in a slot */
	if (operation.by_link && (world.links[operation.slot] >= 0 ||
				  operation.foreign.slot == operation.slot))
		operation.by_link = 0;
	snprintf(source, sizeof(source), "fd:%d", world.programs[operation.program].fd);
	session = api_enter(&operation);
	status = cgswap_chain_open(&call.chain, session, world.paths[operation.cgroup],
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

/* ---- replace --------------------------------------------------------------------------------- */

struct transaction {
	struct api_operation operation; /* with the steps that were added */
	cgswap_session *session;
	cgswap_replace *replace;
	struct api_bound bound[API_STEPS];
	bool old_preorder[API_STEPS];
};

static bool was_moved(const struct api_state *before, const struct api_step *step)
{
	return before->chains[step->cgroup][step->type].revision !=
		       world.state.chains[step->cgroup][step->type].revision ||
	       world.state.gone[step->cgroup] != before->gone[step->cgroup];
}

static bool act_on(struct transaction *transaction, enum api_moment moment)
{
	struct api_state before = world.state;

	if (!act_between(&transaction->operation, moment))
		return false;
	for (unsigned i = 0; i < transaction->operation.step_count; i++)
		transaction->bound[i].moved |= was_moved(&before, &transaction->operation.steps[i]);
	return true;
}

static enum cgswap_status call_add(struct transaction *transaction, const struct api_step *step)
{
	const struct cgswap_step_opts opts = {
		.sz = sizeof(opts),
		.expected_revision = step->revision
					     ? world.state.chains[step->cgroup][step->type].revision +
						       (step->revision == API_WRONG_REVISION)
					     : 0,
		.preorder = (enum cgswap_preorder)step->preorder,
	};
	cgswap_chain *chain = NULL;
	cgswap_program *program = NULL;
	enum cgswap_status status;
	char selector[64], source[32];

	snprintf(source, sizeof(source), "fd:%d", world.programs[step->program].fd);
	status = cgswap_chain_open(&chain, transaction->session, world.paths[step->cgroup],
				   world.type_names[step->type]);
	if (!status)
		status = cgswap_program_open(&program, transaction->session, source, NULL);
	if (!status && transaction->operation.moment == API_IN_ADD)
		api_arm(&transaction->operation.foreign, transaction->operation.nth);
	if (!status)
		status = cgswap_replace_add(transaction->replace, chain,
					    selector_text(selector, sizeof(selector), &step->old),
					    program, &opts);
	return cause_of(status, false, "add") + (cgswap_program_unref(program), cgswap_chain_unref(chain), 0);
}

static bool same_entry(const struct transaction *transaction, const struct api_step *step,
		       const struct api_bound *bound)
{
	for (unsigned i = 0; i < transaction->operation.step_count; i++)
		if (transaction->operation.steps[i].cgroup == step->cgroup &&
		    transaction->operation.steps[i].type == step->type &&
		    transaction->bound[i].program == bound->program &&
		    (transaction->bound[i].link == bound->link || !transaction->bound[i].link))
			return true;
	return false;
}

/* Takes the entry that the library bound the step to, which may be the state before or after a foreign change. */
static void take_bound(struct transaction *transaction, struct api_bound *bound)
{
	const cgswap_step *step = cgswap_replace_get_step(
		transaction->replace, cgswap_replace_get_length(transaction->replace) - 1);

	bound->program = cgswap_step_get_old_id(step);
	bound->link = cgswap_step_get_link_id(step);
}

static void note_moved(struct transaction *transaction, const struct api_state *before)
{
	for (unsigned i = 0; i < transaction->operation.step_count; i++)
		transaction->bound[i].moved |= was_moved(before, &transaction->operation.steps[i]);
}

static bool add_step(struct transaction *transaction, const struct api_step *step)
{
	struct api_operation *operation = &transaction->operation;
	struct api_bound bound = { 0 }, later_bound = { 0 };
	struct api_state before = world.state;
	struct api_causes want = { { 0 } };
	struct api_result result = { 0, 0 };
	bool fired = false;
	enum cgswap_cause got;

	api_want_add(&want, &before, step, &bound);
	got = (enum cgswap_cause)call_add(transaction, step);
	if (operation->moment == API_IN_ADD)
		fired = api_disarm(&result);
	api_leave();
	if (fired) {
		operation->moment = API_NEVER;
		if (!api_foreign_note(&world.state, &operation->foreign, &result))
			return fail("foreign change in add: errno %d", result.errnum);
		api_want_add(&want, &world.state, step, &later_bound);
		if (step->revision == API_WRONG_REVISION) {
			struct api_step right = *step;

			/* the change may have led to this revision */
			right.revision = API_RIGHT_REVISION;
			api_want_add(&want, &world.state, &right, &later_bound);
		}
		/* the entry may have come, or gone again, while the step was bound to it */
		api_add_cause(&want, CGSWAP_CAUSE_NONE);
		/* its own entries were read before, and those of the ancestors later */
		if (!before.chains[step->cgroup][step->type].count)
			api_add_cause(&want, CGSWAP_CAUSE_CHAIN_EMPTY);
		want_race(&want, &operation->foreign);
		if (step->revision)
			api_add_cause(&want, CGSWAP_CAUSE_REVISION_CHANGED);
	}
	if ((bound.program && same_entry(transaction, step, &bound)) ||
	    (operation->verify_off && api_missing_capabilities(operation->privilege)))
		api_add_cause(&want, CGSWAP_CAUSE_BAD_ARGUMENT);
	if (!api_state_matches(&world.state))
		return fail("add: %s, and the chain is another", name_of(got));
	if (!api_state_take_revisions(&world.state) && !fired && operation->dry_run)
		return fail("add: %s, and the revision is another", name_of(got));
	if (fired)
		note_moved(transaction, &before);
	if (!judge_cause(operation, "add", got, &want, fired))
		return false;
	if (!got) {
		unsigned at = operation->step_count;

		if (!bound.program || fired)
			bound = later_bound.program ? later_bound : bound;
		take_bound(transaction, &bound);
		/* where a probe was refused, the commit looks again first */
		bound.perhaps_moved = fired || before.chains[step->cgroup][step->type].count ==
						       KERNEL_CHAIN_MAX;
		transaction->bound[at] = bound;
		operation->steps[at] = *step;
		operation->step_count++;
	}
	api_enter(operation);
	return true;
}

static void note_old_preorder(struct transaction *transaction)
{
	for (unsigned i = 0; i < transaction->operation.step_count; i++) {
		const struct api_step *step = &transaction->operation.steps[i];
		const struct rules_chain *chain = &world.state.chains[step->cgroup][step->type];

		for (size_t j = 0; j < chain->count; j++)
			if (!chain->entries[j].link &&
			    chain->entries[j].program == transaction->bound[i].program)
				transaction->old_preorder[i] = chain->entries[j].preorder;
	}
}

/*
 * Others may have changed the flag of the old entry before it was replaced. The new one has the same
 * flag, unless the step was given another.
 */
static bool note_raced_preorder(struct transaction *transaction)
{
	for (unsigned i = 0; i < transaction->operation.step_count; i++) {
		const struct api_step *step = &transaction->operation.steps[i];
		const struct rules_chain *chain = &world.state.chains[step->cgroup][step->type];

		if (step->preorder)
			return false;
		for (size_t j = 0; j < chain->count; j++)
			if (!chain->entries[j].link &&
			    chain->entries[j].program == world.programs[step->program].rules.id)
				transaction->old_preorder[i] = chain->entries[j].preorder;
	}
	return true;
}

/* The first k swaps; false if the rules refuse one. */
static bool swap_some(struct api_state *state, const struct transaction *transaction, unsigned from,
		      unsigned to)
{
	for (unsigned i = from; i < to; i++)
		if (api_swap(state, &transaction->operation.steps[i], &transaction->bound[i]).errnum)
			return false;
	return true;
}

static void swap_back_some(struct api_state *state, const struct transaction *transaction,
			   unsigned from, unsigned to)
{
	for (unsigned i = to; i-- > from;)
		api_swap_back(state, &transaction->operation.steps[i], &transaction->bound[i],
			      transaction->old_preorder[i]);
}

/* All states that a foreign change in the middle of a commit can lead to. */
static void raced_candidates(const struct transaction *transaction, bool committed,
			     const struct api_result *result)
{
	const struct api_foreign *foreign = &transaction->operation.foreign;
	unsigned count = transaction->operation.step_count;

	for (unsigned k = 0; k <= count; k++) {
		struct api_state state = world.state;

		if (!swap_some(&state, transaction, 0, k) || !api_foreign_note(&state, foreign, result))
			continue;
		if (!committed)
			swap_back_some(&state, transaction, 0, k);
		else if (!swap_some(&state, transaction, k, count))
			continue;
		candidate(&state);
	}
}

/* The foreign change may come while the steps are undone, too. */
static void raced_back_candidates(const struct transaction *transaction,
				  const struct api_result *result)
{
	const struct api_foreign *foreign = &transaction->operation.foreign;
	unsigned count = transaction->operation.step_count;

	for (unsigned k = 0; k <= count; k++) {
		struct api_state state = world.state;

		swap_back_some(&state, transaction, k, count);
		if (!api_foreign_note(&state, foreign, result))
			continue;
		swap_back_some(&state, transaction, 0, k);
		candidate(&state);
	}
}

/* The caller gave a flag, so that of the old program is not probed. */
static bool flag_is_assumed(const struct api_operation *operation)
{
	for (unsigned i = 0; i < operation->step_count; i++)
		if (operation->steps[i].preorder)
			return true;
	return false;
}

static bool play_commit(struct transaction *transaction, enum cgswap_cause checked,
			const char *name, enum cgswap_cause *out)
{
	struct api_operation *operation = &transaction->operation;
	struct api_causes want = { { 0 } };
	struct api_result result = { 0, 0 };
	struct api_state after, later = world.state;
	bool fired = false, moved = false;
	enum cgswap_cause got;

	for (unsigned i = 0; i < operation->step_count; i++)
		moved |= transaction->bound[i].moved || transaction->bound[i].perhaps_moved;
	note_old_preorder(transaction);
	api_want_commit(&want, &world.state, operation, transaction->bound, &after);
	if (operation->moment == API_IN_CALL)
		api_arm(&operation->foreign, operation->nth);
	got = cause_of(cgswap_replace_commit(transaction->replace, NULL), false, name);
	*out = got;
	if (operation->moment == API_IN_CALL)
		fired = api_disarm(&result);
	api_leave();
	if (fired) {
		struct api_bound perhaps[API_STEPS];

		memcpy(perhaps, transaction->bound, sizeof(perhaps));
		for (unsigned i = 0; i < API_STEPS; i++)
			perhaps[i].perhaps_moved = true;
		operation->moment = API_NEVER;
		raced_candidates(transaction, !got, &result);
		if (!api_foreign_note(&later, &operation->foreign, &result))
			later = world.state;
		api_want_commit(&want, &later, operation, perhaps, &after);
		want_race(&want, &operation->foreign);
		if (operation->step_count > 1)
			api_add_cause(&want, CGSWAP_CAUSE_ROLLBACK_INCOMPLETE);
		for (unsigned i = 0; i < operation->step_count; i++) {
			transaction->bound[i].perhaps_moved = true;
			if (operation->steps[i].revision)
				api_add_cause(&want, CGSWAP_CAUSE_REVISION_CHANGED);
		}
	} else {
		candidate(got ? &world.state : &after);
	}
	/* without a revision nothing shows that others changed a flag */
	if (!got && moved && operation->disabled)
		return fail("end of round");
	/* the steps before it were put back with a flag that was given, and their causes say so */
	if (got && flag_is_assumed(operation) && operation->step_count > 1)
		return fail("end of round");
	if (!judge_chains(name, got))
		return false;
	if (fired && !got && !note_raced_preorder(transaction))
		return fail("end of round");
	if (!api_state_take_revisions(&world.state) && got && !moved && !fired &&
	    operation->step_count == 1)
		return fail("%s: %s, and the revision is another", name, name_of(got));
	if (!judge_cause(operation, name, got, &want, fired))
		return false;
	api_enter(operation);
	if (fired || checked == CGSWAP_CAUSE_UNEXPLAINED)
		return true;
	return judge_same(operation, "check", checked, name, got);
}

static bool is_out(const struct transaction *transaction)
{
	for (unsigned i = 0; i < transaction->operation.step_count; i++) {
		const struct api_step *step = &transaction->operation.steps[i];
		struct api_state state = world.state;

		if (world.programs[step->program].rules.id != transaction->bound[i].program &&
		    api_swap_back(&state, step, &transaction->bound[i], false))
			return false;
	}
	return true;
}

static bool play_rollback(struct transaction *transaction)
{
	struct api_operation *operation = &transaction->operation;
	struct api_result result = { 0, 0 };
	struct api_state restored = world.state;
	bool fired = false;
	enum cgswap_cause got;

	if (operation->moment == API_IN_ROLLBACK)
		api_arm(&operation->foreign, operation->nth);
	got = cause_of(cgswap_replace_rollback(transaction->replace), false, "rollback");
	if (operation->moment == API_IN_ROLLBACK)
		fired = api_disarm(&result);
	api_leave();
	swap_back_some(&restored, transaction, 0, operation->step_count);
	if (fired) {
		operation->moment = API_NEVER;
		raced_back_candidates(transaction, &result);
		note_moved(transaction, &restored);
		for (unsigned i = 0; i < operation->step_count; i++)
			transaction->bound[i].perhaps_moved = true;
	} else {
		candidate(&restored);
	}
	/* the steps that cannot be undone stay, and the call says so */
	if (got == CGSWAP_CAUSE_ROLLBACK_INCOMPLETE) {
		candidate_count = 0;
		operation->moment = API_NEVER;
		return fired || flag_is_assumed(operation) || operation->foreign.kind
			       ? fail("end of round")
			       : fail("rollback: rollback_incomplete, and no other process changed anything");
	}
	/* the flag that was given for a chain that may not be read is taken for that of the entry */
	if (flag_is_assumed(operation) && operation->verify_off &&
	    api_missing_capabilities(operation->privilege))
		return fail("end of round");
	if (!judge_chains("rollback", got))
		return false;
	api_state_take_revisions(&world.state);
	api_enter(operation);
	return got ? fail("rollback: %s", name_of(got)) : true;
}

static bool play_transaction(struct transaction *transaction, const struct api_operation *given)
{
	struct api_operation *operation = &transaction->operation;
	struct api_causes want = { { 0 } };
	enum cgswap_cause checked, committed;
	struct api_state after;

	for (unsigned i = 0; i < given->step_count; i++)
		if (!add_step(transaction, &given->steps[i]))
			return false;
	if (!operation->step_count)
		return true;
	if (!act_on(transaction, API_AFTER_DRY))
		return false;
	api_want_commit(&want, &world.state, operation, transaction->bound, &after);
	checked = cause_of(cgswap_replace_check(transaction->replace), true, "check");
	api_leave();
	if (!judge_untouched("check", checked) ||
	    !judge_cause(operation, "check", checked, &want, false))
		return false;
	api_enter(operation);
	if (operation->dry_run)
		return true;
	if (operation->moment == API_AFTER_CHECK) {
		if (!act_on(transaction, API_AFTER_CHECK))
			return false;
		checked = CGSWAP_CAUSE_UNEXPLAINED; /* not to be compared */
	}
	if (!play_commit(transaction, checked, "commit", &committed))
		return false;
	if (committed) {
		/* the same question again, in the same state */
		checked = CGSWAP_CAUSE_UNEXPLAINED;
		return play_commit(transaction, checked, "second commit", &committed);
	}
	if (!act_on(transaction, API_AFTER_COMMIT) || !play_rollback(transaction))
		return false;
	if (!is_out(transaction))
		return true;
	for (unsigned i = 0; i < operation->step_count; i++)
		transaction->bound[i].perhaps_moved |= transaction->bound[i].moved;
	return play_commit(transaction, CGSWAP_CAUSE_UNEXPLAINED, "commit again", &committed);
}

static bool play_replace(const struct api_operation *given)
{
	struct transaction transaction = { .operation = *given };
	const struct cgswap_replace_opts opts = {
		.sz = sizeof(opts),
		.retries = given->once ? -1 : 0,
		.verify = given->verify_off ? CGSWAP_VERIFY_OFF : CGSWAP_VERIFY_DEFAULT,
		.dry_run = given->dry_run,
	};
	bool good;

	transaction.operation.step_count = 0;
	transaction.session = api_enter(given);
	if (cgswap_replace_new(&transaction.replace, transaction.session, &opts))
		bail_out("no transaction");
	good = play_transaction(&transaction, given);
	api_enter(given);
	cgswap_replace_unref(transaction.replace);
	api_leave();
	return good;
}

bool api_play(const struct api_operation *operation)
{
	struct api_result result;

	api_failure.kind[0] = api_failure.text[0] = '\0';
	candidate_count = 0;
	api_world_mend();
	switch (operation->kind) {
	case API_FOREIGN:
		result = api_foreign_do(&operation->foreign);
		if (!api_foreign_note(&world.state, &operation->foreign, &result) ||
		    !api_state_matches(&world.state))
			return fail("the kernel does not obey the rules: errno %d", result.errnum);
		api_state_take_revisions(&world.state);
		return true;
	case API_ATTACH:
	case API_DETACH:
		return play_change(operation);
	default:
		return play_replace(operation);
	}
}
