/* SPDX-License-Identifier: BSD-2-Clause */
/* An error becomes an exception, created by the function that _errors.py registered. */
#include "binding.h"

static PyObject *cg_error_factory; /* creates the exception of a status */

PyObject *cg_item(PyObject *dict, const char *name)
{
	PyObject *key = PyUnicode_FromString(name);
	PyObject *found = key ? PyDict_GetItemWithError(dict, key) : NULL;

	Py_XDECREF(key);
	return found;
}

PyObject *cg_text(const char *text)
{
	return PyUnicode_DecodeFSDefault(text ? text : "");
}

static PyObject *cg_detail(const cgswap_error *error, size_t i)
{
	if (cgswap_error_get_detail_is_number(error, i))
		return PyLong_FromUnsignedLongLong(cgswap_error_get_detail_number(error, i));
	return cg_text(cgswap_error_get_detail_text(error, i));
}

/* Adds one detail; false with an exception. Steals the value. */
static bool cg_put_detail(PyObject *details, const char *name, PyObject *value)
{
	PyObject *there = value ? cg_item(details, name) : NULL, *new = NULL;
	bool ok = value && (there || !PyErr_Occurred());

	if (ok && there && detail_is_list(name))
		ok = PyList_Append(there, value) == 0;
	else if (ok && !there) {
		new = Py_BuildValue(detail_is_list(name) ? "[O]" : "O", value);
		ok = new &&PyDict_SetItemString(details, name, new) == 0;
	}
	Py_XDECREF(new);
	Py_XDECREF(value);
	return ok;
}

static PyObject *cg_details(const cgswap_error *error)
{
	PyObject *details = PyDict_New();
	size_t count = cgswap_error_get_detail_count(error);

	for (size_t i = 0; details && i < count; i++)
		if (!cg_put_detail(details, cgswap_error_get_detail_name(error, i),
				   cg_detail(error, i)))
			Py_CLEAR(details);
	return details;
}

/* Steals the arguments of the factory: a tuple of the fields of an error, and its details. */
static void cg_raise_new(PyObject *arguments)
{
	PyObject *error = arguments ? PyObject_Call(cg_error_factory, arguments, NULL) : NULL;

	Py_XDECREF(arguments);
	if (!error)
		return;
	PyErr_SetObject((PyObject *)Py_TYPE(error), error);
	Py_DECREF(error);
}

/* The arguments of the factory for an error, or NULL with an exception. */
static PyObject *cg_describe(const cgswap_error *error)
{
	PyObject *fields =
		cg_record(&PyTuple_Type, &record_error, (struct record_place){ .h = error });
	PyObject *details = fields ? cg_details(error) : NULL;
	PyObject *arguments = details ? PyTuple_Pack(2, fields, details) : NULL;

	Py_XDECREF(fields);
	Py_XDECREF(details);
	return arguments;
}

void cg_raise(void)
{
	const cgswap_error *error = cgswap_last_error();
	PyObject *type, *value, *trace, *raised, *nothing;

	if (PyErr_Occurred() && cgswap_error_get_status(error) != CGSWAP_E_PARTIAL)
		return;
	PyErr_Fetch(&type, &value, &trace);
	cg_raise_new(cg_describe(error));
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

void cg_refuse(enum cgswap_cause cause, int errnum, const char *operation, const char *message)
{
	cg_raise_new(Py_BuildValue("((iiissss){})", (int)cgswap_cause_get_status(cause), (int)cause,
				   errnum, operation, message, cgswap_cause_get_remedy(cause), ""));
}

PyObject *cg_set_error_factory(PyObject *module, PyObject *args)
{
	PyObject *factory;

	(void)module;
	if (!PyArg_UnpackTuple(args, "set_error_factory", 1, 1, &factory))
		return NULL;
	/* the factory and the classes are one for the process, and PyGILState_Ensure() knows one */
	if (PyInterpreterState_Get() != PyInterpreterState_Main()) {
		PyErr_SetString(PyExc_ImportError, "cgswap works in the main interpreter only");
		return NULL;
	}
	Py_INCREF(factory);
	Py_XSETREF(cg_error_factory, factory);
	Py_RETURN_NONE;
}
