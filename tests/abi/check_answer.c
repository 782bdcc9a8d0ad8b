/* SPDX-License-Identifier: BSD-2-Clause */
#include "check_answer.h"

#include <cgswap.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

struct report *report;

void complain(const char *format, ...)
{
	size_t left = sizeof(report->complaint) - report->used;
	va_list args;
	int length;

	va_start(args, format);
	length = vsnprintf(report->complaint + report->used, left, format, args);
	va_end(args);
	if (length >= 0 && (size_t)length < left)
		report->used += length;
}

static bool returns_status(const struct function *function)
{
	return !strcmp(function->result.type, "enum cgswap_status") &&
	       !strstr(function->result.name, "_get_");
}

static bool name_ends(const struct function *function, const char *end)
{
	const char *at = strstr(function->result.name, end);

	return at && !strcmp(at, end);
}

/* Combines the demands of all values. A value's own demand counts if all others are good. */
enum demand demand_of(const struct call *call)
{
	enum demand all = DEMAND_OK;
	size_t odd = 0;

	for (size_t i = 0; i < call->function->count; i++) {
		enum demand demand = call->args[i].demand;

		if (demand == DEMAND_OK)
			continue;
		if (++odd == 1)
			all = demand;
		else if (demand >= DEMAND_REFUSED || all >= DEMAND_REFUSED)
			all = DEMAND_REFUSED;
	}
	return all;
}

static bool one_line(const char *text)
{
	return text && *text && !strchr(text, '\n');
}

static void check_error(enum cgswap_status status)
{
	const cgswap_error *error = cgswap_last_error();
	enum cgswap_cause cause = cgswap_error_get_cause(error);

	if (cgswap_error_get_status(error) != status)
		complain("it returns %d, but its last error has %d\n", status, cgswap_error_get_status(error));
	if (cause == CGSWAP_CAUSE_NONE || cgswap_cause_get_status(cause) != status)
		complain("the cause '%s' does not belong to %d\n", cgswap_cause_get_name(cause), status);
	if (cause == CGSWAP_CAUSE_UNEXPLAINED)
		complain("unexplained: %s\n", cgswap_error_get_message(error));
	if (!one_line(cgswap_error_get_message(error)) || !one_line(cgswap_error_get_remedy(error)) ||
	    !one_line(cgswap_error_get_operation(error)))
		complain("message, remedy and operation are not one line each\n");
}

static void check_demand(enum demand demand, enum cgswap_status status)
{
	enum cgswap_cause cause = cgswap_error_get_cause(cgswap_last_error());

	if ((demand == DEMAND_OK) != (status == CGSWAP_OK) && demand != DEMAND_NOTHING)
		complain("expected it to be %s, got '%s': %s\n", demand == DEMAND_OK ? "done" : "refused",
			 cgswap_cause_get_name(cause), cgswap_error_get_message(cgswap_last_error()));
	else if ((demand == DEMAND_BAD_ARGUMENT && cause != CGSWAP_CAUSE_BAD_ARGUMENT) ||
		 (demand == DEMAND_CLOSED && cause != CGSWAP_CAUSE_HANDLE_CLOSED))
		complain("wanted %s, got %s\n",
			 demand == DEMAND_CLOSED ? "handle_closed" : "bad_argument",
			 cgswap_cause_get_name(cause));
}

static void release(const char *type, void *handle)
{
	if (!strcmp(type, "cgswap_session"))
		cgswap_session_unref(handle);
	else if (!strcmp(type, "cgswap_chain"))
		cgswap_chain_unref(handle);
	else if (!strcmp(type, "cgswap_program"))
		cgswap_program_unref(handle);
	else if (!strcmp(type, "cgswap_replace"))
		cgswap_replace_unref(handle);
	else if (!strcmp(type, "cgswap_object"))
		cgswap_object_unref(handle);
	else if (!strcmp(type, "cgswap_journal"))
		cgswap_journal_unref(handle);
	else if (!strcmp(type, "cgswap_history"))
		cgswap_history_unref(handle);
	else if (!strcmp(type, "cgswap_find"))
		cgswap_find_unref(handle);
	else if (!strcmp(type, "cgswap_clean"))
		cgswap_clean_unref(handle);
	else
		complain("no function to release a %s\n", type);
}

