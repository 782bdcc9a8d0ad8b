/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A call opens each map by its id at most once, however many parts of the library read it, and a
 * program array is not opened again by the next calls of a session. A commit opens no map. The
 * fault kernel counts the opens.
 */
#include "../lib/attach_types.h"
#include "../lib/fixture_maps.h"
#include "../lib/live.h"
#include "../lib/rawbpf.h"
#include "../lib/rawfd.h"
#include "../lib/tap.h"
#include "fault_kernel.h"

#include <stdio.h>

/* One check; the calls before it were one call of the library. */
static void opened_once(enum cgswap_status status, const char *name)
{
	if (!ok(!status && !fault_kernel.maps_reopened, "%s: %zu maps opened, %u of them again", name,
		fault_kernel.map_count, fault_kernel.maps_reopened))
		diag("%s", cgswap_error_get_message(cgswap_last_error()));
	fault_kernel_reset();
}

static void replaces(const char *old, const char *new, enum cgswap_map_policy maps)
{
	struct map_fixture fixture = map_fixture_new("once", old);
	cgswap_replace *replace;
	enum cgswap_status status;

	fault_kernel_reset();
	status = map_fixture_plan(&fixture, &replace, new, maps);
	opened_once(status, new);
	if (status)
		bail_out("%s", cgswap_error_get_message(cgswap_last_error()));
	status = cgswap_replace_commit(replace, NULL);
	is_int(fault_kernel.map_count, 0, "the commit opens none");
	opened_once(status, "commit");
	cgswap_replace_unref(replace);
	map_fixture_free(&fixture);
}

/* The program of a link: the kinds of its maps are compared too. */
static void replaces_in_link(void)
{
	struct map_fixture fixture = map_fixture_new("link", "object/tail_call");
	int link, program = raw_prog_open(map_fixture_program(&fixture));
	cgswap_replace *replace;
	enum cgswap_status status;

	raw_detach(fixture.cgroup.fd, program, EGRESS);
	link = raw_link_create(fixture.cgroup.fd, program, EGRESS, 0);
	if (link < 0 || cgswap_chain_read(fixture.chain))
		bail_out("no link");
	fault_kernel_reset();
	status = map_fixture_plan(&fixture, &replace, "object/tail_call", CGSWAP_MAPS_REUSE);
	opened_once(status, "a step whose entry a link holds");
	cgswap_replace_unref(replace);
	raw_close(link);
	raw_close(program);
	map_fixture_free(&fixture);
}

static void reads(void)
{
	struct map_fixture fixture = map_fixture_new("reads", "object/tail_call");
	char source[32];
	cgswap_program *program;
	enum cgswap_status status;

	snprintf(source, sizeof(source), "id:%u", map_fixture_program(&fixture));
	fault_kernel_reset();
	status = cgswap_program_open(&program, fixture.session, source, NULL);
	opened_once(status, "a program by its id");
	cgswap_program_unref(program);
	status = cgswap_chain_describe(fixture.chain, CGSWAP_DESCRIBE_ALL);
	opened_once(status, "describe");
	map_fixture_free(&fixture);
}

/* Without reading the array, a session that only opens the program would not keep it. */
static void array_is_kept(void)
{
	struct map_fixture fixture = map_fixture_new("kept", "object/tail_call");
	uint32_t array = map_fixture_map(&fixture, "jumps");
	unsigned opens = 0;

	for (int i = 0; i < 3; i++) {
		fault_kernel_reset();
		if (cgswap_chain_read(fixture.chain) ||
		    cgswap_chain_describe(fixture.chain, CGSWAP_DESCRIBE_ALL))
			bail_out("%s", cgswap_error_get_message(cgswap_last_error()));
		for (size_t at = 0; at < fault_kernel.map_count; at++)
			opens += fault_kernel.maps_opened[at] == array;
	}
	ok(array && opens <= 1, "three calls open the program array %u times", opens);
	map_fixture_free(&fixture);
}

int main(void)
{
	need_live();
	replaces("count_v1", "count_v2", CGSWAP_MAPS_REUSE);
	replaces("count_v1", "count_v2", CGSWAP_MAPS_NEW);
	replaces("object/tail_call", "object/tail_call", CGSWAP_MAPS_REUSE);
	replaces("long_maps", "count_v1", CGSWAP_MAPS_REUSE);
	replaces_in_link();
	reads();
	array_is_kept();
	is_int(fault_kernel.open, 0, "all descriptors are closed");
	return done_testing();
}
