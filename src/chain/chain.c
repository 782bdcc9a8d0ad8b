/* SPDX-License-Identifier: BSD-2-Clause */
#include "chain/chain.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "explain/explain_chain.h"

enum cgswap_status chain_enter(struct cgswap_chain *chain, const char *operation)
{
	enum cgswap_status status = handle_enter(chain ? &chain->handle : NULL, operation);

	if (status)
		return status;
	status = cgroup_hold(chain->cgroup);
	return status ? handle_leave(&chain->handle, status) : CGSWAP_OK;
}

enum cgswap_status chain_join(struct cgswap_chain *chain)
{
	enum cgswap_status status = handle_join(&chain->handle);

	if (status)
		return status;
	status = cgroup_hold(chain->cgroup);
	return status ? handle_leave(&chain->handle, status) : CGSWAP_OK;
}

enum cgswap_status chain_leave(struct cgswap_chain *chain, enum cgswap_status status)
{
	cgroup_release(chain->cgroup);
	return handle_leave(&chain->handle, status);
}

static void entry_free_program(struct cgswap_entry *entry)
{
	if (entry->program)
		metadata_free(&entry->program->metadata);
	free(entry->program);
}

static void chain_free_entries(struct cgswap_chain *chain)
{
	for (size_t i = 0; chain->entries && i < chain->now.count; i++)
		entry_free_program(&chain->entries[i]);
	free(chain->entries);
	chain->entries = NULL;
}

void chain_forget_leftovers(struct cgswap_chain *chain)
{
	for (size_t i = 0; i < chain->leftover_count; i++)
		free(chain->leftovers[i]);
	free(chain->leftovers);
	chain->leftovers = NULL;
	chain->leftover_count = 0;
}

void chain_forget(struct cgswap_chain *chain)
{
	chain_free_entries(chain);
	snapshot_free(&chain->now);
	chain->read = false;
	chain->described = 0;
}

enum cgswap_status chain_read(struct cgswap_chain *chain)
{
	struct cgswap_entry *entries;
	struct snapshot now = { 0 };
	int err;

	err = snapshot_read(&now, chain->session, cgroup_fd(chain->cgroup), chain->type->number, 0);
	if (err) {
		snapshot_free(&now);
		return explain_query(chain->session, chain->cgroup, chain->type, -err);
	}
	entries = calloc(now.count ? now.count : 1, sizeof(*entries));
	if (!entries) {
		snapshot_free(&now);
		return error_no_memory();
	}
	for (size_t i = 0; i < now.count; i++) {
		entries[i].position = (uint32_t)i;
		entries[i].id = now.ids[i];
	}
	chain_forget(chain);
	snapshot_fit(&now);
	chain->now = now;
	chain->entries = entries;
	chain->read = true;
	return CGSWAP_OK;
}

void chain_read_after(struct cgswap_chain *chain)
{
	if (!chain_read(chain))
		return;
	chain_forget(chain);
	error_clear();
}

/*
 * The snapshot and the cgroup stay in memory until the handle is freed: a session may be closed
 * while another thread reads them. The session closes the descriptors in its pool.
 */
static void chain_shut(struct handle *handle)
{
	(void)handle;
}

static void chain_free(struct handle *handle)
{
	struct cgswap_chain *chain = (struct cgswap_chain *)handle;

	chain_forget(chain);
	chain_forget_leftovers(chain);
	snapshot_free(&chain->effective);
	cgroup_unref(chain->cgroup);
	session_release(chain->session, handle);
	free(chain);
}

/*
 * A caller without the privilege to read can still replace by descriptors, so that is not an error.
 */
static enum cgswap_status chain_first_read(struct cgswap_chain *chain)
{
	enum cgswap_status status = chain_read(chain);

	if (status != CGSWAP_E_PERMISSION)
		return status;
	error_clear();
	return CGSWAP_OK;
}

static enum cgswap_status chain_read_cgroup(struct cgswap_chain *chain)
{
	enum cgswap_status status = cgroup_hold(chain->cgroup);

	if (status)
		return status;
	status = chain_first_read(chain);
	cgroup_release(chain->cgroup);
	return status;
}

/* Shares the cgroup of an open chain, unless it cannot be read: it may have been removed. */
static bool chain_share_cgroup(struct cgswap_chain *chain, const char *name)
{
	if (!name || *name != '/')
		return false;
	chain->cgroup = cgroup_ref_recent(chain->session, name);
	if (!chain->cgroup)
		return false;
	if (!chain_read_cgroup(chain) && chain->read)
		return true;
	error_clear();
	cgroup_unref(chain->cgroup);
	chain->cgroup = NULL;
	return false;
}

enum cgswap_status chain_open(cgswap_chain **out, cgswap_session *session, const char *cgroup,
			      const struct attach_type *type)
{
	enum cgswap_status status;
	struct cgswap_chain *chain;

	chain = calloc(1, sizeof(*chain));
	if (!chain)
		return error_no_memory();
	handle_init(&chain->handle, chain_shut, chain_free);
	chain->session = session;
	chain->type = type;
	session_adopt(session, &chain->handle);

	if (chain_share_cgroup(chain, cgroup))
		goto opened;
	status = cgroup_open(&chain->cgroup, chain->session, cgroup);
	if (!status)
		status = chain_read_cgroup(chain);
	if (status) {
		cgswap_chain_unref(chain);
		return status;
	}
opened:
	*out = chain;
	return CGSWAP_OK;
}

