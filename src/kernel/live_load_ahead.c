/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Checks before a load that libbpf will have the descriptors and the privileges for its probes,
 * whose answers it keeps for the life of the process.
 */
#include <bpf/libbpf.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/bpf.h>
#include <poll.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "kernel/capability.h"
#include "kernel/live.h"

enum {
	FDS_FOR_PROBES = 6, /* libbpf's own: BTF, a probe's map and program, a file */
	MOST_POLLED = 256   /* an object with more maps and programs is rare */
};

/* True if the highest numbers below the limit are free, as they nearly always are. */
static bool live_highest_are_free(size_t count)
{
	struct pollfd fds[MOST_POLLED];
	struct rlimit limit;

	if (count > MOST_POLLED || getrlimit(RLIMIT_NOFILE, &limit) || limit.rlim_cur <= count ||
	    limit.rlim_cur > INT_MAX)
		return false;
	for (size_t i = 0; i < count; i++)
		fds[i] = (struct pollfd){ .fd = (int)(limit.rlim_cur - 1 - i) };
	if (poll(fds, count, 0) != (int)count)
		return false;
	for (size_t i = 0; i < count; i++)
		if (fds[i].revents != POLLNVAL)
			return false;
	return true;
}

/* Opens as many descriptors as the load may need, and closes them. */
static int live_open_descriptors(size_t count)
{
	int one, *fds = count > 1 ? calloc(count, sizeof(*fds)) : &one;
	int err = 0;
	size_t made;

	if (!fds)
		return -ENOMEM;
	for (made = 0; made < count; made++) {
		fds[made] = made ? fcntl(fds[0], F_DUPFD_CLOEXEC, 0)
				 : open("/", O_PATH | O_CLOEXEC);
		if (fds[made] < 0) {
			err = -errno;
			break;
		}
	}
	while (made > 0)
		close(fds[--made]);
	if (fds != &one)
		free(fds);
	return err;
}

/*
 * One is opened in any case: the system may have no more files. If maps are reused, libbpf opens
 * some before it probes.
 */
static int live_check_descriptors(size_t count, bool some_reused)
{
	if (!live_highest_are_free(count))
		return live_open_descriptors(count);
	return some_reused ? 0 : live_open_descriptors(1);
}

/*
 * The kernel checks the privilege for the type of the program before it rejects an instruction. If
 * no capability is missing, a policy may deny this type only, and libbpf's probes are not affected.
 */
static int live_check_privilege(struct kernel *kernel, const struct bpf_program *program)
{
	static const struct bpf_insn invalid;
	union bpf_attr attr;
	int err;

	/* cheaper than a load */
	if (!capability_missing(kernel, CAPABILITY_TO_LOAD) &&
	    !capability_missing(kernel, CAPABILITY_TO_QUERY))
		return 0;
	memset(&attr, 0, sizeof(attr));
	attr.prog_type = bpf_program__type(program);
	attr.expected_attach_type = bpf_program__expected_attach_type(program);
	attr.insn_cnt = 1;
	attr.insns = (uintptr_t)&invalid;
	attr.license = (uintptr_t) "GPL";
	err = live_bpf(BPF_PROG_LOAD, &attr, sizeof(attr));
	if (err >= 0)
		close(err);
	return err == -EPERM || err == -EACCES ? err : 0;
}

int live_load_check_ahead(struct kernel *kernel, const struct bpf_object *object,
			  const struct bpf_program *program, const struct kernel_object_map *maps,
			  size_t count)
{
	const struct bpf_program *each = NULL;
	bool some_reused = false;
	size_t programs = 0;
	int err;

	for (size_t i = 0; i < count; i++)
		some_reused |= maps[i].use >= 0;
	while ((each = bpf_object__next_program(object, (struct bpf_program *)each)))
		programs += bpf_program__autoload(each);
	/* the maps and the program are duplicated while libbpf holds its own */
	err = live_check_descriptors(2 * count + programs + 1 + FDS_FOR_PROBES, some_reused);
	return err ? err : live_check_privilege(kernel, program);
}
