/* SPDX-License-Identifier: BSD-2-Clause */
#include "complete.h"
#include "cgroup_argument.h"
#include "commands.h"
#include "open.h"
#include "option_table.h"

#include <ctype.h>
#include <dirent.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* The command line before the word that is completed. */
struct line {
	struct options options;            /* its command and arguments, and --kernel */
	const struct option_spec *pending; /* the option whose value is completed */
	bool only_arguments;               /* `--` was given */
	const char *word;
};

/* Prints the candidate if it begins with the word. */
static bool offer(const struct line *line, const char *candidate)
{
	return strncmp(candidate, line->word, strlen(line->word)) == 0 && puts(candidate) != EOF;
}

static void read_option_word(struct line *line, const char *word)
{
	size_t length = strcspn(word, "=");
	const struct option_spec *spec;

	for (spec = option_table; spec->name; spec++) {
		if (strlen(spec->name) != length || strncmp(spec->name, word, length) != 0)
			continue;
		if (!spec->value)
			return;
		if (word[length] == '=')
			option_parse(&line->options, spec, word + length + 1);
		else
			line->pending = spec;
	}
}

static void read_complete_word(struct line *line, const char *word)
{
	struct options *options = &line->options;

	if (line->pending) {
		option_parse(options, line->pending, word);
		line->pending = NULL;
	} else if (!line->only_arguments && strcmp(word, "--") == 0) {
		line->only_arguments = true;
	} else if (!line->only_arguments && word[0] == '-' && word[1]) {
		read_option_word(line, word);
	} else if (!options->command) {
		options->command = command_find(word);
	} else if (options->length < ARGUMENTS_MAX) {
		options->arguments[options->length++] = word;
	}
}

/* ---- candidates -------------------------------------------------------------------------------
 */

static void offer_options(const struct line *line)
{
	const struct option_spec *spec;

	for (spec = option_table; spec->name; spec++) {
		if (spec->bit & options_allowed(&line->options))
			offer(line, spec->name);
	}
}

static void offer_commands(const struct line *line)
{
	const struct command *command;

	for (command = commands; command->name; command++)
		offer(line, command->name);
}

static void offer_causes(const struct line *line)
{
	size_t i;

	for (i = 0; i < cgswap_cause_get_count(); i++)
		offer(line, cgswap_cause_get_name(cgswap_cause_get_at(i)));
}

/* Offers files if the word begins no attach type, where an object may stand. */
static void offer_attach_types(const struct line *line)
{
	bool offered = false;
	size_t i;

	for (i = 0; i < cgswap_attach_type_get_count(); i++) {
		offered |= offer(line, cgswap_attach_type_get_short_name(i));
		/* the other spellings only if one was begun */
		if (!*line->word)
			continue;
		if (strcmp(cgswap_attach_type_get_short_name(i), cgswap_attach_type_get_name(i)))
			offered |= offer(line, cgswap_attach_type_get_name(i));
		if (!strchr(cgswap_attach_type_get_sections(i), ' '))
			offered |= offer(line, cgswap_attach_type_get_sections(i));
	}
	if (!offered && command_object_form(line->options.command))
		puts(":files");
}

/* Offers a directory, and again with a slash if there are directories in it. */
static void offer_directory(const struct line *line, const char *directory, const char *prefix,
			    const char *name)
{
	char path[3 * PATH_MAX], candidate[2 * PATH_MAX];
	struct stat file;

	snprintf(path, sizeof(path), "%s/%s", directory, name);
	if (stat(path, &file) != 0 || !S_ISDIR(file.st_mode))
		return;
	snprintf(candidate, sizeof(candidate), "%s%s", prefix, name);
	offer(line, candidate);
	/* its own entry, that in its parent, and one for each directory in it */
	if (file.st_nlink > 2) {
		strncat(candidate, "/", sizeof(candidate) - strlen(candidate) - 1);
		offer(line, candidate);
	}
}

