/* SPDX-License-Identifier: BSD-2-Clause */
/* The world of the API's oracle: its objects on the running kernel, and its state in values. */
#include "api.h"

#include "../lib/attach_types.h"
#include "../lib/live.h"
#include "../lib/programs.h"
#include "../lib/rawbpf.h"
#include "../lib/rawfd.h"
#include "../lib/scratch.h"
#include "../lib/tap.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <fcntl.h>
#include <unistd.h>

enum { CONNECT4_TYPE = 10, CONNECT6_TYPE = 11, CONNECT_UNIX_TYPE = 49, DEVICE_TYPE = 6 };

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
	union bpf_attr attr = {
		.map_type = BPF_MAP_TYPE_CGROUP_STORAGE,
		.key_size = sizeof(struct raw_storage_key),
		.value_size = 8,
	};
	int map = raw_bpf(BPF_MAP_CREATE, &attr, sizeof(attr)), fd;
	struct api_program program;
	const struct bpf_insn insns[] = {
		{ .code = BPF_LD | BPF_DW | BPF_IMM, .dst_reg = 1, .src_reg = BPF_PSEUDO_MAP_FD, .imm = map },
		{ 0 },
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = 2, .imm = 0 },
		{ .code = BPF_JMP | BPF_CALL, .imm = BPF_FUNC_get_local_storage },
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = 0, .imm = 1 },
		{ .code = BPF_JMP | BPF_EXIT },
	};

	if (map < 0)
		bail_out("no storage map: %s", strerror(errno));
	fd = raw_prog_load(type_info_of(EGRESS)->prog_type, EGRESS, "stores", insns,
			   sizeof(insns) / sizeof(insns[0]));
	if (fd < 0)
		bail_out("no program with storage: %s", strerror(errno));
	raw_close(map);
	program = program_of(fd, EGRESS, "stores");
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

/* Other processes, which list all links, may hold a closed one for a moment. */
static void end_link(unsigned slot)
{
	uint32_t fd = (uint32_t)world.links[slot];

	if (world.links[slot] < 0)
		return;
	raw_bpf(BPF_LINK_DETACH, &fd, sizeof(fd));
	raw_close(world.links[slot]);
	world.links[slot] = -1;
}

