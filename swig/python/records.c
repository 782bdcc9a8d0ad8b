/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Records as tuples. While one is filled, Python may collect garbage, and a finalizer
 * of the program may close a handle: so each field is read from the handle separately.
 */
#include "binding.h"

#include <stdlib.h>
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
		class = cg_item(cg_classes, name);
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
	struct field_value value;

	if (field->kind == FIELD_NUMBER || (field->kind == FIELD_NUMBER_OR_NONE && number))
		return PyLong_FromUnsignedLongLong(number);
	value = field_number(field, number);
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

static PyObject *cg_records(PyObject *args, const struct record *record,
			    size_t (*get_count)(const cgswap_replace *))
{
	struct record_place place = { 0 };
	PyObject *replace, *list;
	Py_ssize_t count;
	void *pointer;

	if (!PyArg_ParseTuple(args, "O", &replace) ||
	    !cg_take_to_read(&pointer, replace, CG_REPLACE))
		return NULL;
	place.h = pointer;
	count = (Py_ssize_t)get_count(pointer);
	list = PyList_New(count);
	for (; list && place.i < (size_t)count; place.i++) {
		PyObject *made = cg_record(&PyTuple_Type, record, place);

		if (made)
			PyList_SET_ITEM(list, (Py_ssize_t)place.i, made);
		else
			Py_CLEAR(list);
	}
	return list;
}

/* steps(replace): the fields of all steps, as tuples */
PyObject *cg_steps(PyObject *module, PyObject *args)
{
	(void)module;
	return cg_records(args, &record_step, cgswap_replace_get_length);
}

/* groups(replace): the fields of all groups */
PyObject *cg_groups(PyObject *module, PyObject *args)
{
	(void)module;
	return cg_records(args, &record_group, cgswap_replace_get_group_count);
}

/* journal(journal): the record of a journal */
PyObject *cg_journal(PyObject *module, PyObject *args)
{
	PyObject *journal, *class = cg_class("journal");
	struct record_place place = { 0 };
	void *pointer;

	(void)module;
	if (!class || !PyArg_ParseTuple(args, "O", &journal) ||
	    !cg_take_to_read(&pointer, journal, CG_JOURNAL))
		return NULL;
	place.h = pointer;
	return cg_record((PyTypeObject *)class, &record_journal, place);
}

/* history(history): a list of Transactions */
PyObject *cg_history(PyObject *module, PyObject *args)
{
	PyObject *history, *list, *class = cg_class("transaction");
	struct record_place place = { 0 };
	size_t count;
	void *pointer;

	(void)module;
	if (!class || !PyArg_ParseTuple(args, "O", &history) ||
	    !cg_take_to_read(&pointer, history, CG_HISTORY))
		return NULL;
	place.h = pointer;
	count = cgswap_history_get_length(pointer);
	list = PyList_New((Py_ssize_t)count);
	for (; list && place.i < count; place.i++) {
		PyObject *made = cg_record((PyTypeObject *)class, &record_transaction, place);

		if (made)
			PyList_SET_ITEM(list, (Py_ssize_t)place.i, made);
		else
			Py_CLEAR(list);
	}
	return list;
}

/* found(find): a Found */
PyObject *cg_found(PyObject *module, PyObject *args)
{
	struct record_place place = { 0 };
	PyObject *find, *class;
	void *pointer;

	(void)module;
	if (!PyArg_ParseTuple(args, "O", &find) || !cg_take_to_read(&pointer, find, CG_FIND))
		return NULL;
	place.h = pointer;
	class = cg_class("found");
	return class ? cg_record((PyTypeObject *)class, &record_found, place) : NULL;
}

/* leftovers(clean): a tuple of Leftovers */
PyObject *cg_leftovers(PyObject *module, PyObject *args)
{
	struct record_place place = { 0 };
	PyObject *clean;
	void *pointer;

	(void)module;
	if (!PyArg_ParseTuple(args, "O", &clean) || !cg_take_to_read(&pointer, clean, CG_CLEAN))
		return NULL;
	place.h = pointer;
	return cg_value(&record_clean, &record_clean.fields[0], &place);
}

/* ---- the fields of a handle as attributes, which are faster than properties -------------------
 */

static const struct cg_fields {
	const struct record *record;
	enum cg_kind kind;
} cg_fields[] = {
	{ &record_session, CG_SESSION }, { &record_chain, CG_CHAIN },
	{ &record_program, CG_PROGRAM }, { &record_object, CG_OBJECT },
	{ NULL, CG_NEVER_OPENED },
};

/* Its closure; never freed, like the classes. */
/* Never freed, like the classes; in a list, so that leak checkers see that they are in use. */
struct cg_attribute {
	const struct cg_fields *of;
	const struct field *field;
	PyGetSetDef def;
	struct cg_attribute *next;
};

static struct cg_attribute *cg_attributes;

static PyObject *cg_get_attribute(PyObject *object, void *closure)
{
	const struct cg_attribute *attribute = closure;
	const struct field *field = attribute->field;
	/* the descriptor has checked that it is a handle */
	void *handle = ((struct cg_handle *)object)->pointer;
	struct record_place place = { .h = handle };
	uint64_t number;

	if (((struct cg_handle *)object)->kind != attribute->of->kind
		    ? !cg_take(&handle, object, attribute->of->kind)
		    : !cg_may_read(handle, attribute->of->kind))
		return NULL;
	number = field->number ? field->number(&place) : 0;
	if (number)
		return cg_number(field, number);
	/* a chain that is closed has nothing, nor one that could not be read without privilege */
	if (attribute->of->kind == CG_CHAIN && !(field->text && *field->text(&place)) &&
	    !cg_ask_chain(handle))
		return NULL;
	return cg_value(attribute->of->record, field, &place);
}

const char *cg_doc(const struct field *field)
{
	char *doc = strdup(field->doc), *none = doc ? strstr(doc, "none:") : NULL;

	if (none)
		*none = 'N'; /* as it is written in Python */
	return doc;
}

static bool cg_add_attribute(PyObject *class, const struct cg_fields *of, const struct field *field)
{
	struct cg_attribute *attribute = malloc(sizeof(*attribute));
	PyObject *descriptor;
	bool added;

	if (!attribute)
		return false;
	*attribute = (struct cg_attribute){ .of = of, .field = field, .next = cg_attributes };
	attribute->def = (PyGetSetDef){ .name = field->name,
					.get = cg_get_attribute,
					.doc = cg_doc(field),
					.closure = attribute };
	cg_attributes = attribute;
	descriptor = PyDescr_NewGetSet((PyTypeObject *)class, &attribute->def);
	added = descriptor && !PyObject_SetAttrString(class, field->name, descriptor);
	Py_XDECREF(descriptor);
	return added;
}

/* add_fields(class, name): the attributes of a class, from a record of fields.def */
PyObject *cg_add_fields(PyObject *module, PyObject *args)
{
	const struct cg_fields *of = cg_fields;
	const char *name;
	PyObject *class;

	(void)module;
	if (!PyArg_ParseTuple(args, "O!s", &PyType_Type, &class, &name))
		return NULL;
	while (of->record && strcmp(of->record->name, name))
		of++;
	for (size_t n = 0; of->record && n < of->record->count; n++)
		if (!cg_add_attribute(class, of, &of->record->fields[n]))
			return PyErr_Occurred() ? NULL : PyErr_NoMemory();
	Py_RETURN_NONE;
}
