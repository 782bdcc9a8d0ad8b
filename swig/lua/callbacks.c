/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Callbacks run in the Lua thread (state or coroutine) that called the library. An error in one
 * must not unwind through the library, so it is stored, and raised when the library has returned.
 */
#include "binding.h"

#include <stdio.h>

_Thread_local const void *cg_handed;

/* ---- calls ----------------------------------------------------------------------------------- */

/* The innermost call of this thread, and the number of all that it began. */
static _Thread_local struct cg_call *cg_innermost;
static _Thread_local unsigned long cg_begun;

static const char cg_failure_key, cg_text_key, cg_event_key, cg_line_key, cg_logs_key;

void cg_begin(struct cg_call *call, lua_State *L)
{
	*call = (struct cg_call){ .L = L, .outer = cg_innermost };
	cg_innermost = call;
	cg_begun++;
}

const unsigned long *cg_calls(void)
{
	return &cg_begun;
}

void cg_end(struct cg_call *call)
{
	cg_innermost = call->outer;
}

int cg_raise(lua_State *L)
{
	cg_get_key(L, &cg_failure_key);
	lua_pushboolean(L, 0);
	cg_set_key(L, &cg_failure_key);
	return lua_error(L);
}

/*
 * Stores the error on the top of the stack, unless there is one already. The key exists already, so
 * this needs no memory.
 */
static void cg_keep_failure(lua_State *L)
{
	if (cg_innermost->failed) {
		lua_pop(L, 1);
		return;
	}
	cg_innermost->failed = true;
	cg_set_key(L, &cg_failure_key);
}

/* Ends a callback, whose result or error is on the top of the stack. Returns nonzero to stop. */
static int cg_ends(lua_State *L, int error)
{
	bool stops;

	if (error) {
		cg_keep_failure(L);
		return -1;
	}
	stops = lua_isboolean(L, -1) && !lua_toboolean(L, -1);
	lua_pop(L, 1);
	return stops;
}

void cg_check_function(lua_State *L, int index, const char *name)
{
	if (!lua_isfunction(L, index))
		cg_wrong_type(L, index, name, "function");
}

bool cg_take_callback(lua_State *L, int options, const char *name, struct cg_callback *callback)
{
	if (!lua_istable(L, options))
		return false;
	lua_getfield(L, options, name);
	*callback = (struct cg_callback){ .L = L, .function = lua_gettop(L) };
	return lua_isfunction(L, -1);
}

/*
 * The values of a callback fit on the stack: of the 20 slots that Lua gives to each C function a
 * wrapper uses 10 at most.
 */
int cg_on_progress(size_t done, size_t total, void *user)
{
	const struct cg_callback *progress = user;
	lua_State *L = progress->L;

	lua_pushvalue(L, progress->function);
	cg_push_integer(L, (int64_t)done);
	cg_push_integer(L, (int64_t)total);
	return cg_ends(L, lua_pcall(L, 2, 1, 0));
}

/* Calls the function with an event, and returns two results. */
static int cg_call_with_event(lua_State *L)
{
	cg_push_event(L, cg_handed);
	lua_call(L, 1, 2);
	return 2;
}

/* Leaves two results on the stack, or an error. */
static int cg_call_for_event(const cgswap_event *event, const struct cg_callback *callback)
{
	lua_State *L = callback->L;

	cg_get_key(L, &cg_event_key);
	lua_pushvalue(L, callback->function);
	cg_handed = event;
	return lua_pcall(L, 1, 2, 0);
}

int cg_on_event(const cgswap_event *event, void *user)
{
	const struct cg_callback *callback = user;
	int error = cg_call_for_event(event, callback);

	if (!error)
		lua_pop(callback->L, 1);
	return cg_ends(callback->L, error);
}

