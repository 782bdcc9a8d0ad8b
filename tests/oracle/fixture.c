/* SPDX-License-Identifier: BSD-2-Clause */
#include "fixture.h"

#include "kernel/attach_type.h"
#include "kernel/feature.h"
#include "model/model.h"
#include "../lib/rawbpf.h"
#include "../lib/scratch.h"
#include "../lib/tap.h"

#include <errno.h>
#include <fcntl.h>
#include <mntent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define MODEL_TOP KERNEL_MODEL_CGROUPS "/oracle"

static struct scratch top, scratches[CGROUPS];

/* ---- programs -------------------------------------------------------------------------------- */

static int load(struct kernel *kernel, const struct program_spec *spec)
{
	const struct bpf_insn instructions[] = {
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0, .imm = spec->returns },
		{ .code = BPF_JMP | BPF_EXIT },
	};
	const struct kernel_load request = {
		.type = spec->type,
		.expected_attach_type = spec->attach_type,
		.name = spec->name,
		.instructions = instructions,
		.instruction_count = 2,
	};
	int fd = kernel->ops->load(kernel, &request);

	if (fd < 0)
		bail_out("a program for attach type %u does not load on the %s kernel: %s", spec->attach_type,
			 kernel->ops->name, strerror(-fd));
	return fd;
}

static void load_on(struct side *side, const struct program_spec *spec, unsigned index)
{
	struct kernel_program info;
	int err;

	side->programs[index] = load(side->kernel, spec);
	err = side->kernel->ops->program_info(side->kernel, side->programs[index], &info);
	if (err)
		bail_out("no program info: %s", strerror(-err));
	side->program_ids[index] = info.id;
}

static void remember_ids(struct fixture *fixture, unsigned index)
{
	uint32_t id = fixture->model.program_ids[index];

	while (id >= fixture->id_capacity) {
		fixture->id_capacity = fixture->id_capacity ? fixture->id_capacity * 2 : 256;
		fixture->live_ids = realloc(fixture->live_ids, fixture->id_capacity * sizeof(uint32_t));
		fixture->indexes = realloc(fixture->indexes, fixture->id_capacity * sizeof(unsigned));
		if (!fixture->live_ids || !fixture->indexes)
			bail_out("out of memory");
	}
	fixture->live_ids[id] = fixture->live.program_ids[index];
	fixture->indexes[id] = index;
}

static void load_program(struct fixture *fixture, unsigned index)
{
	load_on(&fixture->live, &fixture->specs[index], index);
	load_on(&fixture->model, &fixture->specs[index], index);
	remember_ids(fixture, index);
}

static void add_program(struct fixture *fixture, uint32_t attach_type, int32_t returns, const char *name)
{
	unsigned index = fixture->program_count++;

	fixture->specs[index] = (struct program_spec){
		.type = attach_type_by_number(attach_type)->program_type,
		.attach_type = attach_type,
		.returns = returns,
		.name = name,
	};
	load_program(fixture, index);
}

void fixture_reload(struct fixture *fixture, unsigned index)
{
	fixture->live.kernel->ops->close(fixture->live.kernel, fixture->live.programs[index]);
	fixture->model.kernel->ops->close(fixture->model.kernel, fixture->model.programs[index]);
	load_program(fixture, index);
}

static void load_programs(struct fixture *fixture)
{
	enum { INGRESS = 0, EGRESS = 1 };

	for (size_t i = 0; i < fixture->type_info_count; i++)
		for (int j = 0; j < PLAIN_PROGRAMS; j++)
			add_program(fixture, fixture->attach_types[i], 1, "plain");
	for (int i = 0; i < 4; i++)
		add_program(fixture, EGRESS, 2 + i % 2, "egress_only");
	fixture->first_filler = fixture->program_count;
	for (int i = 0; i < FILLERS; i++)
		add_program(fixture, i % 2 ? INGRESS : EGRESS, 1, "filler");
}

