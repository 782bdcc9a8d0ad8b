/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Every exported function, as cgswap_abi_describe() declares it, is called through libffi: with good
 * arguments, with each argument in turn replaced by a hostile one, and with mixtures. Each call has
 * its own child process. No call crashes, hangs, prints or leaks a descriptor. An error is a status
 * with a cause, clears the out parameters and changes no chain; a getter returns 0, "" or NULL for
 * invalid arguments, and does not change the last error.
 */
#include "../lib/tap.h"

#ifndef HAVE_FFI
int main(void)
{
	skip_all("built without libffi (Debian package libffi-dev)");
}
#else

#include "../lib/live.h"
#include "hostile.h"
#include "check_answer.h"

#include <dlfcn.h>
#include <errno.h>
#include <ffi.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

enum { SECONDS = 20, MIXTURES = 16, PATIENCE_SECONDS = 600 };

static int output; /* stdout and stderr of a child */

/* ---- the call ------------------------------------------------------------------------------- */

static ffi_type *ffi_of(enum kind kind)
{
	switch (kind) {
	case KIND_VOID:
		return &ffi_type_void;
	case KIND_BOOL:
		return &ffi_type_uint8;
	case KIND_INT:
	case KIND_ENUM:
		return &ffi_type_sint32;
	case KIND_UINT:
		return &ffi_type_uint32;
	case KIND_INT64:
		return &ffi_type_sint64;
	case KIND_UINT64:
		return &ffi_type_uint64;
	case KIND_SIZE:
		return sizeof(size_t) == 8 ? &ffi_type_uint64 : &ffi_type_uint32;
	default:
		return &ffi_type_pointer;
	}
}

/* The memory from which libffi takes an argument of this kind. */
static union cell cell_of(enum kind kind, const struct value *value)
{
	union cell cell = { 0 };
	uint32_t small = (uint32_t)value->number;

	if (ffi_of(kind) == &ffi_type_pointer)
		cell.pointer = (void *)(uintptr_t)value->pointer;
	else if (kind_size(kind) == sizeof(small))
		memcpy(&cell, &small, sizeof(small));
	else
		cell.number = value->number;
	return cell;
}

static void make_call(struct call *call)
{
	const struct function *function = call->function;
	ffi_type *types[TEXT_PARAMS];
	union cell cells[TEXT_PARAMS];
	void *places[TEXT_PARAMS];
	ffi_cif cif;

	for (size_t i = 0; i < function->count; i++) {
		types[i] = ffi_of(function->params[i].kind);
		cells[i] = cell_of(function->params[i].kind, &call->args[i]);
		places[i] = &cells[i];
	}
	memset(&call->result, 0, sizeof(call->result));
	if (ffi_prep_cif(&cif, FFI_DEFAULT_ABI, function->count, ffi_of(function->result.kind),
			 types) == FFI_OK)
		ffi_call(&cif, FFI_FN(call->address), &call->result, places);
	else
		complain("libffi cannot call it\n");
}

/* ---- the child ------------------------------------------------------------------------------ */

static void limit(int resource, rlim_t value)
{
	struct rlimit limit;

	getrlimit(resource, &limit);
	if (limit.rlim_cur == RLIM_INFINITY || limit.rlim_cur > value)
		limit.rlim_cur = value;
	setrlimit(resource, &limit);
}

static void set_limits(void)
{
	alarm(SECONDS);
	limit(RLIMIT_CORE, 0);
	limit(RLIMIT_CPU, SECONDS);
	limit(RLIMIT_FSIZE, 1 << 20);
	limit(RLIMIT_NOFILE, DESCRIPTORS_MAX);
#ifndef __SANITIZE_ADDRESS__
	limit(RLIMIT_AS, (rlim_t)1 << 32);
#endif
}

/* Out parameters end where memory cannot be read, and are filled with junk. */
static void place_answers(struct call *call)
{
	for (size_t i = 0; i < call->function->count; i++) {
		const struct declared *param = &call->function->params[i];
		size_t size = !strcmp(param->base, "bool") ? sizeof(bool) : sizeof(void *);
		unsigned char rubbish[sizeof(void *)];

		memset(rubbish, size == sizeof(bool) ? 1 : 0xa5, sizeof(rubbish));
		if (param->kind == KIND_OUT && call->args[i].pointer)
			call->args[i].pointer = guarded(rubbish, size);
	}
}

