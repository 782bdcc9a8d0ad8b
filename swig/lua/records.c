/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * While a table is filled, Lua may collect garbage, and a finalizer of the script may close a
 * handle or read a chain again: so a record is found again after each call of the library, and a
 * string is copied before Lua gets it.
 */
#include "binding.h"
#include "abi/fields.h"

#include <string.h>

/* A record that is being read, and the number of calls when it was found. */
struct cg_reader {
	const struct record *record;
	struct record_place place;
	const unsigned long *calls;
	unsigned long found_at;
};

typedef const char *cg_text_of(const struct record_place *place);

static void cg_push_record(lua_State *L, const struct record *record, struct record_place place);

static struct cg_reader cg_read(const struct record *record, struct record_place place)
{
	struct cg_reader reader = { record, place, cg_calls(), 0 };

	record_find(record, &reader.place);
	reader.found_at = *reader.calls;
	return reader;
}

static inline const struct record_place *cg_found(struct cg_reader *reader)
{
	if (*reader->calls != reader->found_at) {
		record_find(reader->record, &reader->place);
		reader->found_at = *reader->calls;
	}
	return &reader->place;
}

/* Allocating the copy of a long text may run a finalizer too, so the text is read again then. */
static void cg_push_long_text(lua_State *L, struct cg_reader *reader, cg_text_of *text_of,
			      size_t length)
{
	char *copy = lua_newuserdata(L, length);
	const char *text = text_of(cg_found(reader));

	length = strnlen(text ? text : "", length);
	memcpy(copy, text ? text : "", length);
	lua_pushlstring(L, copy, length);
	lua_remove(L, -2);
}

/* Pushes a text that text_of returned now, since no allocation. */
static void cg_push_now(lua_State *L, struct cg_reader *reader, cg_text_of *text_of,
			const char *text)
{
	char copy[256];
	size_t length = strlen(text);

	if (length > sizeof(copy)) {
		cg_push_long_text(L, reader, text_of, length);
	} else {
		memcpy(copy, text, length);
		lua_pushlstring(L, copy, length);
	}
}

static void cg_push_text_of(lua_State *L, struct cg_reader *reader, cg_text_of *text_of)
{
	const char *text = text_of(cg_found(reader));

	cg_push_now(L, reader, text_of, text ? text : "");
}

static bool cg_push_some_id(lua_State *L, uint64_t id)
{
	if (id)
		cg_push_id(L, id);
	return id;
}

/* Pushes nothing and returns false for a missing value. */
static bool cg_push_value(lua_State *L, struct cg_reader *reader, const struct field *field)
{
	struct field_value value;
	const char *text;

	if (field->text) {
		text = field->text(cg_found(reader));
		if (!text || !*text)
			return false;
		cg_push_now(L, reader, field->text, text);
		return true;
	}
	value = field_number(field, field->number(cg_found(reader)));
	if (field->kind == FIELD_ID || field->kind == FIELD_ID_OR_NONE)
		return cg_push_some_id(L, value.number);
	if (value.kind == VALUE_NONE || (value.kind == VALUE_TEXT && !*value.text))
		return false;
	if (value.kind == VALUE_FLAG)
		lua_pushboolean(L, value.flag);
	else if (value.kind == VALUE_NUMBER)
		cg_push_integer(L, (int64_t)value.number);
	else
		lua_pushstring(L, value.text); /* the name of an enum is constant */
	return true;
}

static void cg_push_list(lua_State *L, struct cg_reader *reader, const struct field *field)
{
	size_t count = field->count(cg_found(reader)), *j = &reader->place.j;

	lua_createtable(L, field->kind == FIELD_TEXTS ? 0 : (int)count, 0);
	for (*j = 0; *j < count; ++*j) {
		switch (field->kind) {
		case FIELD_TEXTS:
			cg_push_text_of(L, reader, field->text);
			cg_push_text_of(L, reader, field->value);
			lua_rawset(L, -3);
			continue;
		case FIELD_NUMBERS:
			cg_push_integer(L, (int64_t)field->number(cg_found(reader)));
			break;
		default:
			cg_push_record(L, field->of, reader->place);
		}
		lua_rawseti(L, -2, (int)*j + 1);
	}
}

/* Pushes the names of the fields, so that each is looked up once for a list of records. */
static int cg_push_names(lua_State *L, const struct record *record)
{
	int first = lua_gettop(L) + 1;

	luaL_checkstack(L, (int)record->count + 10, "too many fields");
	for (size_t n = 0; n < record->count; n++)
		lua_pushstring(L, record->fields[n].name);
	return first;
}

/* Pushes a table with the fields of these parts; names: the index of their names on the stack. */
static void cg_push_fields(lua_State *L, struct cg_reader reader, unsigned parts, int names)
{
	const struct record *record = reader.record;

	lua_createtable(L, 0, (int)record->count);
	for (size_t n = 0; n < record->count; n++) {
		const struct field *field = &record->fields[n];

		if (field->part && !(field->part & parts))
			continue;
		lua_pushvalue(L, names + (int)n);
		if (field->count)
			cg_push_list(L, &reader, field);
		else if (!cg_push_value(L, &reader, field)) {
			lua_pop(L, 1);
			continue;
		}
		lua_rawset(L, -3);
	}
}

static void cg_push_record(lua_State *L, const struct record *record, struct record_place place)
{
	int names = cg_push_names(L, record);

	cg_push_fields(L, cg_read(record, place), 0, names);
	lua_replace(L, names);
	lua_settop(L, names);
}

void cg_push_event(lua_State *L, const cgswap_event *event)
{
	cg_push_record(L, &record_event, (struct record_place){ .h = event });
}

