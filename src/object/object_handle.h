/* SPDX-License-Identifier: BSD-2-Clause */
/* The public handle of an object: a file that was read, and its programs once they are loaded. */
#ifndef CGSWAP_OBJECT_OBJECT_HANDLE_H
#define CGSWAP_OBJECT_OBJECT_HANDLE_H

#include "object/constant_report.h"
#include "object/inspect.h"
#include "program/program.h"

struct cgswap_object {
	struct handle handle;
	struct cgswap_session *session;
	char *path;
	struct object_file file; /* its bytes stay until the last reference goes */
	struct inspection inspection;
	struct program **programs; /* one for each program, NULL: not loaded; NULL: none is */
	struct constant_report **constants; /* likewise: the decisions on its constants */
};

#endif
