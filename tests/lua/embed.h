/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file embed.h
 * The arguments of each script's chunk: tap makes checks, and fixture makes cgroups, programs and so on
 * by raw system calls. A script begins with `local tap, fixture = ...` and needs no globals.
 */
#ifndef TESTS_LUA_EMBED_H
#define TESTS_LUA_EMBED_H

#include <lua.h>

/** Pushes the table of checks: ok, is, has, refused, raises, skip, diag. */
void push_tap(lua_State *L);

/** Pushes the table of fixtures: cgroups, programs, links, and the state of the kernel. */
void push_scene(lua_State *L);
/** Adds the functions that make more states to that table: state, threads, starve. */
void push_states(lua_State *L);
/** Makes require find the module of the build tree only. */
void find_module(lua_State *L);
/** Closes the descriptors that a script's fixture opened. Its cgroups are removed at exit. */
void fixture_end(void);

#endif
