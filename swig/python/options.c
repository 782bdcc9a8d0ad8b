/* SPDX-License-Identifier: BSD-2-Clause */
#include "binding.h"
#include "struct_options.h"

/* keep: a list of the bytes objects that strings point into */
static int cg_take_text(void *opts, const struct struct_option *option, PyObject *value,
			PyObject *keep)
{
	PyObject *bytes;
	int failed;

	if (!PyUnicode_FSConverter(value, &bytes))
		return -1;
	failed = PyList_Append(keep, bytes);
	struct_option_set_pointer(opts, option, PyBytes_AS_STRING(bytes));
	Py_DECREF(bytes);
	return failed;
}

/* A string, or a sequence of them; keep gets the strings and the list of their addresses. */
static int cg_take_list(void *opts, const struct struct_option *option, PyObject *value,
			PyObject *keep)
{
	Py_ssize_t count = PyUnicode_Check(value) ? 1 : PySequence_Size(value);
	PyObject *list, *item, *bytes;
	const char **strings;
	int failed = count < 0;

	if (failed)
		return -1;
	list = PyBytes_FromStringAndSize(NULL, (count + 1) * (Py_ssize_t)sizeof(*strings));
	if (!list)
		return -1;
	strings = (const char **)PyBytes_AS_STRING(list);
	memset(strings, 0, (size_t)(count + 1) * sizeof(*strings));
	for (Py_ssize_t i = 0; i < count && !failed; i++) {
		item = PyUnicode_Check(value) ? PyObject_Str(value) : PySequence_GetItem(value, i);
		failed = !item || !PyUnicode_FSConverter(item, &bytes);
		Py_XDECREF(item);
		if (failed)
			break;
		strings[i] = PyBytes_AS_STRING(bytes);
		failed = PyList_Append(keep, bytes);
		Py_DECREF(bytes);
	}
	if (!failed)
		failed = PyList_Append(keep, list);
	Py_DECREF(list);
	struct_option_set_pointer(opts, option, strings);
	return failed ? -1 : 0;
}

static int cg_take_number(void *opts, const struct struct_option *option, PyObject *value)
{
	long long number;

	if (option->size == sizeof(uint64_t))
		number = (long long)PyLong_AsUnsignedLongLong(value);
	else
		number = PyLong_AsLongLong(value);
	if (PyErr_Occurred())
		return -1;
	if (struct_option_set_number(opts, option, number))
		return 0;
	PyErr_SetString(PyExc_OverflowError, "the number does not fit");
	return -1;
}

/* Puts the name of the option in front of the message of an exception. */
static void cg_name_option(const char *name)
{
	PyObject *type, *value, *trace;

	PyErr_Fetch(&type, &value, &trace);
	if (type != PyExc_TypeError && type != PyExc_ValueError && type != PyExc_OverflowError) {
		PyErr_Restore(type, value, trace);
		return;
	}
	PyErr_Format(type, "%s: %S", name, value);
	Py_DECREF(type);
	Py_XDECREF(value);
	Py_XDECREF(trace);
}

static int cg_take_option(void *opts, const struct struct_option *option, PyObject *value,
			  PyObject *keep)
{
	switch (struct_option_kind(option)) {
	case OPTION_TEXT:
		return cg_take_text(opts, option, value, keep);
	case OPTION_LIST:
		return cg_take_list(opts, option, value, keep);
	case OPTION_NUMBER:
		return cg_take_number(opts, option, value);
	default:
		return 0;
	}
}

PyObject *cg_take_options(void *opts, const char *tag, PyObject *dict)
{
	PyObject *keep, *value;

	if (!PyDict_Check(dict)) {
		PyErr_SetString(PyExc_TypeError, "options must be a dict");
		return NULL;
	}
	keep = PyList_New(0);
	for (const struct struct_option *option = struct_options(tag); keep && option->name;
	     option++) {
		value = cg_item(dict, option->name);
		if (!value && PyErr_Occurred())
			Py_CLEAR(keep);
		if (value && value != Py_None && cg_take_option(opts, option, value, keep)) {
			cg_name_option(option->name);
			Py_CLEAR(keep);
		}
	}
	return keep;
}
