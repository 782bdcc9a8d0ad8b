/* SPDX-License-Identifier: BSD-2-Clause */
#include "commands.h"
#include "print_cells.h"
#include "error_report.h"
#include "chain_set.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The walk: each cgroup that holds programs becomes rows of the table, or an object of the list. */
struct tree {
	const struct options *options;
	cgswap_session *session;
	struct describer describer;
	struct type_list types;
	size_t looked_at, with_programs;
	struct table table;
	json_t *list;      /* NULL: the table is wanted */
	char *shown;       /* the cgroup that was put into the table last */
	size_t top_length; /* of the path where the walk began */
	bool no_memory;
	bool refused;        /* with what stands in error */
	cgswap_error *error; /* NULL: there was no memory for it */
};

static const struct column columns[] = {
	{ "CGROUP", COLUMN_CUT },
	{ "TYPE", 0 },
	{ "MODE", 0 },
	{ "REVISION", COLUMN_RIGHT },
	{ "POS", COLUMN_RIGHT },
	{ "ID", COLUMN_RIGHT },
	{ "NAME", COLUMN_CUT },
	{ "LINK", COLUMN_RIGHT | COLUMN_OPTIONAL },
	{ "PREORDER", COLUMN_OPTIONAL },
};

enum { COLUMNS = sizeof(columns) / sizeof(columns[0]) };

static void put_empty(struct tree *tree, size_t count)
{
	while (count-- > 0)
		table_put(&tree->table, "");
}

/* Puts the last component of a path, as deep as it lies below the top; the top in full. */
static void put_cgroup(struct tree *tree, const char *path, size_t length)
{
	size_t depth = 0, start = 0, i;
	char *cell;

	for (i = tree->top_length; i < length; i++) {
		if (path[i] == '/') {
			depth++;
			start = i + 1;
		}
	}
	cell = malloc(2 * depth + length - start + 1);
	if (!cell) {
		tree->table.failed = true;
		return;
	}
	memset(cell, ' ', 2 * depth);
	memcpy(cell + 2 * depth, path + start, length - start);
	cell[2 * depth + length - start] = '\0';
	table_put(&tree->table, cell);
	free(cell);
}

/* Whether the first so many bytes of a path are the last shown cgroup, or one above it. */
static bool was_shown(const struct tree *tree, const char *path, size_t length)
{
	if (!tree->shown || strncmp(tree->shown, path, length) != 0)
		return false;
	return tree->shown[length] == '\0' || tree->shown[length] == '/';
}

/* Puts the ancestors that are not in the table yet, each in a row of its own, and the cgroup. */
static void put_cgroups(struct tree *tree, const char *path)
{
	size_t length = strlen(path), i;

	for (i = tree->top_length; i < length; i++) {
		if ((i > tree->top_length && path[i] != '/') || was_shown(tree, path, i))
			continue;
		put_cgroup(tree, path, i);
		put_empty(tree, COLUMNS - 1);
	}
	put_cgroup(tree, path, length);
	free(tree->shown);
	tree->shown = strdup(path);
	if (!tree->shown)
		tree->table.failed = true;
}

static void put_entry(struct table *table, const cgswap_chain *chain, const cgswap_entry *entry)
{
	enum cgswap_preorder preorder = cgswap_entry_get_preorder(entry);

	table_put_number(table, cgswap_entry_get_position(entry));
	table_put_number(table, cgswap_entry_get_id(entry));
	cell_name(table, entry);
	cell_link(table, chain, entry);
	/* the column is there only where one has it, or may have it */
	table_put(table, preorder == CGSWAP_PREORDER_NO ? "-" : preorder_name(preorder));
}

/* The first column is the caller's. */
static void put_chain(struct tree *tree, const cgswap_chain *chain, size_t type)
{
	size_t i;

	table_put(&tree->table, cgswap_attach_type_get_short_name(type));
	table_put(&tree->table, mode_name(cgswap_chain_get_mode(chain)));
	cell_number(&tree->table, cgswap_chain_get_revision(chain));
	for (i = 0; i < cgswap_chain_get_length(chain); i++) {
		if (i > 0)
			put_empty(tree, 4);
		put_entry(&tree->table, chain, cgswap_chain_get_entry(chain, i));
	}
}

