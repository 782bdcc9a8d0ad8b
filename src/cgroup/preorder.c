/* SPDX-License-Identifier: BSD-2-Clause */
#include "cgroup/preorder.h"

#include <errno.h>

#include "base/error.h"
#include "cgroup/preorder_order.h"
#include "kernel/capability.h"
#include "kernel/scratch_order.h"
#include "session/session_probe.h"

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

/* ---- the effective order --------------------------------------------------------------------- */

static enum preorder_result preorder_ask_order(struct preorder_answer *out,
					       const struct preorder_query *query)
{
	enum cgswap_preorder answers[KERNEL_CHAIN_MAX] = { CGSWAP_PREORDER_DEFAULT };
	const struct snapshot *chain = query->chain;
	struct snapshot effective = { 0 };
	int err;

	/* one entry has only one order */
	if (chain->count < 2 || chain->count > KERNEL_CHAIN_MAX)
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

/* ---- a probe that the kernel rejects --------------------------------------------------------- */

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

/* The kernel attached the probe, so the entry has the flag of the probe. */
static enum preorder_result preorder_undo_probe(struct preorder_answer *out,
						const struct preorder_query *query,
						const struct kernel_attach *request)
{
	bool preorder = request->flags & KERNEL_PREORDER;
	struct snapshot *chain = query->chain;
	uint32_t id = chain->ids[query->position];
	uint64_t revision = chain->revision;
	int err;

	preorder_detach_probe(query->session->kernel, request);
	out->probe_attached = true;
	err = snapshot_read(chain, query->session, cgroup_fd(query->cgroup), query->type->number,
			    0);
	if (!err && snapshot_occurrences(chain, out->probe_id))
		return PREORDER_LEFTOVER;
	session_log(query->session, CGSWAP_LOG_INFO,
		    "program %u is %spreorder: a probe program was attached before it for a moment",
		    id, preorder ? "" : "not ");
	/* attach and detach add two to the revision; another writer adds more */
	if (err || chain->revision != revision + 2 || query->position >= chain->count ||
	    chain->ids[query->position] != id)
		return PREORDER_MOVED;
	return preorder_found(out, preorder ? CGSWAP_PREORDER_YES : CGSWAP_PREORDER_NO);
}

/* The kernel does not find the entry: a link holds it, or the cgroup was removed. */
static enum preorder_result preorder_not_plain(const struct preorder_query *query)
{
	struct kernel_query request = {
		.target_fd = cgroup_fd(query->cgroup),
		.type = query->type->number,
	};
	struct kernel *kernel = query->session->kernel;

	return kernel->ops->query(kernel, &request) == -ENOENT ? PREORDER_MOVED
							       : PREORDER_NOT_PLAIN;
}

static enum preorder_result preorder_ask_probe(struct preorder_answer *out,
					       const struct preorder_query *query,
					       const struct session_probe *probe)
{
	enum cgswap_preorder guess = query->guess == CGSWAP_PREORDER_YES ? CGSWAP_PREORDER_YES
									 : CGSWAP_PREORDER_NO;
	struct kernel *kernel = query->session->kernel;
	const struct kernel_attach request = {
		.target_fd = cgroup_fd(query->cgroup),
		.program_fd = probe->fd,
		.type = query->type->number,
		.flags = KERNEL_MULTI | KERNEL_BEFORE |
			 (guess == CGSWAP_PREORDER_YES ? 0 : KERNEL_PREORDER),
		.relative = query->program_fd,
		.revision = query->chain->revision,
	};
	int err;

	/* another thread probes this chain; the kernel would reject a second one for that */
	out->probe_id = probe->id;
	if (snapshot_occurrences(query->chain, probe->id))
		return PREORDER_MOVED;
	err = kernel->ops->attach(kernel, &request);
	switch (err) {
	case -EINVAL:
		session_log(query->session, CGSWAP_LOG_DEBUG,
			    "program %u is %spreorder: the kernel rejects a probe program with the "
			    "other flag next to it",
			    query->chain->ids[query->position],
			    guess == CGSWAP_PREORDER_YES ? "" : "not ");
		return preorder_found(out, guess);
	case 0:
		return preorder_undo_probe(out, query, &request);
	case -EPERM:
	case -E2BIG:
		out->errnum = -err;
		return PREORDER_REFUSED;
	case -ENOENT:
		return preorder_not_plain(query);
	case -ESTALE:
		return PREORDER_MOVED;
	default:
		return preorder_failed(out, err);
	}
}

/* ---- a child cgroup -------------------------------------------------------------------------- */

/* Does not change the chain. Undecided for a duplicate, or without a scratch cgroup. */
static enum preorder_result preorder_ask_child(struct preorder_answer *out,
					       const struct preorder_query *query,
					       const struct session_probe *probe)
{
	uint32_t id = query->chain->ids[query->position];
	struct cgswap_session *session = query->session;
	enum cgswap_preorder answer;
	struct scratch_order order;
	int err;

	err = scratch_order_read(&order, session->kernel, cgroup_fd(query->cgroup), query->type,
				 probe->fd, probe->id);
	if (error_is_exhaustion(err))
		return preorder_failed(out, err);
	if (err)
		return PREORDER_UNDECIDED;
	answer = scratch_order_preorder(&order, id);
	if (answer == CGSWAP_PREORDER_YES)
		session_log(session, CGSWAP_LOG_DEBUG,
			    "program %u is preorder, as its order in a scratch cgroup shows", id);
	return preorder_found(out, answer);
}

/* FOUND: the kernel rejects a probe beside an entry with another flag, and checks the revision. */
static enum preorder_result preorder_may_probe(struct preorder_answer *out,
					       const struct preorder_query *query)
{
	struct cgswap_session *session = query->session;
	enum preorder_result result;

	result = preorder_ask_feature(out, session_ask(session, CGSWAP_FEATURE_ORDERING));
	if (result == PREORDER_FOUND)
		result = preorder_ask_feature(
			out, session_ask(session, CGSWAP_FEATURE_EXPECTED_REVISION));
	return result == PREORDER_FOUND && !query->chain->revision ? PREORDER_UNDECIDED : result;
}

enum preorder_result preorder_detect(struct preorder_answer *out,
				     const struct preorder_query *query)
{
	struct cgswap_session *session = query->session;
	struct session_probe probe;
	enum preorder_result result, may;
	int err;

	*out = (struct preorder_answer){ .preorder = CGSWAP_PREORDER_DEFAULT };
	result = preorder_ask_feature(out, session_ask_kernel(session, CGSWAP_FEATURE_PREORDER));
	if (result == PREORDER_UNDECIDED)
		return preorder_found(out, CGSWAP_PREORDER_NO);
	if (result == PREORDER_FOUND)
		result = preorder_ask_order(out, query);
	if (result != PREORDER_UNDECIDED || query->means == PREORDER_BY_ORDER)
		return result;
	may = preorder_may_probe(out, query);
	if (may == PREORDER_FAILED)
		return may;
	if (may != PREORDER_FOUND && query->means != PREORDER_BY_CHILD)
		return PREORDER_UNDECIDED;
	err = session_probe_program(&probe, session, query->type);
	if (err == -EPERM && !capability_is_not_missing(session->kernel, CAPABILITY_TO_LOAD, err))
		return PREORDER_UNDECIDED;
	if (err)
		return preorder_failed(out, err);
	return may == PREORDER_FOUND ? preorder_ask_probe(out, query, &probe)
				     : preorder_ask_child(out, query, &probe);
}
