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

static int load(struct kernel *kernel, const struct cast *cast)
{
	const struct bpf_insn instructions[] = {
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0, .imm = cast->returns },
		{ .code = BPF_JMP | BPF_EXIT },
	};
	const struct kernel_load request = {
		.type = cast->type,
		.expected_attach_type = cast->hook,
		.name = cast->name,
		.instructions = instructions,
		.instruction_count = 2,
	};
	int fd = kernel->ops->load(kernel, &request);

	if (fd < 0)
		bail_out("a program for hook %u does not load on the %s kernel: %s", cast->hook,
			 kernel->ops->name, strerror(-fd));
	return fd;
}

static void load_on(struct side *side, const struct cast *cast, unsigned place)
{
	struct kernel_program info;
	int err;

	side->programs[place] = load(side->kernel, cast);
	err = side->kernel->ops->program_info(side->kernel, side->programs[place], &info);
	if (err)
		bail_out("no program info: %s", strerror(-err));
	side->program_ids[place] = info.id;
}

static void remember_ids(struct stage *stage, unsigned place)
{
	uint32_t id = stage->model.program_ids[place];

	while (id >= stage->id_room) {
		stage->id_room = stage->id_room ? stage->id_room * 2 : 256;
		stage->live_ids = realloc(stage->live_ids, stage->id_room * sizeof(uint32_t));
		stage->places = realloc(stage->places, stage->id_room * sizeof(unsigned));
		if (!stage->live_ids || !stage->places)
			bail_out("out of memory");
	}
	stage->live_ids[id] = stage->live.program_ids[place];
	stage->places[id] = place;
}

static void load_place(struct stage *stage, unsigned place)
{
	load_on(&stage->live, &stage->cast[place], place);
	load_on(&stage->model, &stage->cast[place], place);
	remember_ids(stage, place);
}

static void add_program(struct stage *stage, uint32_t hook, int32_t returns, const char *name)
{
	unsigned place = stage->program_count++;

	stage->cast[place] = (struct cast){
		.type = attach_type_by_number(hook)->program_type,
		.hook = hook,
		.returns = returns,
		.name = name,
	};
	load_place(stage, place);
}

void stage_reload(struct stage *stage, unsigned place)
{
	stage->live.kernel->ops->close(stage->live.kernel, stage->live.programs[place]);
	stage->model.kernel->ops->close(stage->model.kernel, stage->model.programs[place]);
	load_place(stage, place);
}