static void child(struct call *call)
{
	struct descriptors before;
	char last_message[1024];

	dup2(output, STDOUT_FILENO);
	dup2(output, STDERR_FILENO);
	set_limits();
	place_answers(call);
	cgswap_chain_read(NULL); /* sets a last error, which a getter must not change */
	snprintf(last_message, sizeof(last_message), "%s",
		 cgswap_error_get_message(cgswap_last_error()));
	before = descriptors_now();
	make_call(call);
	report->returned = true;
	check_answer(call, &before, last_message);
	fflush(NULL);
	report->checked = true;
}

/* ---- the parent ----------------------------------------------------------------------------- */

static void tell_call(const struct call *call)
{
	char text[2048];
	size_t used = snprintf(text, sizeof(text), "%s(", call->function->result.name);

	for (size_t i = 0; i < call->function->count && used < sizeof(text); i++)
		used += snprintf(text + used, sizeof(text) - used, "%s%s: %s", i ? ", " : "",
				 call->function->params[i].name, call->args[i].name);
	diag("%s)", text);
}

static void tell_output(void)
{
	char text[4096];
	ssize_t length = pread(output, text, sizeof(text) - 1, 0);

	text[length > 0 ? length : 0] = '\0';
	diag("it printed:\n%s", text);
}

static bool may_change(const struct function *function)
{
	static const char *const names[] = { "cgswap_chain_attach",   "cgswap_chain_detach",
					     "cgswap_object_attach",
					     "cgswap_replace_commit", "cgswap_replace_rollback" };

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (!strcmp(names[i], function->result.name))
			return true;
	return false;
}

/* Checks the child's report and exit status. */
static bool verdict(const struct call *call, int status)
{
	bool touched = !hostile_untouched(), printed = lseek(output, 0, SEEK_END) > 0;

	if (touched && (!may_change(call->function) || demand_of(call) >= DEMAND_REFUSED))
		complain("it changed a chain\n");
	if (report->checked && !report->used && !printed && WIFEXITED(status) && !WEXITSTATUS(status))
		return true;
	tell_call(call);
	if (WIFSIGNALED(status))
		diag("died of %s", strsignal(WTERMSIG(status)));
	else if (!report->checked)
		diag("the child ended %s the call returned", report->returned ? "after" : "before");
	if (report->used)
		diag("%s", report->complaint);
	if (printed)
		tell_output();
	return false;
}

static bool survives(struct call *call)
{
	int status;
	pid_t pid;

	memset(report, 0, sizeof(*report));
	if (ftruncate(output, 0) || lseek(output, 0, SEEK_SET))
		bail_out("no file for output: %s", strerror(errno));
	fflush(NULL);
	pid = fork();
	if (pid == 0) {
		child(call);
		_exit(0);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		bail_out("cannot fork: %s", strerror(errno));
	return verdict(call, status);
}

static unsigned random_below(unsigned limit_of)
{
	static uint32_t state = 2019;

	state = state * 1664525 + 1013904223;
	return (state >> 16) % limit_of;
}

static void call_in_all_ways(const struct function *function)
{
	struct values values[TEXT_PARAMS];
	struct call call = { .function = function };
	unsigned calls = 0, bad = 0;

	call.address = dlsym(RTLD_DEFAULT, function->result.name);
	if (!call.address) {
		ok(false, "%s is exported", function->result.name);
		return;
	}
	for (size_t i = 0; i < function->count; i++) {
		hostile_values(&values[i], function, &function->params[i]);
		call.args[i] = values[i].list[0];
	}
	calls++, bad += !survives(&call);
	for (size_t i = 0; i < function->count; i++) {
		for (size_t v = 1; v < values[i].count; v++) {
			call.args[i] = values[i].list[v];
			calls++, bad += !survives(&call);
		}
		call.args[i] = values[i].list[0];
	}
	for (int m = 0; m < MIXTURES && function->count > 1; m++) {
		for (size_t i = 0; i < function->count; i++)
			call.args[i] = values[i].list[random_below(values[i].count)];
		calls++, bad += !survives(&call);
	}
	ok(!bad, "%s: %u of %u calls passed", function->result.name, calls - bad, calls);
}

int main(void)
{
	static struct abi abi;
	FILE *file;

	if (!dlsym(RTLD_DEFAULT, "cgswap_version"))
		skip_all("no shared library was built");
	need_live();
	alarm(PATIENCE_SECONDS);
	file = tmpfile();
	report = mmap(NULL, sizeof(*report), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1,
		      0);
	if (!file || report == MAP_FAILED)
		bail_out("no shared memory");
	output = fileno(file);
	text_read(&abi, cgswap_abi_describe());
	hostile_build(&abi);
	for (size_t i = 0; i < abi.function_count; i++)
		call_in_all_ways(&abi.functions[i]);
	ok(abi.function_count > 100, "%zu functions", abi.function_count);
	fclose(file);
	return done_testing();
}
#endif
