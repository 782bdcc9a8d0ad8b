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
