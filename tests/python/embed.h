/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file embed.h
 * Embeds Python into a test program: the interpreter that configure found, the module of the build tree,
 * and two modules written in C. `tap` makes checks, `raw` makes cgroups and programs.
 */
#ifndef TESTS_PYTHON_EMBED_H
#define TESTS_PYTHON_EMBED_H

#define PY_SSIZE_T_CLEAN
#include <Python.h>

/** Starts the interpreter. An error ends the test. */
void embed_start(void);
/** Runs a file as __main__. An exception is a failed check with its traceback. */
void embed_run(const char *path);
/** Ends the interpreter and checks that it succeeded. */
void embed_end(void);

/** The modules, for PyImport_AppendInittab(). */
PyObject *tap_module(void);
PyObject *raw_module(void);

#endif
