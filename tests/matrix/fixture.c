/* SPDX-License-Identifier: BSD-2-Clause */
#include "fixture.h"

#include "model/model.h"
#include "../lib/attach_types.h"
#include "../lib/scratch.h"
#include "../lib/tap.h"
#include "fixture_cgroup.h"
#include "fixture_objects.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static uint32_t hook_number(const char *name)
{
	if (!name)
		return EGRESS;
	if (!strcmp(name, "9999"))
		return 9999;
	if (!strcmp(name, "xdp"))
		return 37;
	for (size_t i = 0; i < type_info_count; i++)
		if (!strcmp(type_infos[i].short_name, name))
			return type_infos[i].attach_type;
	bail_out("unknown attach type '%s'", name);
}

struct fixture *fixture_new(cgswap_session *session)
{
	struct fixture *fixture = calloc(1, sizeof(*fixture));

	if (!fixture)
		bail_out("out of memory");
	fixture->session = session;
	fixture->kernel = session->kernel;
	fixture->live = !strcmp(fixture->kernel->ops->name, "live");
	fixture_objects_make(fixture);
	return fixture;
}

void fixture_free(struct fixture *fixture)
{
	fixture_objects_free(fixture);
	free(fixture);
}

struct rules_kernel fixture_rules_kernel(const struct fixture *fixture)
{
	struct rules_kernel kernel = { .net_admin = !fixture->row->without };

	for (int i = 1; i <= FEATURE_COUNT; i++)
		if (session_feature(fixture->session, (enum cgswap_feature)i))
			kernel.features |= 1u << i;
	return kernel;
}

struct rules_chain *fixture_chain(struct fixture *fixture)
{
	bool up = fixture->row->target && !strcmp(fixture->row->target, "up");

	return up ? &fixture->up_chain : &fixture->chain;
}

struct rules_input fixture_rules_input(struct fixture *fixture, const struct rules_kernel *kernel)
{
	struct rules_chain *own = fixture_chain(fixture);

	fixture->above[0] = &fixture->up_chain;
	return (struct rules_input){
		.kernel = kernel,
		.target = fixture->target,
		.own = own,
		.ancestors = fixture->above,
		.ancestor_count = own == &fixture->chain,
	};
}

/* ---- setup: one step for each word ----------------------------------------------------------- */

struct step {
	char word[64];
	const char *name; /* the program's */
	bool up;
	bool link;
	uint32_t type, flags;
};

static bool take(const char **word, const char *prefix)
{
	size_t length = strlen(prefix);

	if (strncmp(*word, prefix, length))
		return false;
	*word += length;
	return true;
}

static struct rules_chain *predicted_chain(struct fixture *fixture, const struct step *step)
{
	static struct rules_chain elsewhere;

	if (step->type != fixture->type) {
		elsewhere = (struct rules_chain){ .revision = 1 };
		return &elsewhere;
	}
	return step->up ? &fixture->up_chain : &fixture->chain;
}

/* Predicts a step of the setup by the rules. Each step must succeed. */
static void predict_step(struct fixture *fixture, const struct step *step, const struct rules_program *program,
		   uint32_t link)
{
	struct rules_kernel kernel = fixture_rules_kernel(fixture);
	struct rules_chain *chain = predicted_chain(fixture, step);
	const struct rules_input input = { .kernel = &kernel, .own = chain };
	const struct rules_request request = {
		.type = step->type,
		.flags = step->flags,
		.program = *program,
		.link = link,
	};
	struct rules_answer answer;

	kernel.net_admin = true;
	if (link)
		answer = rules_link_create(&input, &request, chain);
	else
		answer = rules_attach(&input, &request, chain);
	if (answer.errnum)
		bail_out("%s: the rules say %s", fixture->row->name,
			 cgswap_errno_get_name(answer.errnum));
}

static void attach_one(struct fixture *fixture, const struct step *step, int fd,
		       const struct rules_program *program)
{
	const struct kernel_attach request = {
		.target_fd = step->up ? fixture->up : fixture->here,
		.program_fd = fd,
		.type = step->type,
		.flags = step->flags,
	};
	int err = fixture->kernel->ops->attach(fixture->kernel, &request);

	if (err)
		bail_out("%s: cannot attach %s: %s", fixture->row->name, step->word,
			 cgswap_errno_get_name(-err));
	predict_step(fixture, step, program, 0);
}

static void link_one(struct fixture *fixture, const struct step *step, const struct fixture_object *object)
{
	const struct kernel_link_create request = {
		.program_fd = object->fd,
		.target_fd = step->up ? fixture->up : fixture->here,
		.type = step->type,
	};
	int fd = fixture->kernel->ops->link_create(fixture->kernel, &request);

	if (fd < 0)
		bail_out("%s: cannot link %s: %s", fixture->row->name, step->word,
			 cgswap_errno_get_name(-fd));
	predict_step(fixture, step, &object->program, fixture_objects_add_link(fixture, object, fd));
}