/* An unhealthy result is false, or the reason as a string, or both. */
int cg_on_health(char *said, size_t size, const cgswap_event *event, void *user)
{
	const struct cg_callback *callback = user;
	lua_State *L = callback->L;
	int error = cg_call_for_event(event, callback);
	bool no;

	if (error)
		return cg_ends(L, error);
	no = lua_type(L, -2) == LUA_TSTRING || (lua_isboolean(L, -2) && !lua_toboolean(L, -2));
	if (lua_type(L, -2) == LUA_TSTRING)
		snprintf(said, size, "%s", lua_tostring(L, -2));
	else if (no && lua_type(L, -1) == LUA_TSTRING)
		snprintf(said, size, "%s", lua_tostring(L, -1));
	lua_pop(L, 2);
	return no;
}

/* Calls the function with a text. Running out of memory is an error like any other. */
static int cg_call_with_text(lua_State *L)
{
	lua_pushstring(L, cg_handed);
	lua_call(L, 1, 1);
	return 1;
}

int cg_on_cgroup(const char *cgroup, void *user)
{
	const struct cg_callback *walk = user;
	lua_State *L = walk->L;

	cg_get_key(L, &cg_text_key);
	lua_pushvalue(L, walk->function);
	cg_handed = cgroup;
	return cg_ends(L, lua_pcall(L, 1, 1, 0));
}

/* ---- the log --------------------------------------------------------------------------------- */

/*
 * The function is in a list, which the session's box refers to. The library gets the address of the
 * list, and finds the list by it in a table with weak values. So a function that refers to its own
 * session does not keep it alive for ever.
 */
struct cg_line {
	const char *level;
	const char *text;
};

/* Calls the function of the list with a line. */
static int cg_call_logger(lua_State *L)
{
	struct cg_line line = *(const struct cg_line *)cg_handed;

	lua_rawgeti(L, 1, 1);
	lua_pushstring(L, line.level);
	lua_pushstring(L, line.text);
	lua_call(L, 2, 0);
	return 0;
}

void cg_on_log(int level, const char *text, void *user)
{
	struct cg_line line = { cgswap_log_level_get_name((enum cgswap_log_level)level), text };
	lua_State *L = cg_innermost ? cg_innermost->L : NULL;

	if (!L)
		return;
	cg_get_key(L, &cg_line_key);
	cg_get_key(L, &cg_logs_key);
	lua_pushlightuserdata(L, user);
	lua_rawget(L, -2);
	lua_remove(L, -2);
	if (!lua_istable(L, -1)) { /* the session is being collected */
		lua_pop(L, 2);
		return;
	}
	cg_handed = &line;
	if (lua_pcall(L, 1, 0, 0))
		cg_keep_failure(L);
}

void *cg_new_log(lua_State *L, int index)
{
	void *list;

	if (!lua_isnil(L, index))
		cg_check_function(L, index, "log");
	lua_createtable(L, 1, 0);
	if (lua_isnil(L, index))
		return NULL;
	lua_pushvalue(L, index);
	lua_rawseti(L, -2, 1);
	list = (void *)lua_topointer(L, -1);
	cg_get_key(L, &cg_logs_key);
	lua_pushlightuserdata(L, list);
	lua_pushvalue(L, -3);
	lua_rawset(L, -3);
	lua_pop(L, 1);
	return list;
}

void cg_keep_log(lua_State *L, int index)
{
	cg_push_kept(L, 1);
	lua_pushvalue(L, index);
	lua_setfield(L, -2, "log");
	lua_pop(L, 1);
}

void cg_new_callbacks(lua_State *L)
{
	lua_pushcfunction(L, cg_call_with_text);
	cg_set_key(L, &cg_text_key);
	lua_pushcfunction(L, cg_call_with_event);
	cg_set_key(L, &cg_event_key);
	lua_pushcfunction(L, cg_call_logger);
	cg_set_key(L, &cg_line_key);
	lua_newtable(L);
	lua_createtable(L, 0, 1);
	lua_pushliteral(L, "v");
	lua_setfield(L, -2, "__mode");
	lua_setmetatable(L, -2);
	cg_set_key(L, &cg_logs_key);
	lua_pushboolean(L, 0);
	cg_set_key(L, &cg_failure_key);
}
