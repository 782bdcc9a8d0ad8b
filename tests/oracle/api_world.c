/* SPDX-License-Identifier: BSD-2-Clause */
/* The world of the API's oracle: its objects on the running kernel, and its state in values. */
#include "api_inside.h"
#include "api_world.h"

#include "../lib/attach_types.h"
#include "../lib/live.h"
#include "../lib/programs.h"
#include "../lib/rawbpf.h"
#include "../lib/rawfd.h"
#include "../lib/scratch.h"
#include "../lib/storage.h"
#include "../lib/tap.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <fcntl.h>
#include <unistd.h>

enum { CONNECT4_TYPE = 10, CONNECT6_TYPE = 11, CONNECT_UNIX_TYPE = 49, DEVICE_TYPE = 6, PATIENCE_MS = 20000 };

struct api_world world;
const int api_parents[API_CGROUPS] = { -1, 0, 1, 0 };

static const struct {
	uint32_t types[API_TYPES];
} pairs[API_PAIRS] = {
	{ { EGRESS, INGRESS } },
	{ { CONNECT4_TYPE, CONNECT6_TYPE } },
	{ { CONNECT_UNIX_TYPE, CONNECT4_TYPE } },
	{ { DEVICE_TYPE, EGRESS } },
};

static struct api_program pool[API_PAIRS][API_PROGRAMS];
static unsigned used_pair;

/* ---- programs -------------------------------------------------------------------------------- */

static struct api_program program_of(int fd, uint32_t attach_type, const char *name)
{
	struct api_program program = {
		.fd = fd,
		.rules = {
			.kind = RULES_PROGRAM,
			.id = raw_prog_id(fd),
			.type = type_info_of(attach_type)->prog_type,
			.attach_type = attach_type,
		},
	};

	snprintf(program.name, sizeof(program.name), "%s", name);
	return program;
}

static struct api_program pass(uint32_t attach_type, const char *name)
{
	return program_of(prog_pass(attach_type, name), attach_type, name);
}

/* A program that uses cgroup storage. */
static struct api_program storing(void)
{
	int map = storage_map(8);
	struct api_program program = program_of(storage_prog(EGRESS, map, "stores"), EGRESS, "stores");

	raw_close(map);
	program.rules.storages = 1;
	return program;
}

static void load_pair(unsigned pair)
{
	static const char *const names[] = { "a", "b", "c", "same", "same" };
	static const char *const others[] = { "oa", "ob", "oc", "same" };
	struct api_program *out = pool[pair];
	const uint32_t *types = pairs[pair].types;
	unsigned n = 0;

	for (unsigned i = 0; i < 5; i++)
		out[n++] = pass(types[0], names[i]);
	for (unsigned i = 0; i < 4; i++)
		out[n++] = pass(types[1], others[i]);
	out[n] = program_of(prog_egress_only("only"), EGRESS, "only");
	out[n++].rules.only_own_type = true;
	out[n++] = pass(CONNECT6_TYPE, "six");
	out[n++] = pass(CONNECT6_TYPE, "sixth");
	out[n++] = pass(DEVICE_TYPE, "dev");
	out[n++] = storing();
	for (unsigned i = 0; i < API_FILLERS; i++)
		out[n++] = pass(types[0], "fill");
}

/* ---- cgroups --------------------------------------------------------------------------------- */

static void make_cgroup(unsigned cgroup)
{
	const char *path = world.paths[cgroup];

	if (mkdir(path, 0755) && errno != EEXIST)
		bail_out("cannot make %s: %s", path, strerror(errno));
	world.cgroups[cgroup] = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (world.cgroups[cgroup] < 0)
		bail_out("cannot open %s: %s", path, strerror(errno));
}

void api_world_open(void)
{
	static const char *const names[API_CGROUPS] = { "root", "root/mid", "root/mid/leaf",
							"root/side" };
	cgswap_session *session = live_session();

	world.kernel.net_admin = true;
	for (int i = 1; i <= CGSWAP_FEATURE_REVISION; i++) {
		bool has = false;

		cgswap_session_has(session, (enum cgswap_feature)i, &has);
		world.kernel.features |= has ? 1U << i : 0;
	}
	cgswap_session_unref(session);
	for (unsigned i = 0; i < API_CGROUPS; i++) {
		snprintf(world.paths[i], sizeof(world.paths[i]), "%s/%s", scratch_top(), names[i]);
		make_cgroup(i);
	}
	if (!api_inside_open())
		diag("no cgroup namespace can be made here");
	for (unsigned i = 0; i < API_LINKS; i++)
		world.links[i] = -1;
	for (unsigned pair = 0; pair < API_PAIRS; pair++) {
		if (!kernel_knows_attach_type(pairs[pair].types[0]))
			continue;
		load_pair(pair);
		for (unsigned t = 0; t < API_TYPES; t++)
			scratch_bystander(pairs[pair].types[t]);
	}
}

void api_world_close(void)
{
	api_world_reset(0);
	api_inside_close();
	for (unsigned i = API_CGROUPS; i-- > 0;) {
		close(world.cgroups[i]);
		rmdir(world.paths[i]);
	}
	for (unsigned pair = 0; pair < API_PAIRS; pair++)
		for (unsigned i = 0; i < API_PROGRAMS && pool[pair][0].fd; i++)
			raw_close(pool[pair][i].fd);
}

void api_world_mend(void)
{
	for (unsigned i = 0; i < API_CGROUPS; i++) {
		if (!world.state.gone[i])
			continue;
		close(world.cgroups[i]);
		make_cgroup(i);
		world.state.gone[i] = false;
		for (unsigned t = 0; t < API_TYPES; t++) {
			memset(&world.state.chains[i][t], 0, sizeof(world.state.chains[i][t]));
			world.state.chains[i][t].revision = 1;
		}
	}
}

/* An attach type without its programs, on kernels that do not have it, is replaced. */
static unsigned usable_pair(unsigned pair)
{
	pair %= API_PAIRS;
	return pool[pair][0].fd ? pair : 0;
}

void api_world_reset(unsigned pair)
{
	/* a round that ended early may not have noted it */
	for (unsigned i = 0; i < API_CGROUPS; i++)
		world.state.gone[i] |= access(world.paths[i], F_OK) != 0;
	api_world_mend();
	for (unsigned i = 0; i < API_LINKS; i++)
		api_end_link(i);
	for (unsigned c = 0; c < API_CGROUPS; c++)
		for (unsigned t = 0; t < API_TYPES; t++)
			api_clear_chain(world.cgroups[c], pairs[used_pair].types[t]);
	used_pair = usable_pair(pair);
	memset(&world.state, 0, sizeof(world.state));
	memcpy(world.programs, pool[used_pair], sizeof(world.programs));
	for (unsigned t = 0; t < API_TYPES; t++) {
		world.types[t] = pairs[used_pair].types[t];
		world.type_names[t] = type_info_of(world.types[t])->short_name;
	}
	api_state_take_revisions(&world.state);
	/* a program that another process attaches above the scratch cgroups shows in all orders */
	for (int i = 0; i < PATIENCE_MS && !api_state_matches(&world.state); i++)
		usleep(1000);
	if (!api_state_matches(&world.state)) {
		api_state_print(&world.state);
		bail_out("the chains cannot be emptied");
	}
}
