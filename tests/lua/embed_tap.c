/* SPDX-License-Identifier: BSD-2-Clause */
/* The table of checks for scripts. */
#include "embed.h"

#include "../lib/tap.h"

#include <lauxlib.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/* Any value as text, which stays on the stack. */
static const char *text_of(lua_State *L, int index)
{
	lua_getglobal(L, "tostring");
	lua_pushvalue(L, index);
	lua_call(L, 1, 1);
	return lua_tostring(L, -1);
}

/* ok(passed, name) */
static int tap_ok(lua_State *L)
{
	lua_pushboolean(L, ok(lua_toboolean(L, 1), "%s", luaL_checkstring(L, 2)));
	return 1;
}

/* is(got, wanted, name): checks that two values are equal (==). */
static int tap_is(lua_State *L)
{
	const char *name = luaL_checkstring(L, 3);
	bool same;

#if LUA_VERSION_NUM >= 502
	same = lua_compare(L, 1, 2, LUA_OPEQ);
#else
	same = lua_equal(L, 1, 2);
#endif
	if (!ok(same, "%s", name)) {
		diag("     got: %s (%s)", text_of(L, 1), luaL_typename(L, 1));
		diag("  wanted: %s (%s)", text_of(L, 2), luaL_typename(L, 2));
	}
	lua_pushboolean(L, same);
	return 1;
}

/* has(text, part, name): checks that a string contains another one. */
static int tap_has(lua_State *L)
{
	const char *part = luaL_checkstring(L, 2);

	lua_pushboolean(L, has_str(lua_tostring(L, 1), part, "%s", luaL_checkstring(L, 3)));
	return 1;
}

static bool one_line(lua_State *L, int table, const char *field)
{
	const char *text;
	bool good;

	lua_getfield(L, table, field);
	text = lua_type(L, -1) == LUA_TSTRING ? lua_tostring(L, -1) : NULL;
	good = text && *text && !strchr(text, '\n');
	if (!good)
		diag("%s must be one line, but is %s", field, text_of(L, -1));
	return good;
}

static bool field_is(lua_State *L, int table, const char *field, const char *wanted)
{
	bool good;

	lua_getfield(L, table, field);
	good = lua_type(L, -1) == LUA_TSTRING && !strcmp(lua_tostring(L, -1), wanted);
	if (!good)
		diag("%s: got %s, wanted %s", field, text_of(L, -1), wanted);
	return good;
}

/* The text is "message [cause]; remedy". */
static bool text_is_whole(lua_State *L, int text, int table)
{
	const char *wanted;
	bool good;

	lua_getfield(L, table, "message");
	lua_getfield(L, table, "cause");
	lua_getfield(L, table, "remedy");
	wanted = lua_pushfstring(L, "%s [%s]; %s", lua_tostring(L, -3), lua_tostring(L, -2),
				 lua_tostring(L, -1));
	good = !strcmp(lua_tostring(L, text), wanted) && !strcmp(text_of(L, table), wanted);
	if (!good)
		diag("the text is '%s'", lua_tostring(L, text));
	return good;
}

/*
 * refused(cause, name, ...): checks that a call returned nil, a text, and an error table with this
 * cause. The text has the message, the cause and the remedy, for assert().
 */
static int tap_refused(lua_State *L)
{
	const char *cause = luaL_checkstring(L, 1);
	const char *name = luaL_checkstring(L, 2);
	bool good = lua_gettop(L) == 5 && lua_isnil(L, 3) && lua_type(L, 4) == LUA_TSTRING &&
		    lua_istable(L, 5);

	if (!good) {
		diag("got %d values instead of nil, message, err", lua_gettop(L) - 2);
		for (int i = 3; i <= 5 && i <= lua_gettop(L); i++)
			diag("  %s", text_of(L, i));
	} else {
		good = field_is(L, 5, "cause", cause);
		good &= field_is(L, 5, "text", lua_tostring(L, 4));
		good &= text_is_whole(L, 4, 5);
		good &= one_line(L, 5, "message") && one_line(L, 5, "status");
		good &= one_line(L, 5, "remedy") && one_line(L, 5, "operation");
		if (!good)
			diag("message: %s", lua_tostring(L, 4));
	}
	ok(good, "%s", name);
	lua_pushvalue(L, 5);
	return 1;
}

/* raises(part, name, f, ...): checks that f(...) raises an error that contains part. @return the error. */
static int tap_raises(lua_State *L)
{
	const char *part = luaL_checkstring(L, 1);
	const char *name = luaL_checkstring(L, 2);

	if (!lua_pcall(L, lua_gettop(L) - 3, 0, 0)) {
		ok(false, "%s", name);
		diag("no error was raised");
		lua_pushnil(L);
		return 1;
	}
	has_str(text_of(L, 3), part, "%s", name);
	lua_pushvalue(L, 3);
	return 1;
}

static int tap_skip(lua_State *L)
{
	skip("%s", luaL_checkstring(L, 1));
	return 0;
}

static int tap_diag(lua_State *L)
{
	diag("%s", luaL_checkstring(L, 1));
	return 0;
}

void push_tap(lua_State *L)
{
	static const struct {
		const char *name;
		lua_CFunction function;
	} checks[] = {
		{ "ok", tap_ok },           { "is", tap_is },         { "has", tap_has },
		{ "refused", tap_refused }, { "raises", tap_raises }, { "skip", tap_skip },
		{ "diag", tap_diag },
	};

	lua_newtable(L);
	for (size_t i = 0; i < sizeof(checks) / sizeof(*checks); i++) {
		lua_pushcfunction(L, checks[i].function);
		lua_setfield(L, -2, checks[i].name);
	}
}
