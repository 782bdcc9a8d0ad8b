/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Records as tuples and entries. While one is filled, Python may collect garbage, and a finalizer
 * of the program may close a handle: so each field is read from the handle separately.
 */
#include "binding.h"

#include <string.h>

static PyObject *cg_classes; /* dict: the classes of records and enums, by their names in C */

/* ---- values ---------------------------------------------------------------------------------- */

static PyObject *cg_enum(const struct field *field, uint64_t number)
{
	PyObject *class = PyDict_GetItemString(cg_classes, field->enum_tag);

	return PyObject_CallFunction(class, "i", (int)number);
}

static PyObject *cg_scalar(const struct field *field, const struct record_place *place)
{
	struct field_value value = field_read(field, place);

	if (field->text)
		return cg_text(value.text);
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

static PyObject *cg_texts(const struct field *field, struct record_place place)
{
	size_t count = field->count(&place);
	PyObject *dict = PyDict_New();

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

static PyObject *cg_list(const struct field *field, struct record_place place)
{
	size_t count = field->count(&place);
	PyObject *tuple = PyTuple_New((Py_ssize_t)count), *class = NULL;

	if (field->kind == FIELD_RECORDS)
		class = PyDict_GetItemString(cg_classes, field->of->name);
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

static PyObject *cg_value(const struct field *field, const struct record_place *place)
{
	if (field->kind == FIELD_TEXTS)
		return cg_texts(field, *place);
	if (field->count)
		return cg_list(field, *place);
	return cg_scalar(field, place);
}

PyObject *cg_record(PyTypeObject *type, const struct record *record, struct record_place place)
{
	PyObject *tuple;

	if (type == &PyTuple_Type)
		tuple = PyTuple_New((Py_ssize_t)record->count);
	else
		tuple = type->tp_alloc(type, (Py_ssize_t)record->count);
	for (size_t n = 0; tuple && n < record->count; n++) {
		PyObject *value = cg_value(&record->fields[n], &place);

		if (value)
			PyTuple_SET_ITEM(tuple, (Py_ssize_t)n, value);
		else
			Py_CLEAR(tuple);
	}
	return tuple;
}

/* records(name, handle, first, count): the fields of steps, a program or an object, as tuples */
PyObject *cg_records(PyObject *module, PyObject *args)
{
	static const struct {
		const struct record *record;
		enum cg_kind kind;
	} known[] = {
		{ &record_step, CG_REPLACE },
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

/* ---- entries: objects of a class with slots, those of parts that are not known being empty ------
 */

static PyTypeObject *cg_entry_type;
static Py_ssize_t cg_entry_chain, cg_entry_revision, cg_entry_snapshot;
static Py_ssize_t cg_entry_fields[32]; /* the offsets of their slots */

static bool cg_find_slot(Py_ssize_t *offset, PyTypeObject *type, const char *name)
{
	PyObject *slot = PyObject_GetAttrString((PyObject *)type, name);

	if (!slot)
		return false;
	*offset = ((PyMemberDescrObject *)slot)->d_member->offset;
	Py_DECREF(slot);
	return true;
}

/* set_classes(classes): also the class of entries, as "entry" */
PyObject *cg_set_classes(PyObject *module, PyObject *args)
{
	PyObject *classes;
	bool good;

	(void)module;
	if (!PyArg_ParseTuple(args, "O!", &PyDict_Type, &classes))
		return NULL;
	Py_INCREF(classes);
	Py_XSETREF(cg_classes, classes);
	cg_entry_type = (PyTypeObject *)PyDict_GetItemString(classes, "entry");
	good = cg_find_slot(&cg_entry_chain, cg_entry_type, "_chain") &&
	       cg_find_slot(&cg_entry_revision, cg_entry_type, "_revision") &&
	       cg_find_slot(&cg_entry_snapshot, cg_entry_type, "_snapshot");
	for (size_t n = 0; good && n < record_entry.count; n++)
		good = cg_find_slot(&cg_entry_fields[n], cg_entry_type->tp_base,
				    record_entry.fields[n].name);
	if (!good)
		return NULL;
	Py_RETURN_NONE;
}

static PyObject **cg_slot(PyObject *entry, Py_ssize_t offset)
{
	return (PyObject **)((char *)entry + offset);
}

/* Fills the slots of some parts; those of part 0 only in a new entry. */
static bool cg_fill(PyObject *entry, struct record_place place, unsigned parts, bool fresh)
{
	for (size_t n = 0; n < record_entry.count; n++) {
		const struct field *field = &record_entry.fields[n];
		PyObject *value;

		if (field->part ? !(field->part & parts) : !fresh)
			continue;
		value = cg_value(field, &place);
		if (!value)
			return false;
		Py_XSETREF(*cg_slot(entry, cg_entry_fields[n]), value);
	}
	return true;
}

/* The chain of an object, to read from it. Describes parts without the interpreter's lock. */
static cgswap_chain *cg_describe(PyObject *object, unsigned parts, enum cgswap_status *status)
{
	struct cg_handle *handle = (struct cg_handle *)object;
	unsigned long calls;
	void *pointer;

	do {
		struct cg_call call = { 0 };

		if (!cg_take_to_call(&pointer, object, CG_CHAIN, &call))
			return NULL;
		if (!pointer) {
			cg_refuse(CGSWAP_CAUSE_BAD_ARGUMENT, "get", "a handle is None");
			return NULL;
		}
		calls = handle->calls;
		Py_BEGIN_ALLOW_THREADS *status = cgswap_chain_describe(pointer, parts);
		Py_END_ALLOW_THREADS cg_call_end(&call);
		/* another thread may have read the chain since */
	} while (handle->calls != calls && !*status);
	if (*status && *status != CGSWAP_E_PERMISSION) {
		cg_raise();
		return NULL;
	}
	return pointer;
}

/* The references that all entries of a listing have. */
struct cg_origin {
	PyObject *chain, *revision, *snapshot;
};

static PyObject *cg_new_entry(const struct cg_origin *origin, struct record_place place,
			      unsigned parts)
{
	PyObject *entry = cg_entry_type->tp_alloc(cg_entry_type, 0);

	if (!entry)
		return NULL;
	Py_INCREF(origin->chain);
	*cg_slot(entry, cg_entry_chain) = origin->chain;
	Py_INCREF(origin->revision);
	*cg_slot(entry, cg_entry_revision) = origin->revision;
	Py_INCREF(origin->snapshot);
	*cg_slot(entry, cg_entry_snapshot) = origin->snapshot;
	if (!cg_fill(entry, place, parts, true))
		Py_CLEAR(entry);
	return entry;
}

static PyObject *cg_list_entries(PyObject *object, cgswap_chain *chain, Py_ssize_t first,
				 Py_ssize_t count, unsigned parts)
{
	struct cg_origin origin = { .chain = object };
	PyObject *list = NULL;

	origin.revision = PyLong_FromUnsignedLongLong(cgswap_chain_get_revision(chain));
	origin.snapshot = PyObject_GetAttrString(object, "_snapshot");
	if (origin.revision && origin.snapshot)
		list = PyList_New(count);
	for (Py_ssize_t i = 0; list && i < count; i++) {
		struct record_place place = { .h = chain, .i = (size_t)(first + i) };
		PyObject *entry = cg_new_entry(&origin, place, parts);

		if (entry)
			PyList_SET_ITEM(list, i, entry);
		else
			Py_CLEAR(list);
	}
	Py_XDECREF(origin.revision);
	Py_XDECREF(origin.snapshot);
	return list;
}

/* Returns true if a chain, which was described just now, still has the snapshot of an entry. */
static bool cg_is_present(PyObject *entry, PyObject *object, const cgswap_chain *chain)
{
	PyObject *snapshot = PyObject_GetAttrString(object, "_snapshot");
	/* fields.def begins with the position and the id */
	size_t position = PyLong_AsSize_t(*cg_slot(entry, cg_entry_fields[0]));
	unsigned long id = PyLong_AsUnsignedLong(*cg_slot(entry, cg_entry_fields[1]));
	uint64_t revision = PyLong_AsUnsignedLongLong(*cg_slot(entry, cg_entry_revision));

	Py_XDECREF(snapshot);
	return snapshot == *cg_slot(entry, cg_entry_snapshot) &&
	       cgswap_chain_get_revision(chain) == revision &&
	       cgswap_entry_get_id(cgswap_chain_get_entry(chain, position)) == id;
}

/*
 * chain_entries(chain, parts, first, count): entries with these parts, or, if the caller may not
 * read programs, with their ids only; count -1: all
 */
PyObject *cg_chain_entries(PyObject *module, PyObject *args)
{
	enum cgswap_status status;
	Py_ssize_t first, count, length;
	cgswap_chain *chain;
	unsigned parts;
	PyObject *object;
	void *pointer;

	(void)module;
	if (!PyArg_ParseTuple(args, "OInn", &object, &parts, &first, &count))
		return NULL;
	chain = cg_describe(object, parts, &status);
	if (!chain || !cg_take_to_read(&pointer, object, CG_CHAIN))
		return NULL;
	if (status) {
		/* the chain itself must have been read */
		parts = 0;
		if (!cg_ask_chain(chain))
			return NULL;
	}
	length = (Py_ssize_t)cgswap_chain_get_length(chain);
	if (count >= 0 && (first < 0 || first >= length)) {
		PyErr_SetString(PyExc_IndexError, "position out of range");
		return NULL;
	}
	return cg_list_entries(object, chain, first, count < 0 ? length - first : count, parts);
}

/* entry_read(entry, part): fills a part that was not described when the entry was obtained */
PyObject *cg_entry_read(PyObject *module, PyObject *args)
{
	struct record_place place = { 0 };
	enum cgswap_status status;
	cgswap_chain *chain;
	PyObject *entry, *object;
	unsigned part;
	void *pointer;

	(void)module;
	if (!PyArg_ParseTuple(args, "O!I", cg_entry_type, &entry, &part))
		return NULL;
	object = *cg_slot(entry, cg_entry_chain);
	chain = object ? cg_describe(object, part, &status) : NULL;
	if (chain && status) {
		cg_raise();
		return NULL;
	}
	if (!chain || !cg_take_to_read(&pointer, object, CG_CHAIN))
		return NULL;
	if (!cg_is_present(entry, object, chain)) {
		if (!PyErr_Occurred())
			cg_refuse(CGSWAP_CAUSE_REVISION_CHANGED, "describe",
				  "the chain was read again since this entry was obtained");
		return NULL;
	}
	place.h = chain;
	place.i = PyLong_AsSize_t(*cg_slot(entry, cg_entry_fields[0]));
	if (!cg_fill(entry, place, part, false))
		return NULL;
	Py_RETURN_NONE;
}
