/* SPDX-License-Identifier: BSD-2-Clause */
/* Creates, references and closes the handle of a transaction. */
#include "replace/replace.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/error.h"
#include "base/opts.h"
#include "replace/recursive_request.h"

enum { DEFAULT_RETRIES = 3, DEFAULT_KEEP = 10 };

void replace_close_journal(struct cgswap_replace *replace)
{
	/* with indexes it belongs to a recover */
	if (!replace->journal || replace->journal_indexes)
		return;
	journal_writer_close(replace->journal);
	free(replace->journal);
	replace->journal = NULL;
}

/* An undo or recover cannot do without: only a transaction that is asked for can. */
void replace_remedy_no_journal(const struct cgswap_replace *replace)
{
	const struct cgswap_error *error = cgswap_last_error();
	char first[256];

	switch (cgswap_error_get_cause(error)) {
	case CGSWAP_CAUSE_JOURNAL_UNWRITABLE:
	case CGSWAP_CAUSE_BPFFS_NOT_MOUNTED:
	case CGSWAP_CAUSE_PIN_FAILED:
		break;
	default:
		return;
	}
	snprintf(first, sizeof(first), "%s", cgswap_error_get_remedy(error));
	error_remedy("%s%s%skeep no journal (--no-journal)", first, *first ? "; or " : "",
		     replace->keep ? "leave out --keep-old, and " : "");
}

enum cgswap_status replace_open_journal(struct cgswap_replace *replace)
{
	struct cgswap_session *session = replace->session;
	struct journal_writer *writer = malloc(sizeof(*writer));
	const struct journal_aim aim = { .keep = replace->keep };
	enum cgswap_status status;

	if (!writer)
		return error_no_memory();
	status = journal_begin(writer, session, session->state_dir, replace->wait_ms, &aim);
	if (status) {
		free(writer);
		replace_remedy_no_journal(replace);
		return status;
	}
	replace->journal = writer;
	return CGSWAP_OK;
}

/*
 * The steps stay in memory until the handle is freed: a session may be closed while another thread
 * reads them.
 */
static void replace_shut(struct handle *handle)
{
	struct cgswap_replace *replace = (struct cgswap_replace *)handle;

	for (size_t i = 0; i < replace->length; i++)
		replace_shut_step(replace->steps[i]);
	replace_close_journal(replace);
	replace_free_recorded(replace->recorded);
	replace->recorded = NULL;
	hash_index_free(&replace->pins, NULL);
	replace_end_shelf(replace);
	program_table_free(&replace->programs);
	chain_state_free_all(&replace->chains);
	snapshot_free(&replace->found);
	recursive_requests_free(replace->requests);
	replace->requests = NULL;
	load_cache_free(&replace->load_cache);
	load_sets_free(replace->load_sets);
	replace->load_sets = NULL;
}

static void replace_free(struct handle *handle)
{
	struct cgswap_replace *replace = (struct cgswap_replace *)handle;

	for (size_t i = 0; i < replace->length; i++)
		replace_free_shut_step(replace->steps[i]);
	free(replace->steps);
	replace_groups_free(&replace->groups);
	for (size_t i = 0; i < replace->object_count; i++)
		cgswap_object_unref(replace->objects[i]);
	free(replace->objects);
	constant_report_unref(replace->compared);
	dropped_maps_free(&replace->dropped_maps);
	pin_list_free(replace->some_pins);
	pin_list_free(replace->all_pins);
	session_release(replace->session, handle);
	free(replace);
}

static enum cgswap_status replace_check_new_opts(const struct cgswap_session *session,
						 const struct cgswap_replace_opts *opts)
{
	if ((unsigned)opts->verify > CGSWAP_VERIFY_OFF)
		return error_bad_argument("opts.verify is %d{found}; expected CGSWAP_VERIFY_...",
					  (int)opts->verify);
	if (opts->retries < -1)
		return error_bad_argument(
			"opts.retries is %d{found}; expected 0 or more, or -1 for none",
			(int)opts->retries);
	if (opts->reserved)
		return error_bad_argument("opts.reserved is %u{found}; expected %u{expected}",
					  opts->reserved, 0U);
	if ((opts->journal || opts->keep_old) && !session->state_dir)
		return error_bad_argument("opts.%s is set, and the session has no state_dir",
					  opts->keep_old ? "keep_old" : "journal");
	if (opts->keep && !opts->keep_old)
		return error_bad_argument("opts.keep is set, and opts.keep_old is not");
	if (opts->wait_ms < 0)
		return error_bad_argument("opts.wait_ms is %d{found}; expected 0 or more",
					  (int)opts->wait_ms);
	return CGSWAP_OK;
}

