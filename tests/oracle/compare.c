/* SPDX-License-Identifier: BSD-2-Clause */
#include "compare.h"

#include "base/error.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

/* All results of a query. */
struct answer {
	int err;
	uint32_t count, mode, capacity;
	uint64_t revision;
	uint32_t ids[EFFECTIVE_MAX], flags[EFFECTIVE_MAX];
	uint64_t links[1];
};

void state_reset(struct state *state, const struct fixture *fixture)
{
	bool counts = !(fixture->disable_features & (1U << CGSWAP_FEATURE_REVISION));

	memset(state, 0, sizeof(*state));
	for (unsigned i = 0; i < CGROUPS; i++)
		for (unsigned j = 0; j < TYPES; j++)
			state->views[i][j].revision = counts ? 1 : 0;
}

static const char *errno_name(int result)
{
	return result ? cgswap_errno_get_name(-result) : "done";
}

bool compare_results(struct state *state, int live, int model)
{
	if (live == model)
		return true;
	snprintf(state->difference, sizeof(state->difference), "live: %s (%d), model: %s (%d)", errno_name(live),
		 live, errno_name(model), model);
	return false;
}

static void ask(struct answer *out, const struct side *side, uint32_t target,
		const struct operation *query)
{
	struct kernel_query request = {
		.target_fd = target,
		.type = query->attach_type,
		.query_flags = query->flags,
		.ids = (uintptr_t)out->ids,
		.count = query->capacity,
		.program_flags = query->wants_flags ? (uintptr_t)out->flags : 0,
		.link_ids = query->wants_links ? (uintptr_t)out->links : 0,
	};

	out->err = side->kernel->ops->query(side->kernel, &request);
	out->count = request.count;
	out->mode = request.attach_flags;
	out->revision = request.revision;
	out->capacity = query->capacity;
}

/* Formats ids as "P3 P4 ...". An id that is not of the fixture is shown as a number. */
static size_t list_ids(char *text, size_t size, const struct fixture *fixture,
		       const struct answer *answer, bool live)
{
	size_t length = 0;

	text[0] = '\0';
	for (uint32_t i = 0; i < answer->count && i < answer->capacity && length + 16 < size; i++) {
		uint32_t id = answer->ids[i], index = 0;

		while (index < fixture->program_count &&
		       (live ? fixture->live.program_ids[index] : fixture->model.program_ids[index]) !=
			       id)
			index++;
		length += (size_t)snprintf(text + length, size - length, " %c%u",
					   index < fixture->program_count ? 'P' : '?',
					   index < fixture->program_count ? index : id);
	}
	return length;
}

static bool differ(struct state *state, const struct fixture *fixture, const char *what,
		 const struct answer *live, const struct answer *model)
{
	char of_live[700], of_model[700];

	list_ids(of_live, sizeof(of_live), fixture, live, true);
	list_ids(of_model, sizeof(of_model), fixture, model, false);
	snprintf(state->difference, sizeof(state->difference),
		 "%s\n  live:  %s, mode %u, revision %llu, %u:%s\n"
		 "  model: %s, mode %u, revision %llu, %u:%s",
		 what, errno_name(live->err), live->mode, (unsigned long long)live->revision,
		 live->count, of_live, errno_name(model->err), model->mode,
		 (unsigned long long)model->revision, model->count, of_model);
	return false;
}

static bool same(struct state *state, const struct fixture *fixture, const char *what, bool wants_flags,
		 const struct answer *live, const struct answer *model)
{
	uint32_t written = live->count < live->capacity ? live->count : live->capacity;

	if (live->err != model->err)
		return differ(state, fixture, what, live, model);
	if (live->err && live->err != -ENOSPC)
		return true;
	if (live->count != model->count || live->mode != model->mode ||
	    live->revision != model->revision)
		return differ(state, fixture, what, live, model);
	for (uint32_t i = 0; i < written; i++) {
		uint32_t id = model->ids[i];

		if (id >= fixture->id_capacity || fixture->live_ids[id] != live->ids[i])
			return differ(state, fixture, what, live, model);
	}
	if (wants_flags && memcmp(live->flags, model->flags, written * sizeof(live->flags[0])))
		return differ(state, fixture, "program flags", live, model);
	return true;
}

