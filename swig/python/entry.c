/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Entries are copies of what a chain owns. Parts that were not described (links, preorder,
 * metadata; names without privilege) are read when they are used, as long as the chain has the same
 * snapshot, which its attribute _snapshot identifies.
 */
#include "binding.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* The value of a field: a number as in C, or an object for texts and lists. */
union cg_cell {
	uint64_t number;
	PyObject *object;
};

struct cg_entry {
	PyObject_HEAD PyObject *chain, *snapshot;
	uint64_t revision;
	unsigned described;    /* enum cgswap_describe: the parts that are known */
	union cg_cell cells[]; /* in the order of record_entry */
};

enum { CG_FIELDS_MAX = 32 };

static PyTypeObject *cg_entry_type;

static bool cg_is_object(const struct field *field)
{
	return field->text || field->count;
}

/* fields.def begins with the position and the id. */
static size_t cg_position(const struct cg_entry *self)
{
	return self->cells[0].number;
}

static uint32_t cg_id(const struct cg_entry *self)
{
	return (uint32_t)self->cells[1].number;
}

/* ---- reading --------------------------------------------------------------------------------- */

/* The texts of the entry before: entries of a chain often have the same type. */
struct cg_before {
	const struct cg_entry *entry; /* NULL: none */
	const char *texts[CG_FIELDS_MAX];
};

/* The text of the entry before, if it is the same one in C, or a new one. */
static PyObject *cg_same_text(struct cg_before *before, size_t n, const char *text)
{
	PyObject *object = before->entry ? before->entry->cells[n].object : NULL;

	/* memory that was freed meanwhile may be used for another text */
	if (object && before->texts[n] == text && PyUnicode_IS_COMPACT_ASCII(object) &&
	    !strcmp(PyUnicode_DATA(object), text)) {
		Py_INCREF(object);
		return object;
	}
	before->texts[n] = text;
	return cg_text(text);
}

/* Fills a cell with a list or a dict. */
static bool cg_fill_list(PyObject **cell, const struct field *field, struct record_place *place)
{
	PyObject *object = cg_value(&record_entry, field, place);

	/* the collector may have run, though not for an empty tuple */
	if (field->kind == FIELD_TEXTS || (object && PyTuple_GET_SIZE(object)))
		record_find(&record_entry, place);
	Py_XSETREF(*cell, object);
	return object;
}

/*
 * Fills the cells of some parts; those of part 0 only in a new entry. The entry before was filled
 * with the same parts.
 */
