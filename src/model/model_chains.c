/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Chains and links of a simulated kernel. Converts descriptors, ids and cgroups to values for the
 * rules, and their answer to an errno and a new chain. It decides nothing itself.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "model/model_internal.h"

static const struct rules_chain never_used = { .revision = 1 };

static const struct rules_chain *model_chain_of(const struct model_node *cgroup, uint32_t type)
{
	if (type >= MODEL_ATTACH_TYPES || !cgroup->chains[type])
		return &never_used;
	return cgroup->chains[type];
}

/* ---- requests in the rules' values ----------------------------------------------------------- */

/* Paths are opened with O_PATH, which the kernel treats as closed unless it is the target. */
static enum rules_kind model_rules_kind_at(struct kernel_model *model, uint32_t fd)
{
	const struct model_fd *open = model_fd_at(model, (int)fd);

	if (!open || open->node)
		return RULES_CLOSED;
	if (open->kind == KERNEL_IS_LINK)
		return RULES_LINK;
	return open->kind == KERNEL_IS_PROGRAM ? RULES_PROGRAM : RULES_OTHER;
}

static struct rules_program model_program_at(struct kernel_model *model, uint32_t fd)
{
	const struct model_object *object = model_object_at(model, (int)fd, KERNEL_IS_PROGRAM);

	if (object)
		return ((const struct model_program *)object)->rules;
	return (struct rules_program){ .kind = model_rules_kind_at(model, fd) };
}

static struct rules_anchor model_anchor_at(struct kernel_model *model, uint32_t flags,
					   uint32_t relative)
{
	enum kernel_kind wanted = flags & KERNEL_LINK ? KERNEL_IS_LINK : KERNEL_IS_PROGRAM;
	struct rules_anchor anchor = { .given = relative || (flags & KERNEL_ID) };
	const struct model_fd *open;

	if (flags & KERNEL_ID) {
		anchor.unknown_id = !model_object_by_id(model, wanted, relative);
		anchor.kind = wanted == KERNEL_IS_LINK ? RULES_LINK : RULES_PROGRAM;
		anchor.id = relative;
		return anchor;
	}
	open = model_fd_at(model, (int)relative);
	anchor.kind = model_rules_kind_at(model, relative);
	anchor.id = open && open->object ? open->object->id : 0;
	return anchor;
}

/* The cgroup of a request, with its chains and those of its ancestors. */
struct model_target {
	struct rules_input input;
	struct model_node *cgroup;                     /* NULL: not a cgroup */
	const struct rules_chain *levels[MODEL_DEPTH]; /* own chain, then up from the parent */
};

static enum rules_target model_target_kind(const struct model_fd *open)
{
	if (!open)
		return RULES_CGROUP_CLOSED;
	if (open->kind == KERNEL_IS_CGROUP_V1)
		return RULES_CGROUP_V1;
	if (open->kind != KERNEL_IS_CGROUP)
		return RULES_NO_CGROUP;
	return open->node->removed ? RULES_CGROUP_GONE : RULES_CGROUP;
}

static void model_target_set(struct model_target *target, struct kernel_model *model, uint32_t fd,
			     uint32_t type)
{
	const struct model_fd *open = model_fd_at(model, (int)fd);
	const struct model_node *level;
	size_t count = 0;

	target->input = (struct rules_input){
		.kernel = &model->rules,
		.target = model_target_kind(open),
		.own = &never_used,
		.ancestors = target->levels + 1,
	};
	target->cgroup = target->input.target == RULES_CGROUP ? open->node : NULL;
	for (level = target->cgroup; level && level->kind == MODEL_CGROUP; level = level->parent)
		target->levels[count++] = model_chain_of(level, type);
	if (!count)
		return;
	target->input.own = target->levels[0];
	target->input.ancestor_count = count - 1;
}

/* ---- changes --------------------------------------------------------------------------------- */

/* An entry without a link has a reference to its program; otherwise the link has it. */
static void model_ref_plain(struct kernel_model *model, const struct rules_chain *chain)
{
	for (size_t i = 0; i < chain->count; i++)
		if (!chain->entries[i].link)
			model_ref(model_object_by_id(model, KERNEL_IS_PROGRAM,
						     chain->entries[i].program));
}

static void model_unref_plain(struct kernel_model *model, const struct rules_chain *chain)
{
	for (size_t i = 0; i < chain->count; i++)
		if (!chain->entries[i].link)
			model_unref(model, model_object_by_id(model, KERNEL_IS_PROGRAM,
							      chain->entries[i].program));
}

