/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A handwritten extension that has only a chain's revision and a list of its entries, and makes the chain
 * too. python_cost.py compares the Python module with it.
 */
#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include "cgswap.h"
#include "../tests/lib/attach_types.h"
#include "../tests/lib/programs.h"
#include "../tests/lib/rawbpf.h"
#include "../tests/lib/scratch.h"

struct chain {
	PyObject_HEAD
	cgswap_session *session;
	cgswap_chain *chain;
};

static PyTypeObject *entry_type;

static PyObject *raise_last(void)
{
	PyErr_SetString(PyExc_OSError, cgswap_error_get_message(cgswap_last_error()));
	return NULL;
}

/* ---- entries, as structs with the fields of the module's entries --------------------------------- */

static PyStructSequence_Field entry_fields[] = {
	{ "position", NULL }, { "id", NULL },  { "name", NULL },      { "tag", NULL },
	{ "type", NULL },     { "maps", NULL }, { "loaded_at", NULL }, { "uid", NULL },
	{ "run_count", NULL }, { "run_time_ns", NULL }, { NULL, NULL },
};

static PyStructSequence_Desc entry_desc = { "Entry", NULL, entry_fields, 10 };

static PyObject *maps_of(const cgswap_entry *entry)
{
	size_t count = cgswap_entry_get_map_count(entry);
	PyObject *maps = PyTuple_New((Py_ssize_t)count);

	for (size_t i = 0; maps && i < count; i++)
		PyTuple_SET_ITEM(maps, (Py_ssize_t)i,
				 PyLong_FromUnsignedLong(cgswap_entry_get_map_id(entry, i)));
	return maps;
}

static PyObject *make_entry(const cgswap_entry *entry)
{
	PyObject *made = PyStructSequence_New(entry_type);
	PyObject *values[] = {
		PyLong_FromSize_t(cgswap_entry_get_position(entry)),
		PyLong_FromUnsignedLong(cgswap_entry_get_id(entry)),
		PyUnicode_FromString(cgswap_entry_get_name(entry)),
		PyUnicode_FromString(cgswap_entry_get_tag(entry)),
		PyUnicode_FromString(cgswap_entry_get_type(entry)),
		maps_of(entry),
		PyLong_FromLongLong(cgswap_entry_get_loaded_at(entry)),
		PyLong_FromUnsignedLong(cgswap_entry_get_uid(entry)),
		PyLong_FromUnsignedLongLong(cgswap_entry_get_run_count(entry)),
		PyLong_FromUnsignedLongLong(cgswap_entry_get_run_time_ns(entry)),
	};

	for (size_t i = 0; i < sizeof(values) / sizeof(*values); i++)
		PyStructSequence_SET_ITEM(made, (Py_ssize_t)i, values[i]);
	return made;
}

static PyObject *chain_entries(PyObject *object, PyObject *unused)
{
	struct chain *self = (struct chain *)object;
	enum cgswap_status status;
	PyObject *list;
	size_t length;

	(void)unused;
	Py_BEGIN_ALLOW_THREADS
	status = cgswap_chain_describe(self->chain, CGSWAP_DESCRIBE_PROGRAMS);
	Py_END_ALLOW_THREADS
	if (status)
		return raise_last();
	length = cgswap_chain_get_length(self->chain);
	list = PyList_New((Py_ssize_t)length);
	for (size_t i = 0; list && i < length; i++)
		PyList_SET_ITEM(list, (Py_ssize_t)i,
				make_entry(cgswap_chain_get_entry(self->chain, i)));
	return list;
}

/* ---- the chain --------------------------------------------------------------------------------- */

static PyObject *get_revision(PyObject *object, void *unused)
{
	(void)unused;
	return PyLong_FromUnsignedLongLong(
		cgswap_chain_get_revision(((struct chain *)object)->chain));
}

static PyObject *revision(PyObject *object, PyObject *unused)
{
	(void)unused;
	return get_revision(object, NULL);
}

static int chain_init(PyObject *object, PyObject *args, PyObject *keywords)
{
	struct chain *self = (struct chain *)object;
	const char *cgroup;

	(void)keywords;
	if (!PyArg_ParseTuple(args, "s", &cgroup))
		return -1;
	if (cgswap_session_open(&self->session, NULL) ||
	    cgswap_chain_open(&self->chain, self->session, cgroup, "egress")) {
		raise_last();
		return -1;
	}
	return 0;
}

static void chain_dealloc(PyObject *object)
{
	struct chain *self = (struct chain *)object;
	PyTypeObject *type = Py_TYPE(object);

	cgswap_chain_unref(self->chain);
	cgswap_session_unref(self->session);
	type->tp_free(object);
	Py_DECREF(type);
}

static PyGetSetDef chain_getset[] = {
	{ "revision", get_revision, NULL, NULL, NULL },
	{ NULL, NULL, NULL, NULL, NULL },
};

static PyMethodDef chain_methods[] = {
	{ "get_revision", revision, METH_NOARGS, NULL },
	{ "entries", chain_entries, METH_NOARGS, NULL },
	{ NULL, NULL, 0, NULL },
};

static PyType_Slot chain_slots[] = {
	{ Py_tp_init, chain_init },
	{ Py_tp_dealloc, chain_dealloc },
	{ Py_tp_getset, chain_getset },
	{ Py_tp_methods, chain_methods },
	{ 0, NULL },
};

static PyType_Spec chain_spec = {
	.name = "python_extension.Chain",
	.basicsize = sizeof(struct chain),
	.flags = Py_TPFLAGS_DEFAULT,
	.slots = chain_slots,
};

/* ---- the fixture ------------------------------------------------------------------------------- */

/* Makes a scratch cgroup with COUNT programs at egress, which is removed when the process ends. */
static PyObject *make_chain(PyObject *module, PyObject *args)
{
	struct scratch cgroup;
	int count, prog;
	char name[16];

	(void)module;
	if (!PyArg_ParseTuple(args, "i", &count))
		return NULL;
	cgroup = scratch_new("chain");
	for (int i = 0; i < count; i++) {
		snprintf(name, sizeof(name), "p%d", i);
		prog = prog_pass(EGRESS, name);
		if (raw_attach(cgroup.fd, prog, EGRESS, RAW_MULTI))
			return PyErr_SetFromErrno(PyExc_OSError);
	}
	return PyUnicode_DecodeFSDefault(cgroup.path);
}

static PyMethodDef functions[] = {
	{ "make_chain", make_chain, METH_VARARGS, NULL },
	{ NULL, NULL, 0, NULL },
};

static struct PyModuleDef definition = {
	PyModuleDef_HEAD_INIT, "python_extension", NULL, -1, functions, NULL, NULL, NULL, NULL,
};

PyMODINIT_FUNC PyInit_python_extension(void);

PyMODINIT_FUNC PyInit_python_extension(void)
{
	PyObject *module = PyModule_Create(&definition);

	entry_type = PyStructSequence_NewType(&entry_desc);
	if (!module || !entry_type ||
	    PyModule_AddObject(module, "Chain", PyType_FromSpec(&chain_spec)))
		return NULL;
	return module;
}
