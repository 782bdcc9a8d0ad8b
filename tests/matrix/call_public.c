/* SPDX-License-Identifier: BSD-2-Clause */
/* Makes the row's call with the public functions of the library. */
#include "calls.h"

#include "model/model.h"
#include "session/session_probe.h"
#include "../lib/expect.h"
#include "../lib/tap.h"

#include <stdio.h>
#include <string.h>

enum { MESSAGE_SIZE = 1024 };

/* The result of a call and its error. */
struct outcome {
	enum cgswap_status status;
	enum cgswap_cause cause;
	char message[MESSAGE_SIZE], remedy[MESSAGE_SIZE];
};

static struct outcome outcome_of(enum cgswap_status status)
{
	const cgswap_error *error = cgswap_last_error();
	struct outcome outcome = { .status = status, .cause = cgswap_error_get_cause(error) };

	snprintf(outcome.message, sizeof(outcome.message), "%s", cgswap_error_get_message(error));
	snprintf(outcome.remedy, sizeof(outcome.remedy), "%s", cgswap_error_get_remedy(error));
	return outcome;
}

static bool same(const struct outcome *a, const struct outcome *b)
{
	return a->status == b->status && a->cause == b->cause && !strcmp(a->message, b->message) &&
	       !strcmp(a->remedy, b->remedy);
}

static enum cgswap_mode mode_of(uint32_t flags)
{
	if (flags & RAW_MULTI)
		return CGSWAP_MODE_MULTI;
	return flags & RAW_OVERRIDE ? CGSWAP_MODE_OVERRIDE : CGSWAP_MODE_NONE;
}

static const char *named(struct fixture *fixture, const char *name, char *text, size_t size)
{
	snprintf(text, size, "fd:%d", fixture_fd(fixture, name));
	return text;
}

/* Opens the row's cgroup by its path, or another target by its descriptor. */
static enum cgswap_status open_chain(struct fixture *fixture, cgswap_chain **chain)
{
	const char *target = fixture->row->target;
	const char *attach_type = fixture->row->attach_type ? fixture->row->attach_type : "egress";
	char text[32];

	if (!target)
		return cgswap_chain_open(chain, fixture->session, fixture->path, attach_type);
	if (!strcmp(target, "up"))
		return cgswap_chain_open(chain, fixture->session, fixture->up_path, attach_type);
	return cgswap_chain_open(chain, fixture->session,
				 named(fixture, target, text, sizeof(text)), attach_type);
}

static enum cgswap_status open_program(struct fixture *fixture, cgswap_program **program)
{
	char text[32];

	return cgswap_program_open(program, fixture->session,
				   named(fixture, fixture->row->program, text, sizeof(text)), NULL);
}

/* ---- attach, detach, replace and read -------------------------------------------------------- */

struct asked {
	struct outcome forecast, done;
	bool forecast_made;
};

static void attach(struct fixture *fixture, cgswap_chain *chain, cgswap_program *program,
		   struct asked *asked)
{
	struct cgswap_attach_opts opts = {
		.sz = sizeof(opts),
		.expected_revision = fixture_revision(fixture),
		.mode = mode_of(fixture->row->flags),
		.preorder = fixture->row->flags & RAW_PREORDER ? CGSWAP_PREORDER_YES :
								CGSWAP_PREORDER_NO,
		.dry_run = 1,
	};

	asked->forecast = outcome_of(cgswap_chain_attach(chain, program, &opts));
	asked->forecast_made = true;
	opts.dry_run = 0;
	asked->done = outcome_of(cgswap_chain_attach(chain, program, &opts));
}

static const char *selector_of(struct fixture *fixture, const char *name, char *text, size_t size)
{
	if (fixture->row->no_selector)
		return NULL;
	return fixture->row->selector ? fixture->row->selector : named(fixture, name, text, size);
}

static void detach(struct fixture *fixture, cgswap_chain *chain, struct asked *asked)
{
	struct cgswap_detach_opts opts = {
		.sz = sizeof(opts),
		.expected_revision = fixture_revision(fixture),
		.dry_run = 1,
	};
	char text[32];
	const char *name = fixture->row->call == LINK_DETACH ? fixture->row->link : fixture->row->program;
	const char *selector = selector_of(fixture, name, text, sizeof(text));

	asked->forecast = outcome_of(cgswap_chain_detach(chain, selector, &opts));
	asked->forecast_made = true;
	opts.dry_run = 0;
	asked->done = outcome_of(cgswap_chain_detach(chain, selector, &opts));
}

/* The selector of the replaced entry, or of the link for an update. */
static const char *replaced(struct fixture *fixture, char *text, size_t size)
{
	const char *name = fixture->row->call == LINK_UPDATE ? fixture->row->link : fixture->row->old;

	return selector_of(fixture, name, text, size);
}

/* If add fails, there is nothing to check: add changes nothing. */
static void replace(struct fixture *fixture, cgswap_chain *chain, cgswap_program *program,
		    struct asked *asked)
{
	const struct cgswap_step_opts opts = {
		.sz = sizeof(opts),
		.expected_revision = fixture_revision(fixture),
		.preorder = fixture->row->flags & RAW_PREORDER ? CGSWAP_PREORDER_YES :
								CGSWAP_PREORDER_DEFAULT,
	};
	cgswap_replace *swap = NULL;
	char text[32];

