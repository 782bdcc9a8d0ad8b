/* SPDX-License-Identifier: BSD-2-Clause */
#include "explain/change.h"

const struct program *change_named_program(const struct change *change)
{
	return change->old ? change->old : change->program;
}

bool change_is_of_link(const struct change *change)
{
	return change->kind == CHANGE_LINK_CREATE || change->kind == CHANGE_LINK_UPDATE ||
	       change->kind == CHANGE_LINK_DETACH;
}

const char *change_command(const struct change *change)
{
	switch (change->kind) {
	case CHANGE_DETACH:
		return "BPF_PROG_DETACH";
	case CHANGE_LINK_CREATE:
		return "BPF_LINK_CREATE";
	case CHANGE_LINK_UPDATE:
		return "BPF_LINK_UPDATE";
	case CHANGE_LINK_DETACH:
		return "BPF_LINK_DETACH";
	default:
		return "BPF_PROG_ATTACH";
	}
}
