/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * In chains of any length and at any position the new program takes the position of the old one,
 * and no other entry moves. The longest chain in which the kernel replaces has 63 entries.
 */
#include "../lib/expect.h"
#include "../lib/attach_types.h"
#include "../lib/live.h"
#include "../lib/programs.h"
#include "../lib/fixture.h"
#include "../lib/tap.h"

#include <stdio.h>

static void replace_at_every_position(size_t count)
{
	struct fixture fixture = fixture_new("order", count);
	struct raw_chain wanted = fixture_chain(&fixture);
	cgswap_program *new = fixture.program, *old;
	size_t good = 0;

	for (size_t position = 0; position < count; position++) {
		struct raw_chain now;
		char selector[32];

		snprintf(selector, sizeof(selector), "pos:%zu", position);
		old = live_program(fixture.session, fixture.progs[position]);
		if (swap(fixture.session, fixture.chain, selector, new)) {
			diag("%s", cgswap_error_get_message(cgswap_last_error()));
			cgswap_program_unref(old);
			break;
		}
		wanted.ids[position] = cgswap_program_get_id(new);
		wanted.revision += kernel_has_revision();
		now = fixture_chain(&fixture);
		good += chain_same(&now, &wanted) && now.revision == wanted.revision &&
			now.flags == wanted.flags;
		/* the replaced program is the next new one */
		if (new != fixture.program)
			cgswap_program_unref(new);
		new = old;
	}
	if (new != fixture.program)
		cgswap_program_unref(new);
	is_int(good, count, "%zu positions in a chain of %zu", count, count);
	fixture_free(&fixture);
}

int main(void)
{
	need_live();
	for (size_t count = 1; count <= 5; count++)
		replace_at_every_position(count);
	replace_at_every_position(63);
	return done_testing();
}
