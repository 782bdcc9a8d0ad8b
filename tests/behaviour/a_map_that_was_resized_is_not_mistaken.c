/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A loader gives a map as many entries as another one is declared to have, and the kernel cuts the
 * names of both to one: what only the number of entries would tell is not believed.
 */
#include "../lib/expect.h"
#include "../lib/hooks.h"
#include "../lib/live.h"
#include "../lib/rawfd.h"
#include "../lib/scene.h"
#include "../lib/state.h"
#include "../tap/tap.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <unistd.h>

/* Loads sized_maps with tcp's map as large as this. @return a descriptor of its program. */
static int load_resized(unsigned entries)
{
	struct bpf_object *object = bpf_object__open_file(state_object("sized_maps"), NULL);
	struct bpf_map *map;
	int fd;

	if (!object)
		bail_out("sized_maps cannot be opened");
	map = bpf_object__find_map_by_name(object, "connections_of_tcp");
	if (!map || bpf_map__set_max_entries(map, entries) || bpf_object__load(object))
		bail_out("sized_maps cannot be loaded");
	fd = dup(bpf_program__fd(bpf_object__find_program_by_name(object, "tcp")));
	bpf_object__close(object);
	if (fd < 0)
		bail_out("no descriptor is left");
	return fd;
}

/* A chain whose program's map of connections of tcp is as large as this. */
static struct state resized(const char *cgroup, unsigned entries)
{
	struct state state = { .session = live_session(), .cgroup = scratch_new(cgroup) };
	int fd = load_resized(entries);

	if (raw_attach(state.cgroup.fd, fd, EGRESS, RAW_MULTI))
		bail_out("the program cannot be attached");
	raw_close(fd);
	state.chain = live_chain(state.session, state.cgroup.path, "egress");
	return state;
}

static void is_refused(const char *cgroup, unsigned entries)
{
	struct state state = resized(cgroup, entries);
	struct raw_chain before = chain_now(state.cgroup.fd, EGRESS);
	cgswap_replace *replace;

	diag("connections of tcp: %u", entries);
	EXPECT_CAUSE(state_plan(&state, &replace, "sized_both", CGSWAP_STATE_KEEP), MAP_CHANGED,
		     "which of two maps it is cannot be told");
	expect_message("several may be called connections_of_");
	chain_untouched(state.cgroup.fd, EGRESS, &before, "and nothing was changed");
	expect_ok(state_swap(&state, "sized_both", CGSWAP_STATE_NEW), "with fresh ones it is fine");
	state_free(&state);
}

int main(void)
{
	need_live();
	is_refused("udps", 20);
	is_refused("its_own", 10);
	is_refused("nobodys", 30);
	return done_testing();
}
