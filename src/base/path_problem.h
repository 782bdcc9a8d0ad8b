/* SPDX-License-Identifier: BSD-2-Clause */
/* Errnos that describe a problem of the path itself; they mean the same for every kind of file. */
#ifndef CGSWAP_BASE_PATH_PROBLEM_H
#define CGSWAP_BASE_PATH_PROBLEM_H

enum path_problem {
	PATH_NO_PROBLEM, /* another errno */
	PATH_MISSING,    /* a component is missing, or a file is used as a directory */
	PATH_UNUSABLE    /* too long, or a loop of symbolic links */
};

enum path_problem path_problem_of(int errnum);

#endif
