/* SPDX-License-Identifier: BSD-2-Clause */
/* Judges the causes, the chains, the orders and the revisions after a call. */
#include "api_inside.h"
#include "api_judge.h"

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

bool api_fail(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(api_failure.kind, sizeof(api_failure.kind), format, args);
	va_end(args);
	return false;
}

static bool was_certain = true; /* the last dry run */

static void explain_failure(const char *format, ...) __attribute__((format(printf, 1, 2)));

static void explain_failure(const char *format, ...)
{
	size_t length = strlen(api_failure.text);
	va_list args;

	va_start(args, format);
	vsnprintf(api_failure.text + length, sizeof(api_failure.text) - length, format, args);
	va_end(args);
}

const char *api_cause_text(enum cgswap_cause cause)
{
	return cause ? cgswap_cause_get_name(cause) : "ok";
}

/* The cause of the call that just returned. */
enum cgswap_cause api_cause_of(enum cgswap_status status, bool dry, const char *call)
{
	enum cgswap_cause cause = status ? cgswap_error_get_cause(cgswap_last_error())
					 : CGSWAP_CAUSE_NONE;

	api_tally[!dry][cause]++;
	explain_failure("%s: %s%s%s; ", call, api_cause_text(cause), status ? ": " : "",
			status ? cgswap_error_get_message(cgswap_last_error()) : "");
	return cause;
}

/* ---- causes -----------------------------------------------------------------------------------
 */

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
		CGSWAP_CAUSE_MISSING_CAP_NET_ADMIN,
		CGSWAP_CAUSE_MISSING_CAP_SYS_ADMIN,
		CGSWAP_CAUSE_MISSING_CAP_BPF,
		CGSWAP_CAUSE_PREORDER_WOULD_CHANGE,
	};
	static const enum cgswap_cause of_feature[] = {
		CGSWAP_CAUSE_KERNEL_LACKS_FEATURE,
		CGSWAP_CAUSE_ORDERING_UNSUPPORTED,
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
	for (size_t i = 0; operation->disabled && i < sizeof(of_feature) / sizeof(of_feature[0]);
	     i++)
		api_add_cause(want, of_feature[i]);
	if (api_is_disabled(operation, "link_id") || api_is_disabled(operation, "link") ||
	    api_is_disabled(operation, "link_update_order")) {
		api_add_cause(want, CGSWAP_CAUSE_HELD_BY_LINK);
		api_add_cause(want, CGSWAP_CAUSE_UNSAFE_LINK_UPDATE);
		api_add_cause(want, CGSWAP_CAUSE_ANCHOR_NOT_ATTACHED);
		want_unseen(want);
	}
}

/* A change by others in the middle of a call. */
void api_want_race(struct api_causes *want, const struct api_foreign *foreign)
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

/* In other modes than multi the kernel cannot be asked in vain. */
static bool is_in_other_mode(unsigned cgroup, unsigned type)
{
	const struct rules_chain *chain = &world.state.chains[cgroup][type];

	return chain->count && !(chain->mode & KERNEL_MULTI);
}

static bool may_be_uncertain(const struct api_operation *operation)
{
	bool may = false;

	/* no order may show the preorder of the anchor */
	if (operation->kind == API_ATTACH && operation->side >= API_BEFORE)
		return true;
	if (!operation->inside)
		return false;
	if (operation->disabled || api_missing_capabilities(operation->privilege))
		return true;
	if (operation->kind != API_REPLACE)
		return is_in_other_mode(operation->cgroup, operation->type);
	for (unsigned i = 0; i < operation->step_count; i++)
		may |= is_in_other_mode(operation->steps[i].cgroup, operation->steps[i].type);
	return may;
}

bool api_judge_certain(const struct api_operation *operation, enum cgswap_cause dry, bool certain)
{
	was_certain = certain;
	if (dry || certain || may_be_uncertain(operation))
		return true;
	return api_fail("the dry run is not certain");
}

/* The nearest ancestor with a program is above the cgroup namespace, and the message says so. */
static bool names_above(const struct api_operation *operation)
{
	if (!operation->inside || operation->kind != API_ATTACH ||
	    !api_inside_hides(&world.state, operation->cgroup, operation->type))
		return true;
	return strstr(cgswap_error_get_message(cgswap_last_error()),
		      "above this cgroup namespace") != NULL;
}

bool api_judge_cause(const struct api_operation *operation, const char *call, enum cgswap_cause got,
		     struct api_causes *want, bool raced)
{
	const char *disabled = api_disabled_name(operation->disabled);

	want_less(want, operation);
	if (!raced && got == CGSWAP_CAUSE_ANCESTOR_EXCLUSIVE && !names_above(operation))
		return api_fail("%s: the message does not say where the other program is", call);
	if (api_has_cause(want, got) ||
	    (operation->inside && !got && !was_certain &&
	     api_has_cause(want, CGSWAP_CAUSE_ANCESTOR_EXCLUSIVE)))
		return true;
	if (strncmp(call, "dry", strlen("dry")) == 0 &&
	    cannot_know(operation, got, CGSWAP_CAUSE_ANCHOR_KIND_MISMATCH))
		return true;
	explain_failure("right: %s; ", api_causes_text(want));
	return api_fail("%s%s: %s, right: %s%s%s%s", call, raced ? " (raced)" : "",
			api_cause_text(got), api_causes_text(want), disabled ? ", without " : "",
			disabled ? disabled : "",
			api_missing_capabilities(operation->privilege) ? ", unprivileged" : "");
}

