/* SPDX-License-Identifier: BSD-2-Clause */
#include "binding.h"
#include "handles.h"

#include <string.h>
#include <unistd.h>

static const char *const cg_class_names[CG_CLASSES] = {
	"cgswap.session", "cgswap.chain", "cgswap.program", "cgswap.replace", "cgswap.object",
	"cgswap.journal", "cgswap.history", "cgswap.find", "cgswap.clean", "cgswap.link",
};

/* The metatables are in the registry under these addresses. */
static const char cg_class_keys[CG_CLASSES];

void cg_get_key(lua_State *L, const void *key)
{
	lua_pushlightuserdata(L, (void *)key);
	lua_rawget(L, LUA_REGISTRYINDEX);
}

void cg_set_key(lua_State *L, const void *key)
{
	lua_pushlightuserdata(L, (void *)key);
	lua_insert(L, -2);
	lua_rawset(L, LUA_REGISTRYINDEX);
}

/* ---- the objects that a box keeps alive ----------------------------------------------------
 */

void cg_push_kept(lua_State *L, int index)
{
#if LUA_VERSION_NUM >= 502
	lua_getuservalue(L, index);
#else
	lua_getfenv(L, index);
#endif
}

static void cg_new_kept(lua_State *L, int session)
{
	lua_newtable(L);
	if (session) {
		lua_pushvalue(L, session);
		lua_setfield(L, -2, "session");
	}
#if LUA_VERSION_NUM >= 502
	lua_setuservalue(L, -2);
#else
	lua_setfenv(L, -2);
#endif
}

/* ---- boxes ------------------------------------------------------------------------------------
 */

static struct cg_box *cg_new(lua_State *L, enum cg_class of)
{
	struct cg_box *box = lua_newuserdata(L, sizeof(*box));

	*box = (struct cg_box){ .mark = &cg_class_keys[of], .of = of, .fd = -1 };
	cg_get_key(L, &cg_class_keys[of]);
	lua_setmetatable(L, -2);
	return box;
}

struct cg_box *cg_new_box(lua_State *L, enum cg_class of, int session)
{
	struct cg_box *box = cg_new(L, of);

	cg_new_kept(L, session);
	return box;
}

struct cg_box *cg_is_box(lua_State *L, int index, enum cg_class of)
{
	struct cg_box *box;

	if (lua_type(L, index) != LUA_TUSERDATA || lua_rawlen(L, index) < sizeof(*box))
		return NULL;
	box = lua_touserdata(L, index);
	return box->mark == &cg_class_keys[of] ? box : NULL;
}

/* The box at a stack index of any class, or NULL. */
static struct cg_box *cg_any_box(lua_State *L, int index)
{
	struct cg_box *box = NULL;

	for (int of = 0; of < CG_CLASSES && !box; of++)
		box = cg_is_box(L, index, (enum cg_class)of);
	return box;
}

const char *cg_type_name(lua_State *L, int index)
{
	const struct cg_box *box = cg_any_box(L, index);

	if (box)
		return cg_class_names[box->of];
	return lua_isnoneornil(L, index) ? "nothing" : luaL_typename(L, index);
}

static struct cg_box *cg_check_box(lua_State *L, int index, enum cg_class of)
{
	struct cg_box *box = cg_is_box(L, index, of);

	if (!box)
		cg_wrong_type(L, index, cg_class_names[of] + strlen("cgswap."), cg_class_names[of]);
	return box;
}

void *cg_check(lua_State *L, int index, enum cg_class of)
{
	return cg_check_box(L, index, of)->handle;
}

static void cg_shut_link(struct cg_box *link)
{
	int fd = link->fd;

	link->fd = -1;
	if (fd >= 0 && !link->modelled)
		close(fd);
}

static void cg_unref(enum cg_class of, void *handle)
{
	switch (of) {
		CG_HANDLES(CG_UNREF)
	default:
		break;
	}
}

/* A finalizer that runs later may still use the box, so it is emptied. */
static int cg_gc(lua_State *L)
{
	struct cg_box *box = cg_any_box(L, 1);
	struct cg_call call;
	void *handle;

	if (!box)
		return cg_wrong_type(L, 1, "object", "an object of cgswap");
	if (box->of == CG_LINK) {
		cg_shut_link(box);
		return 0;
	}
	handle = box->handle;
	box->handle = NULL;
	cg_begin(&call, L);
	cg_unref(box->of, handle);
	cg_end(&call);
	return 0;
}

void cg_new_classes(lua_State *L)
{
	for (int of = 0; of < CG_CLASSES; of++) {
		lua_createtable(L, 0, 8);
		lua_pushcfunction(L, cg_gc);
		lua_setfield(L, -2, "__gc");
		lua_pushstring(L, cg_class_names[of]);
		lua_setfield(L, -2, "__name");
		cg_set_key(L, &cg_class_keys[of]);
	}
}

struct cg_box *cg_new_link(lua_State *L)
{
	const struct cg_box *session;
	struct cg_box *link;
	bool live;

	cg_push_kept(L, 1);
	lua_getfield(L, -1, "session");
	session = cg_is_box(L, -1, CG_SESSION);
	live = session && !strcmp(cgswap_session_get_kernel(session->handle), "live");
	lua_pop(L, 2);
	link = cg_new(L, CG_LINK);
	link->modelled = !live;
	return link;
}

/* ---- functions of the module ------------------------------------------------------------------
 */

/* class(noun): a metatable */
int cg_class(lua_State *L)
{
	const char *noun = luaL_checkstring(L, 1);

	for (int of = 0; of < CG_CLASSES; of++)
		if (!strcmp(cg_class_names[of] + strlen("cgswap."), noun)) {
			cg_get_key(L, &cg_class_keys[of]);
			return 1;
		}
	return luaL_argerror(L, 1, "unknown class");
}

/* kept(object): the table of what it keeps alive */
int cg_kept(lua_State *L)
{
	if (!cg_any_box(L, 1))
		return cg_wrong_type(L, 1, "object", "an object of cgswap");
	cg_push_kept(L, 1);
	return 1;
}

/* same(a, b): true if both are the same handle */
int cg_same(lua_State *L)
{
	const struct cg_box *a = cg_any_box(L, 1), *b = cg_any_box(L, 2);

	lua_pushboolean(L, a && b && a->of == b->of && a->handle == b->handle);
	return 1;
}

/* step_chain(replace, index): a new box for the chain of a step */
int cg_step_chain(lua_State *L)
{
	cgswap_replace *replace = cg_check(L, 1, CG_REPLACE);
	size_t index = (size_t)cg_check_integer(L, 2, "index");
	struct cg_box *box = cg_new_box(L, CG_CHAIN, 1);

	box->handle = cgswap_chain_ref(
		cgswap_step_get_chain(cgswap_replace_get_step(replace, index)));
	return 1;
}

/* type(value): "cgswap.chain" and so on, "nothing", or as Lua's type() */
int cg_type(lua_State *L)
{
	lua_pushstring(L, cg_type_name(L, 1));
	return 1;
}

/* link_fd(link): the descriptor, which the link still owns; nil after close() */
int cg_link_fd(lua_State *L)
{
	const struct cg_box *link = cg_check_box(L, 1, CG_LINK);

	if (link->fd < 0)
		lua_pushnil(L);
	else
		cg_push_integer(L, link->fd);
	return 1;
}

/* link_close(link); closing twice is allowed */
int cg_link_close(lua_State *L)
{
	cg_shut_link(cg_check_box(L, 1, CG_LINK));
	lua_pushboolean(L, 1);
	return 1;
}
