/* SPDX-License-Identifier: BSD-2-Clause */
/* The row as a caller of the library would bring it about. */
#include "ways.h"

#include "model/model.h"
#include "../lib/expect.h"
#include "../lib/tap.h"

#include <stdio.h>
#include <string.h>

enum { MESSAGE_SIZE = 1024 };

/* What a call came to, and what it said. */
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

static const char *named(struct ground *ground, const char *name, char *text, size_t size)
{
	snprintf(text, size, "fd:%d", ground_fd(ground, name));
	return text;
}

/* The cgroup by its path, or the descriptor that the row names instead. */
static enum cgswap_status open_chain(struct ground *ground, cgswap_chain **chain)
{
	const char *target = ground->row->target;
	const char *hook = ground->row->hook ? ground->row->hook : "egress";
	char text[32];

	if (!target)
		return cgswap_chain_open(chain, ground->session, ground->path, hook);
	if (!strcmp(target, "up"))
		return cgswap_chain_open(chain, ground->session, ground->up_path, hook);
	return cgswap_chain_open(chain, ground->session,
				 named(ground, target, text, sizeof(text)), hook);
}

static enum cgswap_status open_program(struct ground *ground, cgswap_program **program)
{
	char text[32];

	return cgswap_program_open(program, ground->session,
				   named(ground, ground->row->program, text, sizeof(text)), NULL);
}

/* ---- the three changes, and a look ----------------------------------------------------------- */

struct asked {
	struct outcome forecast, done;
	bool forecast_made;
};

static void attach(struct ground *ground, cgswap_chain *chain, cgswap_program *program,
		   struct asked *asked)
{
	struct cgswap_attach_opts opts = {
		.sz = sizeof(opts),
		.expected_revision = ground_revision(ground),
		.mode = mode_of(ground->row->flags),
		.preorder = ground->row->flags & RAW_PREORDER ? CGSWAP_PREORDER_YES :
								CGSWAP_PREORDER_NO,
		.dry_run = 1,
	};

	asked->forecast = outcome_of(cgswap_chain_attach(chain, program, &opts));
	asked->forecast_made = true;
	opts.dry_run = 0;
	asked->done = outcome_of(cgswap_chain_attach(chain, program, &opts));
}

static const char *selector_of(struct ground *ground, const char *name, char *text, size_t size)
{
	if (ground->row->no_selector)
		return NULL;
	return ground->row->selector ? ground->row->selector : named(ground, name, text, size);
}

static void detach(struct ground *ground, cgswap_chain *chain, struct asked *asked)
{
	struct cgswap_detach_opts opts = {
		.sz = sizeof(opts),
		.expected_revision = ground_revision(ground),
		.dry_run = 1,
	};
	char text[32];
	const char *name = ground->row->call == LINK_DETACH ? ground->row->link : ground->row->program;
	const char *selector = selector_of(ground, name, text, sizeof(text));

	asked->forecast = outcome_of(cgswap_chain_detach(chain, selector, &opts));
	asked->forecast_made = true;
	opts.dry_run = 0;
	asked->done = outcome_of(cgswap_chain_detach(chain, selector, &opts));
}

/* What is replaced; of an update the link. */
static const char *replaced(struct ground *ground, char *text, size_t size)
{
	const char *name = ground->row->call == LINK_UPDATE ? ground->row->link : ground->row->old;

	return selector_of(ground, name, text, size);
}

/* A swap that add refuses has no forecast of its own: add changes nothing. */
static void replace(struct ground *ground, cgswap_chain *chain, cgswap_program *program,
		    struct asked *asked)
{
	const struct cgswap_step_opts opts = {
		.sz = sizeof(opts),
		.expected_revision = ground_revision(ground),
		.preorder = ground->row->flags & RAW_PREORDER ? CGSWAP_PREORDER_YES :
								CGSWAP_PREORDER_DEFAULT,
	};
	cgswap_replace *swap = NULL;
	char text[32];

	asked->done = outcome_of(cgswap_replace_new(&swap, ground->session, NULL));
	if (asked->done.status)
		return;
	asked->done = outcome_of(cgswap_replace_add(swap, chain, replaced(ground, text, sizeof(text)),
						    program, &opts));
	if (!asked->done.status) {
		asked->forecast = outcome_of(cgswap_replace_check(swap));
		asked->forecast_made = true;
		asked->done = outcome_of(cgswap_replace_commit(swap, NULL));
	}
	cgswap_replace_unref(swap);
}

