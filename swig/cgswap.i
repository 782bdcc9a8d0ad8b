/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The SWIG interface for Python and Lua.
 *
 * The typemaps of a language, which turn a status into an exception or into nil, message, err, are in
 * LANGUAGE/typemaps.swg. It is read before the header because typemaps affect the declarations after
 * them.
 */
%module cgswap

%{
#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cgswap.h>
%}

%include <stdint.i>

/* ---- the handles: boxes of the languages, which count references ------------------------------- */

%define CG_HANDLE(noun)
struct cgswap_##noun;
%ignore cgswap_##noun##_ref;
%ignore cgswap_##noun##_unref;
%enddef

/* ---- the language, and the header ------------------------------------------------------------ */

/* a script sees a copy of an error as an exception or a table */
%ignore cgswap_error_dup;
%ignore cgswap_error_free;

#if defined(SWIGPYTHON)
%include "python/typemaps.swg"
#elif defined(SWIGLUA)
%include "lua/typemaps.swg"
#endif

CG_HANDLE(session)
CG_HANDLE(chain)
CG_HANDLE(program)
CG_HANDLE(replace)
CG_HANDLE(object)
CG_HANDLE(journal)
CG_HANDLE(history)
CG_HANDLE(find)
CG_HANDLE(clean)

%include "cgswap.h"