/*
 * The journal begins with the transaction, so that another one in its way is known before all else,
 * and so is a directory that cannot be written. A dry run only asks.
 */
static enum cgswap_status replace_begin(struct cgswap_replace *replace,
					const struct cgswap_replace_opts *opts)
{
	enum cgswap_status status = CGSWAP_OK;

	if (snapshot_reserve(&replace->found, KERNEL_CHAIN_MAX))
		return error_no_memory();
	if (opts->journal || opts->keep_old) {
		status = replace_open_journal(replace);
		replace_begin_shelf(replace);
	}
	if (!replace->keeps_journal)
		replace_close_journal(replace);
	return status;
}

static void replace_init(struct cgswap_replace *replace, cgswap_session *session,
			 const struct cgswap_replace_opts *opts)
{
	handle_init(&replace->handle, replace_shut, replace_free);
	replace->session = session;
	replace->dry_run = opts->dry_run;
	replace->keeps_journal = (opts->journal || opts->keep_old) && !opts->dry_run;
	if (opts->keep_old)
		replace->keep = opts->keep ? opts->keep : DEFAULT_KEEP;
	replace->wait_ms = opts->wait_ms;
	replace->verify = opts->verify != CGSWAP_VERIFY_OFF;
	replace->retries = opts->retries ? opts->retries : DEFAULT_RETRIES;
	if (replace->retries < 0)
		replace->retries = 0;
	replace->retry_time_ms = session->retry_time_ms;
	replace->has_revisions = session_feature(session, CGSWAP_FEATURE_EXPECTED_REVISION);
}

enum cgswap_status replace_make(cgswap_replace **out, cgswap_session *session,
				const struct cgswap_replace_opts *given)
{
	struct cgswap_replace_opts opts;
	struct cgswap_replace *replace;
	enum cgswap_status status;

	if (!out)
		return error_bad_argument("'%s'{option} is NULL", "out");
	status = opts_take(&opts, sizeof(opts), OPTS_FIRST_REPLACE, given);
	if (!status)
		status = replace_check_new_opts(session, &opts);
	if (status)
		return status;
	replace = calloc(1, sizeof(*replace));
	if (!replace)
		return error_no_memory();
	replace_init(replace, session, &opts);
	session_adopt(session, &replace->handle);
	status = replace_begin(replace, &opts);
	if (status) {
		struct cgswap_error why;

		error_save(&why);
		cgswap_replace_unref(replace);
		error_restore(&why);
		return status;
	}
	if (!replace->verify && !replace->dry_run)
		session_log(session, CGSWAP_LOG_WARNING,
			    "a transaction will not verify its swaps (verify is off)");
	*out = replace;
	return CGSWAP_OK;
}

enum cgswap_status cgswap_replace_new(cgswap_replace **out, cgswap_session *session,
				      const struct cgswap_replace_opts *opts)
{
	enum cgswap_status status;

	if (out)
		*out = NULL;
	status = session_enter(session, "new replace");
	return status ? status : session_leave(session, replace_make(out, session, opts));
}

cgswap_replace *cgswap_replace_ref(cgswap_replace *replace)
{
	if (replace)
		handle_ref(&replace->handle);
	return replace;
}

void cgswap_replace_unref(cgswap_replace *replace)
{
	if (replace)
		handle_unref(&replace->handle);
}

enum cgswap_status cgswap_replace_close(cgswap_replace *replace)
{
	return handle_close(replace ? &replace->handle : NULL, "close replace");
}

void cgswap_replace_cancel(cgswap_replace *replace)
{
	if (replace)
		atomic_store(&replace->cancelled, true);
}

bool replace_is_committed(struct cgswap_replace *replace)
{
	for (size_t i = 0; replace->may_be_applied && i < replace->length; i++)
		if (replace->steps[i]->result.applied)
			return true;
	replace->may_be_applied = false;
	return false;
}

size_t cgswap_replace_get_length(const cgswap_replace *replace)
{
	return replace && handle_is_open(&replace->handle) ? replace->length : 0;
}

const cgswap_step *cgswap_replace_get_step(const cgswap_replace *replace, size_t index)
{
	return index < cgswap_replace_get_length(replace) ? replace->steps[index] : NULL;
}