	asked->done = outcome_of(cgswap_replace_new(&swap, fixture->session, NULL));
	if (asked->done.status)
		return;
	asked->done = outcome_of(cgswap_replace_add(swap, chain, replaced(fixture, text, sizeof(text)),
						    program, &opts));
	if (!asked->done.status) {
		asked->forecast = outcome_of(cgswap_replace_check(swap));
		asked->forecast_made = true;
		asked->done = outcome_of(cgswap_replace_commit(swap, NULL));
	}
	cgswap_replace_unref(swap);
}

static void change(struct fixture *fixture, cgswap_chain *chain, struct asked *asked)
{
	cgswap_program *program = NULL;

	if (fixture->row->call == QUERY) {
		asked->done = outcome_of(cgswap_chain_read(chain));
		return;
	}
	if (fixture->row->call == DETACH || fixture->row->call == LINK_DETACH) {
		detach(fixture, chain, asked);
		return;
	}
	asked->done = outcome_of(open_program(fixture, &program));
	if (!asked->done.status &&
	    (fixture->row->flags & RAW_REPLACE || fixture->row->call == LINK_UPDATE))
		replace(fixture, chain, program, asked);
	else if (!asked->done.status)
		attach(fixture, chain, program, asked);
	cgswap_program_unref(program);
}

/* ---- comparing ------------------------------------------------------------------------------- */

static bool is_line(const char *text)
{
	return *text && !strchr(text, '\n');
}

static bool fits(const struct outcome *got, enum cgswap_cause cause)
{
	bool good = got->cause == cause && got->status == cgswap_cause_get_status(cause);

	if (cause)
		good &= is_line(got->message) && is_line(got->remedy);
	if (!good)
		diag("got %s (%s): %s\nremedy: %s",
		     got->cause ? cgswap_cause_get_name(got->cause) : "ok",
		     cgswap_status_get_name(got->status), got->message, got->remedy);
	return good;
}

/*
 * The model has descriptors of its own, and its calls must leave those of the process alone too. A
 * session keeps its probe programs.
 */
static size_t model_open_count(const struct fixture *fixture)
{
	const struct session_probe *probes = fixture->session->probes;
	size_t count;

	if (fixture->live)
		return 0;
	count = kernel_model_open_count(fixture->kernel);
	for (size_t i = 0; probes && i < cgswap_attach_type_get_count(); i++)
		count -= probes[i].id != 0;
	return count;
}

/* A caller that may not read the chain gets no forecast. */
static bool has_forecast(const struct fixture *fixture, const struct asked *asked)
{
	return asked->forecast_made &&
	       !(fixture->row->without && asked->forecast.status == CGSWAP_E_PERMISSION);
}

/* Disables features. A session caches probes, so the cached answers are dropped. */
static void set_disabled(struct fixture *fixture, uint32_t features, bool on)
{
	cgswap_session *session = fixture->session;

	for (int i = 1; i <= FEATURE_COUNT; i++)
		if (features & 1U << i)
			session->features[i].answer = FEATURE_NOT_ASKED;
	session->disable_features = on ? features : 0;
}

/* Compares the programs of the chain with the row's names. */
static bool chain_has(struct fixture *fixture, const char *names)
{
	uint32_t ids[RAW_CHAIN_MAX];
	struct kernel_query found = {
		.target_fd = fixture->here,
		.type = fixture->type,
		.ids = (uintptr_t)ids,
		.count = RAW_CHAIN_MAX,
	};
	int err = fixture->kernel->ops->query(fixture->kernel, &found), used;
	char name[32];
	size_t i = 0;

	for (; !err && sscanf(names, " %31s%n", name, &used) == 1; names += used, i++)
		if (i >= found.count || ids[i] != fixture_object(fixture, name)->program.id)
			break;
	if (!err && !*names && i == found.count)
		return true;
	diag("the program at position %zu of %u is another one", i, found.count);
	return false;
}

void call_public(struct fixture *fixture, enum cgswap_cause cause, uint32_t disabled)
{
	const char *after = cause ? NULL : fixture->row->after;
	struct descriptors before;
	struct asked asked = { 0 };
	cgswap_chain *chain = NULL;
	size_t open_before;
	bool good;

	set_disabled(fixture, disabled, true);
	before = descriptors_now();
	open_before = model_open_count(fixture);
	asked.done = outcome_of(open_chain(fixture, &chain));
	fixture_before_call(fixture);
	if (!asked.done.status)
		change(fixture, chain, &asked);
	fixture_after_call(fixture);
	good = fits(&asked.done, cause);
	if (has_forecast(fixture, &asked) && !same(&asked.forecast, &asked.done)) {
		diag("the dry run said %s: %s\nthe call said %s: %s",
		     cgswap_cause_get_name(asked.forecast.cause), asked.forecast.message,
		     cgswap_cause_get_name(asked.done.cause), asked.done.message);
		good = false;
	}
	cgswap_chain_unref(chain);
	if (!descriptors_same(&before) || model_open_count(fixture) != open_before) {
		diag("a descriptor was left open");
		good = false;
	}
	set_disabled(fixture, disabled, false);
	if (cause && !chain_is_predicted(fixture))
		good = false;
	if (after && !chain_has(fixture, after))
		good = false;
	ok(good, "%s %s: the public functions return %s%s%s%s", fixture->row->op, fixture->row->name,
	   cause ? cgswap_cause_get_name(cause) : "ok", after ? " and leave " : "",
	   after ? after : "", disabled ? " (without the feature)" : "");
}
