/* SPDX-License-Identifier: BSD-2-Clause */
/* What the entries of a snapshot are: fetched once, and read by getters. */
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "chain/chain.h"
#include "base/error.h"
#include "explain/explain.h"
#include "cgroup/link_scan.h"
#include "cgroup/preorder.h"
#include "kernel/capability.h"
#include "kernel/errno_error.h"

/* One odd entry must not spoil the listing: it stays nameless. What would befall all is an error.
 */
static int describe_program(struct kernel *kernel, struct cgswap_entry *entry)
{
	int fd = kernel->ops->program_by_id(kernel, entry->id);
	int err = fd;

	if (fd >= 0) {
		err = kernel->ops->program_info(kernel, fd, &entry->info);
		if (!err) {
			program_name(entry->name, sizeof(entry->name), kernel, fd, &entry->info);
			program_tag(entry->tag, &entry->info);
		}
		kernel->ops->close(kernel, fd);
	}
	entry->known = !err;
	entry->errnum = -err;
	return error_is_exhaustion(err) ? err : 0;
}

void entries_free(struct cgswap_entry *entries, size_t count)
{
	for (size_t i = 0; entries && i < count; i++)
		metadata_free(&entries[i].metadata);
	free(entries);
}

static enum cgswap_status error_describe(const struct cgswap_chain *chain, int errnum)
{
	return error_from_errno(chain->session->kernel, CAPABILITY_BY_ID, errnum,
				"the programs in %s of %s cannot be opened by their ids",
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
	if (chain->now.count && !chain->entries[0].known &&
	    capability_missing(kernel, CAPABILITY_BY_ID) != CGSWAP_CAUSE_NONE)
		return error_describe(chain, EPERM);
	return CGSWAP_OK;
}

/* Where one program stands several times, nothing tells which place is whose: it is left open. */
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
	err = link_scan_read(&links, chain->session->kernel, chain->cgroup->id,
			     chain->type->number);
	if (err)
		return error_from_errno(chain->session->kernel, CAPABILITY_BY_ID, -err,
					"the links that hold programs in %s of %s cannot be listed",
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
	enum cgswap_preorder told[KERNEL_CHAIN_MAX];
	struct snapshot effective = { 0 };
	int err;

	if (!chain->now.count || chain->now.count > KERNEL_CHAIN_MAX)
		return CGSWAP_OK;
	for (size_t i = 0; i < chain->now.count; i++)
		told[i] = CGSWAP_PREORDER_NO;
	if (session_ask_kernel(chain->session, CGSWAP_FEATURE_PREORDER).answer != FEATURE_NO) {
		err = snapshot_read(&effective, chain->session, chain->cgroup->fd,
				    chain->type->number, KERNEL_QUERY_EFFECTIVE);
		if (!err)
			preorder_from_order(told, &chain->now, &effective);
		snapshot_free(&effective);
		if (err)
			return explain_query(chain->session, chain->cgroup, chain->type, -err);
	}
	for (size_t i = 0; i < chain->now.count; i++)
		chain->entries[i].preorder = told[i];
	return CGSWAP_OK;
}

/* Of the programs that describe_programs() could read. */
static enum cgswap_status describe_metadata(struct cgswap_chain *chain)
{
	struct kernel *kernel = chain->session->kernel;
	int err = 0;

	for (size_t i = 0; i < chain->now.count && !err; i++) {
		struct cgswap_entry *entry = &chain->entries[i];

		metadata_free(&entry->metadata);
		if (entry->known)
			err = metadata_add_program(&entry->metadata, kernel, &entry->info);
	}
	if (err)
		return error_from_errno(kernel, CAPABILITY_BY_ID, -err,
					"the metadata of the programs in %s of %s cannot be read",
					chain->type->short_name, chain->cgroup->path);
	return CGSWAP_OK;
}

enum cgswap_status chain_describe(struct cgswap_chain *chain, unsigned what)
{
	enum cgswap_status status = CGSWAP_OK;

	if (what & ~(unsigned)CGSWAP_DESCRIBE_ALL)
		return error_bad_argument("what is %#x; wanted CGSWAP_DESCRIBE_...", what);
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

enum cgswap_status cgswap_chain_describe(cgswap_chain *chain, unsigned what)
{
	enum cgswap_status status = handle_enter(chain ? &chain->handle : NULL, "describe");

	return status ? status : handle_leave(&chain->handle, chain_describe(chain, what));
}

size_t cgswap_entry_get_position(const cgswap_entry *entry)
{
	return entry ? entry->position : 0;
}

uint32_t cgswap_entry_get_id(const cgswap_entry *entry)
{
	return entry ? entry->id : 0;
}

const char *cgswap_entry_get_name(const cgswap_entry *entry)
{
	return entry ? entry->name : "";
}

const char *cgswap_entry_get_tag(const cgswap_entry *entry)
{
	return entry ? entry->tag : "";
}

const char *cgswap_entry_get_type(const cgswap_entry *entry)
{
	const char *name = NULL;

	if (entry && entry->known)
		name = libbpf_bpf_prog_type_str((enum bpf_prog_type)entry->info.type);
	return name ? name : "";
}

uint32_t cgswap_entry_get_link_id(const cgswap_entry *entry)
{
	return entry ? entry->link_id : 0;
}

enum cgswap_preorder cgswap_entry_get_preorder(const cgswap_entry *entry)
{
	return entry ? entry->preorder : CGSWAP_PREORDER_DEFAULT;
}

int64_t cgswap_entry_get_loaded_at(const cgswap_entry *entry)
{
	return entry ? entry->info.loaded_at : 0;
}

uint32_t cgswap_entry_get_uid(const cgswap_entry *entry)
{
	return entry ? entry->info.uid : 0;
}

size_t cgswap_entry_get_map_count(const cgswap_entry *entry)
{
	return entry ? entry->info.map_count : 0;
}

uint32_t cgswap_entry_get_map_id(const cgswap_entry *entry, size_t index)
{
	return index < cgswap_entry_get_map_count(entry) ? entry->info.map_ids[index] : 0;
}

uint64_t cgswap_entry_get_run_count(const cgswap_entry *entry)
{
	return entry ? entry->info.run_count : 0;
}

uint64_t cgswap_entry_get_run_time_ns(const cgswap_entry *entry)
{
	return entry ? entry->info.run_time_ns : 0;
}

size_t cgswap_entry_get_metadata_count(const cgswap_entry *entry)
{
	return entry ? entry->metadata.count : 0;
}

const char *cgswap_entry_get_metadata_name(const cgswap_entry *entry, size_t index)
{
	return entry ? metadata_name(&entry->metadata, index) : "";
}

const char *cgswap_entry_get_metadata_value(const cgswap_entry *entry, size_t index)
{
	return entry ? metadata_value(&entry->metadata, index) : "";
}