/*
 * A dry run cannot find these out without a change: what is above a cgroup namespace where the
 * kernel cannot be asked, which the dry run says (certain); the preorder of an anchor that no order shows;
 * without privilege, which entries have links, or what a chain holds that may not be read, in a
 * mode or on a kernel in which the kernel cannot be asked in vain.
 */
static bool cannot_know(const struct api_operation *operation, enum cgswap_cause dry,
			enum cgswap_cause call)
{
	uint64_t lacking = api_missing_capabilities(operation->privilege);
	bool multi = operation->mode <= CGSWAP_MODE_MULTI;

	if (operation->inside && (dry ? may_be_uncertain(operation) : !was_certain) &&
	    call == CGSWAP_CAUSE_ANCESTOR_EXCLUSIVE)
		return true;
	if (operation->kind == API_ATTACH && operation->side >= API_BEFORE &&
	    ((!dry && (!was_certain || lacking || operation->disabled)) || (lacking && dry == CGSWAP_CAUSE_ANCHOR_KIND_MISMATCH)))
		return call == CGSWAP_CAUSE_ANCHOR_KIND_MISMATCH ||
		       (call == CGSWAP_CAUSE_ANCHOR_NOT_ATTACHED &&
			(lacking || operation->disabled));
	if (operation->kind != API_DETACH && dry == CGSWAP_CAUSE_MISSING_CAP_NET_ADMIN)
		return !multi || api_is_disabled(operation, "ordering") ||
		       api_is_disabled(operation, "expected_revision");
	/* an earlier step reads the chain again, so a later one needs no retry */
	if (operation->once && operation->step_count > 1 && dry == CGSWAP_CAUSE_LOST_RACE)
		return true;
	/* a check does not probe, and a session that may not set the flag has no other way to see it */
	if (api_is_disabled(operation, "preorder") && !dry &&
	    call == CGSWAP_CAUSE_PREORDER_WOULD_CHANGE)
		return true;
	/* the kernel updates the link of a removed cgroup for a moment longer */
	if (operation->verify_off && dry == CGSWAP_CAUSE_CGROUP_GONE &&
	    (!call || operation->step_count > 1))
		return true;
	/* neither may links be listed nor can the kernel be asked for the plain entry */
	if (lacking >> 21 & 1 && !dry && call == CGSWAP_CAUSE_HELD_BY_LINK &&
	    api_is_forbidden(&world.state, operation->cgroup, operation->type))
		return true;
	/* the kernel detaches the links of a removed cgroup some time later */
	if (operation->kind == API_DETACH && operation->selector.kind == API_BY_LINK &&
	    dry == CGSWAP_CAUSE_NOT_ATTACHED && call == CGSWAP_CAUSE_LINK_DETACHED)
		return true;
	return lacking >> 21 & 1 &&
	       (api_is_disabled(operation, "ordering") ||
		api_is_disabled(operation, "expected_revision")) &&
	       (!dry || dry == CGSWAP_CAUSE_ALREADY_ATTACHED);
}

bool api_judge_same(const struct api_operation *operation, const char *first, enum cgswap_cause one,
		    const char *second, enum cgswap_cause other)
{
	const char *disabled = api_disabled_name(operation->disabled);

	if (one == other || cannot_know(operation, one, other))
		return true;
	return api_fail("%s: %s, %s: %s%s%s%s", first, api_cause_text(one), second,
			api_cause_text(other), disabled ? ", without " : "",
			disabled ? disabled : "",
			api_missing_capabilities(operation->privilege) ? ", unprivileged" : "");
}

/* ---- states that may be right ---------------------------------------------------------------- */

void api_candidate(const struct api_state *state)
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

bool api_judge_chains(const char *call, enum cgswap_cause cause)
{
	for (size_t i = 0; i < candidate_count; i++) {
		bool several = false;

		if (!api_state_matches(&candidates[i]))
			continue;
		world.state = candidates[i];
		/* a query does not tell which of two entries of a program is the link's */
		for (size_t j = i + 1; j < candidate_count; j++)
			several |= !same_entries(&candidates[j]) &&
				   api_state_matches(&candidates[j]);
		candidate_count = 0;
		return several ? api_fail("end of round") : true;
	}
	if (candidate_count)
		world.state = candidates[0];
	candidate_count = 0;
	return api_fail("%s: %s, and the chain is another than the rules say", call,
			api_cause_text(cause));
}

bool api_judge_untouched(const char *call, enum cgswap_cause cause)
{
	if (!api_state_matches(&world.state))
		return api_fail("%s: %s, and the chain is another", call, api_cause_text(cause));
	if (!api_state_take_revisions(&world.state))
		return api_fail("%s: %s, and the revision is another", call, api_cause_text(cause));
	return true;
}

/* The foreign change itself, between two calls. */
bool api_act_between(const struct api_operation *operation, enum api_moment moment)
{
	struct api_result result;

	if (operation->moment != moment || !operation->foreign.kind)
		return true;
	api_leave();
	result = api_foreign_do(&operation->foreign);
	if (!api_foreign_note(&world.state, &operation->foreign, &result))
		return api_fail("foreign change: errno %d", result.errnum);
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

void api_candidates_clear(void)
{
	candidate_count = 0;
}

void api_candidates_name_link(uint32_t id, bool by_slot, unsigned slot)
{
	for (size_t i = 0; i < candidate_count; i++) {
		name_link(&candidates[i], id);
		if (by_slot)
			candidates[i].links[slot] = id;
	}
}
