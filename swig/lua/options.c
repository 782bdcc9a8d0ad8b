/* SPDX-License-Identifier: BSD-2-Clause */
#include "binding.h"
#include "struct_options.h"

/* Sets a list of strings; the list, on top of the stack, keeps the addresses as its element 0. */
static void cg_take_list(lua_State *L, void *opts, const struct struct_option *option)
{
	size_t count = lua_rawlen(L, -1);
	const char **strings = lua_newuserdata(L, (count + 1) * sizeof(*strings));

	for (size_t i = 0; i < count; i++) {
		lua_rawgeti(L, -2, (int)i + 1);
		strings[i] = luaL_checkstring(L, -1);
		lua_pop(L, 1);
	}
	strings[count] = NULL;
	lua_rawseti(L, -2, 0);
	struct_option_set_pointer(opts, option, strings);
}

/*
 * cgswap.lua has checked and converted the table: it has strings, integers and lists of strings
 * only, and keeps the strings alive during the call.
 */
void cg_take_options(lua_State *L, int index, const char *tag, void *opts)
{
	const struct struct_option *option = struct_options(tag);
	int64_t number;

	if (lua_isnoneornil(L, index))
		return;
	luaL_checktype(L, index, LUA_TTABLE);
	for (; option->name; option++) {
		enum option_kind kind = struct_option_kind(option);

		lua_getfield(L, index, option->name);
		if (lua_isnil(L, -1)) {
			/* the default */
		} else if (kind == OPTION_TEXT) {
			struct_option_set_pointer(opts, option, luaL_checkstring(L, -1));
		} else if (kind == OPTION_LIST) {
			luaL_checktype(L, -1, LUA_TTABLE);
			cg_take_list(L, opts, option);
		} else if (kind == OPTION_NUMBER &&
			   (!cg_to_integer(L, -1, &number) ||
			    !struct_option_set_number(opts, option, number))) {
			lua_pushfstring(L, "option '%s': the number does not fit", option->name);
			cg_fail(L);
		}
		lua_pop(L, 1);
	}
}

/* options(noun): the types of the fields of an option struct, by name */
int cg_options(lua_State *L)
{
	const char *tag = lua_pushfstring(L, "cgswap_%s_opts", luaL_checkstring(L, 1));
	const struct struct_option *option = struct_options(tag);

	luaL_argcheck(L, option, 1, "unknown options");
	lua_newtable(L);
	for (; option->name; option++) {
		lua_pushstring(L, option->type);
		lua_setfield(L, -2, option->name);
	}
	return 1;
}
