/* SPDX-License-Identifier: BSD-2-Clause */
/* cgswap_chain_describe(): reads names, links and more of the entries, once for each snapshot. */
#include <errno.h>
#include <stdlib.h>

#include "chain/chain.h"
#include "base/error.h"
#include "explain/explain_chain.h"
#include "cgroup/link_scan.h"
#include "cgroup/preorder_order.h"
#include "kernel/capability.h"
#include "kernel/errno_error.h"

/*
 * A program that cannot be opened has no name, and the others are still listed. Only a lack of
 * memory or descriptors, which affects all of them, is an error.
 */
static int describe_program(struct kernel *kernel, struct cgswap_entry *entry)
{
	struct entry_program *program = entry->program;
	int err, fd;

	if (!program)
		program = calloc(1, sizeof(*program));
	if (!program)
		return -ENOMEM;
	entry->program = NULL;
	err = fd = kernel->ops->program_by_id(kernel, entry->id);
	if (fd >= 0) {
		err = kernel->ops->program_info(kernel, fd, &program->info);
		if (!err) {
			program_name(program->name, sizeof(program->name), kernel, fd,
				     &program->info);
			program_tag(program->tag, &program->info);
			entry->program = program;
		}
		kernel->ops->close(kernel, fd);
	}
	if (err) {
		metadata_free(&program->metadata);
		free(program);
	}
	entry->errnum = err < 0 ? -err : 0;
	return error_is_exhaustion(err) ? err : 0;
}

static enum cgswap_status error_describe(const struct cgswap_chain *chain, int errnum)
{
	return error_from_errno(
		chain->session->kernel, CAPABILITY_BY_ID, errnum,
		"the programs in %s{attach_type} of '%s'{cgroup} cannot be opened by their ids",
		chain->type->short_name, chain->cgroup->path);
}

static enum cgswap_status describe_programs(struct cgswap_chain *chain)
{
	struct kernel *kernel = chain->session->kernel;
	int err = 0;

	for (size_t i = 0; i < chain->now.count && !err; i++)
		err = describe_program(kernel, &chain->entries[i]);
	if (err)
		return error_describe(chain, -err);
	if (chain->now.count && !chain->entries[0].program &&
	    capability_missing(kernel, CAPABILITY_BY_ID) != CGSWAP_CAUSE_NONE)
		return error_describe(chain, chain->entries[0].errnum);
	return CGSWAP_OK;
}

/*
 * A program that is attached several times has link id 0: the kernel does not report which link
 * holds which position.
 */
static enum cgswap_status describe_links(struct cgswap_chain *chain)
{
	struct link_scan links;
	enum cgswap_status status;
	int err;

	if (!chain->now.count)
		return CGSWAP_OK;
	status = session_check_feature(chain->session, CGSWAP_FEATURE_LINK_ID);
	if (status)
		return status;
	err = link_scan_read(&links, chain->cgroup, chain->type->number);
	if (err)
		return error_from_errno(
			chain->session->kernel, CAPABILITY_BY_ID, -err,
			"the links that hold programs in %s{attach_type} of '%s'{cgroup} cannot be "
			"listed",
			chain->type->short_name, chain->cgroup->path);
	for (size_t i = 0; i < chain->now.count; i++) {
		uint32_t id = chain->now.ids[i];

		if (snapshot_occurrences(&chain->now, id) == 1)
			chain->entries[i].link_id = link_scan_find(&links, id);
	}
	link_scan_free(&links);
	return CGSWAP_OK;
}

static enum cgswap_status describe_preorder(struct cgswap_chain *chain)
{
	enum cgswap_preorder preorder[KERNEL_CHAIN_MAX];
	struct snapshot effective = { 0 };
	int err;

	if (!chain->now.count || chain->now.count > KERNEL_CHAIN_MAX)
		return CGSWAP_OK;
	for (size_t i = 0; i < chain->now.count; i++)
		preorder[i] = CGSWAP_PREORDER_NO;
	if (session_ask_kernel(chain->session, CGSWAP_FEATURE_PREORDER).answer != FEATURE_NO) {
		err = snapshot_read(&effective, chain->session, cgroup_fd(chain->cgroup),
				    chain->type->number, KERNEL_QUERY_EFFECTIVE);
		if (!err)
			preorder_from_order(preorder, &chain->now, &effective);
		snapshot_free(&effective);
		if (err)
			return explain_query(chain->session, chain->cgroup, chain->type, -err);
	}
	for (size_t i = 0; i < chain->now.count; i++)
		chain->entries[i].preorder = preorder[i];
	return CGSWAP_OK;
}

/* Runs after describe_programs(); a program that it could not read has no metadata. */
static enum cgswap_status describe_metadata(struct cgswap_chain *chain)
{
	struct kernel *kernel = chain->session->kernel;
	int err = 0;

	for (size_t i = 0; i < chain->now.count && !err; i++) {
		struct entry_program *program = chain->entries[i].program;

		if (!program)
			continue;
		metadata_free(&program->metadata);
		err = metadata_add_program(&program->metadata, kernel, &program->info);
	}
	if (err)
		return error_from_errno(
			kernel, CAPABILITY_BY_ID, -err,
			"the metadata of the programs in %s{attach_type} of '%s'{cgroup} cannot be "
			"read",
			chain->type->short_name, chain->cgroup->path);
	return CGSWAP_OK;
}

enum cgswap_status chain_describe(struct cgswap_chain *chain, unsigned what)
{
	enum cgswap_status status = CGSWAP_OK;

	if (what & ~(unsigned)CGSWAP_DESCRIBE_ALL)
		return error_bad_argument("'%s'{option} is %#x{found}; expected "
					  "CGSWAP_DESCRIBE_...",
					  "what", what);
	if (!chain->read)
		status = chain_read(chain);
	if (what & CGSWAP_DESCRIBE_METADATA)
		what |= CGSWAP_DESCRIBE_PROGRAMS;
	what &= ~chain->described;
	if (!status && (what & CGSWAP_DESCRIBE_PREORDER))
		status = describe_preorder(chain);
	if (!status && (what & CGSWAP_DESCRIBE_PROGRAMS))
		status = describe_programs(chain);
	if (!status && (what & CGSWAP_DESCRIBE_METADATA))
		status = describe_metadata(chain);
	if (!status && (what & CGSWAP_DESCRIBE_LINKS))
		status = describe_links(chain);
	if (!status)
		chain->described |= what;
	return status;
}

enum cgswap_status chain_describe_links(struct cgswap_chain *chain)
{
	enum cgswap_status status = chain_describe(chain, CGSWAP_DESCRIBE_LINKS);
	enum cgswap_cause cause = cgswap_error_get_cause(cgswap_last_error());

	if (!status || cause == CGSWAP_CAUSE_OUT_OF_MEMORY || cause == CGSWAP_CAUSE_TOO_MANY_FILES)
		return status;
	error_clear();
	return CGSWAP_OK;
}

enum cgswap_status cgswap_chain_describe(cgswap_chain *chain, unsigned what)
{
	enum cgswap_status status = chain_enter(chain, "describe");

	return status ? status : chain_leave(chain, chain_describe(chain, what));
}
