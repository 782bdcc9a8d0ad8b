/* SPDX-License-Identifier: BSD-2-Clause */
#include "scratch.h"

#include "tap.h"
#include "programs.h"
#include "rawbpf.h"
#include "rawfd.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static struct scratch make_below(const char *parent, const char *name)
{
	struct scratch made_now;

	snprintf(made_now.path, sizeof(made_now.path), "%s/%s", parent, name);
	made_now.fd = scratch_make(made_now.path);
	return made_now;
}

struct scratch scratch_new(const char *name)
{
	return make_below(scratch_top(), name);
}

struct scratch scratch_child(const struct scratch *parent, const char *name)
{
	return make_below(parent->path, name);
}

void scratch_nest(struct scratch *levels, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		char name[32];

		snprintf(name, sizeof(name), "level%zu", i + 1);
		levels[i] = i ? scratch_child(&levels[i - 1], name) : scratch_new(name);
	}
}

void scratch_bystander(unsigned attach_type)
{
	static struct scratch bystander = { .fd = -1 };
	int prog = prog_pass(attach_type, "bystander");

	if (bystander.fd < 0)
		bystander = scratch_new("bystander");
	if (raw_attach(bystander.fd, prog, attach_type, RAW_MULTI))
		bail_out("cannot attach the bystander: %s", strerror(errno));
	raw_close(prog);
}
