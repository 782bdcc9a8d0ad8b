/* SPDX-License-Identifier: BSD-2-Clause */
/* More Lua states besides the script's own: within its calls, in threads, and with failing allocations. */
#include "embed.h"

#include "../lib/live.h"
#include "../lib/tap.h"

#include <lauxlib.h>
#include <lualib.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void find_module(lua_State *L)
{
	char *path = source_path(LUA_MODULE), *core = build_path(LUA_CORE);

	lua_getglobal(L, "package");
	lua_pushstring(L, path);
	lua_setfield(L, -2, "path");
	lua_pushstring(L, core);
	lua_setfield(L, -2, "cpath");
	lua_pop(L, 1);
	free(core);
	free(path);
}

/* Runs a chunk with a path as its argument. Writes its result into text. */
static void run_chunk(const char *chunk, const char *argument, char *text, size_t size)
{
	lua_State *L = luaL_newstate();

	luaL_openlibs(L);
	find_module(L);
	if (luaL_loadstring(L, chunk) || (lua_pushstring(L, argument), lua_pcall(L, 1, 1, 0)))
		snprintf(text, size, "error: %s", lua_tostring(L, -1));
	else
		snprintf(text, size, "%s", lua_tostring(L, -1) ? lua_tostring(L, -1) : "nil");
	lua_close(L);
}

/* state(chunk, argument): runs the chunk in another state. @return its result. */
static int fixture_state(lua_State *L)
{
	char text[512];

	run_chunk(luaL_checkstring(L, 1), luaL_checkstring(L, 2), text, sizeof(text));
	lua_pushstring(L, text);
	return 1;
}

enum { THREADS = 8 };

struct job {
	const char *chunk, *argument;
	char text[512];
};

static void *run_job(void *user)
{
	struct job *job = user;

	run_chunk(job->chunk, job->argument, job->text, sizeof(job->text));
	return NULL;
}

/* threads(chunk, argument): runs it in several threads at once. @return a list of results. */
static int fixture_threads(lua_State *L)
{
	static struct job jobs[THREADS];
	pthread_t threads[THREADS];

	for (int i = 0; i < THREADS; i++) {
		jobs[i].chunk = luaL_checkstring(L, 1);
		jobs[i].argument = luaL_checkstring(L, 2);
		if (pthread_create(&threads[i], NULL, run_job, &jobs[i]))
			bail_out("cannot create a thread");
	}
	lua_newtable(L);
	for (int i = 0; i < THREADS; i++) {
		pthread_join(threads[i], NULL);
		lua_pushstring(L, jobs[i].text);
		lua_rawseti(L, -2, i + 1);
	}
	return 1;
}

/* ---- failing allocations ------------------------------------------------------------------ */

/* The number of allocations that succeed before one fails; below 0: all. */
struct larder {
	long left;
};

static void *allocate(void *user, void *old, size_t old_size, size_t size)
{
	struct larder *larder = user;

	(void)old_size;
	if (!size) {
		free(old);
		return NULL;
	}
	/* shrinking must succeed */
	if (larder->left >= 0 && (!old || size > old_size)) {
		if (!larder->left)
			return NULL;
		larder->left--;
	}
	return realloc(old, size);
}

/* Parses the modules: LuaJIT leaves a file open if it runs out of memory while it parses it. */
static void preload_modules(lua_State *L)
{
	static const char *const modules[][2] = {
		{ "cgswap", "swig/lua/cgswap.lua" },
		{ "cgswap.arguments", "swig/lua/cgswap/arguments.lua" },
		{ "cgswap.chain", "swig/lua/cgswap/chain.lua" },
		{ "cgswap.classes", "swig/lua/cgswap/classes.lua" },
		{ "cgswap.replace", "swig/lua/cgswap/replace.lua" },
	};

	lua_getglobal(L, "package");
	lua_getfield(L, -1, "preload");
	for (size_t i = 0; i < sizeof(modules) / sizeof(*modules); i++) {
		char *path = source_path(modules[i][1]);

		if (luaL_loadfile(L, path))
			bail_out("%s", lua_tostring(L, -1));
		lua_setfield(L, -2, modules[i][0]);
		free(path);
	}
	lua_pop(L, 2);
}

/* Runs the chunk with this allocation and all later ones failing. */
static bool starve_once(const char *chunk, const char *argument, long number, bool *runs)
{
	struct larder larder = { .left = -1 };
	lua_State *L = lua_newstate(allocate, &larder);
	bool finished;

	*runs = L != NULL;
	if (!L)
		return true;
	luaL_openlibs(L);
	find_module(L);
	preload_modules(L);
	if (luaL_loadstring(L, chunk))
		bail_out("%s", lua_tostring(L, -1));
	lua_pushstring(L, argument);
	larder.left = number;
	finished = !lua_pcall(L, 1, 0, 0);
	if (!finished && lua_tostring(L, -1) && !strstr(lua_tostring(L, -1), "memory"))
		bail_out("out of memory: %s", lua_tostring(L, -1));
	larder.left = -1;
	lua_close(L);
	return finished;
}

/*
 * starve(chunk, argument): runs the chunk again and again, with the first allocation of its state
 * failing, then the second and so on, until it succeeds. @return the number of runs, or nil where a
 * state cannot have its own allocator.
 */
static int fixture_starve(lua_State *L)
{
	const char *chunk = luaL_checkstring(L, 1);
	const char *argument = luaL_checkstring(L, 2);
	long number = 0;
	bool runs;

	while (!starve_once(chunk, argument, number, &runs))
		number++;
	if (!runs)
		return 0;
	lua_pushinteger(L, (lua_Integer)number);
	return 1;
}

void push_states(lua_State *L)
{
	lua_pushcfunction(L, fixture_state);
	lua_setfield(L, -2, "state");
	lua_pushcfunction(L, fixture_threads);
	lua_setfield(L, -2, "threads");
	lua_pushcfunction(L, fixture_starve);
	lua_setfield(L, -2, "starve");
}
