/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A load names the capability that it lacks: CAP_PERFMON for a helper that the verifier has only with
 * it, CAP_SYS_ADMIN where libbpf looks for a function in the kernel's modules. A program that the
 * verifier never allows is its refusal, with the capability and without.
 */
#include "../lib/expect.h"
#include "../lib/live.h"
#include "../lib/privilege.h"
#include "../lib/tap.h"

#include <linux/capability.h>
#include <stdio.h>
#include <stdlib.h>

#define CAP(name) (UINT64_C(1) << (name))

static enum cgswap_status load(const char *object)
{
	char below[128];
	cgswap_session *session;
	cgswap_program *program;
	enum cgswap_status status;
	char *path;

	snprintf(below, sizeof(below), "tests/bpf/object/%s.bpf.o", object);
	path = build_path(below);
	expect_ok(cgswap_session_open(&session, NULL), "a session");
	status = cgswap_program_open(&program, session, path, NULL);
	cgswap_program_unref(program);
	cgswap_session_unref(session);
	free(path);
	return status;
}

static void without_perfmon(void)
{
	EXPECT_CAUSE(load("prints"), MISSING_CAP_PERFMON, "a helper for tracing");
	ok(cgswap_error_get_log(cgswap_last_error())[0], "the verifier's log is there");
	EXPECT_CAUSE(load("not_verifiable"), VERIFIER_REFUSED, "a program that is never allowed");
	expect_ok(load("one_program"), "another program needs no CAP_PERFMON");
}

static void without_sys_admin(void)
{
	EXPECT_CAUSE(load("calls_module"), MISSING_CAP_SYS_ADMIN, "a function of a module");
	expect_ok(load("prints"), "a helper for tracing, with CAP_PERFMON");
}

int main(void)
{
	need_live();
	expect_ok(load("prints"), "a helper for tracing, with all capabilities");
	EXPECT_CAUSE(load("calls_module"), OBJECT_REFUSED, "a function that no module has");
	EXPECT_CAUSE(load("not_verifiable"), VERIFIER_REFUSED, "a program that is never allowed");
	without_capabilities(CAP(CAP_PERFMON) | CAP(CAP_SYS_ADMIN), without_perfmon);
	without_capabilities(CAP(CAP_SYS_ADMIN), without_sys_admin);
	return done_testing();
}
