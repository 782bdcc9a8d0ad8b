/* SPDX-License-Identifier: BSD-2-Clause */
/* An error becomes an exception, created by the function that _errors.py registered. */
#include "binding.h"

static PyObject *cg_error_factory; /* creates the exception of a status */

PyObject *cg_text(const char *text)
{
	return PyUnicode_DecodeFSDefault(text ? text : "");
}

/* Steals the arguments of the factory, which are the fields of an error. */
static void cg_raise_new(PyObject *arguments)
{
	PyObject *error = arguments ? PyObject_Call(cg_error_factory, arguments, NULL) : NULL;

	Py_XDECREF(arguments);
	if (!error)
		return;
	PyErr_SetObject((PyObject *)Py_TYPE(error), error);
	Py_DECREF(error);
}

void cg_raise(void)
{
	const cgswap_error *error = cgswap_last_error();
	PyObject *type, *value, *trace, *raised, *nothing;

	if (PyErr_Occurred() && cgswap_error_get_status(error) != CGSWAP_E_PARTIAL)
		return;
	PyErr_Fetch(&type, &value, &trace);
	cg_raise_new(cg_record(&PyTuple_Type, &record_error, (struct record_place){ .h = error }));
	if (!type)
		return;
	PyErr_NormalizeException(&type, &value, &trace);
	if (trace) {
		PyException_SetTraceback(value, trace);
		Py_DECREF(trace);
	}
	PyErr_Fetch(&nothing, &raised, &trace);
	PyErr_NormalizeException(&nothing, &raised, &trace);
	PyException_SetCause(raised, value);
	PyErr_Restore(nothing, raised, trace);
	Py_DECREF(type);
}

void cg_refuse(enum cgswap_cause cause, const char *operation, const char *message)
{
	cg_raise_new(Py_BuildValue("(iiOssss)", (int)cgswap_cause_get_status(cause), (int)cause,
				   Py_None, operation, message, cgswap_cause_get_remedy(cause),
				   ""));
}

PyObject *cg_set_error_factory(PyObject *module, PyObject *args)
{
	PyObject *factory;

	(void)module;
	if (!PyArg_UnpackTuple(args, "set_error_factory", 1, 1, &factory))
		return NULL;
	Py_INCREF(factory);
	Py_XSETREF(cg_error_factory, factory);
	Py_RETURN_NONE;
}
