/* SPDX-License-Identifier: BSD-2-Clause */
#include "pairs_operations.h"

#include <stdio.h>

#define EXTRA BPFFS "/extra"
#define LINK  BPFFS "/link"

static cgswap_session *session;
static cgswap_chain *chain;

static const char *by_number(int fd)
{
	static char source[32];

	snprintf(source, sizeof(source), "fd:%d", fd);
	return source;
}

static enum cgswap_status replace_with(const char *source, bool rolls_back)
{
	const struct cgswap_step_opts opts = { .sz = sizeof(opts), .pin = PAIRS_PIN };
	cgswap_replace *replace;
	enum cgswap_status status = cgswap_replace_new(&replace, session, NULL);

	if (!status)
		status = cgswap_replace_add_source(replace, chain, "pos:1", source, &opts);
	if (!status)
		status = cgswap_replace_commit(replace, NULL);
	if (!status && rolls_back)
		status = cgswap_replace_rollback(replace);
	cgswap_replace_unref(replace);
	return status;
}

static enum cgswap_status attach(const char *source, const struct cgswap_attach_opts *opts)
{
	const struct cgswap_program_opts type = { .sz = sizeof(type), .attach_type = "egress" };
	cgswap_program *program;
	enum cgswap_status status = cgswap_program_open(&program, session, source, &type);

	if (status)
		return status;
	status = cgswap_chain_attach(chain, program, opts);
	cgswap_program_unref(program);
	return status;
}

static enum cgswap_status swap_pin(const struct pairs_side *side)
{
	return replace_with(by_number(side->new), false);
}

static enum cgswap_status swap_and_roll_back(const struct pairs_side *side)
{
	return replace_with(by_number(side->new), true);
}

static enum cgswap_status swap_to_object(const struct pairs_side *side)
{
	return replace_with(side->object, false);
}

static enum cgswap_status attach_pinned(const struct pairs_side *side)
{
	const struct cgswap_attach_opts opts = { .sz = sizeof(opts), .pin = EXTRA };

	return attach(by_number(side->extra), &opts);
}

static enum cgswap_status attach_link(const struct pairs_side *side)
{
	const struct cgswap_attach_opts opts = { .sz = sizeof(opts), .pin = LINK, .link = 1 };

	return attach(by_number(side->extra), &opts);
}

static enum cgswap_status attach_object(const struct pairs_side *side)
{
	return attach(side->object, NULL);
}

static enum cgswap_status attach_and_detach(const struct pairs_side *side)
{
	enum cgswap_status status = attach(by_number(side->extra), NULL);

	return status ? status : cgswap_chain_detach(chain, by_number(side->extra), NULL);
}

static enum cgswap_status hand_out(const struct pairs_side *side)
{
	cgswap_program *program;
	enum cgswap_status status = cgswap_program_open(&program, session, side->object, NULL);

	if (status)
		return status;
	cgswap_program_get_fd(program);
	cgswap_program_unref(program);
	return CGSWAP_OK;
}

static enum cgswap_status list(const struct pairs_side *side)
{
	enum cgswap_status status = cgswap_chain_describe(chain, CGSWAP_DESCRIBE_ALL);

	(void)side;
	return status ? status : cgswap_chain_read_leftovers(chain);
}

const struct pairs_operation pairs_operations[PAIRS_OPERATIONS] = {
	[PAIRS_SWAP_PIN] = { "a swap of the pin", swap_pin },
	{ "a swap of the pin and back", swap_and_roll_back },
	{ "a swap to an object with a pinned map", swap_to_object },
	{ "an attach with a pin", attach_pinned },
	{ "an attach by a pinned link", attach_link },
	{ "an attach of an object with a pinned map", attach_object },
	{ "an attach and a detach", attach_and_detach },
	{ "a program handed out", hand_out },
	{ "a listing", list },
};

enum cgswap_status pairs_run(const struct pairs_operation *operation, const struct pairs_side *side,
			     const char *cgroup)
{
	enum cgswap_status status = cgswap_session_open(&session, NULL);

	if (!status)
		status = cgswap_chain_open(&chain, session, cgroup, "egress");
	return status ? status : operation->run(side);
}