static void clear_chain(int cgroup, uint32_t type)
{
	struct raw_chain chain;

	if (raw_query(cgroup, type, 0, &chain))
		return;
	for (uint32_t i = 0; i < chain.count; i++) {
		int fd = raw_prog_open(chain.ids[i]);

		if (fd < 0)
			continue;
		raw_detach(cgroup, fd, type);
		raw_close(fd);
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
	api_world_mend();
	for (unsigned i = 0; i < API_LINKS; i++)
		end_link(i);
	for (unsigned c = 0; c < API_CGROUPS; c++)
		for (unsigned t = 0; t < API_TYPES; t++)
			clear_chain(world.cgroups[c], pairs[used_pair].types[t]);
	used_pair = usable_pair(pair);
	memset(&world.state, 0, sizeof(world.state));
	memcpy(world.programs, pool[used_pair], sizeof(world.programs));
	for (unsigned t = 0; t < API_TYPES; t++) {
		world.types[t] = pairs[used_pair].types[t];
		world.type_names[t] = type_info_of(world.types[t])->short_name;
	}
	api_state_take_revisions(&world.state);
	if (!api_state_matches(&world.state))
		bail_out("the chains cannot be emptied");
}

/* ---- changes by others ----------------------------------------------------------------------- */

static bool is_leaf(unsigned cgroup)
{
	return cgroup >= 2;
}

static int errnum_of(int result)
{
	return result < 0 ? errno : 0;
}

static int fill_chain(int cgroup, uint32_t type)
{
	for (unsigned i = API_VARIED; i < API_PROGRAMS; i++)
		if (raw_attach(cgroup, world.programs[i].fd, type, RAW_MULTI) && errno == E2BIG)
			break;
	return 0;
}

static struct api_result do_link(const struct api_foreign *foreign)
{
	int fd;

	if (world.links[foreign->slot] >= 0)
		return (struct api_result){ EBUSY, 0 };
	fd = raw_link_create(world.cgroups[foreign->cgroup], world.programs[foreign->program].fd,
			     world.types[foreign->type], foreign->flags & RAW_PREORDER);
	if (fd < 0)
		return (struct api_result){ errno, 0 };
	world.links[foreign->slot] = fd;
	return (struct api_result){ 0, raw_link_id(fd) };
}

struct api_result api_foreign_do(const struct api_foreign *foreign)
{
	int cgroup = world.cgroups[foreign->cgroup];
	uint32_t type = world.types[foreign->type], mode = foreign->flags & 3;
	int program = world.programs[foreign->program].fd;
	struct raw_attach attach = {
		.target_fd = (uint32_t)cgroup,
		.attach_bpf_fd = (uint32_t)program,
		.attach_type = type,
	};

	switch (foreign->kind) {
	case FOREIGN_ATTACH:
		attach.attach_flags = mode | (foreign->flags & (RAW_PREORDER | RAW_BEFORE));
		return (struct api_result){ errnum_of(raw_attach_with(&attach)), 0 };
	case FOREIGN_DETACH:
		return (struct api_result){ errnum_of(raw_detach(cgroup, program, type)), 0 };
	case FOREIGN_REPLACE:
		attach.attach_flags = RAW_MULTI | RAW_REPLACE | (foreign->flags & RAW_PREORDER);
		attach.replace_bpf_fd = (uint32_t)world.programs[foreign->other].fd;
		return (struct api_result){ errnum_of(raw_attach_with(&attach)), 0 };
	case FOREIGN_LINK:
		return do_link(foreign);
	case FOREIGN_LINK_UPDATE:
		if (world.links[foreign->slot] < 0)
			return (struct api_result){ EBUSY, 0 };
		return (struct api_result){
			errnum_of(raw_link_update(world.links[foreign->slot], program)), 0
		};
	case FOREIGN_LINK_END:
		end_link(foreign->slot);
		return (struct api_result){ 0, 0 };
	case FOREIGN_FILL:
		return (struct api_result){ fill_chain(cgroup, type), 0 };
	case FOREIGN_CLEAR:
		clear_chain(cgroup, type);
		return (struct api_result){ 0, 0 };
	case FOREIGN_REMOVE:
		if (is_leaf(foreign->cgroup))
			rmdir(world.paths[foreign->cgroup]);
		return (struct api_result){ 0, 0 };
	default:
		return (struct api_result){ 0, 0 };
	}
}

/* ---- the same in values ---------------------------------------------------------------------- */

struct levels {
	const struct rules_chain *chains[API_CGROUPS];
	size_t count;
};

static struct levels levels_of(const struct api_state *state, int cgroup, unsigned type)
{
	struct levels levels = { .count = 0 };

	for (; cgroup >= 0; cgroup = api_parents[cgroup])
		levels.chains[levels.count++] = &state->chains[cgroup][type];
	return levels;
}

static int note_request(struct api_state *state, const struct api_foreign *foreign,
			struct rules_request request, uint32_t link)
{
	struct levels levels = levels_of(state, foreign->cgroup, foreign->type);
	struct rules_chain *own = &state->chains[foreign->cgroup][foreign->type];
	const struct rules_input input = {
		.kernel = &world.kernel,
		.target = state->gone[foreign->cgroup] ? RULES_CGROUP_GONE : RULES_CGROUP,
		.own = own,
		.ancestors = levels.chains + 1,
		.ancestor_count = levels.count - 1,
	};

	request.type = world.types[foreign->type];
	request.program = world.programs[foreign->program].rules;
	request.link = link;
	if (foreign->kind == FOREIGN_DETACH)
		return rules_detach(&input, &request, own).errnum;
	if (foreign->kind == FOREIGN_LINK)
		return rules_link_create(&input, &request, own).errnum;
	return rules_attach(&input, &request, own).errnum;
}

static struct rules_entry *entry_of_link(struct api_state *state, uint32_t link,
					 struct rules_chain **chain)
{
	for (unsigned c = 0; link && c < API_CGROUPS; c++)
		for (unsigned t = 0; t < API_TYPES; t++)
			for (size_t i = 0; i < state->chains[c][t].count; i++)
				if (state->chains[c][t].entries[i].link == link) {
					*chain = &state->chains[c][t];
					return &state->chains[c][t].entries[i];
				}
	return NULL;
}

static void note_fill(struct api_state *state, const struct api_foreign *foreign)
{
	struct api_foreign one = *foreign;

	one.kind = FOREIGN_ATTACH;
	for (unsigned i = API_VARIED; i < API_PROGRAMS; i++) {
		one.program = (uint8_t)i;
		if (note_request(state, &one, (struct rules_request){ .flags = KERNEL_MULTI }, 0) == E2BIG)
			break;
	}
}

static void note_clear(struct rules_chain *chain)
{
	for (size_t i = 0; i < chain->count;)
		if (chain->entries[i].link)
			i++;
		else
			rules_remove(chain, i);
}

static bool note_update(struct api_state *state, const struct api_foreign *foreign, int errnum)
{
	struct rules_chain *chain;
	struct rules_entry *entry = entry_of_link(state, state->links[foreign->slot], &chain);

	if (!state->links[foreign->slot])
		return errnum == EBUSY;
	/* it may be the link of a removed cgroup, which the kernel detaches later */
	if (!entry)
		return true;
	if (errnum)
		return errnum == EINVAL;
	entry->program = world.programs[foreign->program].rules.id;
	chain->revision++;
	return true;
}

static void note_remove(struct api_state *state, unsigned cgroup)
{
	state->gone[cgroup] = true;
	for (unsigned t = 0; t < API_TYPES; t++)
		state->chains[cgroup][t].count = 0;
}

bool api_foreign_note(struct api_state *state, const struct api_foreign *foreign,
		      const struct api_result *result)
{
	struct rules_request request = { .flags = 0 };
	struct rules_chain *chain;
	struct rules_entry *entry;

	switch (foreign->kind) {
	case FOREIGN_ATTACH:
		request.flags = (foreign->flags & 3) | (foreign->flags & (KERNEL_PREORDER | KERNEL_BEFORE));
		return note_request(state, foreign, request, 0) == result->errnum;
	case FOREIGN_DETACH:
		return note_request(state, foreign, request, 0) == result->errnum;
	case FOREIGN_REPLACE:
		request.flags = KERNEL_MULTI | KERNEL_REPLACE | (foreign->flags & KERNEL_PREORDER);
		request.replaced = world.programs[foreign->other].rules;
		return note_request(state, foreign, request, 0) == result->errnum;
	case FOREIGN_LINK:
		if (state->links[foreign->slot])
			return result->errnum == EBUSY;
		request.flags = foreign->flags & KERNEL_PREORDER;
		if (!result->errnum)
			state->links[foreign->slot] = result->link;
		return note_request(state, foreign, request, result->link ? result->link : 1) ==
		       result->errnum;
	case FOREIGN_LINK_UPDATE:
		return note_update(state, foreign, result->errnum);
	case FOREIGN_LINK_END:
		entry = entry_of_link(state, state->links[foreign->slot], &chain);
		if (entry)
			rules_remove(chain, (size_t)(entry - chain->entries));
		state->links[foreign->slot] = 0;
		return true;
	case FOREIGN_FILL:
		note_fill(state, foreign);
		return true;
	case FOREIGN_CLEAR:
		if (!state->gone[foreign->cgroup])
			note_clear(&state->chains[foreign->cgroup][foreign->type]);
		return true;
	case FOREIGN_REMOVE:
		if (is_leaf(foreign->cgroup))
			note_remove(state, foreign->cgroup);
		return true;
	default:
		return true;
	}
}

bool api_foreign_touches(const struct api_foreign *foreign, unsigned cgroup, unsigned type)
{
	switch (foreign->kind) {
	case FOREIGN_NONE:
		return false;
	case FOREIGN_LINK_UPDATE:
	case FOREIGN_LINK_END:
		return true;
	case FOREIGN_REMOVE:
		return foreign->cgroup == cgroup;
	default:
		return foreign->cgroup == cgroup && foreign->type == type;
	}
}

/* ---- comparing ------------------------------------------------------------------------------- */

static bool same_ids(const struct rules_chain *chain, const struct raw_chain *found)
{
	if (found->count != chain->count || (chain->count && found->flags != chain->mode))
		return false;
	for (size_t i = 0; i < chain->count; i++)
		if (found->ids[i] != chain->entries[i].program)
			return false;
	return true;
}

static bool same_order(const struct api_state *state, unsigned cgroup, unsigned type)
{
	struct levels levels = levels_of(state, (int)cgroup, type);
	uint32_t wanted[RAW_EFFECTIVE_MAX];
	struct raw_chain found;
	size_t count = rules_effective(wanted, RAW_EFFECTIVE_MAX, levels.chains, levels.count);

	return raw_query(world.cgroups[cgroup], world.types[type], RAW_EFFECTIVE, &found) == 0 &&
	       found.count == count && memcmp(found.ids, wanted, count * sizeof(wanted[0])) == 0;
}

bool api_state_matches(const struct api_state *state)
{
	struct raw_chain found;

	for (unsigned c = 0; c < API_CGROUPS; c++)
		for (unsigned t = 0; t < API_TYPES && !state->gone[c]; t++) {
			if (raw_query(world.cgroups[c], world.types[t], 0, &found) ||
			    !same_ids(&state->chains[c][t], &found) || !same_order(state, c, t))
				return false;
		}
	return true;
}

bool api_state_take_revisions(struct api_state *state)
{
	struct raw_chain found;
	bool same = true;

	for (unsigned c = 0; c < API_CGROUPS; c++)
		for (unsigned t = 0; t < API_TYPES && !state->gone[c]; t++) {
			if (raw_query(world.cgroups[c], world.types[t], 0, &found))
				continue;
			same &= state->chains[c][t].revision == found.revision;
			state->chains[c][t].revision = found.revision;
		}
	return same;
}

static void print_chain(const char *title, const struct rules_chain *chain)
{
	char text[400];
	size_t length = 0;

	text[0] = '\0';
	for (size_t i = 0; i < chain->count && i < 12 && length < sizeof(text); i++)
		length += (size_t)snprintf(text + length, sizeof(text) - length, " %u%s%s",
					   chain->entries[i].program,
					   chain->entries[i].link ? "L" : "",
					   chain->entries[i].preorder ? "^" : "");
	diag("    %s: mode %u, revision %llu, %zu:%s", title, chain->mode,
	     (unsigned long long)chain->revision, chain->count, text);
}

void api_state_print(const struct api_state *state)
{
	struct raw_chain found;
	char title[64];

	for (unsigned c = 0; c < API_CGROUPS; c++)
		for (unsigned t = 0; t < API_TYPES; t++) {
			const struct rules_chain *chain = &state->chains[c][t];
			char text[300];
			size_t length = 0;

			if (raw_query(world.cgroups[c], world.types[t], 0, &found))
				found.count = 0;
			if (!chain->count && !found.count)
				continue;
			snprintf(title, sizeof(title), "C%u T%u%s, as the rules say", c, t,
				 state->gone[c] ? " (removed)" : "");
			print_chain(title, chain);
			text[0] = '\0';
			for (uint32_t i = 0; i < found.count && i < 12; i++)
				length += (size_t)snprintf(text + length, sizeof(text) - length, " %u",
							   found.ids[i]);
			diag("    C%u T%u, in the kernel: mode %u, revision %llu, %u:%s", c, t,
			     found.flags, (unsigned long long)found.revision, found.count, text);
		}
}
