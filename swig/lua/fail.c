/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Errors of arguments. The functions of C have other arguments than the methods that call them, and
 * are called from the module's Lua files: so an error has the name of the argument, not its number,
 * and the line of the script, not that of the module.
 */
#include "binding.h"

#include <string.h>

/* The path of the module's Lua files, without ".lua", is in the registry under this address. */
static const char cg_ours_key;

/* ours(): called by cgswap/arguments.lua, in the folder of the module's files */
int cg_ours(lua_State *L)
{
	static const char end[] = ".arguments.lua";
	lua_Debug caller;
	size_t length;

	if (!lua_getstack(L, 1, &caller) || !lua_getinfo(L, "S", &caller))
		return 0;
	length = strlen(caller.source);
	if (length < sizeof(end) ||
	    strcmp(caller.source + length - strlen("arguments.lua"), end + 1))
		return 0;
	lua_pushlstring(L, caller.source, length - strlen(end));
	cg_set_key(L, &cg_ours_key);
	return 0;
}

/* ours: the path, or NULL for modules that were not read from files */
static bool cg_is_ours(const char *source, const char *ours)
{
	size_t length = ours ? strlen(ours) : 0;

	return ours && !strncmp(source, ours, length) &&
	       (source[length] == '/' || !strcmp(source + length, ".lua"));
}

/* Pushes "FILE:LINE: " of the innermost function of Lua that is not the module's, or "". */
static void cg_push_where(lua_State *L)
{
	lua_Debug caller;
	const char *ours;

	cg_get_key(L, &cg_ours_key);
	ours = lua_tostring(L, -1);
	for (int level = 1; lua_getstack(L, level, &caller); level++) {
		lua_getinfo(L, "Sl", &caller);
		if (caller.currentline > 0 && !cg_is_ours(caller.source, ours)) {
			lua_pushfstring(L, "%s:%d: ", caller.short_src, caller.currentline);
			lua_remove(L, -2);
			return;
		}
	}
	lua_pop(L, 1);
	lua_pushliteral(L, "");
}

int cg_fail(lua_State *L)
{
	cg_push_where(L);
	lua_insert(L, -2);
	lua_concat(L, 2);
	return lua_error(L);
}

/* fail(message): raises it */
int cg_raise_message(lua_State *L)
{
	luaL_checkstring(L, 1);
	lua_settop(L, 1);
	return cg_fail(L);
}

int cg_wrong_value(lua_State *L, const char *name, const char *reason)
{
	lua_pushfstring(L, "%s: %s", name, reason);
	return cg_fail(L);
}

int cg_wrong_type(lua_State *L, int index, const char *name, const char *wanted)
{
	lua_pushfstring(L, "%s: %s expected, got %s", name, wanted, cg_type_name(L, index));
	return cg_fail(L);
}
