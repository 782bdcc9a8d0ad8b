/* SPDX-License-Identifier: BSD-2-Clause */
#include "fixture.h"

#include "model/model.h"
#include "../lib/bpffs.h"
#include "../lib/descriptors.h"
#include "../lib/attach_types.h"
#include "../lib/live.h"
#include "../lib/rawbpf.h"
#include "../lib/scratch.h"
#include "../lib/tap.h"
#include "leaks.h"
#include "memory.h"
#include "fixture_sides.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct stage stage;

static const char *errno_name(int err)
{
	return cgswap_errno_get_name(-err);
}

static int load(const char *name, uint32_t *id)
{
	const struct bpf_insn insns[] = {
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0, .imm = 1 },
		{ .code = BPF_JMP | BPF_EXIT },
	};
	const struct kernel_load request = {
		.type = hook_of(EGRESS)->prog_type,
		.expected_attach_type = EGRESS,
		.name = name,
		.instructions = insns,
		.instruction_count = sizeof(insns) / sizeof(insns[0]),
	};
	int fd = stage.kernel->ops->load(stage.kernel, &request);
	struct kernel_program info;

	if (fd < 0 || stage.kernel->ops->program_info(stage.kernel, fd, &info))
		bail_out("program %s does not load: %s", name, errno_name(fd));
	*id = info.id;
	return fd;
}

static void load_all(void)
{
	char name[32];
	uint32_t id;

	for (int c = 0; c < STAGE_CGROUPS; c++)
		for (int i = 0; i < STAGE_ENTRIES; i++) {
			snprintf(name, sizeof(name), "old%d%d", c, i);
			stage.old[c][i] = load(name, &stage.old_id[c][i]);
		}
	for (int i = 0; i < SIDE_OLD; i++) {
		snprintf(name, sizeof(name), "side%d", i);
		stage.side_old[i] = load(name, &stage.side_id[i]);
	}
	stage.child_program = load("child", &id);
	for (int i = 0; i < STAGE_NEW; i++) {
		snprintf(name, sizeof(name), "new%d", i);
		stage.new[i] = load(name, &stage.new_id[i]);
	}
}

static void attach(int cgroup, int program, uint32_t preorder)
{
	const struct kernel_attach request = {
		.target_fd = cgroup,
		.program_fd = program,
		.type = EGRESS,
		.flags = KERNEL_MULTI | preorder,
	};
	int err = stage.kernel->ops->attach(stage.kernel, &request);

	if (err)
		bail_out("cannot set the stage: %s", errno_name(err));
}

/* Something to hand on: the last entry of each chain uses one map, as programs of an object would. */
static void bind_map(void)
{
	struct {
		uint32_t prog_fd, map_fd, flags;
	} attr = { 0 };
	int map = raw_array_create(1);

	if (map < 0)
		bail_out("no map can be made");
	attr.map_fd = map;
	for (int c = 0; c < STAGE_CGROUPS; c++) {
		attr.prog_fd = stage.old[c][STAGE_ENTRIES - 1];
		if (raw_bpf(BPF_PROG_BIND_MAP, &attr, sizeof(attr)))
			bail_out("a program cannot be given a map");
	}
	close(map);
}

/* A preorder entry is the first one of all, on a kernel that has such a thing. */
static void attach_all(void)
{
	bool knows = !stage.live || kernel_knows_flags(RAW_PREORDER);
	uint32_t preorder = knows ? KERNEL_PREORDER : 0;

	for (int c = 0; c < STAGE_CGROUPS; c++)
		for (int i = 0; i < STAGE_ENTRIES; i++)
			attach(stage.cgroup[c], stage.old[c][i], c + i ? 0 : preorder);
	sides_set(preorder);
}