enum cgswap_status cgswap_chain_open(cgswap_chain **out, cgswap_session *session,
				     const char *cgroup, const char *attach_type)
{
	const struct attach_type *type;
	enum cgswap_status status;

	if (out)
		*out = NULL;
	status = session_enter(session, "open chain");
	if (status)
		return status;
	if (!out)
		status = error_bad_argument("'%s'{option} is NULL", "out");
	if (!status)
		status = attach_type_find(&type, attach_type);
	if (!status)
		status = chain_open(out, session, cgroup, type);
	return session_leave(session, status);
}

cgswap_chain *cgswap_chain_ref(cgswap_chain *chain)
{
	if (chain)
		handle_ref(&chain->handle);
	return chain;
}

void cgswap_chain_unref(cgswap_chain *chain)
{
	if (chain)
		handle_unref(&chain->handle);
}

enum cgswap_status cgswap_chain_close(cgswap_chain *chain)
{
	return handle_close(chain ? &chain->handle : NULL, "close chain");
}

bool chain_has_moved(const struct cgswap_chain *chain)
{
	struct kernel *kernel = chain->session->kernel;
	struct kernel_query query = { .target_fd = (uint32_t)cgroup_fd(chain->cgroup),
				      .type = chain->type->number };

	return !kernel->ops->query(kernel, &query) &&
	       (query.count != chain->now.count ||
		(chain->now.revision && query.revision != chain->now.revision));
}

enum cgswap_status cgswap_chain_read(cgswap_chain *chain)
{
	enum cgswap_status status = chain_enter(chain, "read");

	return status ? status : chain_leave(chain, chain_read(chain));
}

enum cgswap_status cgswap_chain_read_effective(cgswap_chain *chain)
{
	struct snapshot effective = { 0 };
	enum cgswap_status status;
	int err;

	status = chain_enter(chain, "read effective");
	if (status)
		return status;
	err = snapshot_read(&effective, chain->session, cgroup_fd(chain->cgroup),
			    chain->type->number, KERNEL_QUERY_EFFECTIVE);
	if (err) {
		snapshot_free(&effective);
		status = explain_query(chain->session, chain->cgroup, chain->type, -err);
	} else {
		snapshot_free(&chain->effective);
		chain->effective = effective;
	}
	return chain_leave(chain, status);
}

enum cgswap_status chain_check_changeable(const struct cgswap_chain *chain)
{
	const uint32_t disabled = chain->session->disable_features, number = chain->type->number;

	/* without these the session can change nothing here; a kernel that lacks them says so */
	if (disabled & (1U << CGSWAP_FEATURE_MULTI))
		return session_check_feature(chain->session, CGSWAP_FEATURE_MULTI);
	if ((disabled & (1U << CGSWAP_FEATURE_UNIX_SOCKET_HOOKS)) && number >= ATTACH_UNIX_FIRST &&
	    number <= ATTACH_UNIX_LAST)
		return session_check_feature(chain->session, CGSWAP_FEATURE_UNIX_SOCKET_HOOKS);
	return attach_type_check_changeable(chain->type);
}

enum cgswap_status chain_check_revisions(const struct cgswap_chain *chain)
{
	enum cgswap_status status;

	status = session_check_feature(chain->session, CGSWAP_FEATURE_EXPECTED_REVISION);
	/* without the revision itself there is nothing to compare with */
	if (!status && (chain->session->disable_features & (1U << CGSWAP_FEATURE_REVISION)))
		status = session_check_feature(chain->session, CGSWAP_FEATURE_REVISION);
	return status;
}

enum cgswap_status chain_check_cgroup(const struct cgswap_chain *chain, uint64_t id)
{
	if (!id || id == chain->cgroup->id)
		return CGSWAP_OK;
	return error_set(
		CGSWAP_CAUSE_CGROUP_GONE, 0,
		"cgroup '%s'{cgroup} has the id %llu{found}; expected the id %llu{expected}",
		chain->cgroup->path, (unsigned long long)chain->cgroup->id, (unsigned long long)id);
}

static bool chain_is_open(const cgswap_chain *chain)
{
	return chain && handle_is_open(&chain->handle);
}

size_t cgswap_chain_get_effective_length(const cgswap_chain *chain)
{
	return chain_is_open(chain) ? chain->effective.count : 0;
}

uint32_t cgswap_chain_get_effective_id(const cgswap_chain *chain, size_t index)
{
	return index < cgswap_chain_get_effective_length(chain) ? chain->effective.ids[index] : 0;
}

const char *cgswap_chain_get_cgroup(const cgswap_chain *chain)
{
	return chain_is_open(chain) ? chain->cgroup->path : "";
}

uint64_t cgswap_chain_get_cgroup_id(const cgswap_chain *chain)
{
	return chain_is_open(chain) ? chain->cgroup->id : 0;
}

const char *cgswap_chain_get_attach_type(const cgswap_chain *chain)
{
	return chain_is_open(chain) ? chain->type->name : "";
}

enum cgswap_mode cgswap_chain_get_mode(const cgswap_chain *chain)
{
	return chain_is_open(chain) ? snapshot_mode(&chain->now) : CGSWAP_MODE_DEFAULT;
}

bool cgswap_chain_get_certain(const cgswap_chain *chain)
{
	return chain_is_open(chain) && !chain->uncertain;
}

uint64_t cgswap_chain_get_revision(const cgswap_chain *chain)
{
	return chain_is_open(chain) ? chain->now.revision : 0;
}

size_t cgswap_chain_get_length(const cgswap_chain *chain)
{
	return chain_is_open(chain) ? chain->now.count : 0;
}

const cgswap_entry *cgswap_chain_get_entry(const cgswap_chain *chain, size_t position)
{
	return position < cgswap_chain_get_length(chain) ? &chain->entries[position] : NULL;
}
