/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Values are given as text, by the type of the constant: numbers in their range, true and false,
 * enumerators, text, bytes, members of structs. The kernel then has these values. A choice that is
 * none of them is refused.
 */
#include "../lib/expect.h"
#include "../lib/fixture.h"
#include "../lib/fixture_constants.h"
#include "../lib/live.h"
#include "../lib/tap.h"

#include <string.h>

static struct map_fixture fixture;

static enum cgswap_status open_with(const char *choice)
{
	const struct cgswap_program_opts opts = { .sz = sizeof(opts), .constant_choices = CHOICES(choice) };
	cgswap_program *program;
	enum cgswap_status status = cgswap_program_open(&program, fixture.session,
							constant_fixture_object("kinds"), &opts);

	cgswap_program_unref(program);
	return status;
}

/* Attaches a program with the value, and reads it back from the kernel by a refusal. */
static void is_set(const char *choice, const char *name, const char *value, const char *default_value)
{
	cgswap_replace *replace;

	expect_ok(constant_fixture_swap(&fixture, "kinds",
					(struct cgswap_step_opts){ .constants = CGSWAP_CONSTANTS_NEW,
								   .constant_choices = CHOICES(choice) }),
		  "%s", choice);
	EXPECT_CAUSE(constant_fixture_plan(&fixture, &replace, "kinds", (struct cgswap_step_opts){ 0 }),
		     CONSTANTS_CHANGED, "%s differs then", name);
	constant_fixture_differs(name, value, default_value);
	/* the only difference: nothing else was written */
	is_int(cgswap_error_get_detail_count(cgswap_last_error()), 5, "and nothing else");
}

static void is_refused(const char *choice, const char *message)
{
	EXPECT_CAUSE(open_with(choice), BAD_ARGUMENT, "%s", choice);
	expect_message(message);
}

static void values(void)
{
	is_set("byte=255", "byte", "255", "1");
	is_set("byte=0x1f", "byte", "31", "1");
	is_set("sign=-128", "sign", "-128", "-1");
	is_set("wide=9223372036854775807", "wide", "9223372036854775807", "-9000000000");
	is_set("wide=-9223372036854775808", "wide", "-9223372036854775808", "-9000000000");
	is_set("yes=false", "yes", "false", "true");
	is_set("yes=0", "yes", "false", "true");
	is_set("colour=RED", "colour", "RED", "GREEN");
	is_set("colour=7", "colour", "7", "GREEN");
	is_set("label=closed", "label", "closed", "gate");
	is_set("label=", "label", "", "gate");
	is_set("label==old", "label", "old", "gate");
	is_set("label==hex:01", "label", "hex:01", "gate");
	is_set("label=hex:6162000000000000", "label", "ab", "gate");
	is_set("ports=hex:040005000600", "ports", "040005000600", "010002000300");
	is_set("by_typedef=8080", "by_typedef", "8080", "80");
	is_set("ports_by_typedef=hex:09000900", "ports_by_typedef", "09000900", "01000200");
	is_set("rules=hex:000000000000000000000000000000Ff", "rules", "000000000000000000000000000000ff",
	       "01000000020003000000000000000000");
	is_set("config.first.port=9", "config.first.port", "9", "20");
	is_set("config.low=7", "config.low", "7", "5");
	is_set("config.high=1", "config.high", "1", "17");
	is_set("config.below=-8", "config.below", "-8", "-3");
	is_set("config.on=true", "config.on", "true", "false");
	is_set("last=1", "last", "1", "9");
}

static void refusals(void)
{
	is_refused("byte=256", "expected a number from 0 to 255");
	is_refused("byte=-1", "expected a number from 0 to 255");
	is_refused("byte=1x", "expected a number from 0 to 255");
	is_refused("byte=", "expected a number from 0 to 255");
	is_refused("byte= 1", "expected a number from 0 to 255");
	is_refused("byte=0x", "expected a number from 0 to 255");
	is_refused("byte==old", "expected a number from 0 to 255");
	is_refused("sign=128", "expected a number from -128 to 127");
	is_refused("sign=--1", "expected a number from -128 to 127");
	is_refused("wide=9223372036854775808",
		   "expected a number from -9223372036854775808 to 9223372036854775807");
	is_refused("wide=99999999999999999999", "expected a number from -");
	is_refused("yes=2", "expected true or false");
	is_refused("yes=True", "expected true or false");
	is_refused("colour=BLUE", "expected a number from ");
	is_refused("label=too long", "expected a text of up to 7 bytes");
	is_refused("label=hex:61", "expected 16 hexadecimal digits after 'hex:'");
	is_refused("label=hex:616200000000000g", "expected 16 hexadecimal digits after 'hex:'");
	is_refused("ports=1", "expected hex: and the bytes as 12 hexadecimal digits");
	is_refused("config.low=8", "expected a number from 0 to 7");
	is_refused("config.below=8", "expected a number from -8 to 7");
	is_refused("config=1", "gives a value to a whole struct");
	is_refused("byte=old", "asks for the value of an old program, and there is none");
	is_refused("colur=1", "'colur' is not a constant of 'kinds.bpf.o'");
	is_str(cgswap_error_get_remedy(cgswap_last_error()), "did you mean 'colour'?", "a near name is offered");
	is_refused("no_constant=1", "'no_constant' is not a constant");
	is_refused("config.thirst.port=1", "is not a constant");
	is_refused("byte", "expected NAME=old, NAME=new or NAME=VALUE");
	is_refused("=1", "expected NAME=old, NAME=new or NAME=VALUE");
	expect_ok(open_with("byte=new"), "the value of the file can be asked for");
}

int main(void)
{
	const struct cgswap_program_opts twice = { .sz = sizeof(twice),
						   .constant_choices = CHOICES("byte=1", "byte=2") };
	cgswap_program *program;

	fixture = constant_fixture_new("valued", "kinds", NULL);
	values();
	refusals();
	EXPECT_CAUSE(cgswap_program_open(&program, fixture.session, constant_fixture_object("kinds"), &twice),
		     BAD_ARGUMENT, "two choices for one constant");
	expect_message("two choices for a constant: 'byte=1' and 'byte=2'");
	map_fixture_free(&fixture);
	return done_testing();
}