static void set_live(void)
{
	struct scratch scratch, child;

	need_live();
	scratch_bystander(EGRESS);
	stage.kernel = door_behind();
	stage.shared = true;
	for (int c = 0; c < STAGE_CGROUPS; c++) {
		char name[32];

		snprintf(name, sizeof(name), "stage%d", c);
		scratch = scratch_new(name);
		snprintf(stage.path[c], sizeof(stage.path[c]), "%s", scratch.path);
		stage.cgroup[c] = scratch.fd;
		if (c)
			continue;
		child = scratch_child(&scratch, "child");
		snprintf(stage.child_path, sizeof(stage.child_path), "%s", child.path);
		stage.child = child.fd;
	}
	bpffs_private();
}

static int modelled(char *path, size_t size, const char *name)
{
	int fd, err;

	snprintf(path, size, KERNEL_MODEL_CGROUPS "/%s", name);
	err = kernel_model_mkdir(stage.kernel, path);
	fd = err ? err : stage.kernel->ops->cgroup_open(stage.kernel, path);
	if (fd < 0)
		bail_out("the model has no %s: %s", path, errno_name(fd));
	return fd;
}

static void set_modelled(void)
{
	stage.kernel = kernel_model_new(0);
	if (!stage.kernel)
		bail_out("no model");
	door_put_before(stage.kernel);
	stage.cgroup[0] = modelled(stage.path[0], sizeof(stage.path[0]), "stage0");
	stage.cgroup[1] = modelled(stage.path[1], sizeof(stage.path[1]), "stage1");
	stage.child = modelled(stage.child_path, sizeof(stage.child_path), "stage0/child");
}

static void name_pins(void)
{
	const char *at = stage.live ? BPFFS : KERNEL_MODEL_BPFFS;

	snprintf(stage.pin_held, sizeof(stage.pin_held), "%s/held", at);
	snprintf(stage.pin_free, sizeof(stage.pin_free), "%s/free", at);
}

static void pin(char *path, size_t size, int fd, const char *name)
{
	if (stage.live) {
		snprintf(path, size, "%s", bpffs_pin(fd, name));
		return;
	}
	snprintf(path, size, KERNEL_MODEL_BPFFS "/%s", name);
	if (stage.kernel->ops->pin(stage.kernel, fd, path))
		bail_out("the model does not pin %s", path);
}

void stage_set(bool live)
{
	memory_relent();
	memset(&stage, 0, sizeof(stage));
	stage.live = live;
	if (live)
		set_live();
	else
		set_modelled();
	load_all();
	if (live)
		bind_map();
	name_pins();
	attach_all();
	attach(stage.child, stage.child_program, 0);
	pin(stage.pin, sizeof(stage.pin), stage.old[0][0], "old");
	pin(stage.pin_new, sizeof(stage.pin_new), stage.new[0], "new");
	stage.start = stage_look();
	door_reset();
}

void stage_strike(void)
{
	struct kernel *kernel = stage.kernel;

	sides_strike();
	for (int c = 0; c < STAGE_CGROUPS; c++)
		for (int i = 0; i < STAGE_ENTRIES; i++)
			kernel->ops->close(kernel, stage.old[c][i]);
	for (int i = 0; i < STAGE_NEW; i++)
		kernel->ops->close(kernel, stage.new[i]);
	for (int c = 0; c < STAGE_CGROUPS; c++)
		kernel->ops->close(kernel, stage.cgroup[c]);
	kernel->ops->close(kernel, stage.child);
	kernel->ops->close(kernel, stage.child_program);
	kernel->ops->free(kernel);
}

static void read_ids(int fd, uint32_t type, uint32_t flags, uint32_t *ids, size_t *count,
		     uint32_t *mode)
{
	struct kernel_query request = {
		.target_fd = fd,
		.type = type,
		.query_flags = flags,
		.ids = (uintptr_t)ids,
		.count = STAGE_IDS,
	};
	int err = stage.kernel->ops->query(stage.kernel, &request);

	if (err)
		bail_out("cannot look at the stage: %s", errno_name(err));
	*count = request.count;
	if (mode)
		*mode = request.attach_flags;
}

struct stage_look stage_look(void)
{
	struct stage_look look;