static bool cg_fill(struct cg_entry *self, struct record_place place, unsigned parts, bool fresh,
		    struct cg_before *before)
{
	record_find(&record_entry, &place);
	for (size_t n = 0; n < record_entry.count; n++) {
		const struct field *field = &record_entry.fields[n];
		union cg_cell *cell = &self->cells[n];

		if (field->part ? !(field->part & parts) : !fresh)
			continue;
		if (field->count) {
			if (!cg_fill_list(&cell->object, field, &place))
				return false;
		} else if (field->text) {
			Py_XSETREF(cell->object, cg_same_text(before, n, field->text(&place)));
			if (!cell->object)
				return false;
		} else {
			cell->number = field->number(&place);
		}
	}
	self->described |= parts;
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
			cg_refuse(CGSWAP_CAUSE_BAD_ARGUMENT, EINVAL, "get", "a handle is None");
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

/* Returns true if a chain, which was described just now, still has the snapshot of an entry. */
static bool cg_is_present(const struct cg_entry *self, const cgswap_chain *chain)
{
	PyObject *snapshot = PyObject_GetAttrString(self->chain, "_snapshot");

	Py_XDECREF(snapshot);
	return snapshot == self->snapshot && cgswap_chain_get_revision(chain) == self->revision &&
	       cgswap_entry_get_id(cgswap_chain_get_entry(chain, cg_position(self))) == cg_id(self);
}

/* Reads a part that is not known yet from the chain. */
static bool cg_read_part(struct cg_entry *self, unsigned part)
{
	struct cg_before none = { 0 };
	enum cgswap_status status;
	cgswap_chain *chain;
	void *pointer;

	chain = cg_describe(self->chain, part, &status);
	if (!chain)
		return false;
	if (status) {
		cg_raise();
		return false;
	}
	if (!cg_take_to_read(&pointer, self->chain, CG_CHAIN))
		return false;
	if (cg_is_present(self, chain))
		return cg_fill(self, (struct record_place){ .h = chain, .i = cg_position(self) },
			       part, false, &none);
	if (!PyErr_Occurred())
		cg_refuse(CGSWAP_CAUSE_REVISION_CHANGED, ESTALE, "describe",
			  "the chain was read again since this entry was obtained");
	return false;
}

static struct cg_entry *cg_new_entry(PyObject *chain, PyObject *snapshot, size_t position,
				     unsigned parts, struct cg_before *before)
{
	const cgswap_chain *pointer = ((struct cg_handle *)chain)->pointer;
	struct cg_entry *self = (struct cg_entry *)cg_entry_type->tp_alloc(cg_entry_type, 0);

	if (!self)
		return NULL;
	Py_INCREF(chain);
	self->chain = chain;
	Py_INCREF(snapshot);
	self->snapshot = snapshot;
	self->revision = cgswap_chain_get_revision(pointer);
	if (!cg_fill(self, (struct record_place){ .h = pointer, .i = position }, parts, true,
		     before))
		Py_CLEAR(self);
	return self;
}

static PyObject *cg_list_entries(PyObject *chain, Py_ssize_t first, Py_ssize_t count,
				 unsigned parts)
{
	PyObject *snapshot = PyObject_GetAttrString(chain, "_snapshot");
	PyObject *list = snapshot ? PyList_New(count) : NULL;
	struct cg_before before = { 0 };

	for (Py_ssize_t i = 0; list && i < count; i++) {
		struct cg_entry *entry = cg_new_entry(chain, snapshot, (size_t)(first + i), parts,
						      &before);

		before.entry = entry;
		if (entry)
			PyList_SET_ITEM(list, i, (PyObject *)entry);
		else
			Py_CLEAR(list);
	}
	Py_XDECREF(snapshot);
	return list;
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
	PyObject *object, *numbers[3];
	void *pointer;

	(void)module;
	/* faster than PyArg_ParseTuple() */
	if (!PyArg_UnpackTuple(args, "chain_entries", 4, 4, &object, &numbers[0], &numbers[1],
			       &numbers[2]))
		return NULL;
	parts = (unsigned)PyLong_AsUnsignedLong(numbers[0]);
	first = PyLong_AsSsize_t(numbers[1]);
	count = PyLong_AsSsize_t(numbers[2]);
	if (PyErr_Occurred())
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
	return cg_list_entries(object, first, count < 0 ? length - first : count, parts);
}

/* ---- the class ------------------------------------------------------------------------------- */

/*
 * The closure of an attribute has the index of its field, and the part that the field needs. The
 * most frequent kinds have functions of their own, which need not look at the field.
 */
#define CG_CLOSURE(index, part) ((void *)((index) | (size_t)(part) << 8))
#define CG_INDEX(closure)       ((size_t)(closure)&0xff)
#define CG_PART(closure)        ((unsigned)((size_t)(closure) >> 8))

/* Returns the cell of an attribute, or NULL with an exception. */
static inline union cg_cell *cg_known_cell(PyObject *object, void *closure)
{
	struct cg_entry *self = (struct cg_entry *)object;
	unsigned part = CG_PART(closure);

	if ((self->described & part) != part && !cg_read_part(self, part))
		return NULL;
	return &self->cells[CG_INDEX(closure)];
}

static PyObject *cg_get_object(PyObject *object, void *closure)
{
	const union cg_cell *cell = cg_known_cell(object, closure);

	Py_XINCREF(cell ? cell->object : NULL);
	return cell ? cell->object : NULL;
}

/* Returns a copy, which the caller may change. */
static PyObject *cg_get_dict(PyObject *object, void *closure)
{
	const union cg_cell *cell = cg_known_cell(object, closure);

	return cell ? PyDict_Copy(cell->object) : NULL;
}

static PyObject *cg_get_number(PyObject *object, void *closure)
{
	const union cg_cell *cell = cg_known_cell(object, closure);

	return cell ? PyLong_FromUnsignedLongLong(cell->number) : NULL;
}

static PyObject *cg_get_other(PyObject *object, void *closure)
{
	const union cg_cell *cell = cg_known_cell(object, closure);

	return cell ? cg_number(&record_entry.fields[CG_INDEX(closure)], cell->number) : NULL;
}

static int cg_entry_traverse(PyObject *object, visitproc visit, void *arg)
{
	struct cg_entry *self = (struct cg_entry *)object;

#if PY_VERSION_HEX >= 0x03090000
	Py_VISIT(Py_TYPE(object));
#endif
	Py_VISIT(self->chain);
	return 0;
}

static int cg_entry_clear(PyObject *object)
{
	struct cg_entry *self = (struct cg_entry *)object;

	Py_CLEAR(self->chain);
	return 0;
}

static void cg_entry_dealloc(PyObject *object)
{
	struct cg_entry *self = (struct cg_entry *)object;
	PyTypeObject *type = Py_TYPE(object);

	PyObject_GC_UnTrack(object);
	Py_CLEAR(self->chain);
	Py_CLEAR(self->snapshot);
	for (size_t n = 0; n < record_entry.count; n++)
		if (cg_is_object(&record_entry.fields[n]))
			Py_CLEAR(self->cells[n].object);
	PyObject_GC_Del(object);
	Py_DECREF(type);
}

static PyObject *cg_entry_repr(PyObject *object)
{
	struct cg_entry *self = (struct cg_entry *)object;
	PyObject *name, *tag, *repr;

	if (!(self->described & CGSWAP_DESCRIBE_PROGRAMS))
		return PyUnicode_FromFormat("<cgswap.Entry %zu: id %u>", cg_position(self),
					    cg_id(self));
	name = PyObject_GetAttrString(object, "name");
	tag = PyObject_GetAttrString(object, "tag");
	repr = PyUnicode_FromFormat("<cgswap.Entry %zu: id %u, name %R, tag %U>", cg_position(self),
				    cg_id(self), name, tag);
	Py_XDECREF(name);
	Py_XDECREF(tag);
	return repr;
}

/* Equal entries have the same chain, position and program. */
static PyObject *cg_entry_compare(PyObject *left, PyObject *right, int how)
{
	const struct cg_entry *one = (struct cg_entry *)left, *other = (struct cg_entry *)right;
	bool same;

	if ((how != Py_EQ && how != Py_NE) || Py_TYPE(right) != cg_entry_type)
		Py_RETURN_NOTIMPLEMENTED;
	same = one->chain == other->chain && cg_position(one) == cg_position(other) &&
	       cg_id(one) == cg_id(other);
	return PyBool_FromLong(same == (how == Py_EQ));
}

static Py_hash_t cg_entry_hash(PyObject *object)
{
	const struct cg_entry *self = (struct cg_entry *)object;

	return (Py_hash_t)((uint64_t)cg_id(self) * 64 + cg_position(self));
}

/* An attribute for each field; never freed, like the class. */
static PyGetSetDef *cg_entry_getset(void)
{
	PyGetSetDef *list = calloc(record_entry.count + 1, sizeof(*list));

	for (size_t n = 0; list && n < record_entry.count; n++) {
		const struct field *field = &record_entry.fields[n];

		list[n] = (PyGetSetDef){
			.name = field->name,
			.get = field->kind == FIELD_TEXTS    ? cg_get_dict
			       : cg_is_object(field)         ? cg_get_object
			       : field->kind == FIELD_NUMBER ? cg_get_number
							     : cg_get_other,
			.doc = cg_doc(field),
			.closure = CG_CLOSURE(n, field->part),
		};
	}
	return list;
}

bool cg_init_entry(PyObject *module)
{
	PyType_Slot slots[] = {
		{ Py_tp_doc,
		  "An entry of a chain's snapshot.\n\nParts that are not known yet (links, "
		  "preorder, metadata) are read\nwhen they are used, unless the chain was "
		  "read again." },
		{ Py_tp_traverse, cg_entry_traverse },
		{ Py_tp_clear, cg_entry_clear },
		{ Py_tp_dealloc, cg_entry_dealloc },
		{ Py_tp_repr, cg_entry_repr },
		{ Py_tp_richcompare, cg_entry_compare },
		{ Py_tp_hash, cg_entry_hash },
		{ Py_tp_getset, cg_entry_getset() },
		{ 0, NULL },
	};
	PyType_Spec spec = {
		.name = "cgswap.Entry",
		.basicsize = (int)(sizeof(struct cg_entry) +
				   record_entry.count * sizeof(union cg_cell)),
		.flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
		.slots = slots,
	};

	assert(record_entry.count <= CG_FIELDS_MAX);
	if (!slots[7].pfunc) {
		PyErr_NoMemory();
		return false;
	}
	cg_entry_type = (PyTypeObject *)PyType_FromSpec(&spec);
	if (!cg_entry_type)
		return false;
	cg_entry_type->tp_new = NULL; /* only chains create entries */
	Py_INCREF(cg_entry_type);
	return PyModule_AddObject(module, "Entry", (PyObject *)cg_entry_type) == 0;
}