static void change(struct ground *ground, cgswap_chain *chain, struct asked *asked)
{
	cgswap_program *program = NULL;

	if (ground->row->call == QUERY) {
		asked->done = outcome_of(cgswap_chain_read(chain));
		return;
	}
	if (ground->row->call == DETACH || ground->row->call == LINK_DETACH) {
		detach(ground, chain, asked);
		return;
	}
	asked->done = outcome_of(open_program(ground, &program));
	if (!asked->done.status &&
	    (ground->row->flags & RAW_REPLACE || ground->row->call == LINK_UPDATE))
		replace(ground, chain, program, asked);
	else if (!asked->done.status)
		attach(ground, chain, program, asked);
	cgswap_program_unref(program);
}

/* ---- judging --------------------------------------------------------------------------------- */

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

/* The model's descriptors are its own; those of the process must not be touched by it either. */
static size_t open_there(const struct ground *ground)
{
	return ground->live ? 0 : kernel_model_open_count(ground->kernel);
}

/* Who may not read the chain cannot have a forecast of what the kernel would let him do. */
static bool may_be_foretold(const struct ground *ground, const struct asked *asked)
{
	return asked->forecast_made &&
	       !(ground->row->without && asked->forecast.status == CGSWAP_E_PERMISSION);
}

/* A session's features are asked once: what it is to do without it forgets. */
static void mask(struct ground *ground, uint32_t features, bool on)
{
	cgswap_session *session = ground->session;

	for (int i = 1; i <= FEATURE_COUNT; i++)
		if (features & 1U << i)
			session->features[i].answer = FEATURE_NOT_ASKED;
	session->disable_features = on ? features : 0;
}

/* The programs that the caller's way leaves there. */
static bool is_after(struct ground *ground, const char *names)
{
	uint32_t ids[RAW_CHAIN_MAX];
	struct kernel_query found = {
		.target_fd = ground->here,
		.type = ground->type,
		.ids = (uintptr_t)ids,
		.count = RAW_CHAIN_MAX,
	};
	int err = ground->kernel->ops->query(ground->kernel, &found), used;
	char name[32];
	size_t i = 0;

	for (; !err && sscanf(names, " %31s%n", name, &used) == 1; names += used, i++)
		if (i >= found.count || ids[i] != ground_thing(ground, name)->program.id)
			break;
	if (!err && !*names && i == found.count)
		return true;
	diag("place %zu of %u is another", i, found.count);
	return false;
}

void way_caller(struct ground *ground, enum cgswap_cause cause, uint32_t masked)
{
	const char *after = cause ? NULL : ground->row->after;
	struct descriptors before;
	struct asked asked = { 0 };
	cgswap_chain *chain = NULL;
	size_t open_before;
	bool good;

	mask(ground, masked, true);
	before = descriptors_now();
	open_before = open_there(ground);
	asked.done = outcome_of(open_chain(ground, &chain));
	ground_darken(ground);
	if (!asked.done.status)
		change(ground, chain, &asked);
	ground_lighten(ground);
	good = fits(&asked.done, cause);
	if (may_be_foretold(ground, &asked) && !same(&asked.forecast, &asked.done)) {
		diag("the forecast was %s: %s\nthe call says %s: %s",
		     cgswap_cause_get_name(asked.forecast.cause), asked.forecast.message,
		     cgswap_cause_get_name(asked.done.cause), asked.done.message);
		good = false;
	}
	cgswap_chain_unref(chain);
	if (!descriptors_same(&before) || open_there(ground) != open_before) {
		diag("a descriptor was left open");
		good = false;
	}
	mask(ground, masked, false);
	if (cause && !way_as_shadow(ground))
		good = false;
	if (after && !is_after(ground, after))
		good = false;
	ok(good, "%s %s: to a caller %s%s%s%s", ground->row->op, ground->row->name,
	   cause ? cgswap_cause_get_name(cause) : "done", after ? ", and then there is " : "",
	   after ? after : "", masked ? ", who does without a feature" : "");
}
