/* SPDX-License-Identifier: BSD-2-Clause */
#include "commands.h"
#include "chain_set.h"
#include "report.h"
#include "json_chain.h"
#include "leftovers.h"
#include "open.h"
#include "print_chain.h"
#include "table.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A walk. */
struct tree {
	const struct options *options;
	cgswap_session *session;
	char *top; /* NULL: the cgroup2 mount */
	struct describe describe;
	struct type_list types;
	size_t visited;
	bool has_scratch; /* a scratch cgroup may be one that a killed process left */
	json_t *list;     /* the cgroups with programs */
	bool no_memory;
	bool failed;
	cgswap_error *error; /* the reason; NULL: no memory to copy it */
};

static const struct column tree_columns[] = {
	{ "TYPE", 0, "type" },
	{ "MODE", COLUMN_SPARE, "mode" },
	{ "REVISION", COLUMN_RIGHT | COLUMN_SPARE, "revision" },
	{ "POS", COLUMN_RIGHT, "position" },
	{ "ID", COLUMN_RIGHT, "id" },
	{ "NAME", COLUMN_CUT | COLUMN_NAME, "name" },
	{ "LINK", COLUMN_RIGHT | COLUMN_SPARE, "link_id" },
	{ "PREORDER", COLUMN_SPARE | COLUMN_DOUBT, "preorder" },
	{ 0 },
};

/* Only the first entry of a chain shows the attach type, the mode and the revision. */
static bool tree_complete_entry(json_t *entry, json_t *chain, bool first)
{
	static const char *const shown[] = { "type", "mode", "revision" };
	bool ok = print_put_short_type(chain);
	size_t i;

	for (i = 0; i < sizeof(shown) / sizeof(shown[0]); i++)
		ok &= json_put(entry, shown[i],
			       first ? json_incref(json_object_get(chain, shown[i]))
				     : json_text(" "));
	/* the column is omitted unless a program has preorder */
	if (json_is_false(json_object_get(entry, "preorder")))
		ok &= json_put(entry, "preorder", json_text("-"));
	return ok;
}

static void tree_put_chain(struct table *table, json_t *chain)
{
	json_t *programs = json_object_get(chain, "programs"), *entry;
	size_t i;

	table->failed |= !print_mark_unknown_links(programs);
	json_array_foreach(programs, i, entry)
	{
		table->failed |= !tree_complete_entry(entry, chain, i == 0);
		table_put_object(table, entry);
	}
}

static bool tree_print_table(const json_t *cgroups)
{
	json_t *cgroup, *chain;
	struct table table;
	size_t i, j;
	bool ok;

	table_init(&table, tree_columns);
	table.indent = 2;
	json_array_foreach(cgroups, i, cgroup)
	{
		table_put_heading(&table, json_string_value(json_object_get(cgroup, "cgroup")));
		json_array_foreach(json_object_get(cgroup, "chains"), j, chain)
			tree_put_chain(&table, chain);
	}
	ok = table_print(&table);
	table_free(&table);
	return ok;
}

/* Prints each pin once, which may be named by several chains. */
static bool tree_print_leftovers(const json_t *cgroups)
{
	json_t *printed = json_object(), *cgroup, *chain, *path;
	bool ok = printed;
	size_t i, j, k;

	json_array_foreach(cgroups, i, cgroup)
		json_array_foreach(json_object_get(cgroup, "chains"), j, chain)
			json_array_foreach(json_object_get(chain, "leftover_pins"), k, path)
	{
		if (!ok || json_object_get(printed, json_string_value(path)))
			continue;
		leftovers_print_pin(json_string_value(path));
		ok = json_put(printed, json_string_value(path), json_true());
	}
	json_decref(printed);
	return ok;
}

/* A walk of its own finds out which scratch cgroups are in use. */
static bool tree_print_scratch(cgswap_session *session)
{
	json_t *list = leftovers_read(session);

	leftovers_print(list, "cgroup");
	json_decref(list);
	return list != NULL;
}

static bool tree_print_effective(const json_t *cgroups)
{
	bool ok = true;
	json_t *cgroup;
	size_t i;

	json_array_foreach(cgroups, i, cgroup)
	{
		if (i > 0)
			putchar('\n');
		ok = ok && print_chain_list(json_object_get(cgroup, "chains"));
	}
	return ok;
}

