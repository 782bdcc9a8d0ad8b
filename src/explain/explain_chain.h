/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The messages for a state of a chain, also for callers that found the state without an error from
 * the kernel. All write the last error and return its status; named is the caller's selector of the
 * entry.
 */
#ifndef CGSWAP_EXPLAIN_EXPLAIN_CHAIN_H
#define CGSWAP_EXPLAIN_EXPLAIN_CHAIN_H

#include "cgroup/cgroup.h"
#include "cgroup/snapshot.h"

/* The chain could not be read. */
enum cgswap_status explain_query(struct cgswap_session *session, const struct cgroup *cgroup,
				 const struct attach_type *type, int errnum);

/* A link holds the entry. */
enum cgswap_status explain_held(const struct cgroup *cgroup, const struct attach_type *type,
				const char *named, uint32_t program_id);

/* The same for a link that was seen; 0: its id is not known. */
enum cgswap_status explain_held_by(const struct cgroup *cgroup, const struct attach_type *type,
				   const char *named, uint32_t link_id);

enum cgswap_status explain_mode(const struct cgroup *cgroup, const struct attach_type *type,
				uint32_t has, uint32_t wanted);

/* has 0: the chain could not be read. */
enum cgswap_status explain_revision(const struct cgroup *cgroup, const struct attach_type *type,
				    uint64_t has, uint64_t expected, int errnum);

/* The entry is not attached. id 0: the caller's selector names no program of a known id. */
enum cgswap_status explain_absent(struct cgswap_session *session, const struct cgroup *cgroup,
				  const struct attach_type *type, const struct snapshot *own,
				  const char *named, uint32_t id, int errnum);

/* The entry was attached when the chain was read, and has been detached since. */
enum cgswap_status explain_lost(const struct cgroup *cgroup, const struct attach_type *type,
				const struct snapshot *now, const char *named, uint32_t id,
				int errnum);

#endif
