/* SPDX-License-Identifier: BSD-2-Clause */
#include "binding.h"

#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

/* The largest integer up to which doubles have no gaps. */
#define CG_EXACT 9007199254740992.0

int cg_push_integer(lua_State *L, int64_t value)
{
#if LUA_VERSION_NUM >= 503
	lua_pushinteger(L, value);
#else
	lua_pushnumber(L, (lua_Number)value);
#endif
	return 1;
}

int cg_push_some(lua_State *L, uint64_t value)
{
	if (value)
		return cg_push_integer(L, (int64_t)value);
	lua_pushnil(L);
	return 1;
}

int cg_push_id(lua_State *L, uint64_t id)
{
	char text[24];

	snprintf(text, sizeof(text), "%" PRIu64, id);
	return cg_push_text(L, id ? text : NULL);
}

int cg_push_text(lua_State *L, const char *text)
{
	if (text && *text)
		lua_pushstring(L, text);
	else
		lua_pushnil(L);
	return 1;
}

/* Returns true for a number without a fraction, and stores it. */
bool cg_to_integer(lua_State *L, int index, int64_t *value)
{
#if LUA_VERSION_NUM >= 503
	int exact = false;

	*value = 0;
	if (lua_type(L, index) == LUA_TNUMBER)
		*value = lua_tointegerx(L, index, &exact);
	return exact;
#else
	lua_Number number = lua_tonumber(L, index);

	*value = 0;
	if (lua_type(L, index) != LUA_TNUMBER || !(number >= -CG_EXACT && number <= CG_EXACT))
		return false;
	*value = (int64_t)number;
	return (lua_Number)*value == number;
#endif
}

int cg_check_integer(lua_State *L, int index, const char *name)
{
	int64_t value;

	if (lua_type(L, index) != LUA_TNUMBER)
		cg_wrong_type(L, index, name, "number");
	if (!cg_to_integer(L, index, &value) || value < INT_MIN || value > INT_MAX)
		cg_wrong_value(L, name, "not an integer in range");
	return (int)value;
}

uint64_t cg_check_id(lua_State *L, int index, const char *name)
{
	int64_t value;

	if (!cg_to_integer(L, index, &value) || value < 0)
		cg_wrong_value(L, name, "not an integer in range");
	return (uint64_t)value;
}

const char *cg_check_string(lua_State *L, int index, const char *name)
{
	const char *text;
	size_t length;

	if (lua_type(L, index) != LUA_TSTRING)
		cg_wrong_type(L, index, name, "string");
	text = lua_tolstring(L, index, &length);
	if (strlen(text) != length)
		cg_wrong_value(L, name, "a zero byte in the string");
	return text;
}
