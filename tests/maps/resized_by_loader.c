/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Two maps have the same cut name, and a loader may have changed the entries or the type of one:
 * the library does not match them by entries or type.
 */
#include "../lib/expect.h"
#include "../lib/attach_types.h"
#include "../lib/live.h"
#include "../lib/rawfd.h"
#include "../lib/fixture.h"
#include "../lib/fixture_maps.h"
#include "../lib/tap.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <linux/bpf.h>
#include <unistd.h>

/* An old object with a program for each map, a new one with both, and changes to the map of tcp. */
struct making {
	const char *cgroup, *old, *new;
	unsigned entries;
	enum bpf_map_type type;
};

/* Loads the old object with the map of tcp changed. Returns a descriptor of its program. */
static int load_resized(const struct making *making)
{
	struct bpf_object *object = bpf_object__open_file(map_fixture_object(making->old), NULL);
	struct bpf_map *map;
	int fd;

	if (!object)
		bail_out("%s cannot be opened", making->old);
	map = bpf_object__find_map_by_name(object, "connections_of_tcp");
	if (!map || bpf_map__set_max_entries(map, making->entries) ||
	    bpf_map__set_type(map, making->type) || bpf_object__load(object))
		bail_out("%s cannot be loaded", making->old);
	fd = dup(bpf_program__fd(bpf_object__find_program_by_name(object, "tcp")));
	bpf_object__close(object);
	if (fd < 0)
		bail_out("no descriptor is left");
	return fd;
}

/* Attaches that program to a new chain. */
static struct map_fixture resized(const struct making *making)
{
	struct map_fixture fixture = { .session = live_session(), .cgroup = scratch_new(making->cgroup) };
	int fd = load_resized(making);

	if (raw_attach(fixture.cgroup.fd, fd, EGRESS, RAW_MULTI))
		bail_out("the program cannot be attached");
	raw_close(fd);
	fixture.chain = live_chain(fixture.session, fixture.cgroup.path, "egress");
	return fixture;
}

static void is_refused(const struct making *making)
{
	struct map_fixture fixture = resized(making);
	struct raw_chain before = chain_now(fixture.cgroup.fd, EGRESS);
	cgswap_replace *replace;

	diag("connections of tcp: %u, type %u", making->entries, making->type);
	EXPECT_CAUSE(map_fixture_plan(&fixture, &replace, making->new, CGSWAP_MAPS_REUSE),
		     MAP_CHANGED, "the old map may be either of two maps");
	expect_message("several may be called connections_of_");
	chain_untouched(fixture.cgroup.fd, EGRESS, &before, "the chain is as before");
	expect_ok(map_fixture_swap(&fixture, making->new, CGSWAP_MAPS_NEW),
		  "with new maps the swap is done");
	map_fixture_free(&fixture);
}

int main(void)
{
	static const struct making makings[] = {
		{ "udps", "sized_maps", "sized_both", 20, BPF_MAP_TYPE_ARRAY },
		{ "its_own", "sized_maps", "sized_both", 10, BPF_MAP_TYPE_ARRAY },
		{ "neither", "sized_maps", "sized_both", 30, BPF_MAP_TYPE_ARRAY },
		{ "udps_type", "shaped_maps", "shaped_both", 20, BPF_MAP_TYPE_HASH },
		{ "its_own_type", "shaped_maps", "shaped_both", 10, BPF_MAP_TYPE_ARRAY },
	};

	need_live();
	for (size_t i = 0; i < sizeof(makings) / sizeof(makings[0]); i++)
		is_refused(&makings[i]);
	return done_testing();
}