static void offer_cgroups(const struct line *line, const cgswap_session *session)
{
	const char *word = line->word, *slash = strrchr(word, '/');
	char directory[2 * PATH_MAX], prefix[PATH_MAX];
	struct dirent *entry;
	DIR *stream;

	snprintf(prefix, sizeof(prefix), "%.*s", slash ? (int)(slash + 1 - word) : 0, word);
	if (*word == '/' || *word == '.')
		snprintf(directory, sizeof(directory), "%s", *prefix ? prefix : ".");
	else
		snprintf(directory, sizeof(directory), "%s/%s",
			 cgswap_session_get_cgroup_root(session), prefix);
	stream = opendir(directory);
	if (!stream)
		return;
	while ((entry = readdir(stream))) {
		if (entry->d_name[0] != '.')
			offer_directory(line, directory, prefix, entry->d_name);
	}
	closedir(stream);
}

static bool is_plain_name(const char *name)
{
	const char *c;

	for (c = name; *c; c++) {
		if (!isalnum((unsigned char)*c) && *c != '_' && *c != '.')
			return false;
	}
	return *name && !isdigit((unsigned char)*name);
}

static bool name_is_unique(const cgswap_chain *chain, const char *name)
{
	size_t found = 0, i;

	for (i = 0; i < cgswap_chain_get_length(chain); i++)
		found += !strcmp(cgswap_entry_get_name(cgswap_chain_get_entry(chain, i)), name);
	return found == 1;
}

/* Offers each entry by its name if that is unique, and by its id otherwise. */
static void offer_entries_of(const struct line *line, const cgswap_chain *chain)
{
	const cgswap_entry *entry;
	const char *name;
	char id[32];
	bool clear;
	size_t i;

	for (i = 0; i < cgswap_chain_get_length(chain); i++) {
		entry = cgswap_chain_get_entry(chain, i);
		snprintf(id, sizeof(id), "id:%" PRIu32, cgswap_entry_get_id(entry));
		name = cgswap_entry_get_name(entry);
		clear = is_plain_name(name) && name_is_unique(chain, name);
		if (clear)
			offer(line, name);
		if (!clear || *line->word)
			offer(line, id);
	}
}

static void offer_entries(const struct line *line, cgswap_session *session)
{
	const struct options *options = &line->options;
	cgswap_chain *chain;
	char *cgroup;

	if (options->length < 2 || !options->arguments[0] ||
	    cgroup_argument_read(&cgroup, options, session, options->arguments[0]) != EXIT_DONE)
		return;
	if (open_chain_readable(&chain, session, cgroup, options->arguments[1]) == CGSWAP_OK) {
		cgswap_chain_describe(chain, CGSWAP_DESCRIBE_PROGRAMS);
		offer_entries_of(line, chain);
		cgswap_chain_unref(chain);
	}
	free(cgroup);
}

/* Offers the programs of an object file, each after the prefix. */
static void offer_programs(const struct line *line, cgswap_session *session, const char *file,
			   const char *prefix)
{
	char candidate[2 * PATH_MAX];
	cgswap_object *object;
	size_t i;

	if (strncmp(file, "obj:", strlen("obj:")) == 0)
		file += strlen("obj:");
	if (cgswap_object_open(&object, session, file) != CGSWAP_OK)
		return;
	for (i = 0; i < cgswap_object_get_program_count(object); i++) {
		snprintf(candidate, sizeof(candidate), "%s%s", prefix,
			 cgswap_object_get_program_name(object, i));
		offer(line, candidate);
	}
	cgswap_object_unref(object);
}

/* A selector without a chain: only its beginning can be offered, or the path of a pin. */
static void offer_selectors(const struct line *line)
{
	static const char *const beginnings[] = { "id:", "name:", "tag:", "link:", "pin:" };
	size_t i;

	if (strchr(line->word, '/')) {
		puts(":files");
		return;
	}
	for (i = 0; i < sizeof(beginnings) / sizeof(beginnings[0]); i++)
		offer(line, beginnings[i]);
}

/* Offers the transactions that can be taken back, or let go. */
static void offer_transactions(const struct line *line, cgswap_session *session)
{
	cgswap_history *history;
	char id[24];

	if (cgswap_history_open(&history, session) != CGSWAP_OK)
		return;
	for (size_t i = 0; i < cgswap_history_get_length(history); i++) {
		snprintf(id, sizeof(id), "%llu",
			 (unsigned long long)cgswap_history_get_id(history, i));
		if (cgswap_history_is_held(history, i))
			offer(line, id);
	}
	cgswap_history_unref(history);
}

