/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The table of fixtures for scripts. It makes and reads everything by raw system calls, without the
 * library.
 */
#include "embed.h"

#include "../lib/bpffs.h"
#include "../lib/descriptors.h"
#include "../lib/attach_types.h"
#include "../lib/live.h"
#include "../lib/programs.h"
#include "../lib/rawbpf.h"
#include "../lib/scratch.h"
#include "../lib/traffic.h"

#include <errno.h>
#include <fcntl.h>
#include <lauxlib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { KEPT = 1024 };

static int kept[KEPT];
static size_t kept_count;

static int keep(lua_State *L, int fd)
{
	if (fd < 0)
		luaL_error(L, "fixture: %s", strerror(errno));
	if (kept_count == KEPT)
		luaL_error(L, "fixture: too many descriptors");
	kept[kept_count++] = fd;
	return fd;
}

void fixture_end(void)
{
	while (kept_count)
		close(kept[--kept_count]);
}

/* lua_Integer has 32 bits in some builds of Lua 5.1. */
static void push_number(lua_State *L, uint64_t number)
{
#if LUA_VERSION_NUM >= 503
	lua_pushinteger(L, (lua_Integer)number);
#else
	lua_pushnumber(L, (lua_Number)number);
#endif
}

static void set_number(lua_State *L, const char *field, uint64_t number)
{
	push_number(L, number);
	lua_setfield(L, -2, field);
}

static uint32_t hook_type(lua_State *L, int index)
{
	const char *name = luaL_optstring(L, index, "egress");

	for (size_t i = 0; i < type_info_count; i++)
		if (type_infos[i].short_name && !strcmp(type_infos[i].short_name, name))
			return type_infos[i].attach_type;
	return (uint32_t)luaL_argerror(L, index, "unknown attach type");
}

/* Combines the flags named by the arguments from index on; multi if there are none. */
static unsigned flags_from(lua_State *L, int index)
{
	static const char *const names[] = { "none", "override", "multi", "preorder", NULL };
	static const unsigned bits[] = { RAW_NONE, RAW_OVERRIDE, RAW_MULTI, RAW_PREORDER | RAW_MULTI };
	unsigned flags = 0;

	if (lua_gettop(L) < index)
		return RAW_MULTI;
	for (; index <= lua_gettop(L); index++)
		flags |= bits[luaL_checkoption(L, index, NULL, names)];
	return flags;
}

static int field_fd(lua_State *L, int index)
{
	int fd;

	luaL_checktype(L, index, LUA_TTABLE);
	lua_getfield(L, index, "fd");
	fd = (int)lua_tonumber(L, -1);
	lua_pop(L, 1);
	return fd;
}

static uint32_t field_hook(lua_State *L, int index)
{
	uint32_t type;

	lua_getfield(L, index, "attach_type");
	type = (uint32_t)lua_tonumber(L, -1);
	lua_pop(L, 1);
	return type;
}

/* Opens a cgroup by its path, for one call. */
static int cgroup_open(lua_State *L, int index)
{
	int fd = open(luaL_checkstring(L, index), O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0)
		luaL_error(L, "fixture: %s: %s", lua_tostring(L, index), strerror(errno));
	return fd;
}

static int done(lua_State *L, int cgroup, int result)
{
	int error = errno;

	close(cgroup);
	if (result < 0)
		return luaL_error(L, "fixture: %s", strerror(error));
	return 0;
}

/* ---- making objects ------------------------------------------------------------------------ */

/* cgroup(name): makes a cgroup. @return its path. */
static int fixture_cgroup(lua_State *L)
{
	static unsigned made;
	struct scratch scratch;
	char name[64];

	/* other scripts may use the same name */
	snprintf(name, sizeof(name), "%u-%.40s", ++made, luaL_checkstring(L, 1));
	scratch = scratch_new(name);
	close(scratch.fd);
	lua_pushstring(L, scratch.path);
	return 1;
}

/* child(path, name): makes a cgroup below another one. @return its path. */
static int fixture_child(lua_State *L)
{
	struct scratch parent = { .fd = -1 };
	struct scratch child;

	snprintf(parent.path, sizeof(parent.path), "%s", luaL_checkstring(L, 1));
	child = scratch_child(&parent, luaL_checkstring(L, 2));
	close(child.fd);
	lua_pushstring(L, child.path);
	return 1;
}

/* remove(path): removes a cgroup. */
static int fixture_remove(lua_State *L)
{
	struct scratch scratch = { .fd = -1 };

	snprintf(scratch.path, sizeof(scratch.path), "%s", luaL_checkstring(L, 1));
	scratch_remove(&scratch);
	return 0;
}

/* program(name [, attach_type]): loads a program that passes. @return { fd, id, name, tag, attach_type }. */
static int fixture_program(lua_State *L)
{
	const char *name = luaL_checkstring(L, 1);
	uint32_t type = hook_type(L, 2);
	int fd = keep(L, prog_pass(type, name));
	char tag[17];

	lua_newtable(L);
	set_number(L, "fd", (uint64_t)fd);
	set_number(L, "id", raw_prog_id(fd));
	set_number(L, "attach_type", type);
	lua_pushstring(L, name);
	lua_setfield(L, -2, "name");
	lua_pushstring(L, raw_prog_tag(fd, tag));
	lua_setfield(L, -2, "tag");
	return 1;
}

/* attach(path, program, flag...): attaches at the end. */
static int fixture_attach(lua_State *L)
{
	unsigned flags = flags_from(L, 3);
	int fd = field_fd(L, 2);
	int cgroup = cgroup_open(L, 1);

	return done(L, cgroup, raw_attach(cgroup, fd, field_hook(L, 2), flags));
}

