# SPDX-License-Identifier: BSD-2-Clause
#
# The Lua module compared with a handwritten one, for each version of Lua.

EXTRA_DIST += %D%/lua_cost.lua
lua_cost_script = -DLUA_SCRIPT='"$(abs_top_srcdir)/%D%/lua_cost.lua"'

lua_benches =
if EMBED_LUA51
lua_benches += %D%/lua51_cost
%C%_lua51_cost_SOURCES = %D%/lua_cost.c %D%/fail.h
%C%_lua51_cost_CPPFLAGS = $(lua51_embed_cppflags) $(lua_cost_script)
%C%_lua51_cost_LDADD = $(lua51_embed_libs)
endif
if BUILD_LUA53
lua_benches += %D%/lua53_cost
%C%_lua53_cost_SOURCES = %D%/lua_cost.c %D%/fail.h
%C%_lua53_cost_CPPFLAGS = $(lua53_embed_cppflags) $(lua_cost_script)
%C%_lua53_cost_LDADD = $(lua53_embed_libs)
endif
if BUILD_LUA54
lua_benches += %D%/lua54_cost
%C%_lua54_cost_SOURCES = %D%/lua_cost.c %D%/fail.h
%C%_lua54_cost_CPPFLAGS = $(lua54_embed_cppflags) $(lua_cost_script)
%C%_lua54_cost_LDADD = $(lua54_embed_libs)
endif
if EMBED_LUAJIT
lua_benches += %D%/luajit_cost
%C%_luajit_cost_SOURCES = %D%/lua_cost.c %D%/fail.h
%C%_luajit_cost_CPPFLAGS = $(luajit_embed_cppflags) $(lua_cost_script)
%C%_luajit_cost_LDADD = $(luajit_embed_libs)
endif

check_PROGRAMS += $(lua_benches)
BENCHES += $(lua_benches)
