/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TOOLS_COMMANDS_H
#define TOOLS_COMMANDS_H

#include "options.h"

struct command {
	const char *name;
	const char *arguments; /* names separated by blanks, optional ones in brackets */
	const char *summary;
	const char *example;
	uint64_t options; /* besides OPTIONS_EVERYWHERE */
	bool changes;     /* changes what is attached */
	enum exit_status (*run)(const struct options *options);
};

/* The form of a command for all programs of an object, which has fewer arguments. */
struct object_form {
	const char *command;
	const char *arguments;
	const char *summary;
	uint64_t options; /* besides OPTIONS_EVERYWHERE */
};

/* NULL: the command has no such form. */
const struct object_form *command_object_form(const struct command *command);

/* All commands; the last one has no name. */
extern const struct command commands[];

/* The command of this name, or NULL. */
const struct command *command_find(const char *name);
/* Writes the names that are near a mistyped one, or the text in otherwise if there are none. */
void command_suggest(const char *name, char *buffer, size_t size, const char *otherwise);

/* Each function runs one command, reports the outcome, and returns the exit status. */
enum exit_status cmd_show(const struct options *options);
enum exit_status cmd_tree(const struct options *options);
enum exit_status cmd_clean(const struct options *options);
enum exit_status cmd_find(const struct options *options);
enum exit_status cmd_types(const struct options *options);
enum exit_status cmd_attach(const struct options *options);
enum exit_status cmd_attach_object(const struct options *options);
enum exit_status cmd_replace_object(const struct options *options);
enum exit_status cmd_detach(const struct options *options);
enum exit_status cmd_replace(const struct options *options);
enum exit_status cmd_recover(const struct options *options);
enum exit_status cmd_undo(const struct options *options);
enum exit_status cmd_forget(const struct options *options);
enum exit_status cmd_history(const struct options *options);
enum exit_status cmd_replace_many(const struct options *options);
enum exit_status cmd_inspect(const struct options *options);
enum exit_status cmd_features(const struct options *options);
enum exit_status cmd_explain(const struct options *options);
enum exit_status cmd_help(const struct options *options);

#endif
