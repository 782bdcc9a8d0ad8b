/* SPDX-License-Identifier: BSD-2-Clause */
/* Programs that pass everything, one for each attach type, loaded when first needed. */
#ifndef CGSWAP_CGROUP_PROBE_PROGRAMS_H
#define CGSWAP_CGROUP_PROBE_PROGRAMS_H

#include "kernel/attach_type.h"
#include "kernel/kernel.h"

struct probe_programs {
	int *fds;             /* -1: not loaded */
	uint32_t leftover_id; /* the id of a probe that could not be detached */
};

/* Returns the descriptor for an attach type, owned by probes, or a negative errno. */
int probe_programs_get(struct probe_programs *probes, struct kernel *kernel,
		       const struct attach_type *type);

bool probe_programs_has(const struct probe_programs *probes, const struct attach_type *type);
void probe_programs_drop(struct probe_programs *probes, struct kernel *kernel,
			 const struct attach_type *type);
void probe_programs_free(struct probe_programs *probes, struct kernel *kernel);

#endif
