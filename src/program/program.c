/* SPDX-License-Identifier: BSD-2-Clause */
#include "program/program.h"

#include <errno.h>
#include <stdlib.h>

#include "base/error.h"
#include "base/string_list.h"
#include "kernel/errno_error.h"
#include "kernel/capability.h"

enum cgswap_status program_error_kind(struct kernel *kernel, int fd, const char *named)
{
	static const char *const kinds[] = {
		[KERNEL_IS_PROGRAM] = "a BPF program",
		[KERNEL_IS_MAP] = "a BPF map",
		[KERNEL_IS_LINK] = "a BPF link",
		[KERNEL_IS_CGROUP] = "a cgroup",
		[KERNEL_IS_CGROUP_V1] = "a cgroup v1 directory",
		[KERNEL_IS_DIRECTORY] = "a directory",
		[KERNEL_IS_OTHER] = "something else, such as a file or socket",
	};
	enum kernel_kind kind = kernel->ops->kind(kernel, fd);

	if (kind == KERNEL_IS_CLOSED)
		return error_set(CGSWAP_CAUSE_BAD_DESCRIPTOR, EBADF,
				 "'%.200s'{source}, given as a program, is not an open descriptor",
				 named);
	return error_set(CGSWAP_CAUSE_NOT_A_PROGRAM, 0, "'%.200s'{source} is %s, not a BPF program",
			 named, kinds[kind]);
}

enum cgswap_status program_fd_by_id(int *fd, struct kernel *kernel, uint32_t id)
{
	int result = kernel->ops->program_by_id(kernel, id);

	*fd = result < 0 ? -1 : result;
	if (result == -ENOENT)
		return error_set(CGSWAP_CAUSE_PROGRAM_NOT_FOUND, ENOENT,
				 "no program with id %u{program_id} is loaded", id);
	if (result < 0)
		return error_from_errno(kernel, CAPABILITY_BY_ID, -result,
					"program %u{program_id} cannot be opened by its id", id);
	return CGSWAP_OK;
}

enum cgswap_status program_from_fd(struct program **out, struct kernel *kernel, int fd)
{
	struct program *program = calloc(1, sizeof(*program));
	int err;

	*out = NULL;
	if (!program) {
		kernel->ops->close(kernel, fd);
		return error_no_memory();
	}
	atomic_init(&program->refs, 1);
	atomic_init(&program->users, 1);
	atomic_init(&program->lent, 0);
	program->kernel = kernel;
	program->fd = fd;
	err = kernel->ops->program_info(kernel, fd, &program->info);
	if (err) {
		program_unref(program);
		return error_from_errno(kernel, CAPABILITY_TO_LOAD, -err,
					"the details of the program cannot be read");
	}
	program_name(program->name, sizeof(program->name), kernel, fd, &program->info);
	program_tag(program->tag, &program->info);
	if (program->info.map_count)
		program->open_maps = calloc(program->info.map_count, sizeof(struct map_fd *));
	if (program->info.map_count && !program->open_maps) {
		program_unref(program);
		return error_no_memory();
	}
	if (map_claim_copy_all(&program->claims, kernel, program->info.id)) {
		program_unref(program);
		return error_no_memory();
	}
	*out = program;
	return CGSWAP_OK;
}

struct program *program_ref(struct program *program)
{
	atomic_fetch_add_explicit(&program->refs, 1, memory_order_relaxed);
	atomic_fetch_add_explicit(&program->users, 1, memory_order_relaxed);
	return program;
}

enum cgswap_status program_use(const struct program *program)
{
	for (struct map_claim *claim = program->claims; claim; claim = claim->next) {
		int err = map_claim_use(claim);

		if (!err)
			continue;
		for (struct map_claim *used = program->claims; used != claim; used = used->next)
			map_claim_unuse(used);
		return map_claim_error(claim, err);
	}
	return CGSWAP_OK;
}

void program_unuse(const struct program *program)
{
	for (struct map_claim *claim = program->claims; claim; claim = claim->next)
		map_claim_unuse(claim);
}

enum cgswap_status program_check_use(const struct program *program)
{
	for (const struct map_claim *claim = program->claims; claim; claim = claim->next) {
		int err = map_claim_check(claim);

		if (err)
			return map_claim_error(claim, err);
	}
	return CGSWAP_OK;
}

void program_shut(struct program *program)
{
	if (!program || atomic_fetch_sub_explicit(&program->users, 1, memory_order_acq_rel) != 1)
		return;
	program_close_maps(program);
	if (program->fd >= 0)
		program->kernel->ops->close(program->kernel, program->fd);
	map_claim_free_all(program->claims);
}

void program_lend(struct program *program)
{
	if (program)
		atomic_fetch_add(&program->lent, 1);
}

void program_shut_lent(struct program *program)
{
	if (program)
		atomic_fetch_sub(&program->lent, 1);
	program_shut(program);
}

void program_free_shut(struct program *program)
{
	if (!program || atomic_fetch_sub_explicit(&program->refs, 1, memory_order_acq_rel) != 1)
		return;
	free(program->open_maps);
	string_list_free(program->unpinned_maps);
	program_free_maps(program);
	free(program);
}

void program_unref(struct program *program)
{
	program_shut(program);
	program_free_shut(program);
}
