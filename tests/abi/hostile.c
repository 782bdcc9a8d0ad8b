/* SPDX-License-Identifier: BSD-2-Clause */
#include "hostile.h"

#include "../lib/tap.h"
#include "hostile_callbacks.h"
#include "hostile_fixture.h"

#include <cgswap.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { LONG = 1 << 20 };

static const struct abi *abi;

void *guarded(const void *bytes, size_t size)
{
	size_t page = sysconf(_SC_PAGESIZE), length = (size + page - 1) / page * page;
	char *memory = mmap(NULL, length + page, PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (memory == MAP_FAILED || mprotect(memory + length, page, PROT_NONE))
		bail_out("out of memory");
	return memcpy(memory + length - size, bytes, size);
}

static void add(struct values *values, const char *name, enum demand demand, const void *pointer)
{
	if (values->count == VALUES_MAX)
		bail_out("too many values");
	values->list[values->count++] =
		(struct value){ .name = name, .demand = demand, .pointer = pointer };
}

static void add_number(struct values *values, const char *name, enum demand demand,
		       uint64_t number)
{
	add(values, name, demand, NULL);
	values->list[values->count - 1].number = number;
}

static bool function_is(const struct function *function, const char *name)
{
	return !strcmp(function->result.name, name);
}

static bool function_ends(const struct function *function, const char *end)
{
	size_t length = strlen(function->result.name), wanted = strlen(end);

	return length > wanted && !strcmp(function->result.name + length - wanted, end);
}

/* ---- strings -------------------------------------------------------------------------------- */

static const char *const strings[][2] = {
	{ "an empty string", "" },
	{ "invalid UTF-8", "\xff\xfe\x80\xc0\xaf" },
	{ "cut UTF-8", "name:\xe2\x82" },
	{ "a surrogate", "\xed\xa0\x80" },
	{ "formats", "%n%s%n%s%1000000d" },
	{ "control characters", "a\nb\033[31m\a\r" },
	{ "a prefix", "id:" },
	{ "an id too large", "id:99999999999999999999" },
	{ "descriptor -1", "fd:-1" },
	{ "a descriptor too large", "fd:2147483648" },
	{ "only colons", ":::::" },
	{ "only slashes", "////\x01" },
	{ "an object without a name", "obj:#" },
	{ "a missing pin", "pin:/nowhere/at/all" },
	{ "commas", ",,,,=,," },
};

static const void *long_string(const char *prefix)
{
	char *text = malloc(LONG);
	void *copy;

	if (!text)
		bail_out("out of memory");
	memset(text, 'a', LONG);
	memcpy(text, prefix, strlen(prefix));
	text[LONG - 1] = '\0';
	copy = guarded(text, LONG);
	free(text);
	return copy;
}

static void add_strings(struct values *values)
{
	static const void *copies[sizeof(strings) / sizeof(*strings)], *long_name, *long_path;

	if (!long_name) {
		for (size_t i = 0; i < sizeof(strings) / sizeof(*strings); i++)
			copies[i] = guarded(strings[i][1], strlen(strings[i][1]) + 1);
		long_name = long_string("name:");
		long_path = long_string("/");
	}
	add(values, strings[0][0], DEMAND_NOTHING, copies[0]);
	for (size_t i = 1; i < sizeof(strings) / sizeof(*strings); i++)
		add(values, strings[i][0], DEMAND_REFUSED, copies[i]);
	add(values, "a name of a million bytes", DEMAND_REFUSED, long_name);
	add(values, "a path of a million bytes", DEMAND_REFUSED, long_path);
}

/* Lists that end where memory cannot be read. */
static void add_lists(struct values *values)
{
	static const void *lists[sizeof(strings) / sizeof(*strings)], *empty;

	for (size_t i = 0; !empty && i < sizeof(strings) / sizeof(*strings); i++) {
		const void *list[] = { guarded(strings[i][1], strlen(strings[i][1]) + 1), NULL };

		lists[i] = guarded(list, sizeof(list));
	}
	if (!empty)
		empty = guarded(&empty, sizeof(empty));
	add(values, "NULL", DEMAND_OK, NULL);
	add(values, "an empty list", DEMAND_OK, empty);
	for (size_t i = 0; i < sizeof(strings) / sizeof(*strings); i++)
		add(values, strings[i][0], DEMAND_BAD_ARGUMENT, lists[i]);
}

static void string_values(struct values *values, const struct function *function,
			  const struct declared *param)
{
	bool optional = function_is(function, "cgswap_session_walk");

	bool of_many = function_is(function, "cgswap_replace_add_recursive") &&
		       !strcmp(param->name, "old");

	/* a position means an entry of one cgroup */
	add(values, "good", DEMAND_OK, of_many ? "name:tell" : hostile_good_string(param->name));
	add(values, "NULL", optional ? DEMAND_NOTHING : DEMAND_BAD_ARGUMENT, NULL);
	add_strings(values);
}

/* ---- numbers -------------------------------------------------------------------------------- */

static void number_values(struct values *values, const struct declared *param)
{
	bool index = param->kind == KIND_SIZE, status = !strcmp(param->base, "cgswap_status");

	add_number(values, "good", DEMAND_OK, index ? 0 : 1);
	/* -1 is a valid status */
	add_number(values, "all ones", status ? DEMAND_NOTHING : DEMAND_REFUSED, UINT64_MAX);
	add_number(values, "the largest int", DEMAND_REFUSED, INT_MAX);
	add_number(values, "the smallest int", DEMAND_REFUSED,
		   index ? SIZE_MAX / 2 : (uint32_t)INT_MIN);
	add_number(values, "4096", DEMAND_REFUSED, 4096);
	if (index)
		add_number(values, "2^32", DEMAND_REFUSED, (size_t)(UINT64_C(1) << 32) + 4096);
}

/* ---- handles, callbacks, out parameters ----------------------------------------------------- */

static void handle_values(struct values *values, const struct function *function,
			  const struct declared *param)
{
	bool close = function_ends(function, "_close");
	size_t count;
	const struct odd_handle *odd = hostile_handles(param->base, &count);
	/* nothing is held after the first of these calls */
	bool of_held = function_is(function, "cgswap_session_undo") ||
		       function_is(function, "cgswap_session_forget");
	bool of_loaded = function_is(function, "cgswap_object_open_program") &&
			 !strcmp(param->base, "cgswap_object");

	if (of_loaded)
		add(values, "loaded", DEMAND_OK, hostile_loaded_object());
	for (size_t i = 0; i < count; i++) {
		enum demand demand = odd[i].closed ? DEMAND_CLOSED : DEMAND_NOTHING;

		if ((i == 0 && !of_loaded && !of_held) || (close && odd[i].closed))
			demand = DEMAND_OK;
		add(values, odd[i].name, demand, odd[i].handle);
	}
	add(values, "NULL", DEMAND_BAD_ARGUMENT, NULL);
	if (!strcmp(param->base, "cgswap_error") && !strncmp(param->type, "const ", 6))
		add(values, "the last error itself", DEMAND_NOTHING, cgswap_last_error());
}

static void out_values(struct values *values, const struct function *function)
{
	/* the caller may not need the transaction, or its record */
	bool optional = function_is(function, "cgswap_object_attach") ||
			function_is(function, "cgswap_session_recover") ||
			function_is(function, "cgswap_session_undo");
	static void *slot;

	if (!slot)
		slot = guarded(&slot, sizeof(slot));
	add(values, "good", DEMAND_OK, slot);
	add(values, "NULL", optional ? DEMAND_OK : DEMAND_BAD_ARGUMENT, NULL);
}

int *hostile_descriptor(void)
{
	static const int none = -1;
	static int *slot;

	if (!slot)
		slot = guarded(&none, sizeof(none));
	return slot;
}

static void callback_values(struct values *values, const struct function *function,
			    const struct declared *param)
{
	/* a walk needs its callback; a log and a progress callback may be NULL */
	bool needed = function_is(function, "cgswap_session_walk");
	const struct callbacks *callbacks = hostile_callbacks(param->base);

	add(values, "good", DEMAND_OK, callbacks->good);
	add(values, "NULL", needed ? DEMAND_BAD_ARGUMENT : DEMAND_OK, NULL);
	add(values, "one that returns an error", DEMAND_NOTHING, callbacks->refusing);
	add(values, "one that calls the library", DEMAND_NOTHING, callbacks->reentrant);
}

static void user_values(struct values *values)
{
	static char user;

	add(values, "good", DEMAND_OK, &user);
	add(values, "NULL", DEMAND_OK, NULL);
	add(values, "all ones", DEMAND_OK, (const void *)UINTPTR_MAX);
}

/* ---- options -------------------------------------------------------------------------------- */

static char remarks[65536];
static size_t remark_used;

static const char *remark(const char *field, const char *value)
{
	char *text = remarks + remark_used;
	int length = snprintf(text, sizeof(remarks) - remark_used, "%s%s", field, value);

	remark_used += length + 1;
	if (remark_used >= sizeof(remarks))
		bail_out("too many option values");
	return text;
}

/* Makes options of size bytes with sz in the first field, all zero but for one field. */
static const void *options(size_t sz, size_t size, size_t offset, const void *bytes, size_t length)
{
	unsigned char buffer[4096] = { 0 };

	memcpy(buffer, &sz, sizeof(sz));
	memcpy(buffer + offset, bytes, length);
	return guarded(buffer, size < sizeof(sz) ? sizeof(sz) : size);
}

static enum demand field_demand(const struct declared *field, const struct value *value)
{
	/* any absolute path can become a state directory */
	if (value->pointer && !strcmp(field->name, "state_dir") && !strncmp(value->pointer, "////", 4))
		return DEMAND_NOTHING;
	if (field->kind == KIND_STRING)
		return value->pointer ? value->demand : DEMAND_OK;
	/* a list of names is refused by what it names */
	if (field->kind == KIND_LIST && strcmp(field->name, "map_choices") != 0)
		return value->demand == DEMAND_OK ? DEMAND_OK : DEMAND_REFUSED;
	if (field->kind == KIND_LIST)
		return value->demand;
	if (field->kind == KIND_CALLBACK || field->kind == KIND_USER || field->kind == KIND_OUT)
		return value->demand;
	if (field->kind == KIND_ENUM || !strcmp(field->name, "reserved"))
		return DEMAND_BAD_ARGUMENT;
	return field->kind == KIND_UINT64 ? DEMAND_REFUSED : DEMAND_NOTHING;
}

static void field_values(struct values *values, const struct structure *structure,
			 const struct function *function, const struct declared *field)
{
	struct values of_field = { .count = 0 };
	char name[80];

	if (field->kind == KIND_STRING)
		add_strings(&of_field);
	else if (field->kind == KIND_LIST)
		add_lists(&of_field);
	else if (field->kind == KIND_CALLBACK)
		callback_values(&of_field, function, field);
	else if (field->kind == KIND_USER)
		user_values(&of_field);
	else if (field->kind == KIND_OUT)
		add(&of_field, "a descriptor's address", DEMAND_OK, hostile_descriptor());
	else
		add_number(&of_field, "all ones", DEMAND_NOTHING, UINT64_MAX);
	snprintf(name, sizeof(name), "%s: ", field->name);
	for (size_t i = 0; i < of_field.count; i++) {
		const struct value *value = &of_field.list[i];

		add(values, remark(name, value->name), field_demand(field, value),
		    options(structure->size, structure->size, field->offset, &value->number,
			    kind_size(field->kind)));
	}
}

static void size_values(struct values *values, size_t size)
{
	static const unsigned char one = 1;
	static const size_t wrong[] = { 0, 1, 7, 4097, SIZE_MAX / 2, SIZE_MAX };

	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
		char text[32];

		snprintf(text, sizeof(text), "%zu", wrong[i]);
		add(values, remark("sz: ", text), DEMAND_BAD_ARGUMENT,
		    options(wrong[i], wrong[i] < size ? wrong[i] : size, size - 1, "", 1));
	}
	add(values, "sz: 4096, the rest zero", DEMAND_OK, options(4096, 4096, 4095, "", 1));
	add(values, "sz: 4096, the last byte set", DEMAND_BAD_ARGUMENT,
	    options(4096, 4096, 4095, &one, 1));
	add(values, "one field more than exists", DEMAND_BAD_ARGUMENT,
	    options(size + 8, size + 8, size, &one, 1));
}

