/* SPDX-License-Identifier: BSD-2-Clause */
/* An errno and what can be read become one cause, by the rules. */
#ifndef CGSWAP_EXPLAIN_EXPLAIN_H
#define CGSWAP_EXPLAIN_EXPLAIN_H

#include "explain/observe.h"

/* Writes the last error for what the kernel answered; always a refusal. */
enum cgswap_status explain_refusal(const struct change *change, int errnum);

/* Says what the kernel would answer, in the same words; CGSWAP_OK when it would do it. */
enum cgswap_status explain_forecast(const struct change *change);

/* Why a chain could not be read. */
enum cgswap_status explain_query(struct cgswap_session *session, const struct cgroup *cgroup,
				 const struct attach_type *type, int errnum);

/*
 * The refusals that need no kernel's answer, for those who find out by themselves. named is how
 * the caller named the entry.
 */
enum cgswap_status explain_held(const struct cgroup *cgroup, const struct attach_type *type,
				const char *named, uint32_t program_id);
enum cgswap_status explain_mode(const struct cgroup *cgroup, const struct attach_type *type,
				uint32_t has, uint32_t wanted);
enum cgswap_status explain_revision(const struct cgroup *cgroup, const struct attach_type *type,
				    uint64_t has, uint64_t expected, int errnum);
/* id 0: the caller's selector names no program of a known id */
enum cgswap_status explain_absent(struct cgswap_session *session, const struct cgroup *cgroup,
				  const struct attach_type *type, const struct snapshot *own,
				  const char *named, uint32_t id, int errnum);
enum cgswap_status explain_lost(const struct cgroup *cgroup, const struct attach_type *type,
				const struct snapshot *now, const char *named, uint32_t id,
				int errnum);

#endif
