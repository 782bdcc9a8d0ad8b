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

struct fault_fixture fixture;

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
		.type = type_info_of(EGRESS)->prog_type,
		.expected_attach_type = EGRESS,
		.name = name,
		.instructions = insns,
		.instruction_count = sizeof(insns) / sizeof(insns[0]),
	};
	int fd = fixture.kernel->ops->load(fixture.kernel, &request);
	struct kernel_program info;

	if (fd < 0 || fixture.kernel->ops->program_info(fixture.kernel, fd, &info))
		bail_out("program %s does not load: %s", name, errno_name(fd));
	*id = info.id;
	return fd;
}

static void load_all(void)
{
	char name[32];
	uint32_t id;

	for (int c = 0; c < FAULT_FIXTURE_CGROUPS; c++)
		for (int i = 0; i < FAULT_FIXTURE_ENTRIES; i++) {
			snprintf(name, sizeof(name), "old%d%d", c, i);
			fixture.old[c][i] = load(name, &fixture.old_id[c][i]);
		}
	for (int i = 0; i < SIDE_OLD; i++) {
		snprintf(name, sizeof(name), "side%d", i);
		fixture.side_old[i] = load(name, &fixture.side_id[i]);
	}
	fixture.child_program = load("child", &id);
	for (int i = 0; i < FAULT_FIXTURE_NEW; i++) {
		snprintf(name, sizeof(name), "new%d", i);
		fixture.new[i] = load(name, &fixture.new_id[i]);
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
	int err = fixture.kernel->ops->attach(fixture.kernel, &request);

	if (err)
		bail_out("cannot build the fixture: %s", errno_name(err));
}

/* Makes a map to reuse: the last entries of both chains use it, like programs of one object. */
static void bind_map(void)
{
	struct {
		uint32_t prog_fd, map_fd, flags;
	} attr = { 0 };
	int map = raw_array_create(1);

	if (map < 0)
		bail_out("cannot create a map");
	attr.map_fd = map;
	for (int c = 0; c < FAULT_FIXTURE_CGROUPS; c++) {
		attr.prog_fd = fixture.old[c][FAULT_FIXTURE_ENTRIES - 1];
		if (raw_bpf(BPF_PROG_BIND_MAP, &attr, sizeof(attr)))
			bail_out("cannot bind a map to a program");
	}
	close(map);
}

/* The very first entry is preorder where the kernel has preorder. */
static void attach_all(void)
{
	bool knows = !fixture.live || kernel_knows_flags(RAW_PREORDER);
	uint32_t preorder = knows ? KERNEL_PREORDER : 0;

	for (int c = 0; c < FAULT_FIXTURE_CGROUPS; c++)
		for (int i = 0; i < FAULT_FIXTURE_ENTRIES; i++)
			attach(fixture.cgroup[c], fixture.old[c][i], c + i ? 0 : preorder);
	sides_set(preorder);
}

static void set_live(void)
{
	struct scratch scratch, child;

	need_live();
	scratch_bystander(EGRESS);
	fixture.kernel = fault_kernel_inner();
	fixture.shared = true;
	for (int c = 0; c < FAULT_FIXTURE_CGROUPS; c++) {
		char name[32];

		snprintf(name, sizeof(name), "fixture%d", c);
		scratch = scratch_new(name);
		snprintf(fixture.path[c], sizeof(fixture.path[c]), "%s", scratch.path);
		fixture.cgroup[c] = scratch.fd;
		if (c)
			continue;
		child = scratch_child(&scratch, "child");
		snprintf(fixture.child_path, sizeof(fixture.child_path), "%s", child.path);
		fixture.child = child.fd;
	}
	bpffs_private();
}

static int modelled(char *path, size_t size, const char *name)
{
	int fd, err;

	snprintf(path, size, KERNEL_MODEL_CGROUPS "/%s", name);
	err = kernel_model_mkdir(fixture.kernel, path);
	fd = err ? err : fixture.kernel->ops->cgroup_open(fixture.kernel, path);
	if (fd < 0)
		bail_out("the model has no '%s': %s", path, errno_name(fd));
	return fd;
}

static void set_modelled(void)
{
	fixture.kernel = kernel_model_new(0);
	if (!fixture.kernel)
		bail_out("cannot create a model");
	fault_kernel_set_inner(fixture.kernel);
	live_scratch = KERNEL_MODEL_CGROUPS;
	fixture.cgroup[0] = modelled(fixture.path[0], sizeof(fixture.path[0]), "fixture0");
	fixture.cgroup[1] = modelled(fixture.path[1], sizeof(fixture.path[1]), "fixture1");
	fixture.child = modelled(fixture.child_path, sizeof(fixture.child_path), "fixture0/child");
}

static void name_pins(void)
{
	const char *at = fixture.live ? BPFFS : KERNEL_MODEL_BPFFS;

	snprintf(fixture.pin_held, sizeof(fixture.pin_held), "%s/held", at);
	snprintf(fixture.pin_free, sizeof(fixture.pin_free), "%s/free", at);
}

static void pin(char *path, size_t size, int fd, const char *name)
{
	if (fixture.live) {
		snprintf(path, size, "%s", bpffs_pin(fd, name));
		return;
	}
	snprintf(path, size, KERNEL_MODEL_BPFFS "/%s", name);
	if (fixture.kernel->ops->pin(fixture.kernel, fd, path))
		bail_out("the model cannot pin '%s'", path);
}

void fault_fixture_build(bool live)
{
	memory_relent();
	memset(&fixture, 0, sizeof(fixture));
	fixture.live = live;
	if (live)
		set_live();
	else
		set_modelled();
	load_all();
	if (live)
		bind_map();
	name_pins();
	attach_all();
	attach(fixture.child, fixture.child_program, 0);
	pin(fixture.pin, sizeof(fixture.pin), fixture.old[0][0], "old");
	pin(fixture.pin_new, sizeof(fixture.pin_new), fixture.new[0], "new");
	fixture.start = fault_fixture_look();
	fault_kernel_reset();
}

void fault_fixture_free(void)
{
	struct kernel *kernel = fixture.kernel;

	sides_free();
	for (int c = 0; c < FAULT_FIXTURE_CGROUPS; c++)
		for (int i = 0; i < FAULT_FIXTURE_ENTRIES; i++)
			kernel->ops->close(kernel, fixture.old[c][i]);
	for (int i = 0; i < FAULT_FIXTURE_NEW; i++)
		kernel->ops->close(kernel, fixture.new[i]);
	for (int c = 0; c < FAULT_FIXTURE_CGROUPS; c++)
		kernel->ops->close(kernel, fixture.cgroup[c]);
	kernel->ops->close(kernel, fixture.child);
	kernel->ops->close(kernel, fixture.child_program);
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
		.count = FAULT_FIXTURE_IDS,
	};
	int err = fixture.kernel->ops->query(fixture.kernel, &request);

	if (err)
		bail_out("cannot read the fixture's chains: %s", errno_name(err));
	*count = request.count;
	if (mode)
		*mode = request.attach_flags;
}