static void load_programs(struct stage *stage)
{
	enum { INGRESS = 0, EGRESS = 1 };

	for (size_t i = 0; i < stage->hook_count; i++)
		for (int j = 0; j < PLAIN_PROGRAMS; j++)
			add_program(stage, stage->hooks[i], 1, "plain");
	for (int i = 0; i < 4; i++)
		add_program(stage, EGRESS, 2 + i % 2, "egress_only");
	stage->first_filler = stage->program_count;
	for (int i = 0; i < FILLERS; i++)
		add_program(stage, i % 2 ? INGRESS : EGRESS, 1, "filler");
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

static void make_cgroup(struct stage *stage, unsigned cgroup)
{
	const char *name = cgroup_name(cgroup), *last = strrchr(name, '/');
	char path[128];

	scratches[cgroup] = scratch_child(parent_of(cgroup), last ? last + 1 : name);
	close(scratches[cgroup].fd);
	stage->live.cgroups[cgroup] = open_path(&stage->live, scratches[cgroup].path);
	snprintf(path, sizeof(path), "%s/%s", MODEL_TOP, name);
	must(kernel_model_mkdir(stage->model.kernel, path), path);
	stage->model.cgroups[cgroup] = open_path(&stage->model, path);
}

/* What was the last one that is gone is closed; this one takes its place. */
static void remove_cgroup(struct stage *stage, unsigned cgroup)
{
	char path[128];

	scratch_remove(&scratches[cgroup]);
	snprintf(path, sizeof(path), "%s/%s", MODEL_TOP, cgroup_name(cgroup));
	must(kernel_model_rmdir(stage->model.kernel, path), path);
	if (stage->live.cgroups[GONE] >= 0) {
		close(stage->live.cgroups[GONE]);
		stage->model.kernel->ops->close(stage->model.kernel, stage->model.cgroups[GONE]);
	}
	stage->live.cgroups[GONE] = stage->live.cgroups[cgroup];
	stage->model.cgroups[GONE] = stage->model.cgroups[cgroup];
}

static bool is_severed(const struct side *side, int link)
{
	struct kernel_link info;

	return side->kernel->ops->link_info(side->kernel, link, &info) || !info.cgroup_id;
}

/* The running kernel severs the links of a removed cgroup some time later. */
static void await_release(const struct stage *stage)
{
	const struct timespec pause = { .tv_nsec = 1000000 };

	for (unsigned i = 0; i < LINKS; i++) {
		if (stage->model.links[i] < 0 || !is_severed(&stage->model, stage->model.links[i]))
			continue;
		for (int ms = 0; !is_severed(&stage->live, stage->live.links[i]); ms++) {
			if (ms == PATIENCE_MS)
				bail_out("a link outlives its cgroup");
			nanosleep(&pause, NULL);
		}
	}
}

void stage_recreate(struct stage *stage, unsigned cgroup)
{
	remove_cgroup(stage, cgroup);
	make_cgroup(stage, cgroup);
	await_release(stage);
}

static void close_links(struct side *side)
{
	for (unsigned i = 0; i < LINKS; i++) {
		if (side->links[i] >= 0)
			side->kernel->ops->close(side->kernel, side->links[i]);
		side->links[i] = -1;
	}
}

void stage_reset(struct stage *stage)
{
	close_links(&stage->live);
	close_links(&stage->model);
	for (unsigned i = CGROUPS; i-- > 0;)
		if (stage->live.cgroups[i] >= 0)
			remove_cgroup(stage, i);
	for (unsigned i = 0; i < CGROUPS; i++)
		make_cgroup(stage, i);
}

/* ---- beginning and end ----------------------------------------------------------------------- */

static void find_features(struct stage *stage)
{
	struct feature feature;

	for (size_t i = 1; i <= cgswap_feature_get_count(); i++) {
		feature_probe(&feature, stage->live.kernel, (enum cgswap_feature)i, top.fd);
		if (feature.answer == FEATURE_NO)
			stage->disable_features |= 1U << i;
	}
}

static void find_hooks(struct stage *stage)
{
	const struct attach_type *type;

	for (size_t i = 0; (type = attach_type_at(i)); i++) {
		if (type->number == ATTACH_LSM_CGROUP || stage->hook_count == HOOKS_MAX ||
		    feature_dry_attach(stage->live.kernel, -1, type->number, KERNEL_OVERRIDE) ==
			    -EINVAL)
			continue;
		scratch_bystander(type->number);
		stage->hooks[stage->hook_count++] = type->number;
	}
}

/* The first cgroup v1 hierarchy that is mounted; without any an ordinary directory serves. */
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

static void open_others(struct stage *stage)
{
	struct side *live = &stage->live, *model = &stage->model;
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

void stage_open(struct stage *stage)
{
	memset(stage, 0, sizeof(*stage));
	for (unsigned i = 0; i <= GONE; i++)
		stage->live.cgroups[i] = stage->model.cgroups[i] = -1;
	for (unsigned i = 0; i < LINKS; i++)
		stage->live.links[i] = stage->model.links[i] = -1;
	/* 0 means an open file on both sides */
	if (fcntl(STDIN_FILENO, F_GETFD) < 0 && open("/dev/null", O_RDONLY) != STDIN_FILENO)
		bail_out("standard input cannot be opened");
	top = scratch_new("oracle");
	stage->live.kernel = kernel_live();
	find_features(stage);
	find_hooks(stage);
	stage->model.kernel = kernel_model_new(stage->disable_features);
	if (!stage->model.kernel)
		bail_out("out of memory");
	must(kernel_model_mkdir(stage->model.kernel, MODEL_TOP), MODEL_TOP);
	load_programs(stage);
	open_others(stage);
	stage_reset(stage);
}

void stage_close(struct stage *stage)
{
	close_links(&stage->live);
	close_links(&stage->model);
	for (unsigned i = CGROUPS; i-- > 0;)
		remove_cgroup(stage, i);
	for (size_t i = 0; i < stage->program_count; i++)
		close(stage->live.programs[i]);
	stage->model.kernel->ops->free(stage->model.kernel);
	free(stage->live_ids);
	free(stage->places);
}