/* ---- cgroups --------------------------------------------------------------------------------- */

static int must(int result, const char *what)
{
	if (result < 0)
		bail_out("%s: %s", what, strerror(-result));
	return result;
}

static int open_path(const struct side *side, const char *path)
{
	return must(side->kernel->ops->cgroup_open(side->kernel, path), path);
}

static const struct scratch *parent_of(unsigned cgroup)
{
	switch (cgroup) {
	case 1:
	case 3:
		return &scratches[0];
	case 2:
		return &scratches[1];
	default:
		return &top;
	}
}

static void make_cgroup(struct fixture *fixture, unsigned cgroup)
{
	const char *name = cgroup_name(cgroup), *last = strrchr(name, '/');
	char path[128];

	scratches[cgroup] = scratch_child(parent_of(cgroup), last ? last + 1 : name);
	close(scratches[cgroup].fd);
	fixture->live.cgroups[cgroup] = open_path(&fixture->live, scratches[cgroup].path);
	snprintf(path, sizeof(path), "%s/%s", MODEL_TOP, name);
	must(kernel_model_mkdir(fixture->model.kernel, path), path);
	fixture->model.cgroups[cgroup] = open_path(&fixture->model, path);
}

/* Removes a cgroup. It takes the place of the last removed one, which is closed. */
static void remove_cgroup(struct fixture *fixture, unsigned cgroup)
{
	char path[128];

	scratch_remove(&scratches[cgroup]);
	snprintf(path, sizeof(path), "%s/%s", MODEL_TOP, cgroup_name(cgroup));
	must(kernel_model_rmdir(fixture->model.kernel, path), path);
	if (fixture->live.cgroups[GONE] >= 0) {
		close(fixture->live.cgroups[GONE]);
		fixture->model.kernel->ops->close(fixture->model.kernel, fixture->model.cgroups[GONE]);
	}
	fixture->live.cgroups[GONE] = fixture->live.cgroups[cgroup];
	fixture->model.cgroups[GONE] = fixture->model.cgroups[cgroup];
}

static bool is_detached(const struct side *side, int link)
{
	struct kernel_link info;

	return side->kernel->ops->link_info(side->kernel, link, &info) || !info.cgroup_id;
}

/* Waits: the running kernel detaches the links of a removed cgroup some time later. */
static void await_release(const struct fixture *fixture)
{
	const struct timespec pause = { .tv_nsec = 1000000 };

	for (unsigned i = 0; i < LINKS; i++) {
		if (fixture->model.links[i] < 0 || !is_detached(&fixture->model, fixture->model.links[i]))
			continue;
		for (int ms = 0; !is_detached(&fixture->live, fixture->live.links[i]); ms++) {
			if (ms == WAIT_MS)
				bail_out("a link is still attached to its removed cgroup");
			nanosleep(&pause, NULL);
		}
	}
}

void fixture_recreate(struct fixture *fixture, unsigned cgroup)
{
	remove_cgroup(fixture, cgroup);
	make_cgroup(fixture, cgroup);
	await_release(fixture);
}

static void close_links(struct side *side)
{
	for (unsigned i = 0; i < LINKS; i++) {
		if (side->links[i] >= 0)
			side->kernel->ops->close(side->kernel, side->links[i]);
		side->links[i] = -1;
	}
}

void fixture_reset(struct fixture *fixture)
{
	close_links(&fixture->live);
	close_links(&fixture->model);
	for (unsigned i = CGROUPS; i-- > 0;)
		if (fixture->live.cgroups[i] >= 0)
			remove_cgroup(fixture, i);
	for (unsigned i = 0; i < CGROUPS; i++)
		make_cgroup(fixture, i);
}

/* ---- open and close -------------------------------------------------------------------------- */

