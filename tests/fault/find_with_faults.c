/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A find in which any call of the kernel, or any allocation, fails: it fails itself for a lack of
 * memory or descriptors, and otherwise says that it is not complete. Never does it leave something out
 * and say nothing, and it leaks nothing. On a model, which is the same for each run.
 */
#include "../lib/live.h"
#include "../lib/tap.h"
#include "fixture.h"
#include "memory.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static char selector[32];

/* The sizes of a find's lists, and of the reasons. */
struct result {
	enum cgswap_status status;
	size_t lists[5], unread;
};

static struct result run(const char *wanted)
{
	struct result result = { 0 };
	cgswap_session *session = NULL;
	cgswap_find *find = NULL;

	result.status = cgswap_session_open(&session, NULL);
	if (!result.status)
		result.status = cgswap_find_open(&find, session, wanted, CGSWAP_FIND_ALL);
	result.lists[0] = cgswap_find_get_program_count(find);
	result.lists[1] = cgswap_find_get_entry_count(find);
	result.lists[2] = cgswap_find_get_link_count(find);
	result.lists[3] = cgswap_find_get_pin_count(find);
	result.lists[4] = cgswap_find_get_process_count(find);
	result.unread = cgswap_find_get_unread_count(find);
	cgswap_find_unref(find);
	cgswap_session_unref(session);
	return result;
}

static bool lacks(const struct result *result, const struct result *whole)
{
	return memcmp(result->lists, whole->lists, sizeof(whole->lists)) != 0;
}

/* A call that was made fails, alone or with all after it. */
static bool fail_calls(enum fault_kernel_op op, int errnum, bool on, const struct result *whole)
{
	struct result result;

	for (unsigned at = 1; at < 200; at++) {
		fault_kernel_reset();
		fault_kernel.fail_op = op;
		fault_kernel.fail_at = at;
		fault_kernel.fail_errno = errnum;
		fault_kernel.fail_on = on;
		result = run(selector);
		if (!fault_kernel.failed)
			break;
		if (fault_kernel.open) {
			diag("call %u: a descriptor was leaked", at);
			return false;
		}
		if (result.status || !lacks(&result, whole) || result.unread)
			continue;
		diag("call %u of %s fails with %s: something lacks, and nothing says so", at,
		     fault_kernel_names[op], cgswap_errno_get_name(errnum));
		return false;
	}
	return true;
}

static void every_call(const struct result *whole)
{
	static const int errnums[] = { EPERM, EACCES, ENOMEM, EMFILE };

	for (int op = 0; op < FAULT_KERNEL_OPS; op++) {
		bool right = true;

		if (!fault_kernel_can_fail((enum fault_kernel_op)op))
			continue;
		for (size_t i = 0; i < sizeof(errnums) / sizeof(*errnums); i++)
			right = right && fail_calls((enum fault_kernel_op)op, errnums[i], false, whole) &&
				fail_calls((enum fault_kernel_op)op, errnums[i], true, whole);
		ok(right, "%s fails", fault_kernel_names[op]);
	}
}

static void every_allocation(const struct result *whole)
{
	struct result result;
	bool right = true, failed = true;
	unsigned at = 0;

	while (right && failed) {
		size_t held = memory_held();

		fault_kernel_reset();
		memory_fail(++at, false);
		result = run(selector);
		failed = memory_relent();
		right = memory_held() == held && !fault_kernel.open &&
			(result.status == CGSWAP_E_NO_MEMORY || !lacks(&result, whole));
		if (!right)
			diag("allocation %u: status %d", at, result.status);
	}
	ok(right, "each of %u allocations fails", at);
}

int main(void)
{
	struct result whole;

	fault_fixture_build(false);
	sprintf(selector, "id:%u", fixture.old_id[0][1]);
	whole = run(selector);
	is_int(whole.status, 0, "without a fault it is found");
	is_int(whole.unread, 0, "and complete");
	ok(whole.lists[1] > 0, "attached");
	every_call(&whole);
	every_allocation(&whole);
	fault_fixture_free();
	return done_testing();
}
