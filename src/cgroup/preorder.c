/* SPDX-License-Identifier: BSD-2-Clause */
#include "cgroup/preorder.h"

#include <errno.h>

#include "base/error.h"
#include "cgroup/preorder_order.h"
#include "kernel/scratch_order.h"

static enum preorder_result preorder_failed(struct preorder_answer *out, int err)
{
	out->errnum = -err;
	return PREORDER_FAILED;
}

static enum preorder_result preorder_found(struct preorder_answer *out, enum cgswap_preorder answer)
{
	out->preorder = answer;
	return answer == CGSWAP_PREORDER_DEFAULT ? PREORDER_UNDECIDED : PREORDER_FOUND;
}

/*
 * FOUND: the kernel has the feature. Fails if the probe of the feature failed, since it may exist.
 */
static enum preorder_result preorder_ask_feature(struct preorder_answer *out,
						 struct feature feature)
{
	if (feature.answer == FEATURE_UNKNOWN)
		return preorder_failed(out, feature.errnum ? -feature.errnum : -EPERM);
	return feature.answer == FEATURE_YES ? PREORDER_FOUND : PREORDER_UNDECIDED;
}

static enum preorder_result preorder_ask_order(struct preorder_answer *out,
					       const struct preorder_query *query)
{
	enum cgswap_preorder answers[KERNEL_CHAIN_MAX] = { CGSWAP_PREORDER_DEFAULT };
	const struct snapshot *chain = query->chain;
	struct snapshot effective = { 0 };
	int err;

	if (chain->count > KERNEL_CHAIN_MAX)
		return PREORDER_UNDECIDED;
	err = snapshot_read(&effective, query->session, cgroup_fd(query->cgroup),
			    query->type->number, KERNEL_QUERY_EFFECTIVE);
	if (!err)
		preorder_from_order(answers, chain, &effective);
	snapshot_free(&effective);
	switch (err) {
	case 0:
		return preorder_found(out, answers[query->position]);
	case -EPERM:
	case -E2BIG:
		out->errnum = -err;
		return PREORDER_REFUSED;
	case -ENOENT:
		return PREORDER_MOVED; /* the cgroup was removed, which the next read reports */
	default:
		return preorder_failed(out, err);
	}
}

/* Does not change the chain. Undecided for a duplicate, or without a scratch cgroup. */
static enum preorder_result preorder_ask_scratch(struct preorder_answer *out,
						 const struct preorder_query *query)
{
	uint32_t id = query->chain->ids[query->position];
	struct cgswap_session *session = query->session;
	enum cgswap_preorder answer;
	struct scratch_order order;
	int err;

	err = scratch_order_read(&order, session->kernel, cgroup_fd(query->cgroup), query->type);
	if (error_is_exhaustion(err))
		return preorder_failed(out, err);
	if (err)
		return PREORDER_UNDECIDED;
	answer = scratch_order_preorder(&order, id);
	if (answer == CGSWAP_PREORDER_YES)
		session_log(session, CGSWAP_LOG_INFO,
			    "program %u is preorder, as its order in a scratch cgroup shows", id);
	return preorder_found(out, answer);
}

/* Detaches the probe; its errors do not matter, since the chain is read next. */
static void preorder_detach_probe(struct kernel *kernel, const struct kernel_attach *request)
{
	enum { TRIES = 3 };
	const struct kernel_attach off = {
		.target_fd = request->target_fd,
		.program_fd = request->program_fd,
		.type = request->type,
	};
	int err = -EAGAIN;

	for (int i = 0; i < TRIES && err && err != -ENOENT; i++)
		err = kernel->ops->detach(kernel, &off);
}

/* The kernel attached the probe, so the entry is preorder. */
static enum preorder_result preorder_undo_probe(struct preorder_answer *out,
						const struct preorder_query *query,
						const struct kernel_attach *request)
{
	struct kernel *kernel = query->session->kernel;
	struct snapshot *chain = query->chain;
	uint32_t id = chain->ids[query->position];
	uint64_t revision = chain->revision;
	struct kernel_program probe;
	int err;

	preorder_detach_probe(kernel, request);
	if (kernel->ops->program_info(kernel, (int)request->program_fd, &probe))
		probe.id = 0;
	err = snapshot_read(chain, query->session, cgroup_fd(query->cgroup), query->type->number,
			    0);
	if (!err && snapshot_occurrences(chain, probe.id)) {
		query->probes->leftover_id = probe.id;
		return PREORDER_LEFTOVER;
	}
	session_log(query->session, CGSWAP_LOG_INFO,
		    "program %u is preorder: a probe program was attached before it for a moment",
		    id);
	/* attach and detach add two to the revision; another writer adds more */
	if (err || chain->revision != revision + 2 || query->position >= chain->count ||
	    chain->ids[query->position] != id)
		return PREORDER_MOVED;
	return preorder_found(out, CGSWAP_PREORDER_YES);
}

static enum preorder_result preorder_ask_probe(struct preorder_answer *out,
					       const struct preorder_query *query)
{
	struct kernel *kernel = query->session->kernel;
	struct kernel_attach request = {
		.target_fd = cgroup_fd(query->cgroup),
		.type = query->type->number,
		.flags = KERNEL_MULTI | KERNEL_BEFORE | KERNEL_PREORDER,
		.relative = query->program_fd,
		.revision = query->chain->revision,
	};
	int probe = probe_programs_get(query->probes, kernel, query->type);
	int err;

	if (probe == -EPERM)
		return PREORDER_UNDECIDED;
	if (probe < 0)
		return preorder_failed(out, probe);
	request.program_fd = probe;
	err = kernel->ops->attach(kernel, &request);
	switch (err) {
	case -EINVAL:
		return preorder_found(out, CGSWAP_PREORDER_NO);
	case 0:
		return preorder_undo_probe(out, query, &request);
	case -EPERM:
	case -E2BIG:
		out->errnum = -err;
		return PREORDER_REFUSED;
	case -ENOENT:
		return PREORDER_NOT_PLAIN;
	case -ESTALE:
		return PREORDER_MOVED;
	default:
		return preorder_failed(out, err);
	}
}

enum preorder_result preorder_detect(struct preorder_answer *out,
				     const struct preorder_query *query)
{
	struct cgswap_session *session = query->session;
	enum preorder_result result;

	*out = (struct preorder_answer){ .preorder = CGSWAP_PREORDER_DEFAULT };
	result = preorder_ask_feature(out, session_ask_kernel(session, CGSWAP_FEATURE_PREORDER));
	if (result == PREORDER_UNDECIDED)
		return preorder_found(out, CGSWAP_PREORDER_NO);
	if (result == PREORDER_FOUND)
		result = preorder_ask_order(out, query);
	if (result == PREORDER_UNDECIDED)
		result = preorder_ask_scratch(out, query);
	if (result != PREORDER_UNDECIDED)
		return result;
	/* without an expected revision the chain could change before the probe is attached */
	result = preorder_ask_feature(out, session_ask(session, CGSWAP_FEATURE_ORDERING));
	if (result == PREORDER_FOUND)
		result = preorder_ask_feature(
			out, session_ask(session, CGSWAP_FEATURE_EXPECTED_REVISION));
	if (result != PREORDER_FOUND || !query->chain->revision)
		return result == PREORDER_FAILED ? result : PREORDER_UNDECIDED;
	return preorder_ask_probe(out, query);
}
