/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file rawbpf.h
 * bpf(2) without a library: tests build their fixtures with it, and check with it what the library
 * under test reports.
 *
 * Each command has an attr of its own here, with every field of newer kernels: the system's headers
 * may be older than the running kernel, and without the field a guard would silently be dropped.
 * All calls return -1 and set errno on failure.
 *
 * There are two implementations: rawbpf.c calls the running kernel, ../model/rawbpf.c the backend
 * of a modelled one. The same test links with either.
 */
#ifndef TESTS_LIB_RAWBPF_H
#define TESTS_LIB_RAWBPF_H

#include <stddef.h>
#include <stdint.h>
#include <linux/bpf.h>

/* Flags newer than some headers. */
enum raw_flag {
	RAW_NONE = 0,
	RAW_OVERRIDE = 1 << 0,
	RAW_MULTI = 1 << 1,
	RAW_REPLACE = 1 << 2,
	RAW_BEFORE = 1 << 3,
	RAW_AFTER = 1 << 4,
	RAW_ID = 1 << 5,
	RAW_PREORDER = 1 << 6,
	RAW_LINK = 1 << 13,
};

enum { RAW_EFFECTIVE = 1, RAW_CHAIN_MAX = 64, RAW_EFFECTIVE_MAX = 256 };

/** A key of cgroup storage with the kernel's size, also on i386, which does not pad the system's struct. */
struct raw_storage_key {
	_Alignas(8) struct bpf_cgroup_storage_key key;
};

/** Arguments of PROG_ATTACH and PROG_DETACH. */
struct raw_attach {
	uint32_t target_fd;
	uint32_t attach_bpf_fd;
	uint32_t attach_type;
	uint32_t attach_flags;
	uint32_t replace_bpf_fd;
	uint32_t relative_fd;
	uint64_t expected_revision;
};

/** The result of PROG_QUERY. */
struct raw_chain {
	uint32_t count;
	uint32_t flags;
	uint64_t revision;
	uint32_t ids[RAW_EFFECTIVE_MAX];
};

/** bpf(2) itself, with an attr of any kind; of the running kernel only. */
int raw_bpf(int command, void *attr, size_t size);

/** @return a descriptor. expected is an attach type; name may be NULL. */
int raw_prog_load(uint32_t type, uint32_t expected, const char *name,
		  const struct bpf_insn *insns, size_t count);
/** An array map of 64-bit values. @return a descriptor. */
int raw_array_create(uint32_t entries);
/** These two need the running kernel: a modelled one runs no program that would write. */
int raw_map_lookup(int map, uint32_t key, uint64_t *value);
int raw_map_update(int map, uint32_t key, uint64_t value);

/** PROG_ATTACH with all arguments given by the caller. */
int raw_attach_with(const struct raw_attach *attach);
/** PROG_ATTACH at the end. */
int raw_attach(int cgroup, int prog, uint32_t type, uint32_t flags);
/** PROG_ATTACH with replace_bpf_fd; flags are passed as they are. */
int raw_replace(int cgroup, int new, int old, uint32_t type, uint32_t flags);
int raw_detach(int cgroup, int prog, uint32_t type);
/** PROG_QUERY; query_flags is 0 or RAW_EFFECTIVE. */
int raw_query(int cgroup, uint32_t type, uint32_t query_flags, struct raw_chain *chain);

/** @return a link's descriptor. */
int raw_link_create(int cgroup, int prog, uint32_t type, uint32_t flags);
int raw_link_update(int link, int new);
/** @return the id of a link, 0 on failure. */
uint32_t raw_link_id(int link);

/** @return the id of a map, 0 on failure. */
uint32_t raw_map_id(int map);
/** @return the id of a program, 0 on failure. */
uint32_t raw_prog_id(int prog);
/** @return a descriptor. */
int raw_prog_open(uint32_t id);
/** Writes a program's tag, 16 digits. @return tag, "" on failure. */
const char *raw_prog_tag(int prog, char tag[17]);
int raw_pin(int fd, const char *path);
int raw_unpin(const char *path);
/** @return a descriptor of the pinned object. */
int raw_pin_open(const char *path);

enum { RAW_MAPS_MAX = 64 };

/** The ids of a program's maps. @return their number. */
size_t raw_prog_maps(int prog, uint32_t ids[RAW_MAPS_MAX]);
/** Writes a program's name. @return name, "" on failure. */
const char *raw_prog_name(int prog, char name[16]);
/** Writes a map's name. @return name, "" on failure. */
const char *raw_map_name(uint32_t id, char name[16]);
/** @return a descriptor; needs the running kernel. */
int raw_map_open(uint32_t id);

#endif
