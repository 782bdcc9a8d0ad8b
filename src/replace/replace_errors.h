/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The errors of the transaction itself. Each function only writes the last error and returns its
 * status; explain has the errors of the kernel.
 */
#ifndef CGSWAP_REPLACE_REPLACE_ERRORS_H
#define CGSWAP_REPLACE_REPLACE_ERRORS_H

#include "replace/replace.h"

/* ---- binding */

enum cgswap_status replace_error_unguarded(const struct cgswap_step *step);
enum cgswap_status replace_error_link_preorder(const struct cgswap_step *step);
enum cgswap_status replace_error_same_entry(const struct cgswap_step *step,
					    const struct cgswap_step *earlier);

/* A detach that cannot be undone: of a link; or of an entry between others. */
enum cgswap_status replace_error_detach_link(const struct cgswap_step *step);
enum cgswap_status replace_error_no_way_back(const struct cgswap_step *step, size_t count);

enum cgswap_status replace_error_link_reopen(const struct cgswap_step *step, int errnum);

/* If there are too many open files: sets the remedy for a transaction with many programs. */
void replace_remedy_files(const struct cgswap_replace *replace);

/* ---- what the swap would leave behind */

enum cgswap_status replace_error_pin_left(const struct cgswap_step *step,
					  const struct left_pin *pin);

/* ---- preorder */

/* The caller may not read the chain. */
enum cgswap_status replace_error_preorder_unread(const struct cgswap_step *step);

/* For results of replace_detect_preorder() other than FOUND and MOVED, with its answer. */
enum cgswap_status replace_error_preorder(const struct cgswap_step *step,
					  enum preorder_result result,
					  const struct preorder_answer *answer);

/* ---- updates of links */

enum cgswap_status replace_error_other_attach_type(const struct cgswap_step *step,
						   const struct program *program);

/* The attach type could not be probed; lacks_privilege: the caller may not attach at all. */
enum cgswap_status replace_error_attach_type_unknown(const struct cgswap_step *step,
						     const struct program *program,
						     bool lacks_privilege, int errnum);
enum cgswap_status replace_error_other_storage(const struct cgswap_step *step,
					       const struct program *program, uint32_t map_id);
enum cgswap_status replace_error_storage_unknown(const struct cgswap_step *step,
						 const struct program *program, int errnum);

/* why: the known facts about preorder entries; unable: the kernel is known to confuse positions. */
enum cgswap_status replace_error_unsafe_order(const struct cgswap_step *step, const char *why,
					      bool unable);
enum cgswap_status replace_error_order_unsearched(const struct cgswap_step *step, int errnum);

/* ---- verification */

/*
 * The new program was found at this position of count entries; position == count: not found.
 * restored: the chain is as before the swap. errnum: of the failed way back, or 0.
 */
enum cgswap_status replace_error_misplaced(const struct cgswap_step *step, size_t position,
					   size_t count, bool restored, int errnum);

/* The kernel said that it has detached the program, and it is attached at this position. */
enum cgswap_status replace_error_still_attached(const struct cgswap_step *step, size_t position,
						size_t count);

/* ---- commit and rollback */

enum cgswap_status replace_error_dry_run(void);
enum cgswap_status replace_error_committed(void);
enum cgswap_status replace_error_cancelled(const struct cgswap_replace *replace, const char *by);
/* said: by the health check, or "" */
enum cgswap_status replace_error_unhealthy(const struct cgswap_replace *replace, const char *said);

/*
 * left: number of steps that could not be rolled back; example: one of them; began_with: message of
 * the first error, or "".
 */
enum cgswap_status replace_error_rollback_incomplete(const struct cgswap_replace *replace,
						     size_t left, const struct cgswap_step *example,
						     const struct error_text *began_with);

#endif
