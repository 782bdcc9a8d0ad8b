/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The kernel loses a program array whose last descriptor is closed twice in a row: closing clears it
 * in the background, with a reference that the second close takes again and never returns. Calls of
 * a session that read such an array close it once, so that it ends with its programs.
 */
#include "../lib/attach_types.h"
#include "../lib/expect.h"
#include "../lib/fixture_maps.h"
#include "../lib/live.h"
#include "../lib/chains.h"
#include "../lib/rawbpf.h"
#include "../lib/rawfd.h"
#include "../lib/tap.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

/*
 * The loader of a test closes an array too. On a busy machine the kernel may not have cleared it in time,
 * and our close is then the second in a row. Without the remedy 22 to 38 arrays of 50 stay.
 */
enum { ROUNDS = 50, MAPS = 8, CLEARED_US = 20 * 1000, LOST_BY_THE_LOADER = 10 };

static uint32_t maps[ROUNDS * MAPS];
static size_t map_count;

/* Does not open the map, which would be one more descriptor to close. */
static bool exists(uint32_t id)
{
	union bpf_attr attr;

	memset(&attr, 0, sizeof(attr));
	attr.start_id = id - 1;
	return !raw_bpf(BPF_MAP_GET_NEXT_ID, &attr, sizeof(attr)) && attr.next_id == id;
}

static void note_maps(const struct map_fixture *fixture)
{
	uint32_t ids[RAW_MAPS_MAX];
	int program = raw_prog_open(map_fixture_program(fixture));
	size_t count = raw_prog_maps(program, ids);

	for (size_t i = 0; i < count && map_count < ROUNDS * MAPS; i++)
		maps[map_count++] = ids[i];
	raw_close(program);
}

static size_t left(void)
{
	size_t count = 0;

	for (size_t i = 0; i < map_count; i++)
		count += exists(maps[i]);
	return count;
}

static bool swap_to_new_array(const struct map_fixture *fixture)
{
	return !map_fixture_swap(fixture, "object/tail_call", CGSWAP_MAPS_REUSE);
}

static bool plan_twice(const struct map_fixture *fixture)
{
	cgswap_replace *first, *second;
	bool planned = !map_fixture_plan(fixture, &first, "object/tail_call", CGSWAP_MAPS_REUSE) &&
		       !map_fixture_plan(fixture, &second, "object/tail_call", CGSWAP_MAPS_NEW);

	if (planned)
		cgswap_replace_unref(second);
	cgswap_replace_unref(first);
	return planned;
}

static bool open_by_id(const struct map_fixture *fixture)
{
	char source[32];
	cgswap_program *program;

	snprintf(source, sizeof(source), "id:%u", map_fixture_program(fixture));
	for (int i = 0; i < 3; i++) {
		if (cgswap_program_open(&program, fixture->session, source, NULL))
			return false;
		cgswap_program_unref(program);
	}
	return true;
}

/* The descriptor outlasts each of them, since the session of the fixture stays. */
static bool open_in_short_sessions(const struct map_fixture *fixture)
{
	cgswap_program *program;
	char source[32];
	bool opened = true;

	snprintf(source, sizeof(source), "id:%u", map_fixture_program(fixture));
	for (int i = 0; i < 3 && opened; i++) {
		cgswap_session *session = live_session();

		opened = !cgswap_program_open(&program, session, source, NULL) &&
			 *cgswap_program_get_map_name(program, 0);
		cgswap_program_unref(program);
		cgswap_session_unref(session);
	}
	return opened;
}

static bool describe(const struct map_fixture *fixture)
{
	for (int i = 0; i < 3; i++)
		if (cgswap_chain_read(fixture->chain) ||
		    cgswap_chain_describe(fixture->chain, CGSWAP_DESCRIBE_ALL))
			return false;
	return true;
}

static const struct {
	const char *name;
	bool (*fn)(const struct map_fixture *fixture);
} uses[] = {
	{ "a swap to a program with an array of its own", swap_to_new_array },
	{ "two plans, of which nothing comes", plan_twice },
	{ "opening the program by its id three times", open_by_id },
	{ "opening it in three sessions, one after another", open_in_short_sessions },
	{ "reading the metadata three times", describe },
};

int main(void)
{
	need_live();
	for (size_t i = 0; i < sizeof(uses) / sizeof(*uses); i++) {
		unsigned done = 0, waited = 0;

		map_count = 0;
		for (int round = 0; round < ROUNDS; round++) {
			struct map_fixture fixture = map_fixture_new("leak", "object/tail_call");

			usleep(CLEARED_US);
			note_maps(&fixture);
			done += uses[i].fn(&fixture);
			map_fixture_free(&fixture);
		}
		is_int(done, ROUNDS, "%s, in %d rounds", uses[i].name, ROUNDS);
		/* the kernel frees the programs of a removed cgroup a moment later */
		while (left() && waited++ < 200)
			usleep(10000);
		ok(left() <= LOST_BY_THE_LOADER, "the kernel has freed their %zu maps", map_count);
		diag("%zu are left", left());
	}
	return done_testing();
}