static void put_chains(struct tree *tree, const char *cgroup, const struct view_set *set)
{
	size_t i;

	put_cgroups(tree, cgroup);
	for (i = 0; i < set->length; i++) {
		if (i > 0)
			put_empty(tree, 1);
		put_chain(tree, set->chains[i], set->types[i]);
	}
}

static bool add_object(struct tree *tree, const char *cgroup, const struct view_set *set)
{
	json_t *object = json_wrap("cgroup", json_text(cgroup));

	if (json_put(object, "chains", json_view_set(set)))
		return json_add(tree->list, object);
	json_decref(object);
	return false;
}

static bool vanished(void)
{
	switch (cgswap_error_get_cause(cgswap_last_error())) {
	case CGSWAP_CAUSE_CGROUP_NOT_FOUND:
	case CGSWAP_CAUSE_CGROUP_GONE:
		return true;
	default:
		return false;
	}
}

static int visit(const char *cgroup, void *user)
{
	struct tree *tree = user;
	struct view_set set;

	if (tree->top_length == 0)
		tree->top_length = strlen(cgroup);
	if (view_set_open(&set, tree->session, cgroup, &tree->types, &tree->describer)) {
		if (vanished())
			return 0;
		tree->refused = true;
		tree->error = cgswap_error_dup();
		return -1;
	}
	tree->looked_at++;
	if (set.length == 0)
		return 0;
	tree->with_programs++;
	if (tree->list)
		tree->no_memory = !add_object(tree, cgroup, &set);
	else
		put_chains(tree, cgroup, &set);
	view_set_close(&set);
	return tree->no_memory || tree->table.failed ? -1 : 0;
}

static bool print_tree(struct tree *tree)
{
	json_t *list = tree->list;

	if (list) {
		tree->list = NULL;
		return json_print(json_wrap("cgroups", list));
	}
	if (!table_print(&tree->table))
		return false;
	printf("%s%zu cgroup%s looked at, %zu with programs\n", tree->with_programs ? "\n" : "",
	       tree->looked_at, tree->looked_at == 1 ? "" : "s", tree->with_programs);
	return true;
}

/* The walk passes over what vanished, even if that is where it began. */
static enum cgswap_status check_top(const struct tree *tree, const char *top)
{
	enum cgswap_status status;
	cgswap_chain *chain;

	status = cgswap_chain_open(&chain, tree->session, top,
				   cgswap_attach_type_get_name(tree->types.types[0]));
	cgswap_chain_unref(chain);
	return status;
}

static enum exit_status walk(struct tree *tree)
{
	const struct options *options = tree->options;
	const char *top = options->arguments[0];
	enum cgswap_status status;

	if (type_list_read(&tree->types, tree->session) != CGSWAP_OK)
		return refuse_last(options);
	status = cgswap_session_walk(tree->session, top, visit, tree);
	if (tree->no_memory || tree->table.failed)
		return refuse_memory(options, false);
	if (tree->refused)
		return refuse(options, tree->error);
	if (status == CGSWAP_OK && tree->looked_at == 0 && top)
		status = check_top(tree, top);
	if (status != CGSWAP_OK)
		return refuse_last(options);
	return print_tree(tree) ? EXIT_DONE : refuse_memory(options, false);
}

enum exit_status cmd_tree(const struct options *options)
{
	struct tree tree = { .options = options, .describer = { .options = options } };
	enum exit_status status;

	status = view_session_open(options, &tree.session);
	if (status != EXIT_DONE)
		return status;
	table_init(&tree.table, columns, COLUMNS);
	if (options->given & OPTION_JSON) {
		tree.list = json_array();
		tree.no_memory = !tree.list;
	}
	status = tree.no_memory ? refuse_memory(options, false) : walk(&tree);
	json_decref(tree.list);
	cgswap_error_free(tree.error);
	free(tree.shown);
	table_free(&tree.table);
	cgswap_session_unref(tree.session);
	return status;
}
