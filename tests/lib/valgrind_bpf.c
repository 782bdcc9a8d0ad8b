/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Preloaded under valgrind, which knows few commands of bpf(2), looks at fields that a caller's size
 * leaves out, and answers an invalid descriptor itself, which a probe needs the kernel to do. This
 * replaces libc's syscall(): it checks that a caller has set its attr, hides the command from valgrind
 * by a bit that the kernel does not look at, and tells valgrind what the kernel has written.
 */
#include <dlfcn.h>
#include <errno.h>
#include <linux/bpf.h>
#include <linux/capability.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <valgrind/memcheck.h>

/* PROG_QUERY, with the fields of newer kernels. */
struct query {
	uint32_t target, type, flags, attach_flags;
	uint64_t ids;
	uint32_t count, reserved;
	uint64_t program_flags, link_ids, link_flags, revision;
};

static long (*call)(long, ...);

static void *pointer(uint64_t number)
{
	return (void *)(uintptr_t)number;
}

static void written(uint64_t address, uint64_t size)
{
	if (address && size)
		VALGRIND_MAKE_MEM_DEFINED_IF_ADDRESSABLE(pointer(address), size);
}

static void query_written(const void *attr, size_t size)
{
	struct query query = { 0 };

	memcpy(&query, attr, size < sizeof(query) ? size : sizeof(query));
	written(query.ids, 4ULL * query.count);
	written(query.program_flags, 4ULL * query.count);
	written(query.link_ids, 4ULL * query.count);
	written(query.link_flags, 4ULL * query.count);
}

/* The arrays and texts to which a program's or a BTF's info points; buffers are as long as they say. */
static void program_written(const struct bpf_prog_info *info)
{
	written(info->map_ids, 4ULL * info->nr_map_ids);
	written(info->xlated_prog_insns, info->xlated_prog_len);
	written(info->jited_prog_insns, info->jited_prog_len);
	written(info->func_info, (uint64_t)info->func_info_rec_size * info->nr_func_info);
	written(info->line_info, (uint64_t)info->line_info_rec_size * info->nr_line_info);
}

static void btf_written(const struct bpf_btf_info *info)
{
	written(info->btf, info->btf_size);
	/* the kernel counts the name without its end */
	written(info->name, info->name_len + 1ULL);
}

static void info_written(int fd, uint64_t address, uint32_t size)
{
	struct bpf_prog_info program = { 0 };
	struct bpf_btf_info btf = { 0 };
	char link[64], target[64] = "";

	written(address, size);
	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	if (readlink(link, target, sizeof(target) - 1) < 0)
		return;
	if (strcmp(target, "anon_inode:bpf-prog") == 0) {
		memcpy(&program, pointer(address), size < sizeof(program) ? size : sizeof(program));
		program_written(&program);
	} else if (strcmp(target, "anon_inode:btf") == 0) {
		memcpy(&btf, pointer(address), size < sizeof(btf) ? size : sizeof(btf));
		btf_written(&btf);
	}
}

static long hidden_bpf(long command, const void *attr, size_t size)
{
	return call(SYS_bpf, command | 1L << 32, attr, size);
}

static void map_written(long command, const union bpf_attr *attr)
{
	struct bpf_map_info map = { 0 };
	union bpf_attr ask = { .info = { .bpf_fd = attr->map_fd,
					 .info_len = sizeof(map),
					 .info = (uintptr_t)&map } };
	uint64_t size;

	if (hidden_bpf(BPF_OBJ_GET_INFO_BY_FD, &ask, sizeof(ask.info)) < 0)
		return;
	VALGRIND_MAKE_MEM_DEFINED(&map, sizeof(map));
	size = map.value_size;
	if (map.type == BPF_MAP_TYPE_PERCPU_ARRAY || map.type == BPF_MAP_TYPE_PERCPU_HASH ||
	    map.type == BPF_MAP_TYPE_LRU_PERCPU_HASH)
		size = (size + 7) / 8 * 8 * (uint64_t)sysconf(_SC_NPROCESSORS_CONF);
	written(attr->value, command == BPF_MAP_GET_NEXT_KEY ? map.key_size : size);
}

static void bpf_written(long command, const void *address, size_t size)
{
	union bpf_attr attr = { 0 };

	VALGRIND_MAKE_MEM_DEFINED_IF_ADDRESSABLE(address, size);
	memcpy(&attr, address, size < sizeof(attr) ? size : sizeof(attr));
	if (command == BPF_PROG_QUERY)
		query_written(address, size);
	else if (command == BPF_MAP_LOOKUP_ELEM || command == BPF_MAP_GET_NEXT_KEY)
		map_written(command, &attr);
	else if (command == BPF_OBJ_GET_INFO_BY_FD)
		info_written((int)attr.info.bpf_fd, attr.info.info, attr.info.info_len);
}

/* Also of a load that failed. */
static void log_written(long command, const void *address, size_t size)
{
	union bpf_attr attr = { 0 };

	memcpy(&attr, address, size < sizeof(attr) ? size : sizeof(attr));
	if (command == BPF_PROG_LOAD)
		written(attr.log_buf, attr.log_size);
	else if (command == BPF_BTF_LOAD)
		written(attr.btf_log_buf, attr.btf_log_size);
}

static long checked_bpf(long command, const void *attr, size_t size)
{
	long result;
	int errnum;

	VALGRIND_CHECK_MEM_IS_DEFINED(attr, size);
	result = hidden_bpf(command, attr, size);
	errnum = errno;
	log_written(command, attr, size);
	if (result >= 0)
		bpf_written(command, attr, size);
	errno = errnum;
	return result;
}

/* Reads six arguments, however many there are, as libc's does. */
__attribute__((visibility("default"))) long syscall(long number, ...)
{
	long a[6], result;
	va_list args;

	va_start(args, number);
	for (int i = 0; i < 6; i++)
		a[i] = va_arg(args, long);
	va_end(args);
	if (!call)
		*(void **)&call = dlsym(RTLD_NEXT, "syscall");
	if (number == SYS_bpf)
		return checked_bpf(a[0], (const void *)a[1], (size_t)a[2]);
	result = call(number, a[0], a[1], a[2], a[3], a[4], a[5]);
	/* the present version has two structs, of which valgrind sees one */
	if (number == SYS_capget && !result)
		written((uint64_t)a[1], 2 * sizeof(struct __user_cap_data_struct));
	return result;
}
