/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The handwritten part of the extension module cgswap._cgswap. SWIG's wrappers convert arguments
 * and results by these functions (see typemaps.swg); the classes that users see are in cgswap/.
 */
#ifndef CGSWAP_PYTHON_BINDING_H
#define CGSWAP_PYTHON_BINDING_H

#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <structmember.h>

#include <stdbool.h>

#include <cgswap.h>

#include "abi/fields.h"

/* Adds the class Handle to the module. Returns false with an exception. */
bool cg_init(PyObject *module);

/* ---- errors.c ----------------------------------------------------------------------------------
 */

/*
 * The item of a dict, borrowed; NULL if there is none, or with an exception. PyDict_GetItemString()
 * would say that there is none also when memory runs out.
 */
PyObject *cg_item(PyObject *dict, const char *name);
/* A str, decoded like a file name, so that invalid UTF-8 is preserved. */
PyObject *cg_text(const char *text);
/*
 * Raises this thread's last error. An exception of a callback takes precedence, since it stopped
 * the call; if some changes could not be undone, it becomes the cause of the error instead.
 */
void cg_raise(void);
/* Raises an error of the binding itself, with the errno that the library gives for the status. */
void cg_refuse(enum cgswap_cause cause, int errnum, const char *operation, const char *message);
PyObject *cg_set_error_factory(PyObject *module, PyObject *args);

/* ---- handle.c: the base class of Session, Chain and so on --------------------------------------
 */

enum cg_kind {
	CG_NEVER_OPENED,
	CG_SESSION,
	CG_CHAIN,
	CG_PROGRAM,
	CG_REPLACE,
	CG_OBJECT,
	CG_JOURNAL,
	CG_HISTORY,
	CG_FIND,
	CG_CLEAN
};

struct cg_handle {
	PyObject_HEAD void *pointer;
	enum cg_kind kind;
	unsigned long calls; /* calls that may have changed it */
};

/* A running call, on its thread's stack. The interpreter's lock protects the list of them. */
struct cg_call {
	const void *pointer; /* NULL: the call has not begun */
	unsigned long thread;
	struct cg_call *prev, *next;
};

/*
 * Most calls run without the interpreter's lock, so a getter could see memory that is being
 * replaced. Getters therefore raise an exception while another thread is in a call on the same
 * handle.
 */
void cg_call_begin(struct cg_call *call, struct cg_handle *handle);
void cg_call_end(struct cg_call *call);

/*
 * All of these return false with an exception. None is the pointer NULL, for which the library has
 * an error, except in cg_take_to_read().
 */
bool cg_take(void **out, PyObject *object, enum cg_kind kind);
/* Begins a call too; it ends with cg_call_end(). */
bool cg_take_to_call(void **out, PyObject *object, enum cg_kind kind, struct cg_call *call);
/* For getters: the handle must be open, and not used by another thread. */
bool cg_take_to_read(void **out, PyObject *object, enum cg_kind kind);
bool cg_may_read(const void *pointer, enum cg_kind kind);
/* An object that has no handle yet. */
bool cg_take_new(struct cg_handle **out, PyObject *object);
void cg_opened(struct cg_handle *handle, void *pointer, enum cg_kind kind);

/*
 * Reads a chain that could not be read yet for lack of privilege; otherwise does nothing. Returns
 * false with an exception.
 */
bool cg_ask_chain(const cgswap_chain *chain);

/* step_chain(chain, replace, index): gives a new Chain the chain of a step */
PyObject *cg_step_chain(PyObject *module, PyObject *args);

/* ---- records.c: the fields of abi/fields.def ----------------------------------------------------
 */

/* A tuple of the fields. */
PyObject *cg_record(PyTypeObject *type, const struct record *record, struct record_place place);
PyObject *cg_set_classes(PyObject *module, PyObject *args);
PyObject *cg_steps(PyObject *module, PyObject *args);
PyObject *cg_groups(PyObject *module, PyObject *args);
PyObject *cg_journal(PyObject *module, PyObject *args);
PyObject *cg_history(PyObject *module, PyObject *args);
PyObject *cg_found(PyObject *module, PyObject *args);
PyObject *cg_leftovers(PyObject *module, PyObject *args);
PyObject *cg_add_fields(PyObject *module, PyObject *args);
/* The value of a field as an object, and of one whose number was read before. */
PyObject *cg_value(const struct record *record, const struct field *field,
		   const struct record_place *place);
PyObject *cg_number(const struct field *field, uint64_t number);
/* The description of a field for help(); never freed, like the classes. */
const char *cg_doc(const struct field *field);
/* An Event. */
PyObject *cg_event(const cgswap_event *event);

/* ---- entry.c: the class Entry -------------------------------------------------------------------
 */

bool cg_init_entry(PyObject *module);
PyObject *cg_chain_entries(PyObject *module, PyObject *args);

/* ---- options.c: a dict fills a struct -----------------------------------------------------------
 */

/* Returns the objects that must live during the call, or NULL with an exception. */
PyObject *cg_take_options(void *opts, const char *tag, PyObject *dict);

/* ---- callbacks.c --------------------------------------------------------------------------------
 */

bool cg_is_callable(PyObject *given, const char *name);
/* Sets *out to the callable that a dict of options has, or NULL. False with an exception. */
bool cg_take_callable(void **out, PyObject *options, const char *name);
int cg_progress(size_t done, size_t total, void *user);
int cg_on_event(const cgswap_event *event, void *user);
int cg_health(char *said, size_t size, const cgswap_event *event, void *user);
int cg_visit(const char *cgroup, void *user);
/* user is a weak reference: the Session has the callback, so that the collector can find a cycle.
 */
void cg_log(int level, const char *line, void *user);
void cg_log_destroy(void *user);

#endif
