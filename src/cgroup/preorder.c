/* SPDX-License-Identifier: BSD-2-Clause */
#include "cgroup/preorder.h"

#include <errno.h>
#include <stdlib.h>

#include "base/error.h"
#include "kernel/probe_program.h"
#include "kernel/scratch_order.h"

/*
 * The own entries stand side by side in the effective order: first the preorder ones in the order
 * of the list, then the others. Says how many are preorder if the own block begins here: where
 * the list's order goes back, once. 0: it does not go back, so any number could be; -1: this is
 * not the block.
 */
static int preorder_boundary(const struct snapshot *own, const uint32_t *block)
{
	uint64_t seen = 0;
	size_t last = 0;
	int found = 0;

	for (size_t i = 0; i < own->count; i++) {
		size_t at = snapshot_find(own, block[i]);

		if (at == own->count || (seen & (1ULL << at)))
			return -1;
		seen |= 1ULL << at;
		if (i && at < last) {
			if (found)
				return -1;
			found = (int)i;
		}
		last = at;
	}
	return found;
}

static bool has_duplicates(const struct snapshot *own)
{
	for (size_t i = 0; i < own->count; i++)
		if (snapshot_find(own, own->ids[i]) != i)
			return true;
	return false;
}

void preorder_from_order(enum cgswap_preorder *out, const struct snapshot *own,
			 const struct snapshot *effective)
{
	const uint32_t *block = NULL;
	size_t fits = 0;
	int preorder = 0;

	for (size_t i = 0; i < own->count; i++)
		out[i] = CGSWAP_PREORDER_DEFAULT;
	if (!own->count || own->count > KERNEL_CHAIN_MAX || has_duplicates(own))
		return;
	for (size_t i = 0; i + own->count <= effective->count; i++) {
		int here = preorder_boundary(own, effective->ids + i);

		if (here < 0)
			continue;
		fits++;
		block = effective->ids + i;
		preorder = here;
	}
	/* an ancestor with the same programs makes two blocks; an unbroken one tells nothing */
	if (fits != 1 || preorder == 0)
		return;
	for (size_t i = 0; i < own->count; i++)
		out[snapshot_find(own, block[i])] = (int)i < preorder ? CGSWAP_PREORDER_YES
								      : CGSWAP_PREORDER_NO;
}

static size_t preorder_index(const struct attach_type *type)
{
	size_t index = 0;

	while (attach_type_at(index) != type)
		index++;
	return index;
}

static int probe_program_for(struct probe_programs *probe_programs, struct kernel *kernel,
			     const struct attach_type *type)
{
	size_t index = preorder_index(type), count = cgswap_attach_type_get_count();

	if (!probe_programs->fds) {
		probe_programs->fds = malloc(count * sizeof(*probe_programs->fds));
		if (!probe_programs->fds)
			return -ENOMEM;
		for (size_t i = 0; i < count; i++)
			probe_programs->fds[i] = -1;
	}
	if (probe_programs->fds[index] < 0)
		probe_programs->fds[index] = probe_program_load(kernel, type);
	return probe_programs->fds[index];
}

bool probe_programs_has(const struct probe_programs *probe_programs, const struct attach_type *type)
{
	return probe_programs->fds && probe_programs->fds[preorder_index(type)] >= 0;
}

void probe_programs_drop(struct probe_programs *probe_programs, struct kernel *kernel,
			 const struct attach_type *type)
{
	if (!probe_programs_has(probe_programs, type))
		return;
	kernel->ops->close(kernel, probe_programs->fds[preorder_index(type)]);
	probe_programs->fds[preorder_index(type)] = -1;
}

void probe_programs_free(struct probe_programs *probe_programs, struct kernel *kernel)
{
	for (size_t i = 0; probe_programs->fds && attach_type_at(i); i++)
		kernel->ops->close(kernel, probe_programs->fds[i]);
	free(probe_programs->fds);
	probe_programs->fds = NULL;
}

/* Takes the probe off again; whether it is gone, the chain must show. */
static void probe_detach(struct kernel *kernel, const struct kernel_attach *request)
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