static void opts_values(struct values *values, const struct function *function,
			const struct declared *param)
{
	static struct {
		const struct function *function;
		struct values values;
	} made[32];
	const struct structure *structure;
	size_t i;

	for (i = 0; made[i].function; i++)
		if (made[i].function == function) {
			*values = made[i].values;
			return;
		}
	if (i == sizeof(made) / sizeof(*made) - 1)
		bail_out("too many functions with options");
	structure = text_struct(abi, param->base);
	add(values, "good", DEMAND_OK, options(structure->size, structure->size, 0,
					       &structure->size, sizeof(structure->size)));
	add(values, "NULL", DEMAND_OK, NULL);
	size_values(values, structure->size);
	for (size_t field = 1; field < structure->count; field++)
		field_values(values, structure, function, &structure->fields[field]);
	made[i].function = function;
	made[i].values = *values;
}

/* --------------------------------------------------------------------------------------------- */

void hostile_build(const struct abi *from)
{
	abi = from;
	hostile_fixture_build();
}

void hostile_values(struct values *values, const struct function *function,
		    const struct declared *param)
{
	values->count = 0;
	switch (param->kind) {
	case KIND_STRING:
		string_values(values, function, param);
		break;
	case KIND_HANDLE:
		handle_values(values, function, param);
		break;
	case KIND_OUT:
		out_values(values, function);
		break;
	case KIND_OPTS:
		opts_values(values, function, param);
		break;
	case KIND_CALLBACK:
		callback_values(values, function, param);
		break;
	case KIND_USER:
		user_values(values);
		break;
	default:
		number_values(values, param);
	}
}
