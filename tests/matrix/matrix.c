/* SPDX-License-Identifier: BSD-2-Clause */
#include "matrix.h"

#include "../lib/tap.h"
#include "cases.h"

#include <errno.h>

enum { TRIES = 8 };

static const char *errno_name(int err)
{
	return err ? cgswap_errno_get_name(-err) : "OK";
}

/* Right after a removal the links' work may run before the call that wants to be first. */
static bool came_late(const struct row *row, const struct wanted *wanted, int err)
{
	return row->removed == JUST_REMOVED && row->call == LINK_UPDATE && !wanted->errnum &&
	       err == -ENOLINK;
}

/* The door's answer, and the chain as it leaves it: the rules must have foreseen both. */
static void by_door(struct fixture *fixture, const struct row *row, const struct wanted *wanted)
{
	const char *rules_say = row->rules_say;
	struct rules_answer answer = { wanted->errnum, wanted->cause };
	enum cgswap_cause cause = rules_say ? cases_cause(rules_say) : wanted->cause;
	bool as_shadow;
	int err;

	for (int tries = 1;; tries++) {
		fixture_set(fixture, row);
		fixture_darken(fixture);
		err = way_door(fixture);
		fixture_lighten(fixture);
		if (!came_late(row, wanted, err) || tries == TRIES)
			break;
		fixture_clear(fixture);
	}
	if (row->call != RAW)
		answer = call_rules(fixture);
	as_shadow = row->call == RAW || way_as_shadow(fixture);
	fixture_clear(fixture);

	if (err != -wanted->errnum)
		diag("got %s", errno_name(err));
	ok(err == -wanted->errnum && as_shadow, "%s %s: the kernel says %s", row->op, row->name,
	   errno_name(-wanted->errnum));
	if (row->call == RAW)
		return;
	/* ENOSPC is a matter of the caller's room, which the rules do not look at */
	if (wanted->errnum == ENOSPC)
		return;
	if (answer.errnum != wanted->errnum || (row->way != BY_DOOR && answer.cause != cause))
		diag("got %s, %s", errno_name(-answer.errnum), cgswap_cause_get_name(answer.cause));
	ok(answer.errnum == wanted->errnum && (row->way == BY_DOOR || answer.cause == cause),
	   "%s %s: the rules say %s", row->op, row->name,
	   cause ? cgswap_cause_get_name(cause) : errno_name(-wanted->errnum));
}

static void by_caller(struct fixture *fixture, const struct row *row, const struct wanted *wanted)
{
	const char *says = row->masked_says;

	fixture_set(fixture, row);
	call_public(fixture, row->caller_says ? cases_cause(row->caller_says) : wanted->cause, 0);
	fixture_clear(fixture);
	if (!row->masked)
		return;
	fixture_set(fixture, row);
	call_public(fixture, says ? cases_cause(says) : wanted->cause, row->masked);
	fixture_clear(fixture);
}

/* What a row claims of itself must go with what the table says. */
static void check_row(const struct row *row, const struct wanted *wanted)
{
	if ((row->caller_says || row->masked_says || row->rules_say) && !row->because)
		bail_out("%s %s: it says otherwise than the table, and not why", row->op, row->name);
	if (wanted->cannot_be_called != (row->way == BY_DOOR))
		bail_out("%s %s: the table and the row differ in whether it can be called", row->op,
			 row->name);
	if (wanted->cause == CGSWAP_CAUSE_UNEXPLAINED)
		bail_out("%s %s: no case may be unexplained", row->op, row->name);
}

static void run(struct fixture *fixture, const struct row *row)
{
	struct wanted wanted;

	if (!cases_find(&wanted, row)) {
		ok(false, "%s %s stands in cases.tsv", row->op, row->name);
		return;
	}
	check_row(row, &wanted);
	if (row->call == RAW && !fixture->live)
		return;
	if (row->target && fixture_lacks(fixture, row->target)) {
		skip("%s %s: there is no such thing here", row->op, row->name);
		return;
	}
	/* in the model a link notices at once: there is no such moment to be made */
	if (!fixture->live && row->removed == JUST_REMOVED && row->call == LINK_UPDATE)
		return;
	by_door(fixture, row, &wanted);
	if (row->way == BY_CALLER)
		by_caller(fixture, row, &wanted);
}

void matrix_run(cgswap_session *session)
{
	const struct rows all[] = { rows_attach,      rows_position,	 rows_replace, rows_detach,
				    rows_link_create, rows_link_update, rows_query,   rows_target };
	struct fixture *fixture = fixture_new(session);

	cases_read();
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		for (size_t j = 0; j < all[i].count; j++)
			run(fixture, &all[i].row[j]);
	cases_all_used();
	fixture_free(fixture);
}
