/* SPDX-License-Identifier: BSD-2-Clause */
/* Errnos that say that a path itself leads nowhere; they mean the same for every kind of file. */
#ifndef CGSWAP_BASE_PATH_PROBLEM_H
#define CGSWAP_BASE_PATH_PROBLEM_H

enum path_problem {
	PATH_NO_PROBLEM, /* the errno says something else */
	PATH_MISSING,    /* a component is missing, or a file is used as a directory */
	PATH_UNUSABLE    /* it is too long, or symbolic links go round in a loop */
};

enum path_problem path_problem_of(int errnum);

#endif
