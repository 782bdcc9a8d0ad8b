/* SPDX-License-Identifier: BSD-2-Clause */
#include "commands.h"
#include "json.h"
#include "output.h"
#include "plain.h"
#include "refusal.h"
#include "view.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* What people are told of the old program. It is looked up before the commit, while it runs. */
struct old_program {
	char name[256];
	bool known;
	size_t maps_left;    /* maps that the new program does not use */
	cgswap_error *error; /* why it is not known */
};

static bool step_uses_map(const cgswap_step *step, uint32_t id)
{
	size_t i;

	for (i = 0; i < cgswap_step_get_map_count(step); i++) {
		if (cgswap_step_get_map_id(step, i) == id)
			return true;
	}
	return false;
}

static void look_at_old(struct old_program *old, cgswap_chain *chain, const cgswap_step *step)
{
	const cgswap_entry *entry;
	size_t i;

	/* a refusal here must not stop the swap, nor be told before it is known how that ends */
	if (cgswap_chain_describe(chain, CGSWAP_DESCRIBE_PROGRAMS) != CGSWAP_OK)
		old->error = cgswap_error_dup();
	entry = cgswap_chain_get_entry(chain, cgswap_step_get_position(step));
	if (cgswap_entry_get_id(entry) != cgswap_step_get_old_id(step))
		return;
	old->known = *cgswap_entry_get_type(entry) != '\0';
	snprintf(old->name, sizeof(old->name), "%s", cgswap_entry_get_name(entry));
	for (i = 0; i < cgswap_entry_get_map_count(entry); i++)
		old->maps_left += !step_uses_map(step, cgswap_entry_get_map_id(entry, i));
}

static json_t *json_maps(const cgswap_step *step)
{
	json_t *list = json_array(), *map;
	size_t i;
	bool ok;

	for (i = 0; i < cgswap_step_get_map_count(step); i++) {
		map = json_wrap("id", json_number(cgswap_step_get_map_id(step, i)));
		ok = json_put(map, "name", json_text(cgswap_step_get_map_name(step, i)));
		ok &= json_put(map, "state",
			       json_text(cgswap_step_get_map_kept(step, i) ? "kept" : "fresh"));
		ok &= json_add(list, json_incref(map));
		json_decref(map);
		if (!ok) {
			json_decref(list);
			return NULL;
		}
	}
	return list;
}

static json_t *json_step(const cgswap_step *step)
{
	const cgswap_chain *chain = cgswap_step_get_chain(step);
	json_t *o = json_object();
	bool ok = true;

	ok &= json_put(o, "cgroup", json_text(cgswap_chain_get_cgroup(chain)));
	ok &= json_put(o, "attach_type", json_text(cgswap_chain_get_attach_type(chain)));
	ok &= json_put(o, "position", json_number(cgswap_step_get_position(step)));
	ok &= json_put(o, "old_id", json_number(cgswap_step_get_old_id(step)));
	ok &= json_put(o, "new_id", json_number(cgswap_step_get_new_id(step)));
	ok &= json_put(o, "revision", json_number_or_null(cgswap_step_get_revision(step)));
	ok &= json_put(o, "verified", json_boolean(cgswap_step_get_verified(step)));
	ok &= json_put(o, "maps", json_maps(step));
	if (ok)
		return o;
	json_decref(o);
	return NULL;
}

static bool print_json(const struct options *options, const cgswap_step *step)
{
	json_t *list = json_array();
	json_t *object = json_wrap("replaced", json_incref(list));
	bool ok;

	ok = json_add(list, json_step(step)) &&
	     json_put(object, "dry_run", json_boolean(options_dry_run(options)));
	json_decref(list);
	if (ok)
		return json_print(object);
	json_decref(object);
	return false;
}

static void put_new_name(struct table *table, cgswap_session *session, const cgswap_step *step)
{
	cgswap_program *program;
	char source[16];

	snprintf(source, sizeof(source), "id:%" PRIu32, cgswap_step_get_new_id(step));
	if (cgswap_program_open(&program, session, source, NULL) != CGSWAP_OK) {
		table_put(table, "?");
		return;
	}
	table_put(table, cgswap_program_get_name(program));
	cgswap_program_unref(program);
}

static const char *verified_text(const struct options *options, const cgswap_step *step)
{
	if (options_dry_run(options))
		return "-";
	return cgswap_step_get_verified(step) ? "yes" : "no";
}

static bool print_swap(const struct options *options, cgswap_session *session,
		       const cgswap_step *step, const struct old_program *old)
{
	static const struct column columns[] = {
		{ "POS", COLUMN_RIGHT },    { "OLD ID", COLUMN_RIGHT },
		{ "OLD NAME", COLUMN_CUT }, { "NEW ID", COLUMN_RIGHT },
		{ "NEW NAME", COLUMN_CUT }, { "REVISION", COLUMN_RIGHT | COLUMN_OPTIONAL },
		{ "VERIFIED", COLUMN_OPTIONAL },
	};
	uint64_t revision = cgswap_step_get_revision(step);
	struct table table;
	bool ok;

	table_init(&table, columns, sizeof(columns) / sizeof(columns[0]));
	table_put_number(&table, cgswap_step_get_position(step));
	table_put_number(&table, cgswap_step_get_old_id(step));
	table_put(&table, old->known ? old->name : "?");
	table_put_number(&table, cgswap_step_get_new_id(step));
	put_new_name(&table, session, step);
	if (revision)
		table_put_number(&table, revision);
	else
		table_put(&table, "-");
	table_put(&table, verified_text(options, step));
	ok = table_print(&table);
	table_free(&table);
	return ok;
}

