/* SPDX-License-Identifier: BSD-2-Clause */
/* Programs that pass everything, one for each attach type, loaded when first needed. */
#ifndef CGSWAP_CGROUP_PROBE_PROGRAMS_H
#define CGSWAP_CGROUP_PROBE_PROGRAMS_H

#include "kernel/attach_type.h"
#include "kernel/kernel.h"

struct probe_programs {
	int *fds;             /* -1: not loaded */
	uint32_t leftover_id; /* the id of one that was attached and could not be detached */
};

/* The descriptor of the one for this attach type, which stays the list's; or a negative errno. */
int probe_programs_get(struct probe_programs *probes, struct kernel *kernel,
		       const struct attach_type *type);

bool probe_programs_has(const struct probe_programs *probes, const struct attach_type *type);
void probe_programs_drop(struct probe_programs *probes, struct kernel *kernel,
			 const struct attach_type *type);
void probe_programs_free(struct probe_programs *probes, struct kernel *kernel);

#endif
