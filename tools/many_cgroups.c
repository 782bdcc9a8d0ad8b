/* SPDX-License-Identifier: BSD-2-Clause */
#include "many_cgroups.h"
#include "cgroup_argument.h"
#include "commit.h"
#include "report.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Keeps the last error as that of a cgroup. */
static enum exit_status many_refuse(struct many_cgroups *many, const char *cgroup)
{
	cgswap_error *error = cgswap_error_dup();
	struct refused_cgroup *refused = many->refused;

	if (many->refused_count == many->refused_capacity) {
		size_t capacity = many->refused_capacity ? 2 * many->refused_capacity : 16;

		refused = realloc(refused, capacity * sizeof(*refused));
		if (!refused) {
			cgswap_error_free(error);
			return report_no_memory(many->options, false);
		}
		many->refused = refused;
		many->refused_capacity = capacity;
	}
	refused[many->refused_count++] = (struct refused_cgroup){ .cgroup = strdup(cgroup),
								  .error = error };
	return EXIT_DONE;
}

/* ---- where a cgroup was named -----------------------------------------------------------------
 */

/* Notes where the cgroup of the step that was added last was named. */
static bool many_note_listed(struct many_cgroups *many, const char *word, size_t line)
{
	struct listed_cgroup *listed = many->listed;
	char *copy = strdup(word);

	if (many->listed_count == many->listed_capacity) {
		size_t capacity = many->listed_capacity ? 2 * many->listed_capacity : 16;

		listed = realloc(listed, capacity * sizeof(*listed));
		if (listed) {
			many->listed = listed;
			many->listed_capacity = capacity;
		}
	}
	if (!copy || !listed) {
		free(copy);
		return false;
	}
	listed[many->listed_count++] = (struct listed_cgroup){ .word = copy, .line = line };
	return true;
}

static void many_write_place(char *text, size_t size, const struct many_cgroups *many,
			     const char *word, size_t line)
{
	if (line)
		snprintf(text, size, "line %zu of '%s' ('%s')", line, many->options->cgroups_from,
			 word);
	else
		snprintf(text, size, "--cgroup '%s'", word);
}

/* The step that has the entry already, if that is what the last error says. */
static const struct listed_cgroup *many_find_earlier(const struct many_cgroups *many)
{
	const cgswap_error *error = cgswap_last_error();

	if (cgswap_error_get_cause(error) != CGSWAP_CAUSE_BAD_ARGUMENT)
		return NULL;
	for (size_t i = 0; i < cgswap_error_get_detail_count(error); i++) {
		uint64_t step = cgswap_error_get_detail_number(error, i);

		if (strcmp(cgswap_error_get_detail_name(error, i), "step") == 0 &&
		    step < many->listed_count)
			return &many->listed[step];
	}
	return NULL;
}

static enum exit_status error_listed_twice(const struct many_cgroups *many,
					   const struct listed_cgroup *earlier, const char *word,
					   size_t line)
{
	enum { PLACE = 2 * PATH_MAX };
	const cgswap_step *step = cgswap_replace_get_step(many->replace,
							  (size_t)(earlier - many->listed));
	char first[PLACE], second[PLACE], message[3 * PLACE];

	many_write_place(first, sizeof(first), many, earlier->word, earlier->line);
	many_write_place(second, sizeof(second), many, word, line);
	snprintf(message, sizeof(message), "'%s' is listed twice: %s and %s",
		 cgswap_chain_get_cgroup(cgswap_step_get_chain(step)), first, second);
	return report_usage(many->options, message, "remove one of the two");
}

/* ---- steps ------------------------------------------------------------------------------------
 */

void many_cgroups_free(struct many_cgroups *many)
{
	for (size_t i = 0; i < many->listed_count; i++)
		free(many->listed[i].word);
	free(many->listed);
	for (size_t i = 0; i < many->refused_count; i++) {
		free(many->refused[i].cgroup);
		cgswap_error_free(many->refused[i].error);
	}
	free(many->refused);
	cgswap_replace_unref(many->replace);
	cgswap_session_unref(many->session);
}

