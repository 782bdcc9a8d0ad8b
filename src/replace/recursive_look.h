/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One search for the cgroups that hold the old program of a recursive request, and the steps that
 * are made for them: in replace_recursive.c, recursive_tags.c and recursive_steps.c.
 */
#ifndef CGSWAP_REPLACE_RECURSIVE_LOOK_H
#define CGSWAP_REPLACE_RECURSIVE_LOOK_H

#include "base/error.h"
#include "replace/recursive_request.h"
#include "replace/replace.h"

/* A chain that holds the old program, and its step, once that is made. */
struct found_chain {
	cgswap_chain *chain;
	const struct holder_program *old;
	struct cgswap_step *step;
	struct program *new;
};

/* One search for a request. */
struct look {
	struct cgswap_replace *replace;
	struct recursive_request *request;
	size_t top_length; /* the length of the path of the request's cgroup */
	struct found_chain *found;
	size_t count, capacity;
	size_t seen;             /* chains that hold the program, also those that have a step */
	enum cgswap_status stop; /* an error that ended the search */
	struct cgswap_error stopped;
	size_t refused; /* cgroups; the error of the first: */
	enum cgswap_status status;
	struct cgswap_error why;
};

/* ---- recursive_tags.c */

/* Refuses old programs that are not the same, unless the request allows them. */
enum cgswap_status look_check_tags(struct look *look);

/* ---- recursive_steps.c */

enum cgswap_status look_check_cancelled(const struct look *look, const char *path);

/*
 * Counts a cgroup as refused, for the last error, and returns CGSWAP_OK: the others are looked at
 * too. An error that every cgroup would meet is returned.
 */
enum cgswap_status look_count_refused(struct look *look, const char *path,
				      enum cgswap_status status);
/* The error of the first cgroup that was refused, which names the others; CGSWAP_OK: none was. */
enum cgswap_status look_end_refused(struct look *look);

/* Prepares a step for each chain. Those that have changed since the search are left out. */
enum cgswap_status look_prepare_all(struct look *look);

/* Frees a chain, and a step that is not added. The last error stays. */
void look_drop(struct found_chain *found);

#endif