static void find_features(struct fixture *fixture)
{
	struct feature feature;

	for (size_t i = 1; i <= cgswap_feature_get_count(); i++) {
		feature_probe(&feature, fixture->live.kernel, (enum cgswap_feature)i, top.fd);
		if (feature.answer == FEATURE_NO)
			fixture->disable_features |= 1U << i;
	}
}

static void find_hooks(struct fixture *fixture)
{
	const struct attach_type *type;

	for (size_t i = 0; (type = attach_type_at(i)); i++) {
		if (type->number == ATTACH_LSM_CGROUP || fixture->type_info_count == ATTACH_TYPES_MAX ||
		    feature_dry_attach(fixture->live.kernel, -1, type->number, KERNEL_OVERRIDE) ==
			    -EINVAL)
			continue;
		scratch_bystander(type->number);
		fixture->attach_types[fixture->type_info_count++] = type->number;
	}
}

/* Finds the first mounted cgroup v1 hierarchy; without one an ordinary directory is used. */
static bool find_v1(char *path, size_t size)
{
	FILE *mounts = setmntent("/proc/self/mounts", "re");
	struct mntent *entry;
	bool found = false;

	while (mounts && !found && (entry = getmntent(mounts))) {
		found = !strcmp(entry->mnt_type, "cgroup") && strlen(entry->mnt_dir) < size;
		if (found)
			strcpy(path, entry->mnt_dir);
	}
	if (mounts)
		endmntent(mounts);
	return found;
}

static void open_others(struct fixture *fixture)
{
	struct side *live = &fixture->live, *model = &fixture->model;
	char path[600] = "/";
	bool v1 = find_v1(path, sizeof(path));

	live->cgroup_v1 = open_path(live, path);
	model->cgroup_v1 = open_path(model, v1 ? KERNEL_MODEL_CGROUP_V1 : "/");
	live->directory = open_path(live, "/");
	model->directory = open_path(model, "/");
	snprintf(path, sizeof(path), "%s/cgroup.procs", top.path);
	live->procs = open_path(live, path);
	model->procs = open_path(model, MODEL_TOP "/cgroup.procs");
	live->file = open("/dev/null", O_RDONLY | O_CLOEXEC);
	model->file = must(kernel_model_file(model->kernel), "model file");
	live->map = raw_array_create(1);
	model->map = must(kernel_model_map_new(model->kernel, "map"), "model map");
	if (live->file < 0 || live->map < 0)
		bail_out("no file or map: %s", strerror(errno));
}

void fixture_open(struct fixture *fixture)
{
	memset(fixture, 0, sizeof(*fixture));
	for (unsigned i = 0; i <= GONE; i++)
		fixture->live.cgroups[i] = fixture->model.cgroups[i] = -1;
	for (unsigned i = 0; i < LINKS; i++)
		fixture->live.links[i] = fixture->model.links[i] = -1;
	/* 0 stands for an open file on both sides */
	if (fcntl(STDIN_FILENO, F_GETFD) < 0 && open("/dev/null", O_RDONLY) != STDIN_FILENO)
		bail_out("cannot open standard input");
	top = scratch_new("oracle");
	fixture->live.kernel = kernel_live();
	find_features(fixture);
	find_hooks(fixture);
	fixture->model.kernel = kernel_model_new(fixture->disable_features);
	if (!fixture->model.kernel)
		bail_out("out of memory");
	must(kernel_model_mkdir(fixture->model.kernel, MODEL_TOP), MODEL_TOP);
	load_programs(fixture);
	open_others(fixture);
	fixture_reset(fixture);
}

void fixture_close(struct fixture *fixture)
{
	close_links(&fixture->live);
	close_links(&fixture->model);
	for (unsigned i = CGROUPS; i-- > 0;)
		remove_cgroup(fixture, i);
	for (size_t i = 0; i < fixture->program_count; i++)
		close(fixture->live.programs[i]);
	fixture->model.kernel->ops->free(fixture->model.kernel);
	free(fixture->live_ids);
	free(fixture->indexes);
}