static bool tree_add(struct tree *tree, const char *cgroup, const struct chain_set *set)
{
	json_t *o = json_object();
	bool ok = json_put_name(o, "cgroup", cgroup);

	ok &= json_put(o, "chains", json_chain_set(set));
	return json_add(tree->list, json_finish(o, ok));
}

static bool cgroup_vanished(void)
{
	switch (cgswap_error_get_cause(cgswap_last_error())) {
	case CGSWAP_CAUSE_CGROUP_NOT_FOUND:
	case CGSWAP_CAUSE_CGROUP_GONE:
		return true;
	default:
		return false;
	}
}

static int tree_visit(const char *cgroup, void *user)
{
	struct tree *tree = user;
	struct chain_set set;

	if (chain_set_open(&set, tree->session, cgroup, &tree->types, &tree->describe)) {
		if (cgroup_vanished())
			return 0;
		tree->failed = true;
		tree->error = cgswap_error_dup();
		return -1;
	}
	tree->visited++;
	tree->has_scratch |= strstr(cgroup, "/cgswap-scratch-") != NULL;
	if (set.length > 0)
		tree->no_memory = !tree_add(tree, cgroup, &set);
	chain_set_close(&set);
	return tree->no_memory ? -1 : 0;
}

static bool tree_print_text(const struct tree *tree)
{
	bool effective = tree->options->given & OPTION_EFFECTIVE;
	size_t count = json_array_size(tree->list);

	if (!(effective ? tree_print_effective : tree_print_table)(tree->list))
		return false;
	printf("%s%zu cgroup%s visited, %zu with programs\n", count ? "\n" : "", tree->visited,
	       tree->visited == 1 ? "" : "s", count);
	return (effective || tree_print_leftovers(tree->list)) &&
	       (!tree->has_scratch || tree_print_scratch(tree->session));
}

/* Prints all that was read, and if something could not be read, the reason. */
static enum exit_status tree_print(struct tree *tree, bool complete)
{
	const struct options *options = tree->options;
	json_t *listing = NULL;

	if (!complete)
		tree->error = cgswap_error_dup();
	if (options->given & OPTION_JSON) {
		listing = json_wrap("cgroups", tree->list);
		tree->list = NULL;
		if (!listing)
			return report_no_memory(options, false);
	} else if (!tree_print_text(tree)) {
		return report_no_memory(options, false);
	}
	if (!complete)
		return report_incomplete(options, tree->error, listing);
	if (listing && !json_print(listing))
		return report_no_memory(options, false);
	return EXIT_DONE;
}

/* Checks the first cgroup: the walk skips any cgroup that vanished. */
static enum cgswap_status tree_check_top(const struct tree *tree, const char *top)
{
	enum cgswap_status status;
	cgswap_chain *chain;

	status = cgswap_chain_open(&chain, tree->session, top,
				   cgswap_attach_type_get_name(tree->types.types[0]));
	cgswap_chain_unref(chain);
	return status;
}

static enum exit_status tree_walk(struct tree *tree)
{
	const struct options *options = tree->options;
	const char *top = tree->top;
	enum cgswap_status status;

	if (type_list_read(&tree->types, tree->session) != CGSWAP_OK)
		return report_last_error(options);
	status = cgswap_session_walk(tree->session, top, tree_visit, tree);
	if (tree->no_memory)
		return report_no_memory(options, false);
	if (tree->failed)
		return report_error(options, tree->error);
	if (status == CGSWAP_OK && tree->visited == 0 && top)
		status = tree_check_top(tree, top);
	if (status != CGSWAP_OK && tree->visited == 0)
		return report_last_error(options);
	return tree_print(tree, status == CGSWAP_OK);
}

enum exit_status cmd_tree(const struct options *options)
{
	struct tree tree = { .options = options, .describe = { .options = options } };
	enum exit_status status;

	status = open_session_and_cgroup(options, &tree.session, &tree.top);
	if (status != EXIT_DONE)
		return status;
	tree.list = json_array();
	status = tree.list ? tree_walk(&tree) : report_no_memory(options, false);
	json_decref(tree.list);
	cgswap_error_free(tree.error);
	free(tree.top);
	cgswap_session_unref(tree.session);
	return status;
}
