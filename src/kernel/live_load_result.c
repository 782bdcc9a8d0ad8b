/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The result of a load by libbpf. If libbpf believes that the kernel is old, it leaves out BTF,
 * names and variables without an error.
 */
#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <linux/bpf.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#include "kernel/live.h"

/* the headers of the build machine may not have them */
enum { TYPE_ARENA = 33, FLAG_MMAPABLE = 1 << 10 };

/* True if the kernel accepts BTF that libbpf has not loaded. */
static bool live_accepts_btf(const struct btf *btf)
{
	union bpf_attr attr;
	const void *bytes;
	uint32_t size;
	int fd;

	bytes = btf__raw_data(btf, &size);
	if (!bytes)
		return false;
	memset(&attr, 0, sizeof(attr));
	attr.btf = (uintptr_t)bytes;
	attr.btf_size = size;
	fd = live_bpf(BPF_BTF_LOAD, &attr, sizeof(attr));
	if (fd >= 0)
		close(fd);
	return fd >= 0;
}

/* libbpf leaves out the maps of global variables if it believes that the kernel has none. */
bool live_load_lacks_globals(const struct kernel_object_map *maps, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (!bpf_map__autocreate(maps[i].map))
			return true;
	return false;
}

/* Asks for the smallest arena: libbpf before 1.4 does not know the type. */
static bool live_has_arena(void)
{
	union bpf_attr attr;
	int fd;

	memset(&attr, 0, sizeof(attr));
	attr.map_type = TYPE_ARENA;
	attr.max_entries = 1;
	attr.map_flags = FLAG_MMAPABLE;
	fd = live_bpf(BPF_MAP_CREATE, &attr, sizeof(attr));
	if (fd >= 0)
		close(fd);
	return fd >= 0;
}

/*
 * Returns the type of the first map that the kernel cannot have; 0: none. libbpf does not know the
 * newest types, and then cannot tell.
 */
uint32_t live_load_unknown_type(const struct kernel_object_map *maps, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		enum bpf_map_type type = bpf_map__type(maps[i].map);
		int known = 1;

		if (maps[i].use < 0)
			known = (int)type == TYPE_ARENA ? live_has_arena()
							: libbpf_probe_bpf_map_type(type, NULL);
		if (known == 0 || (known < 0 && !libbpf_bpf_map_type_str(type)))
			return type;
	}
	return 0;
}

/* Reads the ids of the new maps too; *named: one of them has its name. */
static bool live_lacks_map_names(bool *named, struct kernel_object_map *maps, size_t count)
{
	struct bpf_map_info info;
	uint32_t size;

	for (size_t i = 0; i < count; i++) {
		if (maps[i].use >= 0 || bpf_map__fd(maps[i].map) < 0)
			continue;
		memset(&info, 0, sizeof(info));
		size = sizeof(info);
		if (bpf_obj_get_info_by_fd(bpf_map__fd(maps[i].map), &info, &size))
			continue;
		maps[i].made_id = info.id;
		if (!*info.name && *bpf_map__name(maps[i].map))
			return true;
		*named |= *info.name;
	}
	return false;
}

static bool live_lacks_program_name(const struct bpf_program *program)
{
	struct bpf_prog_info info;
	uint32_t size = sizeof(info);

	memset(&info, 0, sizeof(info));
	return !bpf_obj_get_info_by_fd(bpf_program__fd(program), &info, &size) && !*info.name;
}

/* Compares the loaded program and its maps with the object. Returns what is missing, or NULL. */
const char *live_load_lacks(const struct bpf_object *object, const struct bpf_program *program,
			    struct kernel_object_map *maps, size_t count)
{
	const struct btf *btf = bpf_object__btf(object);
	bool named = false;

	if (live_load_lacks_globals(maps, count))
		return "global variables";
	/* libbpf names both or none, so one name will do */
	if (live_lacks_map_names(&named, maps, count) ||
	    (!named && live_lacks_program_name(program)))
		return "names of programs and maps";
	/*
	 * The kernel may have rejected the BTF, which libbpf does not take for a failure. A program
	 * without function names has no BTF, so its own does not tell.
	 */
	return btf && bpf_object__btf_fd(object) < 0 && live_accepts_btf(btf) ? "BTF" : NULL;
}

/*
 * Returns the errno of a policy that forbids part of a load, or 0. libbpf takes some of its answers
 * for a kernel that is old: it then loads without BTF or names, or says that the object is wrong.
 */
int live_load_denied(const struct bpf_object *object, const struct kernel_load_log *log, int err)
{
	bool without_btf = bpf_object__btf(object) && bpf_object__btf_fd(object) < 0;

	return log->verifier || (!err && !without_btf) ? 0 : live_ask_load_policy();
}
