/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Scenario 8: an error has status, cause, errno, operation, message, remedy and the verifier's log, if
 * any; the next call clears it, and a copy stays.
 */
#include "../lib/expect.h"
#include "../lib/live.h"
#include "../lib/fixture.h"
#include "../lib/tap.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static struct fixture fixture;

static void not_attached(void)
{
	const cgswap_error *error = cgswap_last_error();

	EXPECT_CAUSE(cgswap_chain_detach(fixture.chain, "name:absent", NULL), NOT_ATTACHED, "detaching an absent program");
	is_int(cgswap_error_get_status(error), CGSWAP_E_NOT_ATTACHED, "the status");
	is_str(cgswap_status_get_name(cgswap_error_get_status(error)), "not_attached", "by name");
	is_int(cgswap_error_get_errno(error), ENOENT, "an errno that fits");
	is_str(cgswap_error_get_operation(error), "detach", "the operation");
	expect_message("absent");
	ok(*cgswap_error_get_remedy(error), "it has a remedy");
	is_str(cgswap_error_get_log(error), "", "it has no log");
}

/* An error of a system call has the errno of that call. */
static void from_the_system(void)
{
	cgswap_chain *chain;

	EXPECT_CAUSE(cgswap_chain_open(&chain, fixture.session, "/no/such/cgroup", "egress"),
		     CGROUP_NOT_FOUND, "a missing cgroup");
	is_int(cgswap_error_get_errno(cgswap_last_error()), ENOENT, "the errno");
	is_str(cgswap_errno_get_name(ENOENT), "ENOENT", "by name");
	is_int(cgswap_error_get_status(cgswap_last_error()), CGSWAP_E_NOT_FOUND, "the status");
}

static void from_the_verifier(void)
{
	const struct cgswap_program_opts opts = { .sz = sizeof(opts), .attach_type = "egress" };
	char *object = build_path("tests/bpf/object/not_verifiable.bpf.o");
	cgswap_program *program;
	cgswap_error *copy;

	EXPECT_CAUSE(cgswap_program_open(&program, fixture.session, object, &opts), VERIFIER_REFUSED,
		     "a program with an invalid access");
	has_str(cgswap_error_get_log(cgswap_last_error()), "invalid access to packet", "the log");
	copy = cgswap_error_dup();
	expect_ok(cgswap_chain_read(fixture.chain), "the next call clears the error");
	is_str(cgswap_error_get_log(cgswap_last_error()), "", "it clears the log too");
	is_int(cgswap_error_get_cause(copy), CGSWAP_CAUSE_VERIFIER_REFUSED, "the copy stays");
	has_str(cgswap_error_get_log(copy), "invalid access to packet", "the copy has the log");
	cgswap_error_free(copy);
	free(object);
}

/* Names and texts of causes can be read without an error. */
static void causes(void)
{
	enum cgswap_cause cause = cgswap_cause_get_by_name("held_by_link");

	is_int(cause, CGSWAP_CAUSE_HELD_BY_LINK, "a cause by its name");
	is_int(cgswap_cause_get_status(cause), CGSWAP_E_NOT_ATTACHED, "its status");
	ok(*cgswap_cause_get_meaning(cause) && *cgswap_cause_get_remedy(cause), "its meaning");
	for (size_t i = 0; i < cgswap_cause_get_count(); i++) {
		const char *name = cgswap_cause_get_name(cgswap_cause_get_at(i));

		ok(cgswap_cause_get_by_name(name) == cgswap_cause_get_at(i), "%s", name);
	}
}

int main(void)
{
	need_live();
	fixture = fixture_new("refusals", 2);
	not_attached();
	from_the_system();
	from_the_verifier();
	causes();
	fixture_free(&fixture);
	return done_testing();
}
