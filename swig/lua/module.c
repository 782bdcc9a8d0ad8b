/* SPDX-License-Identifier: BSD-2-Clause */
/* Opens the module: SWIG's wrappers and the handwritten functions, in one table. */
#include "binding.h"

#include <pthread.h>

/* SWIG's function, which writes to global variables. */
int cg_swig_open(lua_State *L);

int luaopen_cgswap_core(lua_State *L);

static const struct {
	const char *name;
	lua_CFunction function;
} cg_functions[] = {
	{ "class", cg_class },           { "fail", cg_raise_message },
	{ "fields", cg_fields },         { "kept", cg_kept },
	{ "link_close", cg_link_close }, { "link_fd", cg_link_fd },
	{ "options", cg_options },       { "ours", cg_ours },
	{ "records", cg_records },       { "same", cg_same },
	{ "step_chain", cg_step_chain }, { "type", cg_type },
};

static const char cg_module_key;

static int cg_open(lua_State *L)
{
	lua_settop(L, 0);
	cg_new_classes(L);
	cg_new_errors(L);
	cg_new_callbacks(L);
	cg_swig_open(L);
	for (size_t i = 0; i < sizeof(cg_functions) / sizeof(cg_functions[0]); i++) {
		lua_pushcfunction(L, cg_functions[i].function);
		lua_setfield(L, -2, cg_functions[i].name);
	}
	/* removes SWIG's own functions */
	lua_pushnil(L);
	lua_setglobal(L, "swig_type");
	lua_pushnil(L);
	lua_setglobal(L, "swig_equals");
	lua_pushvalue(L, -1);
	cg_set_key(L, &cg_module_key);
	return 1;
}

/* Threads with different states may open the module at the same time. */
__attribute__((visibility("default"))) int luaopen_cgswap_core(lua_State *L)
{
	static pthread_mutex_t one_at_once = PTHREAD_MUTEX_INITIALIZER;
	int failed;

	/* opened a second time it is the same module, and open objects stay valid */
	cg_get_key(L, &cg_module_key);
	if (lua_istable(L, -1))
		return 1;
	lua_settop(L, 0);
	lua_pushcfunction(L, cg_open);
	pthread_mutex_lock(&one_at_once);
	failed = lua_pcall(L, 0, 1, 0);
	pthread_mutex_unlock(&one_at_once);
	return failed ? lua_error(L) : 1;
}
