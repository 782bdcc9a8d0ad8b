/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Asks the kernel about a change by one that cannot happen: where the chain may not be read, and
 * about cgroups that this process cannot see.
 */
#ifndef CGSWAP_EXPLAIN_ASK_IN_VAIN_H
#define CGSWAP_EXPLAIN_ASK_IN_VAIN_H

#include "explain/change.h"
#include "explain/observe.h"

/*
 * Returns 0 if the kernel would make the change, -EOPNOTSUPP if it cannot be asked, and otherwise
 * the errno that the change would get.
 */
int ask_in_vain(const struct change *change);

/*
 * Asks if the mode of the chain, which was observed, and those of all cgroups above allow an attach
 * in multi mode: returns 0, -EPERM, or -EOPNOTSUPP if that cannot be asked.
 */
int ask_modes(const struct change *change, const struct observed *observed);

/* True if the cgroup certainly was removed. */
bool ask_is_gone(const struct change *change);

#endif
