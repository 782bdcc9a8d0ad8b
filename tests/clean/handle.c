/* SPDX-License-Identifier: BSD-2-Clause */
/* A list of leftovers is a handle: it gives nothing past its end, and once it is closed. */
#include "../lib/expect.h"
#include "../lib/fixture.h"
#include "../lib/live.h"
#include "../lib/tap.h"

static void gives_nothing(const cgswap_clean *clean, size_t index, const char *name)
{
	is_str(cgswap_clean_get_kind(clean, index), "", "%s: no kind", name);
	is_str(cgswap_clean_get_path(clean, index), "", "no path");
	is_str(cgswap_clean_get_reason(clean, index), "", "no reason");
	ok(!cgswap_clean_get_removed(clean, index), "not removed");
}

int main(void)
{
	struct fixture fixture;
	cgswap_clean *clean = NULL;

	need_live();
	fixture = fixture_new("clean-handle", 1);
	expect_ok(cgswap_clean_open(&clean, fixture.session), "look");
	gives_nothing(clean, cgswap_clean_get_count(clean), "past the end");
	ok(cgswap_clean_ref(clean) == clean, "a reference");
	cgswap_clean_unref(clean);
	expect_ok(cgswap_clean_close(clean), "closed");
	gives_nothing(clean, 0, "closed");
	EXPECT_CAUSE(cgswap_clean_remove(clean), HANDLE_CLOSED, "a closed list");
	cgswap_clean_unref(clean);
	gives_nothing(NULL, 0, "NULL");
	EXPECT_CAUSE(cgswap_clean_open(NULL, fixture.session), BAD_ARGUMENT, "no place for it");
	EXPECT_CAUSE(cgswap_clean_remove(NULL), BAD_ARGUMENT, "NULL");
	fixture_free(&fixture);
	return done_testing();
}
