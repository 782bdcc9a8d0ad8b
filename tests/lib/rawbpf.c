/* SPDX-License-Identifier: BSD-2-Clause */
#include "rawbpf.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static uint64_t address(const void *pointer)
{
	return (uintptr_t)pointer;
}

int raw_bpf(int command, void *attr, size_t size)
{
	return syscall(SYS_bpf, command, attr, size);
}

int raw_prog_load(uint32_t type, uint32_t expected, const char *name,
		  const struct bpf_insn *insns, size_t count)
{
	struct {
		uint32_t prog_type, insn_cnt;
		uint64_t insns, license;
		uint32_t log_level, log_size;
		uint64_t log_buf;
		uint32_t kern_version, prog_flags;
		char prog_name[16];
		uint32_t prog_ifindex, expected_attach_type;
	} attr = {
		.prog_type = type,
		.insn_cnt = count,
		.insns = address(insns),
		.license = address("Dual BSD/GPL"),
		.expected_attach_type = expected,
	};

	if (name)
		snprintf(attr.prog_name, sizeof(attr.prog_name), "%s", name);
	return raw_bpf(BPF_PROG_LOAD, &attr, sizeof(attr));
}

int raw_array_create(uint32_t entries)
{
	struct {
		uint32_t map_type, key_size, value_size, max_entries, map_flags, inner_map_fd,
			numa_node;
		char map_name[16];
	} attr = {
		.map_type = BPF_MAP_TYPE_ARRAY,
		.key_size = sizeof(uint32_t),
		.value_size = sizeof(uint64_t),
		.max_entries = entries,
		.map_name = "test_array",
	};

	return raw_bpf(BPF_MAP_CREATE, &attr, sizeof(attr));
}

static int map_element(int command, int map, const uint32_t *key, uint64_t *value)
{
	struct {
		uint32_t map_fd, pad;
		uint64_t key, value, flags;
	} attr = {
		.map_fd = map,
		.key = address(key),
		.value = address(value),
	};

	return raw_bpf(command, &attr, sizeof(attr));
}

int raw_map_lookup(int map, uint32_t key, uint64_t *value)
{
	return map_element(BPF_MAP_LOOKUP_ELEM, map, &key, value);
}

int raw_map_update(int map, uint32_t key, uint64_t value)
{
	return map_element(BPF_MAP_UPDATE_ELEM, map, &key, &value);
}

int raw_attach_with(const struct raw_attach *attach)
{
	struct raw_attach attr = *attach;

	return raw_bpf(BPF_PROG_ATTACH, &attr, sizeof(attr));
}

int raw_attach(int cgroup, int prog, uint32_t type, uint32_t flags)
{
	return raw_replace(cgroup, prog, 0, type, flags);
}

int raw_replace(int cgroup, int new, int old, uint32_t type, uint32_t flags)
{
	struct raw_attach attr = {
		.target_fd = cgroup,
		.attach_bpf_fd = new,
		.attach_type = type,
		.attach_flags = flags,
		.replace_bpf_fd = old,
	};

	return raw_bpf(BPF_PROG_ATTACH, &attr, sizeof(attr));
}

int raw_detach(int cgroup, int prog, uint32_t type)
{
	struct raw_attach attr = {
		.target_fd = cgroup,
		.attach_bpf_fd = prog,
		.attach_type = type,
	};

	return raw_bpf(BPF_PROG_DETACH, &attr, sizeof(attr));
}

int raw_query(int cgroup, uint32_t type, uint32_t query_flags, struct raw_chain *chain)
{
	struct {
		uint32_t target_fd, attach_type, query_flags, attach_flags;
		uint64_t prog_ids;
		uint32_t count, pad;
		uint64_t prog_attach_flags, link_ids, link_attach_flags, revision;
	} attr = {
		.target_fd = cgroup,
		.attach_type = type,
		.query_flags = query_flags,
		.prog_ids = address(chain->ids),
		.count = RAW_EFFECTIVE_MAX,
	};

	memset(chain, 0, sizeof(*chain));
	if (raw_bpf(BPF_PROG_QUERY, &attr, sizeof(attr)))
		return -1;
	chain->count = attr.count;
	chain->flags = attr.attach_flags;
	chain->revision = attr.revision;
	return 0;
}

