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
	for (size_t i = 0; i < hook_count; i++)
		if (!strcmp(hooks[i].short_name, name))
			return hooks[i].attach_type;
	bail_out("there is no hook %s", name);
}

struct ground *ground_new(cgswap_session *session)
{
	struct ground *ground = calloc(1, sizeof(*ground));

	if (!ground)
		bail_out("out of memory");
	ground->session = session;
	ground->kernel = session->kernel;
	ground->live = !strcmp(ground->kernel->ops->name, "live");
	things_make(ground);
	return ground;
}

void ground_free(struct ground *ground)
{
	things_free(ground);
	free(ground);
}

struct rules_kernel ground_rules_kernel(const struct ground *ground)
{
	struct rules_kernel kernel = { .net_admin = !ground->row->without };

	for (int i = 1; i <= FEATURE_COUNT; i++)
		if (session_feature(ground->session, (enum cgswap_feature)i))
			kernel.features |= 1u << i;
	return kernel;
}

struct rules_chain *ground_chain(struct ground *ground)
{
	bool up = ground->row->target && !strcmp(ground->row->target, "up");

	return up ? &ground->up_chain : &ground->chain;
}

struct rules_input ground_world(struct ground *ground, const struct rules_kernel *kernel)
{
	struct rules_chain *own = ground_chain(ground);

	ground->above[0] = &ground->up_chain;
	return (struct rules_input){
		.kernel = kernel,
		.target = ground->target,
		.own = own,
		.ancestors = ground->above,
		.ancestor_count = own == &ground->chain,
	};
}

/* ---- the scene: one step for each word of the setup ------------------------------------------ */

struct step {
	char word[64];
	const char *name; /* of the program */
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

static struct rules_chain *shadow_of(struct ground *ground, const struct step *step)
{
	static struct rules_chain elsewhere;

	if (step->type != ground->type) {
		elsewhere = (struct rules_chain){ .revision = 1 };
		return &elsewhere;
	}
	return step->up ? &ground->up_chain : &ground->chain;
}

/* The same step by the rules; the scene's steps are all such as are done. */
static void shadow(struct ground *ground, const struct step *step, const struct rules_program *program,
		   uint32_t link)
{
	struct rules_kernel kernel = ground_rules_kernel(ground);
	struct rules_chain *chain = shadow_of(ground, step);
	const struct rules_input world = { .kernel = &kernel, .own = chain };
	const struct rules_request request = {
		.type = step->type,
		.flags = step->flags,
		.program = *program,
		.link = link,
	};
	struct rules_answer answer;

	kernel.net_admin = true;
	if (link)
		answer = rules_link_create(&world, &request, chain);
	else
		answer = rules_attach(&world, &request, chain);
	if (answer.errnum)
		bail_out("%s: the rules say %s", ground->row->name,
			 cgswap_errno_get_name(answer.errnum));
}

static void attach_one(struct ground *ground, const struct step *step, int fd,
		       const struct rules_program *program)
{
	const struct kernel_attach request = {
		.target_fd = step->up ? ground->up : ground->here,
		.program_fd = fd,
		.type = step->type,
		.flags = step->flags,
	};
	int err = ground->kernel->ops->attach(ground->kernel, &request);

	if (err)
		bail_out("%s: cannot attach %s: %s", ground->row->name, step->word,
			 cgswap_errno_get_name(-err));
	shadow(ground, step, program, 0);
}

static void link_one(struct ground *ground, const struct step *step, const struct thing *thing)
{
	const struct kernel_link_create request = {
		.program_fd = thing->fd,
		.target_fd = step->up ? ground->up : ground->here,
		.type = step->type,
	};
	int fd = ground->kernel->ops->link_create(ground->kernel, &request);

	if (fd < 0)
		bail_out("%s: cannot link %s: %s", ground->row->name, step->word,
			 cgswap_errno_get_name(-fd));
	shadow(ground, step, &thing->program, things_add_link(ground, thing, fd));
}

static void fill(struct ground *ground, struct step *step)
{
	while (ground->chain.count < RAW_CHAIN_MAX) {
		size_t next = ground->chain.count;
		struct kernel_program info;

		if (ground->kernel->ops->program_info(ground->kernel, ground->fillers[next], &info))
			bail_out("no info");
		attach_one(ground, step, ground->fillers[next],
			   &(struct rules_program){ .kind = RULES_PROGRAM,
						    .id = info.id,
						    .type = info.type,
						    .hook = EGRESS });
	}
}

static void take_off(struct ground *ground, const struct step *step, const char *name)
{
	const struct thing *thing = ground_thing(ground, name);
	const struct kernel_attach request = {
		.target_fd = ground->here,
		.program_fd = thing->fd,
		.type = step->type,
	};
	int err = ground->kernel->ops->detach(ground->kernel, &request);

	if (err)
		bail_out("%s: cannot detach %s", ground->row->name, name);
	for (size_t i = 0; i < ground->chain.count; i++)
		if (ground->chain.entries[i].program == thing->program.id) {
			rules_remove(&ground->chain, i);
			return;
		}
}

static void cut(struct ground *ground, const char *name)
{
	char link[64];
	const struct thing *thing;

	snprintf(link, sizeof(link), "link:%.50s", name);
	thing = ground_thing(ground, link);
	if (ground->kernel->ops->link_detach(ground->kernel, thing->fd))
		bail_out("cannot detach the link of %s", name);
	for (size_t i = 0; i < ground->chain.count; i++)
		if (ground->chain.entries[i].link == thing->link_id) {
			rules_remove(&ground->chain, i);
			return;
		}
}

static void do_word(struct ground *ground, const char *word)
{
	struct step step = { .type = ground->type, .flags = RAW_MULTI };

	snprintf(step.word, sizeof(step.word), "%s", word);
	if (!strcmp(word, "fill")) {
		fill(ground, &step);
	} else if (!strcmp(word, "threaded")) {
		place_make_threaded(ground);
	} else if (take(&word, "cut:")) {
		cut(ground, word);
	} else if (take(&word, "-")) {
		take_off(ground, &step, word);
	} else {
		const struct thing *thing;

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
		thing = ground_thing(ground, word);
		if (step.link)
			link_one(ground, &step, thing);
		else
			attach_one(ground, &step, thing->fd, &thing->program);
	}
}

void ground_set(struct ground *ground, const struct row *row)
{
	const char *at = row->has ? row->has : "";
	char word[64];
	int used;

	ground->row = row;
	ground->type = hook_number(row->hook);
	ground->removed = false;
	ground->chain = ground->up_chain = (struct rules_chain){ .revision = 1 };
	place_make(ground);
	while (sscanf(at, " %63s%n", word, &used) == 1) {
		do_word(ground, word);
		at += used;
	}
	ground->target = place_target(ground);
}

void ground_darken(struct ground *ground)
{
	if (ground->row->removed) {
		place_remove(ground);
		ground->removed = true;
		ground->target = RULES_CGROUP_GONE;
	}
	if (ground->row->without)
		place_drop(ground, ground->row->without);
}

void ground_lighten(struct ground *ground)
{
	if (ground->row->without)
		place_drop(ground, 0);
}

void ground_clear(struct ground *ground)
{
	things_drop_links(ground);
	place_unmake(ground);
}

int ground_target(struct ground *ground)
{
	const char *name = ground->row->target;

	if (!name)
		return ground->here;
	if (!strcmp(name, "up"))
		return ground->up;
	return ground_fd(ground, name);
}

uint64_t ground_revision(const struct ground *ground)
{
	uint64_t now = ground->chain.revision;

	switch (ground->row->revision) {
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
