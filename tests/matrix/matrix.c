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
static void by_door(struct ground *ground, const struct row *row, const struct wanted *wanted)
{
	const char *rules_say = row->rules_say;
	struct rules_answer answer = { wanted->errnum, wanted->cause };
	enum cgswap_cause cause = rules_say ? cases_cause(rules_say) : wanted->cause;
	bool as_shadow;
	int err;

	for (int tries = 1;; tries++) {
		ground_set(ground, row);
		ground_darken(ground);
		err = way_door(ground);
		ground_lighten(ground);
		if (!came_late(row, wanted, err) || tries == TRIES)
			break;
		ground_clear(ground);
	}
	if (row->call != RAW)
		answer = way_rules(ground);
	as_shadow = row->call == RAW || way_as_shadow(ground);
	ground_clear(ground);

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

static void by_caller(struct ground *ground, const struct row *row, const struct wanted *wanted)
{
	const char *says = row->masked_says;

	ground_set(ground, row);
	way_caller(ground, row->caller_says ? cases_cause(row->caller_says) : wanted->cause, 0);
	ground_clear(ground);
	if (!row->masked)
		return;
	ground_set(ground, row);
	way_caller(ground, says ? cases_cause(says) : wanted->cause, row->masked);
	ground_clear(ground);
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

static void run(struct ground *ground, const struct row *row)
{
	struct wanted wanted;

	if (!cases_find(&wanted, row)) {
		ok(false, "%s %s stands in cases.tsv", row->op, row->name);
		return;
	}
	check_row(row, &wanted);
	if (row->call == RAW && !ground->live)
		return;
	if (row->target && ground_lacks(ground, row->target)) {
		skip("%s %s: there is no such thing here", row->op, row->name);
		return;
	}
	/* in the model a link notices at once: there is no such moment to be made */
	if (!ground->live && row->removed == JUST_REMOVED && row->call == LINK_UPDATE)
		return;
	by_door(ground, row, &wanted);
	if (row->way == BY_CALLER)
		by_caller(ground, row, &wanted);
}

void matrix_run(cgswap_session *session)
{
	const struct rows all[] = { rows_attach,      rows_place,	 rows_replace, rows_detach,
				    rows_link_create, rows_link_update, rows_query,   rows_target };
	struct ground *ground = ground_new(session);

	cases_read();
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		for (size_t j = 0; j < all[i].count; j++)
			run(ground, &all[i].row[j]);
	cases_all_used();
	ground_free(ground);
}
