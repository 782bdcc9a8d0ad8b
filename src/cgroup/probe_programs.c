/* SPDX-License-Identifier: BSD-2-Clause */
#include "cgroup/probe_programs.h"

#include <errno.h>
#include <stdlib.h>

#include "kernel/probe_program.h"

static size_t probe_programs_index(const struct attach_type *type)
{
	size_t index = 0;

	while (attach_type_at(index) != type)
		index++;
	return index;
}

int probe_programs_get(struct probe_programs *probes, struct kernel *kernel,
		       const struct attach_type *type)
{
	size_t index = probe_programs_index(type), count = cgswap_attach_type_get_count();

	if (!probes->fds) {
		probes->fds = malloc(count * sizeof(*probes->fds));
		if (!probes->fds)
			return -ENOMEM;
		for (size_t i = 0; i < count; i++)
			probes->fds[i] = -1;
	}
	if (probes->fds[index] < 0)
		probes->fds[index] = probe_program_load(kernel, type);
	return probes->fds[index];
}

bool probe_programs_has(const struct probe_programs *probes, const struct attach_type *type)
{
	return probes->fds && probes->fds[probe_programs_index(type)] >= 0;
}

void probe_programs_drop(struct probe_programs *probes, struct kernel *kernel,
			 const struct attach_type *type)
{
	if (!probe_programs_has(probes, type))
		return;
	kernel->ops->close(kernel, probes->fds[probe_programs_index(type)]);
	probes->fds[probe_programs_index(type)] = -1;
}

void probe_programs_free(struct probe_programs *probes, struct kernel *kernel)
{
	for (size_t i = 0; probes->fds && attach_type_at(i); i++)
		kernel->ops->close(kernel, probes->fds[i]);
	free(probes->fds);
	probes->fds = NULL;
}