static void model_chains_free(struct kernel_model *model, struct model_node *cgroup)
{
	for (size_t type = 0; type < MODEL_ATTACH_TYPES; type++) {
		struct rules_chain *chain = cgroup->chains[type];

		for (size_t i = 0; chain && i < chain->count; i++) {
			struct model_object *link = model_object_by_id(model, KERNEL_IS_LINK,
								       chain->entries[i].link);

			if (link)
				((struct model_link *)link)->cgroup = NULL;
		}
		if (chain)
			model_unref_plain(model, chain);
		free(chain);
		cgroup->chains[type] = NULL;
	}
}

static int model_chain_store(struct kernel_model *model, struct model_node *cgroup, uint32_t type,
			     const struct rules_chain *after)
{
	struct rules_chain before = *model_chain_of(cgroup, type);

	if (!cgroup->chains[type])
		cgroup->chains[type] = malloc(sizeof(*after));
	if (!cgroup->chains[type])
		return -ENOMEM;
	cgroup->free_chains = model_chains_free;
	model_ref_plain(model, after);
	*cgroup->chains[type] = *after;
	model_unref_plain(model, &before);
	return 0;
}

typedef struct rules_answer rule_fn(const struct rules_input *input,
				    const struct rules_request *request, struct rules_chain *after);

/* The rule for a detach ignores the replaced program. */
static int model_change_plain(struct kernel *kernel, const struct kernel_attach *request,
			      rule_fn *rule)
{
	struct kernel_model *model = model_enter(kernel);
	const struct rules_request asked = {
		.type = request->type,
		.flags = request->flags,
		.program = model_program_at(model, request->program_fd),
		.replaced = model_program_at(model, request->replace_fd),
		.anchor = model_anchor_at(model, request->flags, request->relative),
		.revision = request->revision,
	};
	struct rules_answer answer;
	struct rules_chain after;
	struct model_target target;

	model_target_set(&target, model, request->target_fd, request->type);
	answer = rule(&target.input, &asked, &after);
	model->refused = answer.cause;
	if (answer.errnum)
		return model_leave(model, -answer.errnum);
	return model_leave(model, model_chain_store(model, target.cgroup, request->type, &after));
}

int model_attach(struct kernel *kernel, const struct kernel_attach *request)
{
	return model_change_plain(kernel, request, rules_attach);
}

int model_detach(struct kernel *kernel, const struct kernel_attach *request)
{
	return model_change_plain(kernel, request, rules_detach);
}

/* ---- links ----------------------------------------------------------------------------------- */

/* The entry of a link that is not detached. */
static struct rules_entry *model_link_entry(const struct model_link *link,
					    struct rules_chain *chain)
{
	for (size_t i = 0; i < chain->count; i++)
		if (chain->entries[i].link == link->object.id)
			return &chain->entries[i];
	return NULL;
}

static void model_link_remove_entry(struct model_link *link)
{
	struct rules_chain *chain;
	struct rules_entry *entry;

	if (!link->cgroup)
		return;
	chain = link->cgroup->chains[link->type];
	entry = model_link_entry(link, chain);
	/* rules that a mutation test broke may have removed the entry */
	if (entry)
		rules_remove(chain, entry - chain->entries);
	link->cgroup = NULL;
}

static void model_link_free(struct kernel_model *model, struct model_object *object)
{
	struct model_link *link = (struct model_link *)object;

	model_link_remove_entry(link);
	model_unref(model, &link->program->object);
}

/* The link and its descriptor are made first: nothing may fail once the chain is changed. */
static int model_link_new(struct kernel_model *model, struct model_target *target,
			  const struct rules_request *asked, struct model_program *program,
			  const struct rules_chain *after)
{
	struct model_object *object;
	struct model_link *link;
	int err, fd;

	object = model_object_new(model, KERNEL_IS_LINK, sizeof(*link), model_link_free);
	if (!object)
		return -ENOMEM;
	link = (struct model_link *)object;
	link->program = program;
	link->type = asked->type;
	model_ref(&program->object);
	fd = model_fd_of_new(model, object);
	if (fd < 0)
		return fd;
	err = model_chain_store(model, target->cgroup, asked->type, after);
	if (err) {
		*model_fd_at(model, fd) = (struct model_fd){ .kind = KERNEL_IS_CLOSED };
		model_unref(model, object);
		return err;
	}
	link->cgroup = target->cgroup;
	return fd;
}

int model_link_create(struct kernel *kernel, const struct kernel_link_create *request)
{
	struct kernel_model *model = model_enter(kernel);
	const struct rules_request asked = {
		.type = request->type,
		.flags = request->flags,
		.program = model_program_at(model, request->program_fd),
		.anchor = model_anchor_at(model, request->flags, request->relative),
		.revision = request->revision,
		.link = model->links.next,
	};
	struct model_object *program;
	struct rules_answer answer;
	struct rules_chain after;
	struct model_target target;

	model_target_set(&target, model, request->target_fd, request->type);
	answer = rules_link_create(&target.input, &asked, &after);
	model->refused = answer.cause;
	if (answer.errnum)
		return model_leave(model, -answer.errnum);
	program = model_object_at(model, (int)request->program_fd, KERNEL_IS_PROGRAM);
	return model_leave(model, model_link_new(model, &target, &asked,
						 (struct model_program *)program, &after));
}

