/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TOOLS_EFFECTIVE_H
#define TOOLS_EFFECTIVE_H

#include "describe.h"
#include "json.h"

/* The programs that run for a cgroup, in order, and the chains in which they are attached. */
struct effective {
	cgswap_chain **chains; /* the cgroup's, and those of its ancestors upwards */
	size_t chain_count;
	struct effective_program {
		uint32_t id;
		const cgswap_chain *chain; /* NULL: no cgroup that is visible here has it */
		const cgswap_entry *entry;
	} * programs;
	size_t length;
};

/* Reads the effective list of a chain, and describes the chains of the ancestors that it needs. */
enum cgswap_status effective_read(struct effective *effective, struct describe *describe,
				  cgswap_session *session, cgswap_chain *chain);
void effective_free(struct effective *effective);

/* A list of the entries, each with its cgroup; of an unknown one only the id is not null. */
json_t *effective_json(const struct effective *effective);

#endif
