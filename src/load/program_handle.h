/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CGSWAP_LOAD_PROGRAM_HANDLE_H
#define CGSWAP_LOAD_PROGRAM_HANDLE_H

#include "program/program.h"

/* Makes a public handle of a program, and takes ownership of the reference, also on failure. */
enum cgswap_status program_handle_new(cgswap_program **out, cgswap_session *session,
				      struct program *program);

#endif