static void model_link_set_program(struct kernel_model *model, struct model_link *link,
				   struct model_object *program)
{
	struct rules_chain *chain = link->cgroup->chains[link->type];

	model_ref(program);
	model_unref(model, &link->program->object);
	link->program = (struct model_program *)program;
	model_link_entry(link, chain)->program = program->id;
	chain->revision++;
}

int model_link_update(struct kernel *kernel, const struct kernel_link_update *request)
{
	struct kernel_model *model = model_enter(kernel);
	struct model_object *object = model_object_at(model, (int)request->link_fd, KERNEL_IS_LINK);
	struct model_link *link = (struct model_link *)object;
	struct rules_update asked = {
		.flags = request->flags,
		.link = model_rules_kind_at(model, request->link_fd),
		.program = model_program_at(model, request->new_fd),
		.old = model_program_at(model, request->old_fd),
		.old_given = request->old_fd != 0,
	};
	struct rules_answer answer;

	if (link) {
		asked.detached = !link->cgroup;
		asked.current = link->program->rules;
	}
	answer = rules_link_update(&model->rules, &asked);
	if (!answer.errnum)
		model_link_set_program(
			model, link,
			model_object_at(model, (int)request->new_fd, KERNEL_IS_PROGRAM));
	return model_leave(model, -answer.errnum);
}

int model_link_detach(struct kernel *kernel, int fd)
{
	struct kernel_model *model = model_enter(kernel);
	struct rules_answer answer = rules_link_detach(&model->rules,
						       model_rules_kind_at(model, (uint32_t)fd));

	if (!answer.errnum)
		model_link_remove_entry(
			(struct model_link *)model_object_at(model, fd, KERNEL_IS_LINK));
	return model_leave(model, -answer.errnum);
}

int model_link_info(struct kernel *kernel, int fd, struct kernel_link *out)
{
	struct kernel_model *model = model_enter(kernel);
	struct model_link *link = (struct model_link *)model_object_at(model, fd, KERNEL_IS_LINK);

	memset(out, 0, sizeof(*out));
	if (!link || !model_has(model, CGSWAP_FEATURE_LINK_ID))
		return model_leave(model, model_fd_at(model, fd) ? -EINVAL : -EBADF);
	*out = (struct kernel_link){
		.id = link->object.id,
		.program_id = link->program->object.id,
		.of_cgroup = true,
		.attach_type = link->type,
		.cgroup_id = link->cgroup ? link->cgroup->id : 0,
	};
	return model_leave(model, 0);
}

/* ---- query ----------------------------------------------------------------------------------- */

static int model_query_fill(struct kernel_query *request, const struct model_target *target,
			    bool has_revision)
{
	bool effective = request->query_flags & KERNEL_QUERY_EFFECTIVE;
	uint32_t *ids = (uint32_t *)(uintptr_t)request->ids;
	uint32_t *flags = (uint32_t *)(uintptr_t)request->program_flags;
	const struct rules_chain *own = target->input.own;
	size_t capacity = ids ? request->count : 0;
	size_t count = own->count;

	if (effective)
		count = rules_effective(ids, capacity, target->levels,
					target->input.ancestor_count + 1);
	for (size_t i = 0; !effective && i < count && i < capacity; i++) {
		ids[i] = own->entries[i].program;
		if (flags)
			flags[i] = own->mode;
	}
	request->attach_flags = effective ? 0 : own->mode;
	request->count = (uint32_t)count;
	if (has_revision)
		request->revision = effective ? 0 : own->revision;
	return capacity && capacity < count ? -ENOSPC : 0;
}

int model_query(struct kernel *kernel, struct kernel_query *request)
{
	struct kernel_model *model = model_enter(kernel);
	const struct rules_query_request asked = {
		.type = request->type,
		.flags = request->query_flags,
		.wants_ids = request->ids && request->count,
		.wants_program_flags = request->program_flags,
		.wants_links = request->link_ids || request->link_flags,
	};
	struct rules_answer answer;
	struct model_target target;

	request->revision = 0;
	model_target_set(&target, model, request->target_fd, request->type);
	answer = rules_query(&target.input, &asked);
	if (answer.errnum)
		return model_leave(model, -answer.errnum);
	return model_leave(model, model_query_fill(request, &target,
						   model_has(model, CGSWAP_FEATURE_REVISION)));
}
