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

/* Right after a removal, the kernel may detach the links before the row's call. */
static bool link_already_detached(const struct row *row, const struct wanted *wanted, int err)
{
	return row->removed == JUST_REMOVED && row->call == LINK_UPDATE && !wanted->errnum &&
	       err == -ENOLINK;
}

/* Calls the backend, and checks that the rules predict its errno and the resulting chain. */
static void run_backend(struct fixture *fixture, const struct row *row, const struct wanted *wanted)
{
	const char *rules_cause = row->rules_cause;
	struct rules_answer answer = { wanted->errnum, wanted->cause };
	enum cgswap_cause cause = rules_cause ? cases_cause(rules_cause) : wanted->cause;
	bool predicted;
	int err;

	for (int tries = 1;; tries++) {
		fixture_set(fixture, row);
		fixture_before_call(fixture);
		err = call_backend(fixture);
		fixture_after_call(fixture);
		if (!link_already_detached(row, wanted, err) || tries == TRIES)
			break;
		fixture_clear(fixture);
	}
	if (row->call != RAW)
		answer = call_rules(fixture);
	predicted = row->call == RAW || chain_is_predicted(fixture);
	fixture_clear(fixture);

	if (err != -wanted->errnum)
		diag("got %s", errno_name(err));
	ok(err == -wanted->errnum && predicted, "%s %s: the kernel returns %s", row->op, row->name,
	   errno_name(-wanted->errnum));
	if (row->call == RAW)
		return;
	/* the kernel returns ENOSPC for the caller's array, which the rules do not look at */
	if (wanted->errnum == ENOSPC)
		return;
	if (answer.errnum != wanted->errnum || (row->level != LEVEL_BACKEND && answer.cause != cause))
		diag("got %s, %s", errno_name(-answer.errnum), cgswap_cause_get_name(answer.cause));
	ok(answer.errnum == wanted->errnum && (row->level == LEVEL_BACKEND || answer.cause == cause),
	   "%s %s: the rules return %s", row->op, row->name,
	   cause ? cgswap_cause_get_name(cause) : errno_name(-wanted->errnum));
}

static void run_public(struct fixture *fixture, const struct row *row, const struct wanted *wanted)
{
	const char *says = row->disabled_cause;

	fixture_set(fixture, row);
	call_public(fixture, row->public_cause ? cases_cause(row->public_cause) : wanted->cause, 0);
	fixture_clear(fixture);
	if (!row->disabled)
		return;
	fixture_set(fixture, row);
	call_public(fixture, says ? cases_cause(says) : wanted->cause, row->disabled);
	fixture_clear(fixture);
}

/* A row must be consistent with its line in the table. */
static void check_row(const struct row *row, const struct wanted *wanted)
{
	if ((row->public_cause || row->disabled_cause || row->rules_cause) && !row->reason)
		bail_out("%s %s: differs from the table without a reason", row->op, row->name);
	if (wanted->cannot_be_called != (row->level == LEVEL_BACKEND))
		bail_out("%s %s: row and table differ in whether the public functions can make the call", row->op,
			 row->name);
	if (wanted->cause == CGSWAP_CAUSE_UNEXPLAINED)
		bail_out("%s %s: the cause must not be unexplained", row->op, row->name);
}

static void run(struct fixture *fixture, const struct row *row)
{
	struct wanted wanted;

	if (!cases_find(&wanted, row)) {
		ok(false, "%s %s is in cases.tsv", row->op, row->name);
		return;
	}
	check_row(row, &wanted);
	if (row->call == RAW && !fixture->live)
		return;
	if (row->target && fixture_lacks_object(fixture, row->target)) {
		skip("%s %s: this machine has no such object", row->op, row->name);
		return;
	}
	/* the model detaches links at once, so this state does not exist */
	if (!fixture->live && row->removed == JUST_REMOVED && row->call == LINK_UPDATE)
		return;
	run_backend(fixture, row, &wanted);
	if (row->level == LEVEL_PUBLIC)
		run_public(fixture, row, &wanted);
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