static enum cgswap_status many_add_chain(struct many_cgroups *many, const char *cgroup,
					 const struct cgswap_step_opts *opts)
{
	const struct options *options = many->options;
	enum cgswap_status status;
	cgswap_chain *chain;

	status = cgswap_chain_open(&chain, many->session, cgroup, options->arguments[1]);
	if (status)
		return status;
	status = cgswap_replace_add_source(many->replace, chain, options->arguments[2],
					   options->arguments[3], opts);
	cgswap_chain_unref(chain);
	return status;
}

static enum cgswap_status many_add_steps(struct many_cgroups *many, const char *cgroup)
{
	const struct options *options = many->options;
	const struct cgswap_step_opts opts = commit_step_opts(options);

	if (!(options->given & OPTION_RECURSIVE))
		return many_add_chain(many, cgroup, &opts);
	return cgswap_replace_add_recursive(many->replace, cgroup, options->arguments[1],
					    options->arguments[2], options->arguments[3], &opts);
}

static bool many_ignores(const struct many_cgroups *many, enum cgswap_cause cause)
{
	return (many->options->given & OPTION_IGNORE_GONE) &&
	       (cause == CGSWAP_CAUSE_CGROUP_NOT_FOUND || cause == CGSWAP_CAUSE_CGROUP_GONE);
}

/* Adds the cgroup of --cgroup, or of a line, whose number is then not 0. */
static enum exit_status many_add_cgroup(struct many_cgroups *many, const char *word, size_t line)
{
	bool recursive = many->options->given & OPTION_RECURSIVE;
	const struct listed_cgroup *earlier;
	enum exit_status exit_status;
	enum cgswap_status status;
	enum cgswap_cause cause;
	char *cgroup;

	exit_status = cgroup_argument_read(&cgroup, many->options, many->session, word);
	if (exit_status != EXIT_DONE)
		return exit_status;
	status = many_add_steps(many, cgroup);
	cause = cgswap_error_get_cause(cgswap_last_error());
	earlier = status && !recursive ? many_find_earlier(many) : NULL;
	if (!status && !recursive && !many_note_listed(many, word, line))
		exit_status = report_no_memory(many->options, false);
	else if (earlier)
		exit_status = error_listed_twice(many, earlier, word, line);
	else if (status && many_ignores(many, cause))
		many->gone++;
	else if (status && cgswap_cause_get_per_cgroup(cause))
		exit_status = many_refuse(many, cgroup);
	else if (status)
		exit_status = report_last_error(many->options);
	free(cgroup);
	return exit_status;
}

static enum exit_status error_list(const struct options *options, int errnum)
{
	char message[512];

	snprintf(message, sizeof(message), "the list of cgroups '%.400s' cannot be read: %s",
		 options->cgroups_from, strerror(errnum));
	return report_refusal(options,
			      errnum == ENOENT ? CGSWAP_CAUSE_OBJECT_NOT_FOUND
					       : CGSWAP_CAUSE_UNEXPLAINED,
			      errnum, message, "give a file with a cgroup on each line, or -");
}

/* A cgroup on each line. */
static enum exit_status many_add_listed(struct many_cgroups *many)
{
	const char *name = many->options->cgroups_from;
	FILE *file = strcmp(name, "-") ? fopen(name, "re") : stdin;
	enum exit_status status = EXIT_DONE;
	char *line = NULL;
	size_t size = 0, number = 0;
	ssize_t length;

	if (!file)
		return error_list(many->options, errno);
	while (status == EXIT_DONE && (length = getline(&line, &size, file)) >= 0) {
		number++;
		if (length && line[length - 1] == '\n')
			line[length - 1] = '\0';
		if (*line)
			status = many_add_cgroup(many, line, number);
	}
	if (status == EXIT_DONE && ferror(file))
		status = error_list(many->options, errno);
	free(line);
	if (file != stdin)
		fclose(file);
	return status;
}

enum exit_status many_cgroups_add(struct many_cgroups *many)
{
	const struct options *options = many->options;
	enum exit_status status = EXIT_DONE;

	if (options->arguments[0])
		status = many_add_cgroup(many, options->arguments[0], 0);
	for (size_t i = 0; options->cgroups[i] && status == EXIT_DONE; i++)
		status = many_add_cgroup(many, options->cgroups[i], 0);
	if (options->cgroups_from && status == EXIT_DONE)
		status = many_add_listed(many);
	return status;
}
