/* SPDX-License-Identifier: BSD-2-Clause */
#include "binding.h"
#include "handles.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static PyTypeObject *cg_handle_type;

static const char *const cg_kind_names[] = {
	"",	     "a Session", "a Chain",   "a Program", "a Replace",
	"an Object", "a journal", "a history", "a find", "a clean",
};

/* ---- calls ----------------------------------------------------------------------------------- */

static struct cg_call *cg_calls;

void cg_call_begin(struct cg_call *call, struct cg_handle *handle)
{
	handle->calls++;
	call->pointer = handle->pointer;
	call->thread = PyThread_get_thread_ident();
	call->prev = NULL;
	call->next = cg_calls;
	if (cg_calls)
		cg_calls->prev = call;
	cg_calls = call;
}

void cg_call_end(struct cg_call *call)
{
	if (!call->pointer)
		return;
	if (call->prev)
		call->prev->next = call->next;
	else
		cg_calls = call->next;
	if (call->next)
		call->next->prev = call->prev;
}

static bool cg_used_elsewhere(const void *pointer)
{
	unsigned long thread = PyThread_get_thread_ident();

	for (const struct cg_call *call = cg_calls; call; call = call->next)
		if (call->thread != thread && call->pointer == pointer)
			return true;
	return false;
}

/* ---- arguments ------------------------------------------------------------------------------- */

static struct cg_handle *cg_of_kind(PyObject *object, enum cg_kind kind)
{
	struct cg_handle *handle = (struct cg_handle *)object;
	bool is_handle = PyObject_TypeCheck(object, cg_handle_type);

	if (is_handle && handle->kind == kind)
		return handle;
	PyErr_Format(PyExc_TypeError, "expected %s, got %.100s", cg_kind_names[kind],
		     is_handle && handle->kind == CG_NEVER_OPENED
			     ? "an object that was never opened"
			     : Py_TYPE(object)->tp_name);
	return NULL;
}

bool cg_take(void **out, PyObject *object, enum cg_kind kind)
{
	struct cg_handle *handle = NULL;

	*out = NULL;
	if (object == Py_None)
		return true;
	handle = cg_of_kind(object, kind);
	if (!handle)
		return false;
	*out = handle->pointer;
	return true;
}

bool cg_take_to_call(void **out, PyObject *object, enum cg_kind kind, struct cg_call *call)
{
	if (!cg_take(out, object, kind))
		return false;
	if (*out)
		cg_call_begin(call, (struct cg_handle *)object);
	return true;
}

static bool cg_is_open(const void *pointer, enum cg_kind kind)
{
	switch (kind) {
	case CG_SESSION:
		return *cgswap_session_get_kernel(pointer);
	case CG_CHAIN:
		return true; /* its getters find out by their result */
	case CG_JOURNAL:
	case CG_HISTORY:
		return true; /* scripts do not see it */
	case CG_PROGRAM:
		return cgswap_program_get_id(pointer);
	case CG_OBJECT:
		return cgswap_object_get_program_count(pointer);
	case CG_FIND:
		return cgswap_find_get_program_count(pointer);
	case CG_CLEAN:
		return true; /* closed, it has nothing */
	default:
		/* checking an empty transaction does nothing */
		return cgswap_replace_get_length(pointer) ||
		       cgswap_replace_check((cgswap_replace *)pointer) != CGSWAP_E_CLOSED;
	}
}

bool cg_may_read(const void *pointer, enum cg_kind kind)
{
	if (cg_calls && kind != CG_SESSION && cg_used_elsewhere(pointer))
		cg_refuse(CGSWAP_CAUSE_HANDLE_IN_USE, EBUSY, "read",
			  "another thread is in a call on this object");
	else if (!pointer)
		cg_refuse(CGSWAP_CAUSE_BAD_ARGUMENT, EINVAL, "get", "a handle is None");
	else if (!cg_is_open(pointer, kind))
		cg_refuse(CGSWAP_CAUSE_HANDLE_CLOSED, EBADF, "get", "the handle is closed");
	else
		return true;
	return false;
}

bool cg_take_to_read(void **out, PyObject *object, enum cg_kind kind)
{
	return cg_take(out, object, kind) && cg_may_read(*out, kind);
}

bool cg_take_new(struct cg_handle **out, PyObject *object)
{
	*out = (struct cg_handle *)object;
	if (PyObject_TypeCheck(object, cg_handle_type) && (*out)->kind == CG_NEVER_OPENED)
		return true;
	PyErr_SetString(PyExc_TypeError, "__init__() was called again");
	return false;
}

void cg_opened(struct cg_handle *handle, void *pointer, enum cg_kind kind)
{
	handle->pointer = pointer;
	handle->kind = kind;
}

bool cg_ask_chain(const cgswap_chain *chain)
{
	if (cgswap_chain_describe((cgswap_chain *)chain, 0) == CGSWAP_OK)
		return true;
	cg_raise();
	return false;
}

PyObject *cg_step_chain(PyObject *module, PyObject *args)
{
	PyObject *chain, *replace;
	struct cg_handle *handle;
	const cgswap_step *step;
	Py_ssize_t index;
	void *pointer;

	(void)module;
	if (!PyArg_ParseTuple(args, "OOn", &chain, &replace, &index) ||
	    !cg_take_new(&handle, chain) || !cg_take_to_read(&pointer, replace, CG_REPLACE))
		return NULL;
	step = cgswap_replace_get_step(pointer, (size_t)index);
	if (!step) {
		PyErr_SetString(PyExc_IndexError, "no such step");
		return NULL;
	}
	cg_opened(handle, cgswap_chain_ref(cgswap_step_get_chain(step)), CG_CHAIN);
	Py_RETURN_NONE;
}

/* ---- the class ------------------------------------------------------------------------------- */

static void cg_unref(enum cg_kind kind, void *handle)
{
	switch (kind) {
		CG_HANDLES(CG_UNREF)
	default:
		break;
	}
}

static void cg_handle_dealloc(PyObject *object)
{
	struct cg_handle *handle = (struct cg_handle *)object;
	PyTypeObject *type = Py_TYPE(object);

	PyObject_GC_UnTrack(object);
	cg_unref(handle->kind, handle->pointer);
	type->tp_free(object);
	Py_DECREF(type);
}

static int cg_handle_traverse(PyObject *object, visitproc visit, void *arg)
{
#if PY_VERSION_HEX >= 0x03090000
	Py_VISIT(Py_TYPE(object));
#endif
	return 0;
}

static PyType_Slot cg_handle_slots[] = {
	{ Py_tp_doc, "The base class of all handles." },
	{ Py_tp_traverse, cg_handle_traverse },
	{ Py_tp_dealloc, cg_handle_dealloc },
	{ 0, NULL },
};

static PyType_Spec cg_handle_spec = {
	.name = "cgswap._cgswap.Handle",
	.basicsize = sizeof(struct cg_handle),
	.flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC,
	.slots = cg_handle_slots,
};

bool cg_init(PyObject *module)
{
	cg_handle_type = (PyTypeObject *)PyType_FromSpec(&cg_handle_spec);
	if (!cg_handle_type)
		return false;
	Py_INCREF(cg_handle_type);
	return PyModule_AddObject(module, "Handle", (PyObject *)cg_handle_type) == 0;
}
