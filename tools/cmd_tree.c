/* SPDX-License-Identifier: BSD-2-Clause */
#include "commands.h"
#include "chain_set.h"
#include "report.h"
#include "json_chain.h"
#include "open.h"
#include "print_cells.h"
#include "print_chain.h"
#include "table.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A walk. Each cgroup with programs becomes rows of the table, or an object of the list. */
struct tree {
	const struct options *options;
	cgswap_session *session;
	char *top; /* NULL: the cgroup2 mount */
	struct describe describe;
	struct type_list types;
	size_t visited, with_programs;
	struct table table;
	json_t *list;     /* NULL: a table is printed */
	char **leftovers; /* temporary pins of killed processes, for the table */
	size_t leftover_count;
	bool no_memory;
	bool failed;
	cgswap_error *error; /* the reason; NULL: no memory to copy it */
};

static const struct column tree_columns[] = {
	{ "TYPE", 0 },
	{ "MODE", COLUMN_SPARE },
	{ "REVISION", COLUMN_RIGHT | COLUMN_SPARE },
	{ "POS", COLUMN_RIGHT },
	{ "ID", COLUMN_RIGHT },
	{ "NAME", COLUMN_CUT },
	{ "LINK", COLUMN_RIGHT | COLUMN_SPARE },
	{ "PREORDER", COLUMN_SPARE },
	{ 0 },
};

static void put_blanks(struct table *table, size_t count)
{
	while (count-- > 0)
		table_put(table, "");
}

static void put_tree_entry(struct table *table, const cgswap_chain *chain,
			   const cgswap_entry *entry)
{
	table_put_number(table, cgswap_entry_get_position(entry));
	table_put_number(table, cgswap_entry_get_id(entry));
	cell_name(table, entry);
	cell_link(table, chain, entry);
	/* "-": the column is omitted unless a program has preorder */
	if (cgswap_entry_get_preorder(entry) == CGSWAP_PREORDER_NO)
		table_put(table, "-");
	else
		cell_preorder(table, entry);
}

static void put_tree_chain(struct tree *tree, const cgswap_chain *chain, size_t type)
{
	size_t i;

	table_put(&tree->table, cgswap_attach_type_get_short_name(type));
	cell_mode(&tree->table, chain);
	cell_number(&tree->table, cgswap_chain_get_revision(chain));
	for (i = 0; i < cgswap_chain_get_length(chain); i++) {
		if (i > 0)
			put_blanks(&tree->table, 3);
		put_tree_entry(&tree->table, chain, cgswap_chain_get_entry(chain, i));
	}
}

/* A pin may be named by several chains. */
static void tree_add_leftover(struct tree *tree, const char *path)
{
	char **leftovers;
	size_t i;

	for (i = 0; i < tree->leftover_count; i++)
		if (strcmp(tree->leftovers[i], path) == 0)
			return;
	leftovers = realloc(tree->leftovers, (i + 1) * sizeof(*leftovers));
	if (leftovers) {
		tree->leftovers = leftovers;
		leftovers[i] = strdup(path);
	}
	if (leftovers && leftovers[i])
		tree->leftover_count++;
	else
		tree->no_memory = true;
}

static void tree_add_leftovers(struct tree *tree, const cgswap_chain *chain)
{
	size_t i;

	for (i = 0; i < cgswap_chain_get_leftover_count(chain); i++)
		tree_add_leftover(tree, cgswap_chain_get_leftover(chain, i));
}

static void tree_add_rows(struct tree *tree, const char *cgroup, const struct chain_set *set)
{
	size_t i;

	table_put_heading(&tree->table, cgroup);
	for (i = 0; i < set->length; i++) {
		put_tree_chain(tree, set->chains[i], set->types[i]);
		tree_add_leftovers(tree, set->chains[i]);
	}
}

static bool tree_add_object(struct tree *tree, const char *cgroup, const struct chain_set *set)
{
	json_t *o = json_object();
	bool ok = true;

	ok &= json_put_path(o, "cgroup", cgroup);
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
	if (set.length == 0) {
		chain_set_close(&set);
		return 0;
	}
	tree->with_programs++;
	if (tree->list) {
		tree->no_memory = !tree_add_object(tree, cgroup, &set);
	} else if (tree->options->given & OPTION_EFFECTIVE) {
		if (tree->with_programs > 1)
			putchar('\n');
		tree->no_memory = !print_chain_set(tree->options, &set);
	} else {
		tree_add_rows(tree, cgroup, &set);
	}
	chain_set_close(&set);
	return tree->no_memory || tree->table.failed ? -1 : 0;
}

static bool tree_print_table(struct tree *tree)
{
	size_t i;

	if (!table_print(&tree->table))
		return false;
	printf("%s%zu cgroup%s visited, %zu with programs\n", tree->with_programs ? "\n" : "",
	       tree->visited, tree->visited == 1 ? "" : "s", tree->with_programs);
	for (i = 0; i < tree->leftover_count; i++)
		print_leftover(tree->leftovers[i]);
	return true;
}

/* Prints all that was read; if that is not all there is, also why. */
static enum exit_status tree_print(struct tree *tree, bool complete)
{
	const struct options *options = tree->options;
	json_t *listing = NULL;

	if (!complete)
		tree->error = cgswap_error_dup();
	if (tree->list) {
		listing = json_wrap("cgroups", tree->list);
		tree->list = NULL;
		if (!listing)
			return report_no_memory(options, false);
	} else if (!tree_print_table(tree)) {
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
	if (tree->no_memory || tree->table.failed)
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
	table_init(&tree.table, tree_columns);
	tree.table.indent = 2;
	if (options->given & OPTION_JSON) {
		tree.list = json_array();
		tree.no_memory = !tree.list;
	}
	status = tree.no_memory ? report_no_memory(options, false) : tree_walk(&tree);
	json_decref(tree.list);
	cgswap_error_free(tree.error);
	while (tree.leftover_count > 0)
		free(tree.leftovers[--tree.leftover_count]);
	free(tree.leftovers);
	free(tree.top);
	table_free(&tree.table);
	cgswap_session_unref(tree.session);
	return status;
}
