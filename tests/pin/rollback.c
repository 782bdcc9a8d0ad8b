/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A commit moves the pin of a step to the new program and a roll-back moves it back, also after a
 * failed check or commit in between. Two steps cannot have the same pin.
 */
#include "../lib/bpffs.h"
#include "../lib/expect.h"
#include "../lib/attach_types.h"
#include "../lib/live.h"
#include "../lib/programs.h"
#include "../lib/fixture.h"
#include "../lib/tap.h"

#include <stdio.h>

static struct fixture fixture;

static void there_and_back(const char *path, uint32_t before, const char *name)
{
	const struct cgswap_step_opts opts = { .sz = sizeof(opts), .pin = path };
	cgswap_replace *replace;

	cgswap_replace_new(&replace, fixture.session, NULL);
	expect_ok(cgswap_replace_add(replace, fixture.chain, "pos:0", fixture.program, &opts),
		  "%s: a step", name);
	EXPECT_CAUSE(cgswap_replace_add(replace, fixture.chain, "pos:1", fixture.program, &opts),
		     BAD_ARGUMENT, "%s: a second step with its pin", name);
	is_int(bpffs_program_at(path), before, "%s: adding a step pins nothing", name);
	for (int i = 0; i < 2; i++) {
		expect_ok(cgswap_replace_check(replace), "%s: check", name);
		expect_ok(cgswap_replace_commit(replace, NULL), "%s: commit", name);
		is_int(bpffs_program_at(path), raw_prog_id(fixture.spare), "%s: the pin has the new program",
		       name);
		EXPECT_CAUSE(cgswap_replace_check(replace), BAD_ARGUMENT,
			     "%s: check after the commit", name);
		EXPECT_CAUSE(cgswap_replace_commit(replace, NULL), BAD_ARGUMENT,
			     "%s: commit after the commit", name);
		expect_ok(cgswap_replace_rollback(replace), "%s: roll-back", name);
		is_int(bpffs_program_at(path), before, "%s: the pin is as before", name);
	}
	cgswap_replace_unref(replace);
}

int main(void)
{
	char old[64], none[64];

	need_live();
	bpffs_private();
	fixture = fixture_new("pin-back", 2);
	snprintf(old, sizeof(old), "%s", bpffs_pin(fixture.progs[0], "held"));
	snprintf(none, sizeof(none), BPFFS "/nothing");
	there_and_back(old, raw_prog_id(fixture.progs[0]), "the old program's pin");
	there_and_back(none, 0, "a free path");
	fixture_free(&fixture);
	raw_unpin(old);
	return done_testing();
}