static bool print_maps(const cgswap_step *step)
{
	static const struct column columns[] = {
		{ "MAP ID", COLUMN_RIGHT },
		{ "MAP NAME", COLUMN_CUT },
		{ "CONTENTS", 0 },
	};
	struct table table;
	const char *name;
	size_t i;
	bool ok;

	table_init(&table, columns, sizeof(columns) / sizeof(columns[0]));
	for (i = 0; i < cgswap_step_get_map_count(step); i++) {
		name = cgswap_step_get_map_name(step, i);
		table_put_number(&table, cgswap_step_get_map_id(step, i));
		table_put(&table, *name ? name : "-");
		table_put(&table, cgswap_step_get_map_kept(step, i) ? "kept" : "fresh");
	}
	if (table.length > 0)
		putchar('\n');
	ok = table_print(&table);
	table_free(&table);
	return ok;
}

static void print_state(const struct options *options, const cgswap_step *step,
			const struct old_program *old)
{
	const char *does_not = options_dry_run(options) ? "would not" : "does not";
	size_t fresh = 0, i;

	for (i = 0; i < cgswap_step_get_map_count(step); i++)
		fresh += !cgswap_step_get_map_kept(step, i);
	if (old->known && old->maps_left > 0)
		printf("maps of the new program start fresh: what the old program kept in %zu map%s "
		       "%s live on\n",
		       old->maps_left, old->maps_left == 1 ? "" : "s", does_not);
	else if (!old->known && fresh > 0)
		puts("maps of the new program start fresh; which maps the old program had is not known");
}

static bool print_text(const struct options *options, cgswap_session *session,
		       const cgswap_step *step, const struct old_program *old)
{
	const cgswap_chain *chain = cgswap_step_get_chain(step);

	if (options_dry_run(options))
		view_print_dry_run(options);
	plain_print(stdout, cgswap_chain_get_cgroup(chain));
	printf(": %s, %s\n", cgswap_chain_get_attach_type(chain),
	       options_dry_run(options) ? "to be replaced" : "replaced");
	if (!print_swap(options, session, step, old) || !print_maps(step))
		return false;
	print_state(options, step, old);
	if (!cgswap_step_get_verified(step) &&
	    !(options->given & (OPTION_NO_VERIFY | OPTION_DRY_RUN)))
		puts("the chain changed again before the new program was seen in its place");
	return true;
}

static enum cgswap_status commit_or_check(const struct options *options, cgswap_replace *replace)
{
	if (options_dry_run(options))
		return cgswap_replace_check(replace);
	return cgswap_replace_commit(replace, NULL);
}

static enum exit_status commit(const struct options *options, cgswap_session *session,
			       cgswap_replace *replace)
{
	const cgswap_step *step = cgswap_replace_get_step(replace, 0);
	bool json = options->given & OPTION_JSON;
	enum exit_status status = EXIT_DONE;
	struct old_program old = { 0 };

	if (!json)
		look_at_old(&old, cgswap_step_get_chain(step), step);
	if (commit_or_check(options, replace) != CGSWAP_OK) {
		status = refuse_last(options);
		goto out;
	}
	if (old.error)
		note(options, "the old program's name and maps are not shown", old.error);
	if (!(json ? print_json(options, step) : print_text(options, session, step, &old)))
		status = refuse_memory(options, !options_dry_run(options));
out:
	cgswap_error_free(old.error);
	return status;
}

static enum exit_status replace_in(const struct options *options, cgswap_session *session,
				   cgswap_chain *chain)
{
	const char *selector = options->arguments[2], *source = options->arguments[3];
	struct cgswap_replace_opts replace_opts = { .sz = sizeof(replace_opts) };
	const struct cgswap_step_opts step_opts = {
		.sz = sizeof(step_opts),
		.expected_revision = options->if_revision,
	};
	enum exit_status status;
	cgswap_replace *replace;

	if (options->given & OPTION_NO_VERIFY)
		replace_opts.verify = CGSWAP_VERIFY_OFF;
	if (cgswap_replace_new(&replace, session, &replace_opts) != CGSWAP_OK)
		return refuse_last(options);
	if (cgswap_replace_add_source(replace, chain, selector, source, &step_opts) != CGSWAP_OK)
		status = refuse_last(options);
	else
		status = commit(options, session, replace);
	cgswap_replace_unref(replace);
	return status;
}

enum exit_status cmd_replace(const struct options *options)
{
	enum exit_status status;
	cgswap_session *session;
	cgswap_chain *chain;

	status = view_session_open(options, &session);
	if (status != EXIT_DONE)
		return status;
	if (cgswap_chain_open(&chain, session, options->arguments[0], options->arguments[1])) {
		status = refuse_last(options);
		goto out_session;
	}
	status = replace_in(options, session, chain);
	cgswap_chain_unref(chain);
out_session:
	cgswap_session_unref(session);
	return status;
}