/* detach(path, program) */
static int fixture_detach(lua_State *L)
{
	int fd = field_fd(L, 2);
	int cgroup = cgroup_open(L, 1);

	return done(L, cgroup, raw_detach(cgroup, fd, field_hook(L, 2)));
}

/* replace(path, old, new): replaces at old's position. */
static int fixture_replace(lua_State *L)
{
	int old = field_fd(L, 2);
	int new = field_fd(L, 3);
	int cgroup = cgroup_open(L, 1);

	return done(L, cgroup,
		    raw_replace(cgroup, new, old, field_hook(L, 2), RAW_MULTI | RAW_REPLACE));
}

/* link(path, program): attaches by a link, at the end. @return { fd, id }. */
static int fixture_link(lua_State *L)
{
	int fd = field_fd(L, 2);
	int cgroup = cgroup_open(L, 1);
	int link = raw_link_create(cgroup, fd, field_hook(L, 2), 0);

	done(L, cgroup, link);
	keep(L, link);
	lua_newtable(L);
	set_number(L, "fd", (uint64_t)link);
	set_number(L, "id", raw_link_id(link));
	return 1;
}

/* pin(program, name): pins in a bpffs for this test only. @return the path. */
static int fixture_pin(lua_State *L)
{
	lua_pushstring(L, bpffs_pin(field_fd(L, 1), luaL_checkstring(L, 2)));
	return 1;
}

/* ---- reading the kernel ------------------------------------------------------------------- */

static int push_query(lua_State *L, uint32_t query_flags)
{
	uint32_t type = hook_type(L, 2);
	int cgroup = cgroup_open(L, 1);
	struct raw_chain chain;
	int result = raw_query(cgroup, type, query_flags, &chain);

	done(L, cgroup, result);
	lua_newtable(L);
	for (uint32_t i = 0; i < chain.count; i++) {
		push_number(L, chain.ids[i]);
		lua_rawseti(L, -2, (int)i + 1);
	}
	set_number(L, "revision", chain.revision);
	set_number(L, "flags", chain.flags);
	return 1;
}

/* chain(path [, attach_type]): the ids of a chain and its revision. */
static int fixture_chain(lua_State *L)
{
	return push_query(L, 0);
}

/* effective(path [, attach_type]): the ids of the effective programs. */
static int fixture_effective(lua_State *L)
{
	return push_query(L, RAW_EFFECTIVE);
}

/* inode(path): the cgroup's id. */
static int fixture_inode(lua_State *L)
{
	struct stat stat_of;

	if (stat(luaL_checkstring(L, 1), &stat_of))
		return luaL_error(L, "fixture: %s", strerror(errno));
	push_number(L, stat_of.st_ino);
	return 1;
}

/* send(path, count): sends packets on loopback, from a process in the cgroup. */
static int fixture_send(lua_State *L)
{
	struct scratch from = { .fd = -1 };
	int result;

	snprintf(from.path, sizeof(from.path), "%s", luaL_checkstring(L, 1));
	from.fd = cgroup_open(L, 1);
	result = traffic_send(&from, (uint32_t)luaL_checkinteger(L, 2));
	return done(L, from.fd, result);
}

/* value(map_id): the first value of an array of 64-bit numbers. */
static int fixture_value(lua_State *L)
{
	int map = raw_map_open((uint32_t)luaL_checknumber(L, 1));
	uint64_t value;
	int result;

	if (map < 0)
		return luaL_error(L, "fixture: %s", strerror(errno));
	result = raw_map_lookup(map, 0, &value);
	done(L, map, result);
	push_number(L, value);
	return 1;
}

static int fixture_descriptors(lua_State *L)
{
	lua_pushinteger(L, (lua_Integer)descriptors_count());
	return 1;
}

static int fixture_mount(lua_State *L)
{
	lua_pushstring(L, scratch_mount());
	return 1;
}

static int push_path(lua_State *L, char *path)
{
	lua_pushstring(L, path);
	free(path);
	return 1;
}

/* build(path): a file of the build tree. */
static int fixture_build(lua_State *L)
{
	return push_path(L, build_path(luaL_checkstring(L, 1)));
}

/* source(path): a file of the source tree. */
static int fixture_source(lua_State *L)
{
	return push_path(L, source_path(luaL_checkstring(L, 1)));
}

void push_scene(lua_State *L)
{
	static const struct {
		const char *name;
		lua_CFunction function;
	} fixtures[] = {
		{ "cgroup", fixture_cgroup },   { "child", fixture_child },
		{ "remove", fixture_remove },   { "program", fixture_program },
		{ "attach", fixture_attach },   { "detach", fixture_detach },
		{ "replace", fixture_replace }, { "link", fixture_link },
		{ "pin", fixture_pin },         { "chain", fixture_chain },
		{ "effective", fixture_effective },
		{ "inode", fixture_inode },     { "send", fixture_send },
		{ "value", fixture_value },     { "descriptors", fixture_descriptors },
		{ "mount", fixture_mount },     { "build", fixture_build },
		{ "source", fixture_source },
	};

	lua_newtable(L);
#ifdef __SANITIZE_ADDRESS__
	lua_pushboolean(L, 1);
	lua_setfield(L, -2, "sanitized");
#endif
	for (size_t i = 0; i < sizeof(fixtures) / sizeof(*fixtures); i++) {
		lua_pushcfunction(L, fixtures[i].function);
		lua_setfield(L, -2, fixtures[i].name);
	}
}
