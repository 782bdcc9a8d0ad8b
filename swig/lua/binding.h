/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The handwritten part of the module cgswap_core, which cgswap.lua makes into the module cgswap.
 * SWIG's wrappers convert arguments and results by these functions (see typemaps.swg).
 */
#ifndef CGSWAP_LUA_BINDING_H
#define CGSWAP_LUA_BINDING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <lauxlib.h>
#include <lua.h>

#include <cgswap.h>

#if LUA_VERSION_NUM == 501
#define lua_rawlen lua_objlen
#endif

/* ---- box.c: a handle is a box, a userdata -----------------------------------------------------
 */

enum cg_class {
	CG_SESSION,
	CG_CHAIN,
	CG_PROGRAM,
	CG_REPLACE,
	CG_OBJECT,
	CG_JOURNAL,
	CG_HISTORY,
	CG_FIND,
	CG_CLEAN,
	CG_LINK, /* not a handle: a descriptor */
	CG_CLASSES
};

struct cg_box {
	const char *mark; /* distinguishes a box from other userdata */
	void *handle;     /* NULL after it was collected */
	enum cg_class of;
	int fd;        /* the descriptor of a link; -1 after close() */
	bool modelled; /* the descriptor is a model's, which the process does not have */
};

void cg_get_key(lua_State *L, const void *key);
void cg_set_key(lua_State *L, const void *key);

void cg_new_classes(lua_State *L);
/*
 * Pushes an empty box with a table of what it keeps alive: its session, at the stack index session,
 * and what cgswap.lua adds.
 */
struct cg_box *cg_new_box(lua_State *L, enum cg_class of, int session);
/* Pushes an empty box for a link of the chain at index 1. */
struct cg_box *cg_new_link(lua_State *L);
/* The box at a stack index, or NULL for another value. */
struct cg_box *cg_is_box(lua_State *L, int index, enum cg_class of);
void *cg_check(lua_State *L, int index, enum cg_class of);
/* Pushes the table of what the box at an index keeps alive. */
void cg_push_kept(lua_State *L, int index);
/* "cgswap.chain" and so on, "nothing", or as lua_typename() */
const char *cg_type_name(lua_State *L, int index);

/* Functions of the module. */
int cg_class(lua_State *L);
int cg_kept(lua_State *L);
int cg_same(lua_State *L);
int cg_step_chain(lua_State *L);
int cg_type(lua_State *L);
int cg_link_fd(lua_State *L);
int cg_link_close(lua_State *L);

/* ---- fail.c: errors of arguments, which name the argument and the line of the script ------------
 */

/* All of these raise an error. */
int cg_wrong_type(lua_State *L, int index, const char *name, const char *wanted);
int cg_wrong_value(lua_State *L, const char *name, const char *reason);
int cg_fail(lua_State *L); /* with the message at the top of the stack */

/* Functions of the module. */
int cg_raise_message(lua_State *L);
int cg_ours(lua_State *L);

/* ---- values.c: numbers and strings ------------------------------------------------------------
 */

/*
 * From Lua 5.3 on, integers have 64 bits; before, they are doubles, which are exact up to 2^53. All
 * functions that push return 1.
 */
int cg_push_integer(lua_State *L, int64_t value);
int cg_push_some(lua_State *L, uint64_t value);   /* nil for 0 */
int cg_push_text(lua_State *L, const char *text); /* nil for "" */
/*
 * An ID of a transaction, as a string: it has 16 digits, of which tostring() shows 14 where a
 * number is a double. nil for 0.
 */
int cg_push_id(lua_State *L, uint64_t id);
bool cg_to_integer(lua_State *L, int index, int64_t *value);
int cg_check_integer(lua_State *L, int index, const char *name);
uint64_t cg_check_id(lua_State *L, int index, const char *name); /* a number */
const char *cg_check_string(lua_State *L, int index, const char *name);

/* ---- records.c: the fields of abi/fields.def in tables -----------------------------------------
 */

void cg_new_errors(lua_State *L);
/* Pushes a table with the fields of an event. */
void cg_push_event(lua_State *L, const cgswap_event *event);
/* Pushes nil, message, err for the thread's last error. Returns their number. */
int cg_refuse(lua_State *L);
/* Pushes this thread's last error as cg_refuse() does, or nil if its last call succeeded. */
int cg_push_last_error(lua_State *L);
int cg_records(lua_State *L);
int cg_fields(lua_State *L);

/* ---- options.c: a table of cgswap.lua fills a struct -------------------------------------------
 */

void cg_take_options(lua_State *L, int index, const char *tag, void *opts);
int cg_options(lua_State *L);

/* ---- callbacks.c -------------------------------------------------------------------------------
 */

/* A running call of the library, on the C stack of the function that makes it. */
struct cg_call {
	lua_State *L;
	struct cg_call *outer;
	bool failed; /* a callback raised an error, which is stored */
};

/* The function of a call, which stays on the stack during the call. */
struct cg_callback {
	lua_State *L;
	int function; /* its stack index */
};

/*
 * The argument of a function in a protected call, which reads it first. As a light userdata on the
 * stack it could need memory: LuaJIT has a table of their address ranges.
 */
extern _Thread_local const void *cg_handed;

void cg_new_callbacks(lua_State *L);
void cg_begin(struct cg_call *call, lua_State *L);
void cg_end(struct cg_call *call);
/* The number of calls that this thread has begun; only a call may change what a handle has. */
const unsigned long *cg_calls(void);
/* Raises the stored error of a callback. */
int cg_raise(lua_State *L);

void cg_check_function(lua_State *L, int index, const char *name);
/* Pushes the function of this name in a table of options; returns false if there is none. */
bool cg_take_callback(lua_State *L, int options, const char *name, struct cg_callback *callback);
int cg_on_progress(size_t done, size_t total, void *user);
int cg_on_event(const cgswap_event *event, void *user);
int cg_on_health(char *said, size_t size, const cgswap_event *event, void *user);
int cg_on_cgroup(const char *cgroup, void *user);
void cg_on_log(int level, const char *text, void *user);
/* Pushes a list with the function at index; an empty one for nil. Returns its address, or NULL. */
void *cg_new_log(lua_State *L, int index);
/* The library uses the list at index now: the session's box, at 1, refers to it. */
void cg_keep_log(lua_State *L, int index);

#endif