int raw_link_create(int cgroup, int prog, uint32_t type, uint32_t flags)
{
	struct {
		uint32_t prog_fd, target_fd, attach_type, flags, relative_fd, pad;
		uint64_t expected_revision;
	} attr = {
		.prog_fd = prog,
		.target_fd = cgroup,
		.attach_type = type,
		.flags = flags,
	};

	return raw_bpf(BPF_LINK_CREATE, &attr, sizeof(attr));
}

int raw_link_update(int link, int new)
{
	struct {
		uint32_t link_fd, new_prog_fd, flags, old_prog_fd;
	} attr = { .link_fd = link, .new_prog_fd = new };

	return raw_bpf(BPF_LINK_UPDATE, &attr, sizeof(attr));
}

static int info_of(int fd, void *info, size_t size)
{
	struct {
		uint32_t bpf_fd, info_len;
		uint64_t info;
	} attr = { .bpf_fd = fd, .info_len = size, .info = address(info) };

	memset(info, 0, size);
	return raw_bpf(BPF_OBJ_GET_INFO_BY_FD, &attr, sizeof(attr));
}

uint32_t raw_link_id(int link)
{
	struct bpf_link_info info;

	return info_of(link, &info, sizeof(info)) ? 0 : info.id;
}

uint32_t raw_map_id(int map)
{
	struct bpf_map_info info;

	return info_of(map, &info, sizeof(info)) ? 0 : info.id;
}

uint32_t raw_prog_id(int prog)
{
	struct bpf_prog_info info;

	return info_of(prog, &info, sizeof(info)) ? 0 : info.id;
}

const char *raw_prog_name(int prog, char name[16])
{
	struct bpf_prog_info info;

	name[0] = '\0';
	if (!info_of(prog, &info, sizeof(info)))
		snprintf(name, 16, "%.15s", info.name);
	return name;
}

int raw_prog_open(uint32_t id)
{
	struct {
		uint32_t prog_id, next_id, open_flags;
	} attr = { .prog_id = id };

	return raw_bpf(BPF_PROG_GET_FD_BY_ID, &attr, sizeof(attr));
}

const char *raw_prog_tag(int prog, char tag[17])
{
	struct bpf_prog_info info;

	tag[0] = '\0';
	if (info_of(prog, &info, sizeof(info)))
		return tag;
	for (size_t i = 0; i < sizeof(info.tag); i++)
		snprintf(tag + 2 * i, 3, "%02x", info.tag[i]);
	return tag;
}

int raw_pin(int fd, const char *path)
{
	struct {
		uint64_t pathname;
		uint32_t bpf_fd, file_flags;
	} attr = { .pathname = address(path), .bpf_fd = fd };

	return raw_bpf(BPF_OBJ_PIN, &attr, sizeof(attr));
}

int raw_pin_open(const char *path)
{
	struct {
		uint64_t pathname;
		uint32_t bpf_fd, file_flags;
	} attr = { .pathname = address(path) };

	return raw_bpf(BPF_OBJ_GET, &attr, sizeof(attr));
}

int raw_unpin(const char *path)
{
	return unlink(path);
}

size_t raw_prog_maps(int prog, uint32_t ids[RAW_MAPS_MAX])
{
	struct bpf_prog_info info;
	struct {
		uint32_t bpf_fd, info_len;
		uint64_t info;
	} attr = { .bpf_fd = prog, .info_len = sizeof(info), .info = address(&info) };

	memset(&info, 0, sizeof(info));
	info.nr_map_ids = RAW_MAPS_MAX;
	info.map_ids = address(ids);
	if (raw_bpf(BPF_OBJ_GET_INFO_BY_FD, &attr, sizeof(attr)))
		return 0;
	return info.nr_map_ids < RAW_MAPS_MAX ? info.nr_map_ids : RAW_MAPS_MAX;
}

int raw_map_open(uint32_t id)
{
	struct {
		uint32_t map_id, next_id, open_flags;
	} attr = { .map_id = id };

	return raw_bpf(BPF_MAP_GET_FD_BY_ID, &attr, sizeof(attr));
}

const char *raw_map_name(uint32_t id, char name[16])
{
	struct bpf_map_info info;
	int fd = raw_map_open(id);

	name[0] = '\0';
	if (fd < 0)
		return name;
	if (!info_of(fd, &info, sizeof(info)))
		snprintf(name, 16, "%s", info.name);
	close(fd);
	return name;
}
