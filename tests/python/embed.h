/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file embed.h
 * Python inside a test program: the interpreter that configure found, the module of the build
 * tree, and two modules made in C. `tap` makes checks, `lab` sets the scenes.
 */
#ifndef TESTS_PYTHON_EMBED_H
#define TESTS_PYTHON_EMBED_H

#define PY_SSIZE_T_CLEAN
#include <Python.h>

/** Starts the interpreter; a failure ends the test. */
void embed_start(void);
/** Runs a file as __main__; an exception becomes a failed check with its traceback. */
void embed_run(const char *path);
/** Ends the interpreter, which is one check. */
void embed_end(void);

/** The modules, for PyImport_AppendInittab(). */
PyObject *tap_module(void);
PyObject *raw_module(void);

#endif
