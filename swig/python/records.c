/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Records as tuples. While one is filled, Python may collect garbage, and a finalizer
 * of the program may close a handle: so each field is read from the handle separately.
 */
#include "binding.h"

#include <string.h>

static PyObject *cg_classes; /* dict: the classes of records and enums, by their names in C */

/* Returns a borrowed class. The Python module makes the classes when the first of them is used. */
static PyObject *cg_class(const char *name)
{
	PyObject *made, *class = NULL;

	if (!cg_classes) {
		made = PyImport_ImportModule("cgswap._generated");
		Py_XDECREF(made);
	}
	if (cg_classes)
		class = PyDict_GetItemString(cg_classes, name);
	if (!class && !PyErr_Occurred())
		PyErr_SetString(PyExc_KeyError, name);
	return class;
}

/* ---- values ---------------------------------------------------------------------------------- */

static PyObject *cg_enum(const struct field *field, uint64_t number)
{
	PyObject *class = cg_class(field->enum_tag);

	return class ? PyObject_CallFunction(class, "i", (int)number) : NULL;
}

PyObject *cg_number(const struct field *field, uint64_t number)
{
	struct field_value value = field_number(field, number);

	if (value.kind == VALUE_NONE)
		Py_RETURN_NONE;
	if (value.kind == VALUE_FLAG)
		return PyBool_FromLong(value.flag);
	if (value.kind == VALUE_TEXT)
		return cg_enum(field, value.number);
	if (field->kind == FIELD_TIME)
		return PyLong_FromLongLong((long long)value.number);
	return PyLong_FromUnsignedLongLong(value.number);
}

static PyObject *cg_texts(const struct record *record, const struct field *field,
			  struct record_place place)
{
	PyObject *dict = PyDict_New();
	size_t count;

	record_find(record, &place);
	count = field->count(&place);
	for (place.j = 0; dict && place.j < count; place.j++) {
		PyObject *name = cg_text(field->text(&place));
		PyObject *value = cg_text(field->value(&place));

		if (!name || !value || PyDict_SetItem(dict, name, value))
			Py_CLEAR(dict);
		Py_XDECREF(name);
		Py_XDECREF(value);
	}
	return dict;
}

static PyObject *cg_list(const struct record *record, const struct field *field,
			 struct record_place place)
{
	PyObject *tuple, *class = NULL;
	size_t count;

	if (field->kind == FIELD_RECORDS && !(class = cg_class(field->of->name)))
		return NULL;
	record_find(record, &place);
	count = field->count(&place);
	tuple = PyTuple_New((Py_ssize_t)count);
	if (count)
		record_find(record, &place);
	for (place.j = 0; tuple && place.j < count; place.j++) {
		PyObject *value = class ? cg_record((PyTypeObject *)class, field->of, place)
					: PyLong_FromUnsignedLongLong(field->number(&place));

		if (value)
			PyTuple_SET_ITEM(tuple, (Py_ssize_t)place.j, value);
		else
			Py_CLEAR(tuple);
	}
	return tuple;
}

PyObject *cg_value(const struct record *record, const struct field *field,
		   const struct record_place *place)
{
	if (field->kind == FIELD_TEXTS)
		return cg_texts(record, field, *place);
	if (field->count)
		return cg_list(record, field, *place);
	if (field->text)
		return cg_text(field->text(place));
	return cg_number(field, field->number(place));
}

PyObject *cg_record(PyTypeObject *type, const struct record *record, struct record_place place)
{
	PyObject *tuple;

	if (type == &PyTuple_Type)
		tuple = PyTuple_New((Py_ssize_t)record->count);
	else
		tuple = type->tp_alloc(type, (Py_ssize_t)record->count);
	for (size_t n = 0; tuple && n < record->count; n++) {
		PyObject *value;

		record_find(record, &place);
		value = cg_value(record, &record->fields[n], &place);

		if (value)
			PyTuple_SET_ITEM(tuple, (Py_ssize_t)n, value);
		else
			Py_CLEAR(tuple);
	}
	return tuple;
}

PyObject *cg_event(const cgswap_event *event)
{
	PyObject *class = cg_class(record_event.name);
	struct record_place place = { .h = event };

	return class ? cg_record((PyTypeObject *)class, &record_event, place) : NULL;
}

/* set_classes(classes) */
PyObject *cg_set_classes(PyObject *module, PyObject *args)
{
	PyObject *classes;

	(void)module;
	if (!PyArg_ParseTuple(args, "O!", &PyDict_Type, &classes))
		return NULL;
	Py_INCREF(classes);
	Py_XSETREF(cg_classes, classes);
	Py_RETURN_NONE;
}

/* records(name, handle, first, count): the fields of steps, a program or an object, as tuples */
PyObject *cg_records(PyObject *module, PyObject *args)
{
	static const struct {
		const struct record *record;
		enum cg_kind kind;
	} known[] = {
		{ &record_step, CG_REPLACE },
		{ &record_group, CG_REPLACE },
		{ &record_program, CG_PROGRAM },
		{ &record_object, CG_OBJECT },
	};
	struct record_place place = { 0 };
	PyObject *handle, *list;
	Py_ssize_t first, count;
	const char *name;
	void *pointer;
	size_t n = 0;

	(void)module;
	if (!PyArg_ParseTuple(args, "sOnn", &name, &handle, &first, &count))
		return NULL;
	while (n < sizeof(known) / sizeof(known[0]) - 1 && strcmp(known[n].record->name, name))
		n++;
	if (!cg_take_to_read(&pointer, handle, known[n].kind))
		return NULL;
	place.h = pointer;
	list = PyList_New(count);
	for (Py_ssize_t i = 0; list && i < count; i++) {
		PyObject *record;

		place.i = (size_t)(first + i);
		record = cg_record(&PyTuple_Type, known[n].record, place);
		if (record)
			PyList_SET_ITEM(list, i, record);
		else
			Py_CLEAR(list);
	}
	return list;
}
