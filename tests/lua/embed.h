/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file embed.h
 * What the scripts in this folder are given: tap, to make checks with, and fixture, the fixtures,
 * which are made by raw system calls. Both arrive as the arguments of the script's chunk, so
 * that a script begins with `local tap, fixture = ...` and no global is made for it.
 */
#ifndef TESTS_LUA_EMBED_H
#define TESTS_LUA_EMBED_H

#include <lua.h>

/** Pushes the table of checks: ok, is, has, refused, raises, skip, diag. */
void push_tap(lua_State *L);

/** Pushes the table of fixtures: cgroups, programs, links, and what the kernel has. */
void push_scene(lua_State *L);
/** Adds to that table what makes further states: state, threads, starve. */
void push_states(lua_State *L);
/** Lets require find the module of the build tree, and nothing else that may be installed. */
void find_module(lua_State *L);
/** Closes what a script made through its fixture; cgroups go with the process. */
void fixture_end(void);

#endif