/* Offers the programs of an object file after `FILE#`, and files otherwise. */
static void offer_sources(const struct line *line, cgswap_session *session)
{
	const char *hash = strrchr(line->word, '#');
	char file[PATH_MAX], prefix[PATH_MAX + 1];

	if (!hash) {
		puts(":files");
		return;
	}
	snprintf(file, sizeof(file), "%.*s", (int)(hash - line->word), line->word);
	snprintf(prefix, sizeof(prefix), "%s#", file);
	offer_programs(line, session, file, prefix);
}

/* Offers the words of "multi, override or none" that the option takes; a number is not offered. */
static void offer_values(const struct line *line)
{
	const enum option_kind kind = line->pending->kind;
	bool has_words = kind == VALUE_WORD || kind == VALUE_PAIRS ||
			 line->pending->bit == OPTION_KERNEL;
	const char *valid = line->pending->valid, *at;
	struct options unused = { .command = NULL };
	char word[64];

	for (at = valid; has_words && *at; at += strspn(at, " ,")) {
		snprintf(word, sizeof(word), "%.*s", (int)strcspn(at, " ,"), at);
		at += strcspn(at, " ,");
		if (option_parse(&unused, line->pending, word))
			offer(line, word);
	}
}

/* The n-th name in "CGROUP TYPE [SEL]", without brackets; "": there is none. */
static void name_argument(char *name, size_t size, const char *arguments, size_t n)
{
	const char *word = arguments;

	for (; n > 0 && *word; n--) {
		word += strcspn(word, " ");
		word += strspn(word, " ");
	}
	word += strspn(word, "[");
	snprintf(name, size, "%.*s", (int)strcspn(word, " ]."), word);
}

static void offer_arguments(const struct line *line, const char *name, cgswap_session *session)
{
	if (strcmp(name, "CGROUP") == 0)
		offer_cgroups(line, session);
	else if (strcmp(name, "TYPE") == 0)
		offer_attach_types(line);
	else if (strcmp(name, "SEL") == 0 || strcmp(name, "OLD") == 0)
		offer_entries(line, session);
	else if (strcmp(name, "SOURCE") == 0 || strcmp(name, "NEW") == 0)
		offer_sources(line, session);
	else if (strcmp(name, "SELECTOR") == 0)
		offer_selectors(line);
	else if (strcmp(name, "ID") == 0)
		offer_transactions(line, session);
	else if (strcmp(name, "CAUSE") == 0)
		offer_causes(line);
	else if (strcmp(name, "COMMAND") == 0)
		offer_commands(line);
	else if (strcmp(name, "FILE") == 0)
		puts(":files");
}

static void offer_value_of(const struct line *line, cgswap_session *session)
{
	const uint64_t bit = line->pending->bit;

	if (bit & (OPTION_CGROUP | OPTION_SCRATCH_CGROUP))
		offer_cgroups(line, session);
	else if (!option_is_free_text(line->pending))
		offer_values(line);
	else if (strcmp(line->pending->value, "SEL") == 0)
		offer_entries(line, session);
	else if (!(bit & (OPTION_ONLY | OPTION_SKIP)))
		puts(":files");
	else if (line->options.length > 1) /* the object, if it was typed before */
		offer_programs(line, session, line->options.arguments[1], "");
}

/* With a list of cgroups the first argument is the attach type. */
static void shift_listed(struct options *options)
{
	if ((!options->cgroups[0] && !options->cgroups_from) || options->length >= ARGUMENTS_MAX)
		return;
	memmove(&options->arguments[1], &options->arguments[0],
		options->length * sizeof(options->arguments[0]));
	options->arguments[0] = options->cgroups[0];
	options->length++;
}

enum exit_status complete_words(int count, char **words)
{
	struct line line = { .options.kernel = "live", .word = count > 0 ? words[count - 1] : "" };
	enum exit_status status;
	cgswap_session *session;
	char name[16];
	int i;

	for (i = 0; i + 1 < count; i++)
		read_complete_word(&line, words[i]);
	shift_listed(&line.options);
	status = open_session(&line.options, &session);
	if (status != EXIT_DONE)
		return status;
	if (line.pending) {
		offer_value_of(&line, session);
	} else if (line.word[0] == '-' && !line.only_arguments) {
		offer_options(&line);
	} else if (!line.options.command) {
		offer_commands(&line);
	} else {
		name_argument(name, sizeof(name), line.options.command->arguments,
			      line.options.length);
		offer_arguments(&line, name, session);
	}
	cgswap_session_unref(session);
	return EXIT_DONE;
}
