/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The details of an error: the values that its message speaks of, whole and under their names. Text
 * from outside cannot add one, and the next call drops them.
 */
#include "../lib/expect.h"
#include "../lib/fixture.h"
#include "../lib/live.h"
#include "../lib/tap.h"

#include <string.h>

static struct fixture fixture;

/* The text of the first detail with this name; "" if there is none. */
static const char *detail(const cgswap_error *error, const char *name)
{
	for (size_t i = 0; i < cgswap_error_get_detail_count(error); i++)
		if (strcmp(cgswap_error_get_detail_name(error, i), name) == 0)
			return cgswap_error_get_detail_text(error, i);
	return "";
}

static void not_attached(void)
{
	const cgswap_error *error = cgswap_last_error();
	size_t position, last;

	EXPECT_CAUSE(cgswap_chain_find(fixture.chain, "id:4294967295", &position), NOT_ATTACHED,
		     "a program that is not attached");
	is_str(detail(error, "selector"), "id:4294967295", "the selector");
	is_str(detail(error, "attach_type"), "egress", "the attach type");
	is_str(detail(error, "cgroup"), fixture.cgroup.path, "the cgroup");
	last = cgswap_error_get_detail_count(error);
	ok(!*cgswap_error_get_detail_name(error, last) &&
		   !*cgswap_error_get_detail_text(error, last) &&
		   !cgswap_error_get_detail_number(error, last) &&
		   !cgswap_error_get_detail_is_number(error, last),
	   "nothing is past the last detail");
	ok(!cgswap_error_get_detail_count(NULL) && !*cgswap_error_get_detail_name(NULL, 0) &&
		   !*cgswap_error_get_detail_text(NULL, 0) &&
		   !cgswap_error_get_detail_number(NULL, 0),
	   "NULL has no details");
	expect_ok(cgswap_chain_read(fixture.chain), "a call that succeeds");
	ok(!cgswap_error_get_detail_count(error), "it drops the details");
}

static void numbers(void)
{
	struct cgswap_attach_opts opts = { .sz = sizeof(opts), .reserved = 7 };
	const cgswap_error *error = cgswap_last_error();
	size_t position;

	EXPECT_CAUSE(cgswap_chain_attach(fixture.chain, fixture.program, &opts), BAD_ARGUMENT,
		     "a reserved option is set");
	ok(cgswap_error_get_detail_is_number(error, 0) &&
		   cgswap_error_get_detail_number(error, 0) == 7,
	   "a number is a number");
	EXPECT_CAUSE(cgswap_chain_find(fixture.chain, "12345", &position), NOT_ATTACHED,
		     "a selector of digits");
	ok(!cgswap_error_get_detail_is_number(error, 0) &&
		   cgswap_error_get_detail_number(error, 0) == 12345,
	   "a selector of digits is a text, and can be read as a number");
}

/* The message shows 200 bytes of a selector. */
static void whole_values(void)
{
	const cgswap_error *error = cgswap_last_error();
	char text[600] = "pin:/";
	cgswap_error *copy;
	size_t position;

	memset(text + strlen(text), 'x', 500);
	cgswap_chain_find(fixture.chain, text, &position);
	ok(!strstr(cgswap_error_get_message(error), text), "a message shortens a long value");
	ok(strcmp(detail(error, "pin"), text + strlen("pin:")) == 0, "its detail has all of it");
	copy = cgswap_error_dup();
	expect_ok(cgswap_chain_read(fixture.chain), "another call");
	ok(strcmp(detail(copy, "pin"), text + strlen("pin:")) == 0, "so does a copy of the error");
	cgswap_error_free(copy);
}

static void hostile_values(void)
{
	static const char *const texts[] = {
		"%s%n%{pin}", "'{cgroup}", "{selector}", "x'{found} {count}", "\n\x01", "%",
	};
	const cgswap_error *error = cgswap_last_error();
	size_t position;

	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		cgswap_chain_find(fixture.chain, texts[i], &position);
		ok(strcmp(detail(error, "selector"), texts[i]) == 0, "text %zu: unchanged", i);
		ok(cgswap_error_get_detail_count(error) == 1, "text %zu: one detail", i);
	}
}

int main(void)
{
	need_live();
	fixture = fixture_new("details", 1);
	not_attached();
	numbers();
	whole_values();
	hostile_values();
	fixture_free(&fixture);
	return done_testing();
}
