/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Maps of global variables are reused even if the next object file has another name, although
 * libbpf names these maps after the file.
 */
#include "../lib/expect.h"
#include "../lib/live.h"
#include "../lib/fixture.h"
#include "../lib/fixture_maps.h"
#include "../lib/tap.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Copies an object to another name. Returns the source. */
static const char *renamed(const char *directory, const char *name)
{
	static char source[512];
	char command[2048];

	snprintf(source, sizeof(source), "obj:%s/%s", directory, name);
	snprintf(command, sizeof(command), "cp '%s' '%s'", map_fixture_object("count_v1"), source + 4);
	if (system(command))
		bail_out("cannot copy an object");
	return source;
}

int main(void)
{
	static const char *const names[] = { "a_file_with_a_very_long_name.o", "x.o", "..o", ".bss.o",
					     "1.data.rodata.o", "count_v1.o" };
	char directory[] = "/tmp/cgswap-globals-XXXXXX", command[128];
	struct map_fixture fixture;
	uint32_t bss, data;

	need_live();
	if (!mkdtemp(directory))
		bail_out("no directory");
	fixture = map_fixture_new("globals", "count_v1");
	bss = map_fixture_map(&fixture, ".bss");
	data = map_fixture_map(&fixture, ".data");
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		expect_ok(map_fixture_swap(&fixture, renamed(directory, names[i]),
					   CGSWAP_MAPS_REQUIRE),
			  "the object file is named %s", names[i]);
		is_int(map_fixture_map(&fixture, ".bss"), bss, "%s: .bss is the same map", names[i]);
		is_int(map_fixture_map(&fixture, ".data"), data, "%s: .data is the same map", names[i]);
	}
	snprintf(command, sizeof(command), "rm -r '%s'", directory);
	if (system(command))
		diag("cannot remove %s", directory);
	map_fixture_free(&fixture);
	return done_testing();
}
