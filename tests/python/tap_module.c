/* SPDX-License-Identifier: BSD-2-Clause */
/* The module `tap`: checks of Python scripts as TAP lines of the embedding program. */
#include "embed.h"

#include "../lib/tap.h"

static PyObject *py_ok(PyObject *module, PyObject *args)
{
	PyObject *passed;
	const char *name;
	int truth;

	(void)module;
	if (!PyArg_ParseTuple(args, "Os", &passed, &name))
		return NULL;
	truth = PyObject_IsTrue(passed);
	if (truth < 0)
		return NULL;
	return PyBool_FromLong(ok(truth, "%s", name));
}

/* Compares two Python objects. A bool is not equal to a number. */
static PyObject *py_is(PyObject *module, PyObject *args)
{
	PyObject *got, *wanted;
	const char *name;
	int same;

	(void)module;
	if (!PyArg_ParseTuple(args, "OOs", &got, &wanted, &name))
		return NULL;
	same = PyObject_RichCompareBool(got, wanted, Py_EQ);
	if (same < 0)
		return NULL;
	same = same && PyBool_Check(got) == PyBool_Check(wanted);
	if (!ok(same, "%s", name)) {
		PyObject *text = PyUnicode_FromFormat("     got: %R\n  wanted: %R", got, wanted);

		if (!text)
			return NULL;
		diag("%s", PyUnicode_AsUTF8(text));
		Py_DECREF(text);
	}
	return PyBool_FromLong(same);
}

static PyObject *py_diag(PyObject *module, PyObject *args)
{
	const char *text;

	(void)module;
	if (!PyArg_ParseTuple(args, "s", &text))
		return NULL;
	diag("%s", text);
	Py_RETURN_NONE;
}

static PyObject *py_skip(PyObject *module, PyObject *args)
{
	const char *why;

	(void)module;
	if (!PyArg_ParseTuple(args, "s", &why))
		return NULL;
	skip("%s", why);
	Py_RETURN_NONE;
}

static PyMethodDef methods[] = {
	{ "ok", py_ok, METH_VARARGS, "ok(passed, name): makes a check and returns passed." },
	{ "same", py_is, METH_VARARGS, "same(got, wanted, name): checks that both are equal." },
	{ "diag", py_diag, METH_VARARGS, "diag(text): prints a diagnostic." },
	{ "skip", py_skip, METH_VARARGS, "skip(reason): skips a check." },
	{ NULL, NULL, 0, NULL },
};

static struct PyModuleDef definition = {
	PyModuleDef_HEAD_INIT, "tap", "Checks, as lines of TAP.", -1, methods, NULL, NULL, NULL, NULL,
};

PyObject *tap_module(void)
{
	return PyModule_Create(&definition);
}
