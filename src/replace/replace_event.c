/* SPDX-License-Identifier: BSD-2-Clause */
/* The ID of a transaction, and the events of its commit: tells the caller's function; getters. */
#include "base/error.h"
#include "base/utf8.h"
#include "journal/journal.h"
#include "replace/replace.h"

#include <string.h>

struct cgswap_event {
	enum cgswap_event_kind kind;
	const struct replace_run *run;
	uint64_t transaction;
	const struct cgswap_step *step; /* or NULL */
	size_t total;
};

/*
 * Without a journal it is made for the first who asks, since reading the clock costs a tenth of a
 * commit of one step.
 */
static uint64_t event_transaction(const struct cgswap_replace *asked)
{
	struct cgswap_replace *replace = (struct cgswap_replace *)asked;

	if (replace->id_due)
		replace->id = journal_id_make();
	replace->id_due = false;
	return replace->id;
}

uint64_t cgswap_replace_get_id(const cgswap_replace *replace)
{
	return replace && handle_is_open(&replace->handle) ? event_transaction(replace) : 0;
}

static struct cgswap_event event_make(const struct cgswap_replace *replace,
				      enum cgswap_event_kind kind, const struct cgswap_step *step)
{
	return (struct cgswap_event){
		.kind = kind,
		.run = &replace->run,
		.transaction = event_transaction(replace),
		.step = step,
		.total = replace->length,
	};
}

void replace_tell(struct cgswap_replace *replace, enum cgswap_event_kind kind,
		  const struct cgswap_step *step)
{
	struct cgswap_event event;
	struct cgswap_error saved;

	if (!replace->run.event)
		return;
	event = event_make(replace, kind, step);
	error_save(&saved);
	replace->run.stop |= replace->run.event(&event, replace->run.event_user) != 0;
	error_restore(&saved);
}

bool replace_ask_health(struct cgswap_replace *replace, char *said, size_t size)
{
	struct cgswap_event event = event_make(replace, CGSWAP_EVENT_WAVE, NULL);
	struct cgswap_error saved;
	int unhealthy;

	*said = '\0';
	error_save(&saved);
	unhealthy = replace->run.health(said, size, &event, replace->run.health_user);
	error_restore(&saved);
	said[size - 1] = '\0';
	if (strlen(said) == size - 1) /* perhaps cut */
		utf8_cut(said, size - 1);
	return !unhealthy;
}

/* ---- getters --------------------------------------------------------------------------------- */

enum cgswap_event_kind cgswap_event_get_kind(const cgswap_event *event)
{
	return event ? event->kind : (enum cgswap_event_kind)0;
}

uint64_t cgswap_event_get_transaction(const cgswap_event *event)
{
	return event ? event->transaction : 0;
}

size_t cgswap_event_get_done(const cgswap_event *event)
{
	return event ? event->run->done : 0;
}

size_t cgswap_event_get_total(const cgswap_event *event)
{
	return event ? event->total : 0;
}

size_t cgswap_event_get_refused(const cgswap_event *event)
{
	return event ? event->run->refused : 0;
}

size_t cgswap_event_get_gone(const cgswap_event *event)
{
	return event ? event->run->gone : 0;
}

size_t cgswap_event_get_wave(const cgswap_event *event)
{
	return event ? event->run->wave : 0;
}

size_t cgswap_event_get_step(const cgswap_event *event)
{
	if (!event)
		return 0;
	return event->step ? event->step->index : SIZE_MAX;
}

const char *cgswap_event_get_cgroup(const cgswap_event *event)
{
	return event && event->step ? event->step->target.chain->cgroup->path : "";
}

uint64_t cgswap_event_get_cgroup_id(const cgswap_event *event)
{
	return event && event->step ? event->step->target.chain->cgroup->id : 0;
}

const char *cgswap_event_get_attach_type(const cgswap_event *event)
{
	return event && event->step ? event->step->target.chain->type->name : "";
}

enum cgswap_cause cgswap_event_get_cause(const cgswap_event *event)
{
	return event && event->step ? event->step->result.cause : CGSWAP_CAUSE_NONE;
}
