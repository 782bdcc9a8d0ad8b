/* SPDX-License-Identifier: BSD-2-Clause */
/* The programs that a selector means. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "chain/chain_target.h"
#include "chain/selector.h"
#include "find/find.h"
#include "kernel/errno_error.h"

static enum cgswap_status find_add_program(struct cgswap_find *find,
					   const struct find_program *found)
{
	struct find_program *program = find_list_add(&find->programs, sizeof(*program));

	if (!program)
		return error_no_memory();
	*program = *found;
	return CGSWAP_OK;
}

/* Returns 0, or a negative errno: -ENOENT for a program that is not loaded (any more). */
static int find_read_program(struct find_program *out, struct kernel_program *info,
			     struct kernel *kernel, uint32_t id)
{
	int err, fd = kernel->ops->program_by_id(kernel, id);

	*out = (struct find_program){ .id = id };
	if (fd < 0)
		return fd;
	err = kernel->ops->program_info(kernel, fd, info);
	if (!err) {
		out->type = info->type;
		program_name(out->name, sizeof(out->name), kernel, fd, info);
		program_tag(out->tag, info);
	}
	kernel->ops->close(kernel, fd);
	return err;
}

static int find_compare_programs(const void *a, const void *b)
{
	const struct find_program *first = a, *second = b;

	return first->id < second->id ? -1 : first->id > second->id;
}

enum cgswap_status find_add_id(struct cgswap_find *find, uint32_t id)
{
	struct kernel *kernel = find->session->kernel;
	struct find_program program;
	struct kernel_program info;
	enum cgswap_status status;
	int err;

	if (find_program_by_id(find, id))
		return CGSWAP_OK;
	err = find_read_program(&program, &info, kernel, id);
	if (err == -ENOENT)
		return CGSWAP_OK;
	if (error_is_exhaustion(err))
		return error_from_errno(kernel, 0, -err, "program %u{program_id} cannot be read",
					id);
	/* without the privilege to read the program, its id is searched in all chains */
	status = find_add_program(find, &program);
	if (!status)
		qsort(find->programs.items, find->programs.count, sizeof(program),
		      find_compare_programs);
	return status;
}

/* Without the privilege to read the program it can still be found by its id. */
static enum cgswap_status find_program_of_id(struct cgswap_find *find, uint32_t id)
{
	struct kernel *kernel = find->session->kernel;
	struct find_program program;
	struct kernel_program info;
	enum cgswap_status status;
	int err = find_read_program(&program, &info, kernel, id);

	if (err == -ENOENT)
		return error_set(CGSWAP_CAUSE_PROGRAM_NOT_FOUND, ENOENT,
				 "no program with the id %u{program_id} is loaded", id);
	if (err) {
		status = error_from_errno(kernel, CAPABILITY_BY_ID, -err,
					  "program %u{program_id} cannot be opened by its id", id);
		if (error_is_exhaustion(err))
			return status;
		status = find_add_unread(find, "programs");
		if (status)
			return status;
	}
	return find_add_program(find, &program);
}

static enum cgswap_status find_add_if_fits(struct cgswap_find *find, struct find_missed *missed,
					   const struct selector *selector, uint32_t id)
{
	struct kernel *kernel = find->session->kernel;
	struct find_program program;
	struct kernel_program info;
	char name[16];
	int err = find_read_program(&program, &info, kernel, id);

	if (err == -ENOENT)
		return CGSWAP_OK;
	if (error_is_exhaustion(err))
		return error_from_errno(kernel, 0, -err, "program %u{program_id} cannot be read",
					id);
	if (err) {
		snprintf(name, sizeof(name), "%u", id);
		find_miss(missed, name, -err);
		return CGSWAP_OK;
	}
	if (!selector_fits(selector, info.name, program.name, program.tag))
		return CGSWAP_OK;
	return find_add_program(find, &program);
}

/* Compares the names or tags of all programs. */
static enum cgswap_status find_programs_that_fit(struct cgswap_find *find,
						 const struct selector *selector)
{
	struct kernel *kernel = find->session->kernel;
	enum cgswap_status status = CGSWAP_OK;
	struct find_missed missed = { 0 };
	uint32_t id = 0, next = 0;
	int err;

	/* ids ascend; if they did not, the loop would not end */
	while ((err = kernel->ops->next_program(kernel, id, &next)) == 0 && next > id && !status) {
		id = next;
		status = find_add_if_fits(find, &missed, selector, id);
	}
	if (!status && err != -ENOENT)
		status = error_from_errno(kernel, CAPABILITY_BY_ID, err ? -err : EOVERFLOW,
					  "the programs of this machine cannot be listed, so "
					  "'%.200s'{selector} cannot be compared with their names",
					  selector->given);
	if (!status && missed.count == 0 && find->programs.count == 0) {
		status = error_set(CGSWAP_CAUSE_PROGRAM_NOT_FOUND, 0,
				   "no loaded program matches '%.200s'{selector}", selector->given);
		error_remedy("run `cgswap tree` to list the attached programs");
		return status;
	}
	if (!status && find->programs.count == 0)
		status = error_from_errno(kernel, CAPABILITY_BY_ID, missed.errnum,
					  "no readable program matches '%.200s'{selector}, and "
					  "%zu{count} cannot be read, such as %s",
					  selector->given, missed.count, missed.first);
	if (!status)
		status = find_add_missed(find, "programs", "program", "read", &missed);
	return status;
}

enum cgswap_status find_programs(struct cgswap_find *find, const char *text)
{
	struct selector selector;
	struct chain_target target;
	enum cgswap_status status = selector_parse(&selector, text);

	if (status)
		return status;
	if (selector.form == SELECT_POSITION) {
		status = error_bad_argument("'%.200s'{selector} is a position in a chain, and find "
					    "looks in all chains",
					    text);
		error_remedy("select the program by its id, name, tag, link or pin");
		return status;
	}
	if (selector.form == SELECT_NAME || selector.form == SELECT_TAG)
		return find_programs_that_fit(find, &selector);
	status = chain_target_read(&target, find->session, &selector);
	return status ? status : find_program_of_id(find, target.program_id);
}