static void fill(struct fixture *fixture, struct step *step)
{
	while (fixture->chain.count < RAW_CHAIN_MAX) {
		size_t next = fixture->chain.count;
		struct kernel_program info;

		if (fixture->kernel->ops->program_info(fixture->kernel, fixture->fillers[next], &info))
			bail_out("cannot read the program's info");
		attach_one(fixture, step, fixture->fillers[next],
			   &(struct rules_program){ .kind = RULES_PROGRAM,
						    .id = info.id,
						    .type = info.type,
						    .attach_type = EGRESS });
	}
}

static void take_off(struct fixture *fixture, const struct step *step, const char *name)
{
	const struct fixture_object *object = fixture_object(fixture, name);
	const struct kernel_attach request = {
		.target_fd = fixture->here,
		.program_fd = object->fd,
		.type = step->type,
	};
	int err = fixture->kernel->ops->detach(fixture->kernel, &request);

	if (err)
		bail_out("%s: cannot detach %s", fixture->row->name, name);
	for (size_t i = 0; i < fixture->chain.count; i++)
		if (fixture->chain.entries[i].program == object->program.id) {
			rules_remove(&fixture->chain, i);
			return;
		}
}

static void cut(struct fixture *fixture, const char *name)
{
	char link[64];
	const struct fixture_object *object;

	snprintf(link, sizeof(link), "link:%.50s", name);
	object = fixture_object(fixture, link);
	if (fixture->kernel->ops->link_detach(fixture->kernel, object->fd))
		bail_out("cannot detach the link of %s", name);
	for (size_t i = 0; i < fixture->chain.count; i++)
		if (fixture->chain.entries[i].link == object->link_id) {
			rules_remove(&fixture->chain, i);
			return;
		}
}

static void do_word(struct fixture *fixture, const char *word)
{
	struct step step = { .type = fixture->type, .flags = RAW_MULTI };

	snprintf(step.word, sizeof(step.word), "%s", word);
	if (!strcmp(word, "fill")) {
		fill(fixture, &step);
	} else if (!strcmp(word, "threaded")) {
		fixture_cgroup_make_threaded(fixture);
	} else if (take(&word, "cut:")) {
		cut(fixture, word);
	} else if (take(&word, "-")) {
		take_off(fixture, &step, word);
	} else {
		const struct fixture_object *object;

		step.up = take(&word, "up.");
		if (take(&word, "egress."))
			step.type = EGRESS;
		if (take(&word, "none:"))
			step.flags = 0;
		else if (take(&word, "override:"))
			step.flags = RAW_OVERRIDE;
		else if (take(&word, "pre:"))
			step.flags |= RAW_PREORDER;
		else if (take(&word, "link:"))
			step.link = true;
		if (step.link)
			step.flags = 0;
		object = fixture_object(fixture, word);
		if (step.link)
			link_one(fixture, &step, object);
		else
			attach_one(fixture, &step, object->fd, &object->program);
	}
}

void fixture_set(struct fixture *fixture, const struct row *row)
{
	const char *at = row->setup ? row->setup : "";
	char word[64];
	int used;

	fixture->row = row;
	fixture->type = hook_number(row->attach_type);
	fixture->removed = false;
	fixture->chain = fixture->up_chain = (struct rules_chain){ .revision = 1 };
	fixture_cgroup_make(fixture);
	while (sscanf(at, " %63s%n", word, &used) == 1) {
		do_word(fixture, word);
		at += used;
	}
	fixture->target = fixture_cgroup_target(fixture);
}

void fixture_before_call(struct fixture *fixture)
{
	if (fixture->row->removed) {
		fixture_cgroup_remove(fixture);
		fixture->removed = true;
		fixture->target = RULES_CGROUP_GONE;
	}
	if (fixture->row->without)
		fixture_cgroup_drop(fixture, fixture->row->without);
}

void fixture_after_call(struct fixture *fixture)
{
	if (fixture->row->without)
		fixture_cgroup_drop(fixture, 0);
}

void fixture_clear(struct fixture *fixture)
{
	fixture_objects_drop_links(fixture);
	fixture_cgroup_unmake(fixture);
}

int fixture_target(struct fixture *fixture)
{
	const char *name = fixture->row->target;

	if (!name)
		return fixture->here;
	if (!strcmp(name, "up"))
		return fixture->up;
	return fixture_fd(fixture, name);
}

uint64_t fixture_revision(const struct fixture *fixture)
{
	uint64_t now = fixture->chain.revision;

	switch (fixture->row->revision) {
	case RIGHT:
		return now;
	case STALE:
		return now - 1;
	case FUTURE:
		return now + 1;
	default:
		return 0;
	}
}