static void see(struct view *view, const struct fixture *fixture, const struct answer *answer)
{
	view->count = answer->count < KERNEL_CHAIN_MAX ? answer->count : KERNEL_CHAIN_MAX;
	view->mode = answer->mode;
	view->revision = answer->revision;
	for (size_t i = 0; i < view->count; i++)
		view->programs[i] = fixture->indexes[answer->ids[i]];
}

bool compare_chain(struct state *state, const struct fixture *fixture, unsigned cgroup, uint32_t attach_type)
{
	struct operation query = { .attach_type = attach_type, .capacity = EFFECTIVE_MAX };
	uint32_t live_fd = (uint32_t)fixture->live.cgroups[cgroup];
	uint32_t model_fd = (uint32_t)fixture->model.cgroups[cgroup];
	struct answer live, model;
	char what[80];

	ask(&live, &fixture->live, live_fd, &query);
	ask(&model, &fixture->model, model_fd, &query);
	snprintf(what, sizeof(what), "the chain of %s, type %u", cgroup_name(cgroup), attach_type);
	if (!same(state, fixture, what, false, &live, &model))
		return false;
	see(&state->views[cgroup][attach_type], fixture, &model);
	query.flags = KERNEL_QUERY_EFFECTIVE;
	ask(&live, &fixture->live, live_fd, &query);
	ask(&model, &fixture->model, model_fd, &query);
	snprintf(what, sizeof(what), "the effective order in %s, type %u", cgroup_name(cgroup),
		 attach_type);
	return same(state, fixture, what, false, &live, &model);
}

bool compare_all(struct state *state, const struct fixture *fixture, const uint32_t *attach_types, size_t count)
{
	for (unsigned cgroup = 0; cgroup < CGROUPS; cgroup++)
		for (size_t i = 0; i < count; i++)
			if (!compare_chain(state, fixture, cgroup, attach_types[i]))
				return false;
	return true;
}

bool compare_link(struct state *state, const struct fixture *fixture, unsigned slot)
{
	struct kernel_link live, model;
	int live_err, model_err;

	if (fixture->live.links[slot] < 0 && fixture->model.links[slot] < 0)
		return true;
	live_err = fixture->live.kernel->ops->link_info(fixture->live.kernel, fixture->live.links[slot],
						      &live);
	model_err = fixture->model.kernel->ops->link_info(fixture->model.kernel,
							fixture->model.links[slot], &model);
	if (live_err || model_err)
		return compare_results(state, live_err, model_err);
	if (fixture->live_ids[model.program_id] == live.program_id &&
	    !live.cgroup_id == !model.cgroup_id && live.attach_type == model.attach_type) {
		state->slots[slot].program = fixture->indexes[model.program_id];
		return true;
	}
	snprintf(state->difference, sizeof(state->difference),
		 "the link L%u\n  live:  program id %u, type %u, %s\n"
		 "  model: program id %u (P%u, id %u on live), type %u, %s",
		 slot, live.program_id, live.attach_type, live.cgroup_id ? "attached" : "detached",
		 model.program_id, fixture->indexes[model.program_id],
		 fixture->live_ids[model.program_id], model.attach_type,
		 model.cgroup_id ? "attached" : "detached");
	return false;
}

static int is_loaded(struct kernel *kernel, uint32_t id)
{
	int fd = kernel->ops->program_by_id(kernel, id);

	if (fd < 0)
		return fd;
	kernel->ops->close(kernel, fd);
	return 0;
}

/* The running kernel releases the programs of a removed cgroup some time later. */
bool compare_lifetime(struct state *state, const struct fixture *fixture, uint32_t model_id)
{
	const struct timespec pause = { .tv_nsec = 1000000 };
	int model = is_loaded(fixture->model.kernel, model_id);
	int live = is_loaded(fixture->live.kernel, fixture->live_ids[model_id]);

	for (int ms = 0; model && !live && ms < WAIT_MS; ms++) {
		nanosleep(&pause, NULL);
		live = is_loaded(fixture->live.kernel, fixture->live_ids[model_id]);
	}
	return compare_results(state, live, model);
}

bool compare_query(struct state *state, const struct fixture *fixture, const struct operation *operation,
		   int *result)
{
	struct answer live = { 0 }, model = { 0 };

	ask(&live, &fixture->live, side_value(&fixture->live, operation->target), operation);
	ask(&model, &fixture->model, side_value(&fixture->model, operation->target), operation);
	*result = live.err;
	return same(state, fixture, "the query", operation->wants_flags, &live, &model);
}