/* The probe got in: the entry is what we did not believe. */
static int preorder_after_probe(struct cgswap_session *session,
				struct probe_programs *probe_programs,
				const struct kernel_attach *request, struct snapshot *own,
				size_t position)
{
	struct kernel *kernel = session->kernel;
	uint32_t id = own->ids[position];
	uint64_t revision = own->revision;
	struct kernel_program probe;
	int err;

	probe_detach(kernel, request);
	if (kernel->ops->program_info(kernel, (int)request->program_fd, &probe))
		probe.id = 0;
	err = snapshot_read(own, session, (int)request->target_fd, request->type, 0);
	if (!err && snapshot_occurrences(own, probe.id)) {
		probe_programs->leftover_id = probe.id;
		return -ENOTRECOVERABLE;
	}
	session_log(session, CGSWAP_LOG_INFO,
		    "program %u is preorder: a passing probe stood before it for a moment", id);
	/* in and out again are two; more is somebody else's doing */
	if (err || own->revision != revision + 2 || position >= own->count ||
	    own->ids[position] != id)
		return -ESTALE;
	return 0;
}

static int preorder_ask_probe(enum cgswap_preorder *out, struct cgswap_session *session,
			      struct probe_programs *probe_programs, const struct cgroup *cgroup,
			      const struct attach_type *type, struct snapshot *own, size_t position,
			      int entry_fd)
{
	struct kernel *kernel = session->kernel;
	struct kernel_attach request = {
		.target_fd = cgroup->fd,
		.type = type->number,
		.flags = KERNEL_MULTI | KERNEL_BEFORE | KERNEL_PREORDER,
		.relative = entry_fd,
		.revision = own->revision,
	};
	int probe = probe_program_for(probe_programs, kernel, type);
	int err;

	if (probe < 0)
		return probe == -EPERM ? 0 : probe;
	request.program_fd = probe;
	err = kernel->ops->attach(kernel, &request);
	switch (err) {
	case -EINVAL:
		*out = CGSWAP_PREORDER_NO;
		return 0;
	case 0:
		*out = CGSWAP_PREORDER_YES;
		return preorder_after_probe(session, probe_programs, &request, own, position);
	default:
		return err;
	}
}

/* Nothing in the chain moves. A scratch cgroup that cannot be had leaves it open, and so do twins.
 */
static int preorder_ask_scratch(enum cgswap_preorder *out, struct cgswap_session *session,
				const struct cgroup *cgroup, const struct attach_type *type,
				uint32_t id)
{
	struct scratch_order look;
	int err = scratch_order_read(&look, session->kernel, cgroup->fd, type);

	if (!err)
		*out = scratch_order_preorder(&look, id);
	if (*out == CGSWAP_PREORDER_YES)
		session_log(session, CGSWAP_LOG_INFO,
			    "program %u is preorder, which showed in a scratch cgroup", id);
	return error_is_exhaustion(err) ? err : 0;
}

/*
 * Not to know whether the kernel has a feature is not to know that it has none. EPERM is told as
 * EACCES, since the former says that the chain takes no probe.
 */
static int preorder_answer(bool *has, struct feature known)
{
	*has = known.answer == FEATURE_YES;
	if (known.answer != FEATURE_UNKNOWN)
		return 0;
	return known.errnum == EPERM || !known.errnum ? -EACCES : -known.errnum;
}

int preorder_detect(enum cgswap_preorder *out, struct cgswap_session *session,
		    struct probe_programs *probe_programs, const struct cgroup *cgroup,
		    const struct attach_type *type, struct snapshot *own, size_t position,
		    int entry_fd)
{
	enum cgswap_preorder told[KERNEL_CHAIN_MAX];
	struct snapshot effective = { 0 };
	bool has;
	int err;

	*out = CGSWAP_PREORDER_DEFAULT;
	err = preorder_answer(&has, session_ask_kernel(session, CGSWAP_FEATURE_PREORDER));
	if (err)
		return err;
	if (!has) {
		*out = CGSWAP_PREORDER_NO;
		return 0;
	}
	err = snapshot_read(&effective, session, cgroup->fd, type->number, KERNEL_QUERY_EFFECTIVE);
	if (!err && own->count <= KERNEL_CHAIN_MAX) {
		preorder_from_order(told, own, &effective);
		*out = told[position];
	}
	snapshot_free(&effective);
	if (err || *out != CGSWAP_PREORDER_DEFAULT)
		return err;
	err = preorder_ask_scratch(out, session, cgroup, type, own->ids[position]);
	if (err || *out != CGSWAP_PREORDER_DEFAULT)
		return err;
	/* without the guard of a revision a probe could meet another chain than the one read */
	err = preorder_answer(&has, session_ask(session, CGSWAP_FEATURE_ORDERING));
	if (!err && has)
		err = preorder_answer(&has, session_ask(session, CGSWAP_FEATURE_EXPECTED_REVISION));
	if (err || !has || !own->revision)
		return err;
	return preorder_ask_probe(out, session, probe_programs, cgroup, type, own, position,
				  entry_fd);
}
