/* SPDX-License-Identifier: BSD-2-Clause */
#include "chain/chain_holders.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "kernel/capability.h"
#include "kernel/errno_error.h"

static enum cgswap_status error_one_cgroup(const char *selector)
{
	error_bad_argument("'%.200s'{selector} selects an entry of one cgroup; expected id:N, "
			   "name:NAME, tag:HEX, or the pin or descriptor of a program",
			   selector);
	error_remedy("give the name of the program that many cgroups have, such as name:fw");
	return CGSWAP_E_ARGUMENT;
}

enum cgswap_status chain_holders_begin(struct chain_holders *out, struct cgswap_session *session,
				       const char *given)
{
	struct chain_target target;
	struct selector selector;
	enum cgswap_status status = selector_parse(&selector, given);

	*out = (struct chain_holders){ .session = session };
	if (status)
		return status;
	if (selector.form == SELECT_POSITION || selector.form == SELECT_LINK)
		return error_one_cgroup(given);
	status = chain_target_read(&target, session, &selector);
	if (status)
		return status;
	if (target.link.id)
		return error_one_cgroup(given);
	out->id = target.program_id;
	out->selector = strdup(given);
	return out->selector ? CGSWAP_OK : error_no_memory();
}

void chain_holders_end(struct chain_holders *holders)
{
	hash_index_free(&holders->programs, free);
	free(holders->selector);
	holders->selector = NULL;
}

static bool holder_has_id(const void *item, const void *key)
{
	return ((const struct holder_program *)item)->id == *(const uint32_t *)key;
}

static enum cgswap_status holders_add(struct holder_program **out, struct chain_holders *holders,
				      const struct holder_program *compared)
{
	struct holder_program *program = malloc(sizeof(*program));

	if (!program || hash_index_reserve(&holders->programs, 1)) {
		free(program);
		return error_no_memory();
	}
	*program = *compared;
	hash_index_add(&holders->programs, hash_number(program->id), program);
	*out = program;
	return CGSWAP_OK;
}

/* Compares a program that is open with the selector. */
static enum cgswap_status holders_compare(struct holder_program *program,
					  const struct chain_holders *holders, int fd)
{
	struct kernel *kernel = holders->session->kernel;
	char name[PROGRAM_NAME_SIZE];
	struct kernel_program info;
	struct selector selector;
	int err = kernel->ops->program_info(kernel, fd, &info);

	if (err)
		return error_from_errno(kernel, CAPABILITY_BY_ID, -err,
					"program %u{program_id} cannot be read", program->id);
	program_tag(program->tag, &info);
	if (holders->id) {
		program->fits = program->id == holders->id;
		return CGSWAP_OK;
	}
	program_name(name, sizeof(name), kernel, fd, &info);
	selector_parse(&selector, holders->selector);
	program->fits = selector_fits(&selector, info.name, name, program->tag);
	return CGSWAP_OK;
}

/* A program that was freed meanwhile matches no selector, and is not remembered. */
static enum cgswap_status holders_look_up(const struct holder_program **out,
					  struct chain_holders *holders, uint32_t id)
{
	struct kernel *kernel = holders->session->kernel;
	struct holder_program compared = { .id = id }, *program;
	enum cgswap_status status;
	int fd;

	*out = hash_index_find(&holders->programs, hash_number(id), holder_has_id, &id);
	if (*out || (holders->id && holders->id != id))
		return CGSWAP_OK;
	fd = kernel->ops->program_by_id(kernel, id);
	if (fd == -ENOENT)
		return CGSWAP_OK;
	if (fd < 0)
		return error_from_errno(kernel, CAPABILITY_BY_ID, -fd,
					"program %u{program_id} cannot be compared with "
					"'%.200s'{selector}",
					id, holders->selector);
	status = holders_compare(&compared, holders, fd);
	kernel->ops->close(kernel, fd);
	if (!status)
		status = holders_add(&program, holders, &compared);
	if (!status)
		*out = program;
	return status;
}

enum cgswap_status chain_holders_exclude(struct chain_holders *holders, uint32_t id)
{
	const struct holder_program excluded = { .id = id };
	struct holder_program *program = hash_index_find(&holders->programs, hash_number(id),
							 holder_has_id, &id);

	if (!program)
		return holders_add(&program, holders, &excluded);
	program->fits = false;
	return CGSWAP_OK;
}

enum cgswap_status chain_holders_find(const struct holder_program **out,
				      struct chain_holders *holders, struct cgswap_chain *chain)
{
	const struct holder_program *program, *found = NULL;
	struct chain_match match = { .count = 0 };
	struct selector selector;

	*out = NULL;
	for (size_t i = 0; i < chain->now.count; i++) {
		enum cgswap_status status = holders_look_up(&program, holders, chain->now.ids[i]);

		if (status)
			return status;
		if (!program || !program->fits)
			continue;
		found = program;
		match.positions[match.count++] = i;
	}
	if (match.count > 1) {
		selector_parse(&selector, holders->selector);
		return chain_error_ambiguous(chain, &selector, &match);
	}
	*out = found;
	return CGSWAP_OK;
}
