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

/* What all values together demand: one's own demand counts where all others are good. */
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

static void judge_refusal(enum cgswap_status status)
{
	const cgswap_error *error = cgswap_last_error();
	enum cgswap_cause cause = cgswap_error_get_cause(error);

	if (cgswap_error_get_status(error) != status)
		complain("it says %d, its last error %d\n", status, cgswap_error_get_status(error));
	if (cause == CGSWAP_CAUSE_NONE || cgswap_cause_get_status(cause) != status)
		complain("the cause '%s' does not go with %d\n", cgswap_cause_get_name(cause), status);
	if (cause == CGSWAP_CAUSE_UNEXPLAINED)
		complain("unexplained: %s\n", cgswap_error_get_message(error));
	if (!one_line(cgswap_error_get_message(error)) || !one_line(cgswap_error_get_remedy(error)) ||
	    !one_line(cgswap_error_get_operation(error)))
		complain("message, remedy and operation are not one line each\n");
}

static void judge_demand(enum demand demand, enum cgswap_status status)
{
	enum cgswap_cause cause = cgswap_error_get_cause(cgswap_last_error());

	if ((demand == DEMAND_OK) != (status == CGSWAP_OK) && demand != DEMAND_NOTHING)
		complain("wanted it %s, got '%s': %s\n", demand == DEMAND_OK ? "done" : "refused",
			 cgswap_cause_get_name(cause), cgswap_error_get_message(cgswap_last_error()));
	else if ((demand == DEMAND_BAD_ARGUMENT && cause != CGSWAP_CAUSE_BAD_ARGUMENT) ||
		 (demand == DEMAND_CLOSED && cause != CGSWAP_CAUSE_HANDLE_CLOSED))
		complain("wanted %s, got %s\n",
			 demand == DEMAND_CLOSED ? "handle_closed" : "bad_argument",
			 cgswap_cause_get_name(cause));
}

static void drop(const char *type, void *handle)
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
	else
		complain("nobody knows how to drop a %s\n", type);
}

/* Answers are cleared on a refusal; a handle is given, and dropped here, when all went well. */
static void judge_answers(const struct call *call, enum cgswap_status status)
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
			drop(param->base, handle);
	}
}

/* What options asked for, too: then it is ours to close. */
static void judge_descriptor(enum cgswap_status status)
{
	int *fd = hostile_descriptor();

	if (*fd < 0)
		return;
	if (status)
		complain("refused, and yet there is a descriptor\n");
	close(*fd);
	*fd = -1;
}

/* Who closes something gives descriptors back; nobody leaves any behind. */
static bool left_descriptors(const struct call *call, const struct descriptors *before)
{
	unsigned open = 0;

	if (!name_ends(call->function, "_close") && !hostile_called_back())
		return !descriptors_same(before);
	for (int fd = 0; fd < DESCRIPTORS_MAX; fd++)
		open += before->open[fd];
	return descriptors_count() > open;
}

static void judge_status_call(const struct call *call, const struct descriptors *before)
{
	enum cgswap_status status = (enum cgswap_status)(int32_t)call->result.arg;
	bool may_keep = strstr(call->function->result.name, "_replace_add") && !status;

	if (status)
		judge_refusal(status);
	else if (cgswap_error_get_cause(cgswap_last_error()) != CGSWAP_CAUSE_NONE)
		complain("done, but there is a last error: %s\n",
			 cgswap_error_get_message(cgswap_last_error()));
	judge_demand(demand_of(call), status);
	judge_answers(call, status);
	judge_descriptor(status);
	if (!may_keep && left_descriptors(call, before))
		complain("descriptors came or went\n");
}

static bool gave_nothing(const struct call *call)
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

static void judge_getter(const struct call *call, const char *last_message)
{
	const struct function *function = call->function;
	const char *text = call->result.pointer;

	if (name_ends(function, "_ref")) {
		if (call->result.pointer != call->args[0].pointer)
			complain("a reference to another handle\n");
		else if (call->result.pointer)
			drop(function->params[0].base, call->result.pointer);
	} else if (demand_of(call) >= DEMAND_REFUSED && !gave_nothing(call)) {
		complain("wanted nothing, got something\n");
	}
	if (function->result.kind == KIND_STRING && !text)
		complain("NULL for a string\n");
	else if (function->result.kind == KIND_STRING && strlen(text) > 1 << 20)
		complain("a very long string\n");
	if (strcmp(cgswap_error_get_message(cgswap_last_error()), last_message) != 0)
		complain("it touched the last error\n");
}

void judge(const struct call *call, const struct descriptors *before, const char *last_message)
{
	if (returns_status(call->function))
		judge_status_call(call, before);
	else
		judge_getter(call, last_message);
	if (*hostile_callback_complaint())
		complain("%s\n", hostile_callback_complaint());
}