/* Checks out parameters: cleared after an error, set after success. Releases new handles. */
static void check_out_params(const struct call *call, enum cgswap_status status)
{
	for (size_t i = 0; i < call->function->count; i++) {
		const struct declared *param = &call->function->params[i];
		bool is_handle = !strncmp(param->base, "cgswap_", 7);
		void *slot = (void *)(uintptr_t)call->args[i].pointer, *handle = NULL;
		unsigned char zero[sizeof(void *)] = { 0 };
		size_t size = !strcmp(param->base, "bool") ? sizeof(bool) : sizeof(void *);

		if (param->kind != KIND_OUT || !slot)
			continue;
		if (status && memcmp(slot, zero, size))
			complain("'%s' is not cleared\n", param->name);
		if (status || !is_handle)
			continue;
		memcpy(&handle, slot, sizeof(handle));
		if (!handle)
			complain("'%s' was not set\n", param->name);
		else
			release(param->base, handle);
	}
}

/* Closes the descriptor that options asked for. After an error there must be none. */
static void check_descriptor(enum cgswap_status status)
{
	int *fd = hostile_descriptor();

	if (*fd < 0)
		return;
	if (status)
		complain("it failed, and yet set a descriptor\n");
	close(*fd);
	*fd = -1;
}

/* A close function closes descriptors; all others must leave the open ones as they are. */
static bool left_descriptors(const struct call *call, const struct descriptors *before)
{
	unsigned open = 0;

	if (!name_ends(call->function, "_close") && !hostile_called_back())
		return !descriptors_same(before);
	for (int fd = 0; fd < DESCRIPTORS_MAX; fd++)
		open += before->open[fd];
	return descriptors_count() > open;
}

static void check_status_call(const struct call *call, const struct descriptors *before)
{
	enum cgswap_status status = (enum cgswap_status)(int32_t)call->result.arg;
	bool may_keep = !status && (strstr(call->function->result.name, "_replace_add") ||
				    strstr(call->function->result.name, "_object_load") ||
				    strstr(call->function->result.name, "_object_attach"));

	if (status)
		check_error(status);
	else if (cgswap_error_get_cause(cgswap_last_error()) != CGSWAP_CAUSE_NONE)
		complain("it succeeded, but there is a last error: %s\n",
			 cgswap_error_get_message(cgswap_last_error()));
	check_demand(demand_of(call), status);
	check_out_params(call, status);
	check_descriptor(status);
	if (!may_keep && left_descriptors(call, before))
		complain("it opened or closed descriptors\n");
}

static bool returned_nothing(const struct call *call)
{
	const struct declared *result = &call->function->result;
	const char *text = call->result.pointer;

	switch (result->kind) {
	case KIND_VOID:
		return true;
	case KIND_STRING:
		return text && !*text;
	case KIND_HANDLE:
		return !call->result.pointer;
	case KIND_INT64:
	case KIND_UINT64:
		return !call->result.number;
	case KIND_BOOL:
		return !(call->result.arg & 0xff);
	default:
		return (int32_t)call->result.arg == (name_ends(call->function, "_get_fd") ? -1 : 0);
	}
}

static void check_getter(const struct call *call, const char *last_message)
{
	const struct function *function = call->function;
	const char *text = call->result.pointer;

	if (name_ends(function, "_ref")) {
		if (call->result.pointer != call->args[0].pointer)
			complain("it returned another handle\n");
		else if (call->result.pointer)
			release(function->params[0].base, call->result.pointer);
	} else if (demand_of(call) >= DEMAND_REFUSED && !returned_nothing(call)) {
		complain("it returned something for invalid arguments\n");
	}
	if (function->result.kind == KIND_STRING && !text)
		complain("it returned NULL for a string\n");
	else if (function->result.kind == KIND_STRING && strlen(text) > 1 << 20)
		complain("it returned a very long string\n");
	if (strcmp(cgswap_error_get_message(cgswap_last_error()), last_message) != 0)
		complain("it changed the last error\n");
}

void check_answer(const struct call *call, const struct descriptors *before, const char *last_message)
{
	if (returns_status(call->function))
		check_status_call(call, before);
	else
		check_getter(call, last_message);
	if (*hostile_callback_complaint())
		complain("%s\n", hostile_callback_complaint());
}