	memset(&look, 0, sizeof(look));
	for (int i = 0; i < STAGE_CHAINS; i++) {
		struct stage_chain *chain = &look.chain[i];
		uint32_t type = i < STAGE_CGROUPS ? EGRESS : INGRESS;
		int c = i % STAGE_CGROUPS;

		read_ids(stage.cgroup[c], type, 0, chain->ids, &chain->count, &chain->mode);
		read_ids(c ? stage.cgroup[c] : stage.child, type, KERNEL_QUERY_EFFECTIVE,
			 chain->effective, &chain->effective_count, NULL);
	}
	sides_look(&look);
	return look;
}

bool stage_same(const struct stage_look *a, const struct stage_look *b)
{
	return !memcmp(a, b, sizeof(*a));
}

static void tell(const char *label, const struct stage_look *look)
{
	diag("%s, pinned: %u %u", label, look->pinned[0], look->pinned[1]);
	for (int c = 0; c < STAGE_CHAINS; c++) {
		const struct stage_chain *chain = &look->chain[c];
		char line[512] = "";
		size_t used = 0;

		for (size_t i = 0; i < chain->count; i++)
			used += snprintf(line + used, sizeof(line) - used, " %u", chain->ids[i]);
		used += snprintf(line + used, sizeof(line) - used, ", effective");
		for (size_t i = 0; i < chain->effective_count; i++)
			used += snprintf(line + used, sizeof(line) - used, " %u",
					 chain->effective[i]);
		diag("%s, chain %d:%s", label, c, line);
	}
}

void stage_tell(const struct stage_look *now, const struct stage_look *wanted)
{
	tell("there is", now);
	tell("wanted", wanted);
}

static void take_off_all(int c)
{
	uint32_t ids[STAGE_IDS];
	size_t count;

	read_ids(stage.cgroup[c], EGRESS, 0, ids, &count, NULL);
	for (size_t i = 0; i < count; i++) {
		struct kernel_attach request = { .target_fd = stage.cgroup[c], .type = EGRESS };
		int fd = stage.kernel->ops->program_by_id(stage.kernel, ids[i]);

		request.program_fd = fd;
		if (fd < 0 || stage.kernel->ops->detach(stage.kernel, &request))
			bail_out("cannot clear the stage");
		stage.kernel->ops->close(stage.kernel, fd);
	}
}

void stage_reset(void)
{
	struct stage_look now;

	ledger_sweep(stage.kernel, stage.shared);
	now = stage_look();
	if (stage_same(&now, &stage.start))
		return;
	for (int c = 0; c < STAGE_CGROUPS; c++)
		take_off_all(c);
	sides_clear();
	attach_all();
	now = stage_look();
	if (!stage_same(&now, &stage.start))
		bail_out("the stage cannot be set back");
}

static bool has_twins(const struct stage_chain *chain)
{
	for (size_t i = 0; i < chain->count; i++)
		for (size_t j = 0; j < i; j++)
			if (chain->ids[i] == chain->ids[j])
				return true;
	return false;
}

bool stage_sound(const struct stage_look *now)
{
	for (int c = 0; c < STAGE_CHAINS; c++) {
		size_t count = stage.start.chain[c].count;

		if (now->chain[c].count < count || now->chain[c].count > count + 1 ||
		    has_twins(&now->chain[c]))
			return false;
	}
	return true;
}

bool stage_whole(const struct stage_look *now)
{
	for (int c = 0; c < STAGE_CHAINS; c++)
		if (now->chain[c].count != stage.start.chain[c].count)
			return false;
	return stage_sound(now);
}

size_t stage_open_count(void)
{
	return stage.live ? descriptors_count() : kernel_model_open_count(stage.kernel);
}

static char *next_buffer(void)
{
	static char buffers[8][32];
	static unsigned next;

	return buffers[next++ % 8];
}

const char *stage_by_fd(int fd)
{
	char *text = next_buffer();

	snprintf(text, 32, "fd:%d", fd);
	return text;
}

const char *stage_by_id(uint32_t id)
{
	char *text = next_buffer();

	snprintf(text, 32, "id:%u", id);
	return text;
}