/* The records that scripts can ask for, and the class of their handles. */
static const struct {
	const struct record *record;
	enum cg_class of;
} cg_known[] = {
	{ &record_entry, CG_CHAIN },
	{ &record_step, CG_REPLACE },
	{ &record_group, CG_REPLACE },
	{ &record_program, CG_PROGRAM },
	{ &record_object, CG_OBJECT },
	{ &record_journal, CG_JOURNAL },
	{ &record_transaction, CG_HISTORY },
	{ &record_found, CG_FIND },
	{ &record_clean, CG_CLEAN },
};

static size_t cg_check_record(lua_State *L, int index)
{
	const char *name = luaL_checkstring(L, index);
	size_t n = 0;

	while (strcmp(cg_known[n].record->name, name))
		luaL_argcheck(L, ++n < sizeof(cg_known) / sizeof(cg_known[0]), index, "no record");
	return n;
}

/*
 * records(name, handle, first, count, parts, metatable): a list of the records from the index first
 * on, with the fields of these parts
 */
int cg_records(lua_State *L)
{
	size_t n = cg_check_record(L, 1);
	int count = cg_check_integer(L, 4, "count"), names;
	unsigned parts = (unsigned)cg_check_integer(L, 5, "parts");
	struct record_place place = { .i = (size_t)cg_check_integer(L, 3, "first") };

	place.h = cg_check(L, 2, cg_known[n].of);
	lua_settop(L, 6);
	names = cg_push_names(L, cg_known[n].record);
	lua_createtable(L, count, 0);
	for (int i = 1; i <= count; i++, place.i++) {
		cg_push_fields(L, cg_read(cg_known[n].record, place), parts, names);
		lua_pushvalue(L, 6);
		lua_setmetatable(L, -2);
		lua_rawseti(L, -2, i);
	}
	return 1;
}

/* fields(name): the part that each field of a record needs */
int cg_fields(lua_State *L)
{
	const struct record *record = cg_known[cg_check_record(L, 1)].record;

	lua_newtable(L);
	for (size_t n = 0; n < record->count; n++) {
		cg_push_integer(L, record->fields[n].part);
		lua_setfield(L, -2, record->fields[n].name);
	}
	return 1;
}

/* ---- errors ---------------------------------------------------------------------------------- */

static const char cg_error_key;

/* In the registry under cg_builder_key, so that calling it needs no memory in any version. */
static const char cg_builder_key;

/* Adds a detail to the table of details at the top of the stack. */
static void cg_set_detail(lua_State *L, const cgswap_error *error, size_t i)
{
	const char *name = cgswap_error_get_detail_name(error, i);

	lua_getfield(L, -1, name);
	if (detail_is_list(name)) {
		if (lua_isnil(L, -1)) {
			lua_newtable(L);
			lua_pushvalue(L, -1);
			lua_setfield(L, -4, name);
			lua_remove(L, -2);
		}
		lua_pushstring(L, cgswap_error_get_detail_text(error, i));
		lua_rawseti(L, -2, (int)lua_rawlen(L, -2) + 1);
	} else if (lua_isnil(L, -1)) {
		/* the ID of a transaction is a string everywhere */
		if (cgswap_error_get_detail_is_number(error, i) && strcmp(name, "transaction") != 0)
			cg_push_integer(L, (int64_t)cgswap_error_get_detail_number(error, i));
		else
			lua_pushstring(L, cgswap_error_get_detail_text(error, i));
		lua_setfield(L, -3, name);
	}
	lua_pop(L, 1);
}

static void cg_push_details(lua_State *L, const cgswap_error *error)
{
	lua_newtable(L);
	for (size_t i = 0; i < cgswap_error_get_detail_count(error); i++)
		cg_set_detail(L, error, i);
}

static int cg_build_refusal(lua_State *L)
{
	const cgswap_error *error = cg_handed;

	lua_pushnil(L);
	/* so that assert() shows all of it */
	lua_pushfstring(L, "%s [%s]; %s", cgswap_error_get_message(error),
			cgswap_cause_get_name(cgswap_error_get_cause(error)),
			cgswap_error_get_remedy(error));
	cg_push_record(L, &record_error, (struct record_place){ .h = error });
	cg_push_details(L, error);
	lua_setfield(L, -2, "details");
	lua_pushvalue(L, -2);
	lua_setfield(L, -2, "text");
	cg_get_key(L, &cg_error_key);
	lua_setmetatable(L, -2);
	return 3;
}

static int cg_error_tostring(lua_State *L)
{
	luaL_checktype(L, 1, LUA_TTABLE);
	lua_getfield(L, 1, "text");
	return 1;
}

/* Copies the error first, since a finalizer may make another one. */
int cg_refuse(lua_State *L)
{
	cgswap_error *copy = cgswap_error_dup();
	const cgswap_error *error = copy ? copy : cgswap_last_error();
	int failed;

	cg_get_key(L, &cg_builder_key);
	cg_handed = error;
	failed = lua_pcall(L, 0, 3, 0);
	cgswap_error_free(copy);
	return failed ? lua_error(L) : 3;
}

int cg_push_last_error(lua_State *L)
{
	if (!cgswap_error_get_status(cgswap_last_error())) {
		lua_pushnil(L);
		return 1;
	}
	cg_refuse(L);
	return 1;
}

void cg_new_errors(lua_State *L)
{
	lua_createtable(L, 0, 2);
	lua_pushcfunction(L, cg_error_tostring);
	lua_setfield(L, -2, "__tostring");
	lua_pushliteral(L, "cgswap.error");
	lua_setfield(L, -2, "__name");
	cg_set_key(L, &cg_error_key);
	lua_pushcfunction(L, cg_build_refusal);
	cg_set_key(L, &cg_builder_key);
}
