/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The cost of the Lua module compared with a handwritten one. This program embeds an interpreter and runs
 * lua_cost.lua with a chain of 64 programs and the module `by_hand`, which has just these calls. Compiled
 * for each version of Lua. Needs root.
 */
#include "cgswap.h"
#include "../tests/lib/attach_types.h"
#include "../tests/lib/live.h"
#include "../tests/lib/programs.h"
#include "../tests/lib/rawbpf.h"
#include "../tests/lib/scratch.h"
#include "fail.h"

#include <lauxlib.h>
#include <lua.h>
#include <lualib.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

enum { ENTRIES = 64 };

static const char CLASS[] = "by_hand.chain";

/* ---- the handwritten module --------------------------------------------------------------- */

static cgswap_chain *check_chain(lua_State *L)
{
	return *(cgswap_chain **)luaL_checkudata(L, 1, CLASS);
}

static void push_integer(lua_State *L, uint64_t value)
{
#if LUA_VERSION_NUM >= 503
	lua_pushinteger(L, (lua_Integer)value);
#else
	lua_pushnumber(L, (lua_Number)value);
#endif
}

static int refuse(lua_State *L)
{
	lua_pushnil(L);
	lua_pushstring(L, cgswap_error_get_message(cgswap_last_error()));
	return 2;
}

static int by_hand_open(lua_State *L)
{
	const char *path = luaL_checkstring(L, 1);
	cgswap_chain **chain = lua_newuserdata(L, sizeof(*chain));
	cgswap_session *session;

	*chain = NULL;
	luaL_getmetatable(L, CLASS);
	lua_setmetatable(L, -2);
	if (cgswap_session_open(&session, NULL))
		return refuse(L);
	if (cgswap_chain_open(chain, session, path, "egress"))
		return refuse(L);
	cgswap_session_unref(session);
	return 1;
}

static int by_hand_gc(lua_State *L)
{
	cgswap_chain_unref(check_chain(L));
	return 0;
}

static int by_hand_revision(lua_State *L)
{
	push_integer(L, cgswap_chain_get_revision(check_chain(L)));
	return 1;
}

static int by_hand_read(lua_State *L)
{
	if (cgswap_chain_read(check_chain(L)))
		return refuse(L);
	lua_pushboolean(L, 1);
	return 1;
}

static void set_integer(lua_State *L, const char *field, uint64_t value)
{
	push_integer(L, value);
	lua_setfield(L, -2, field);
}

static void set_string(lua_State *L, const char *field, const char *text)
{
	lua_pushstring(L, text);
	lua_setfield(L, -2, field);
}

static void push_entry(lua_State *L, const cgswap_entry *entry)
{
	size_t maps = cgswap_entry_get_map_count(entry);

	lua_createtable(L, 0, 12);
	set_integer(L, "position", cgswap_entry_get_position(entry));
	set_integer(L, "id", cgswap_entry_get_id(entry));
	set_string(L, "name", cgswap_entry_get_name(entry));
	set_string(L, "tag", cgswap_entry_get_tag(entry));
	set_string(L, "type", cgswap_entry_get_type(entry));
	if (cgswap_entry_get_link_id(entry))
		set_integer(L, "link_id", cgswap_entry_get_link_id(entry));
	if (cgswap_entry_get_preorder(entry)) {
		lua_pushboolean(L, cgswap_entry_get_preorder(entry) == CGSWAP_PREORDER_YES);
		lua_setfield(L, -2, "preorder");
	}
	set_integer(L, "loaded_at", (uint64_t)cgswap_entry_get_loaded_at(entry));
	set_integer(L, "uid", cgswap_entry_get_uid(entry));
	set_integer(L, "run_count", cgswap_entry_get_run_count(entry));
	set_integer(L, "run_time_ns", cgswap_entry_get_run_time_ns(entry));
	lua_createtable(L, (int)maps, 0);
	for (size_t i = 0; i < maps; i++) {
		push_integer(L, cgswap_entry_get_map_id(entry, i));
		lua_rawseti(L, -2, (int)i + 1);
	}
	lua_setfield(L, -2, "maps");
}

static int by_hand_entries(lua_State *L)
{
	cgswap_chain *chain = check_chain(L);
	size_t length;

	if (cgswap_chain_describe(chain, CGSWAP_DESCRIBE_ALL))
		return refuse(L);
	length = cgswap_chain_get_length(chain);
	lua_createtable(L, (int)length, 0);
	for (size_t i = 0; i < length; i++) {
		push_entry(L, cgswap_chain_get_entry(chain, i));
		lua_rawseti(L, -2, (int)i + 1);
	}
	return 1;
}

static int open_by_hand(lua_State *L)
{
	luaL_newmetatable(L, CLASS);
	lua_pushcfunction(L, by_hand_gc);
	lua_setfield(L, -2, "__gc");
	lua_newtable(L);
	lua_pushcfunction(L, by_hand_revision);
	lua_setfield(L, -2, "revision");
	lua_pushcfunction(L, by_hand_read);
	lua_setfield(L, -2, "read");
	lua_pushcfunction(L, by_hand_entries);
	lua_setfield(L, -2, "entries");
	lua_setfield(L, -2, "__index");
	lua_pop(L, 1);
	lua_newtable(L);
	lua_pushcfunction(L, by_hand_open);
	lua_setfield(L, -2, "open");
	return 1;
}

/* ---- the script --------------------------------------------------------------------------- */

static int now(lua_State *L)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	lua_pushnumber(L, (lua_Number)time.tv_sec * 1e9 + (lua_Number)time.tv_nsec);
	return 1;
}

static void run(const char *cgroup)
{
	char *module = source_path(LUA_MODULE), *core = build_path(LUA_CORE);
	lua_State *L = luaL_newstate();

	luaL_openlibs(L);
	lua_getglobal(L, "package");
	lua_pushstring(L, module);
	lua_setfield(L, -2, "path");
	lua_pushstring(L, core);
	lua_setfield(L, -2, "cpath");
	if (luaL_loadfile(L, LUA_SCRIPT))
		bench_die(lua_tostring(L, -1));
	lua_pushstring(L, cgroup);
	lua_pushcfunction(L, open_by_hand);
	lua_call(L, 0, 1);
	lua_pushcfunction(L, now);
	if (lua_pcall(L, 3, 0, 0))
		bench_die(lua_tostring(L, -1));
	lua_close(L);
	free(core);
	free(module);
}

int main(void)
{
	int progs[ENTRIES];
	struct scratch cgroup;

	if (geteuid())
		bench_die("needs root");
	cgroup = scratch_new("chain");
	prog_pass_many(EGRESS, "firewall", progs, ENTRIES);
	for (int i = 0; i < ENTRIES; i++)
		if (raw_attach(cgroup.fd, progs[i], EGRESS, RAW_MULTI))
			bench_die("cannot attach a program");
	run(cgroup.path);
	return 0;
}