struct fault_fixture_look fault_fixture_look(void)
{
	struct fault_fixture_look look;

	memset(&look, 0, sizeof(look));
	for (int i = 0; i < FAULT_FIXTURE_CHAINS; i++) {
		struct fault_fixture_chain *chain = &look.chain[i];
		uint32_t type = i < FAULT_FIXTURE_CGROUPS ? EGRESS : INGRESS;
		int c = i % FAULT_FIXTURE_CGROUPS;

		read_ids(fixture.cgroup[c], type, 0, chain->ids, &chain->count, &chain->mode);
		read_ids(c ? fixture.cgroup[c] : fixture.child, type, KERNEL_QUERY_EFFECTIVE,
			 chain->effective, &chain->effective_count, NULL);
	}
	sides_look(&look);
	return look;
}

bool fault_fixture_same(const struct fault_fixture_look *a, const struct fault_fixture_look *b)
{
	return !memcmp(a, b, sizeof(*a));
}

static void print_look(const char *label, const struct fault_fixture_look *look)
{
	diag("%s, pinned: %u %u", label, look->pinned[0], look->pinned[1]);
	for (int c = 0; c < FAULT_FIXTURE_CHAINS; c++) {
		const struct fault_fixture_chain *chain = &look->chain[c];
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

void fault_fixture_print(const struct fault_fixture_look *now, const struct fault_fixture_look *wanted)
{
	print_look("found", now);
	print_look("wanted", wanted);
}

static void detach_all(int c)
{
	uint32_t ids[FAULT_FIXTURE_IDS];
	size_t count;

	read_ids(fixture.cgroup[c], EGRESS, 0, ids, &count, NULL);
	for (size_t i = 0; i < count; i++) {
		struct kernel_attach request = { .target_fd = fixture.cgroup[c], .type = EGRESS };
		int fd = fixture.kernel->ops->program_by_id(fixture.kernel, ids[i]);

		request.program_fd = fd;
		if (fd < 0 || fixture.kernel->ops->detach(fixture.kernel, &request))
			bail_out("cannot empty the fixture's chains");
		fixture.kernel->ops->close(fixture.kernel, fd);
	}
}

void fault_fixture_reset(void)
{
	struct fault_fixture_look now;

	leaks_sweep(fixture.kernel, fixture.shared);
	now = fault_fixture_look();
	if (fault_fixture_same(&now, &fixture.start))
		return;
	for (int c = 0; c < FAULT_FIXTURE_CGROUPS; c++)
		detach_all(c);
	sides_clear();
	attach_all();
	now = fault_fixture_look();
	if (!fault_fixture_same(&now, &fixture.start))
		bail_out("cannot restore the fixture");
}

static bool has_duplicates(const struct fault_fixture_chain *chain)
{
	for (size_t i = 0; i < chain->count; i++)
		for (size_t j = 0; j < i; j++)
			if (chain->ids[i] == chain->ids[j])
				return true;
	return false;
}

bool fault_fixture_sound(const struct fault_fixture_look *now)
{
	for (int c = 0; c < FAULT_FIXTURE_CHAINS; c++) {
		size_t count = fixture.start.chain[c].count;

		if (now->chain[c].count + 1 < count || now->chain[c].count > count + 2 ||
		    has_duplicates(&now->chain[c]))
			return false;
	}
	return true;
}

bool fault_fixture_whole(const struct fault_fixture_look *now)
{
	for (int c = 0; c < FAULT_FIXTURE_CHAINS; c++)
		if (now->chain[c].count != fixture.start.chain[c].count)
			return false;
	return fault_fixture_sound(now);
}

size_t fault_fixture_open_count(void)
{
	return fixture.live ? descriptors_count() : kernel_model_open_count(fixture.kernel);
}

static char *next_buffer(void)
{
	static char buffers[8][32];
	static unsigned next;

	return buffers[next++ % 8];
}

const char *fault_fixture_by_fd(int fd)
{
	char *text = next_buffer();

	snprintf(text, 32, "fd:%d", fd);
	return text;
}

const char *fault_fixture_by_id(uint32_t id)
{
	char *text = next_buffer();

	snprintf(text, 32, "id:%u", id);
	return text;
}
