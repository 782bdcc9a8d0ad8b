/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Runs the scripts of this folder, or the given ones, each in a new Lua state. There is one such program
 * for each installed version of Lua. An error in a script is a failed check, with the traceback as
 * diagnostics. A script must not leave globals, nor open descriptors after its state is closed.
 */
#include "embed.h"

#include "../lib/bpffs.h"
#include "../lib/descriptors.h"
#include "../lib/live.h"
#include "../lib/tap.h"

#include <glob.h>
#include <lauxlib.h>
#include <lualib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { PATIENCE_SECONDS = 600 };

/* Adds the traceback to the message. Lua 5.1 has no luaL_traceback(). */
static int add_traceback(lua_State *L)
{
	lua_getglobal(L, "tostring");
	lua_pushvalue(L, 1);
	lua_call(L, 1, 1);
	lua_getglobal(L, "debug");
	lua_getfield(L, -1, "traceback");
	lua_pushvalue(L, -3);
	lua_pushinteger(L, 2);
	lua_call(L, 2, 1);
	return 1;
}

/* Pushes a table with the names of all globals. */
static void push_globals(lua_State *L)
{
	lua_newtable(L);
	lua_getglobal(L, "_G");
	for (lua_pushnil(L); lua_next(L, -2); lua_pop(L, 1)) {
		lua_pushvalue(L, -2);
		lua_pushboolean(L, 1);
		lua_rawset(L, -6);
	}
	lua_pop(L, 1);
}

/* Checks that the globals are those named in the table at index before. */
static void check_globals(lua_State *L, int before)
{
	bool same = true;

	lua_getglobal(L, "_G");
	for (lua_pushnil(L); lua_next(L, -2); lua_pop(L, 1)) {
		lua_pushvalue(L, -2);
		lua_rawget(L, before);
		if (lua_isnil(L, -1)) {
			diag("a new global: %s", lua_tostring(L, -3));
			same = false;
		}
		lua_pop(L, 1);
	}
	ok(same, "the script leaves no globals");
}

static void run(const char *path)
{
	const char *name = strrchr(path, '/') ? strrchr(path, '/') + 1 : path;
	struct descriptors before = descriptors_now();
	lua_State *L = luaL_newstate();

	if (!L)
		bail_out("cannot create a Lua state");
	diag("%s", name);
	alarm(PATIENCE_SECONDS);
	luaL_openlibs(L);
	find_module(L);
	push_globals(L);
	lua_pushcfunction(L, add_traceback);
	if (luaL_loadfile(L, path)) {
		ok(false, "%s can be read", name);
		diag("%s", lua_tostring(L, -1));
	} else {
		push_tap(L);
		push_scene(L);
		push_states(L);
		if (lua_pcall(L, 2, 0, 2)) {
			ok(false, "%s runs to the end", name);
			diag("%s", lua_tostring(L, -1));
		}
	}
	check_globals(L, 1);
	lua_close(L);
	fixture_end();
	ok(descriptors_same(&before), "no descriptor is left open");
}

static void run_all(void)
{
	char *pattern = source_path("tests/lua/[0-9][0-9]_*.lua");
	glob_t scripts;

	if (glob(pattern, 0, NULL, &scripts))
		bail_out("no script matches %s", pattern);
	for (size_t i = 0; i < scripts.gl_pathc; i++)
		run(scripts.gl_pathv[i]);
	globfree(&scripts);
	free(pattern);
}

int main(int argc, char **argv)
{
	need_live();
	bpffs_private();
	if (argc < 2)
		run_all();
	for (int i = 1; i < argc; i++)
		run(argv[i]);
	return done_testing();
}
