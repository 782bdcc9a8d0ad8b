/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/path_problem.h"

#include <errno.h>

enum path_problem path_problem_of(int errnum)
{
	switch (errnum) {
	case ENOENT:
	case ENOTDIR:
		return PATH_MISSING;
	case ENAMETOOLONG:
	case ELOOP:
		return PATH_UNUSABLE;
	default:
		return PATH_NO_PROBLEM;
	}
}
