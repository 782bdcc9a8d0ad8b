# SPDX-License-Identifier: BSD-2-Clause
#
# The Lua module. For each version of Lua that configure found, a program embeds the interpreter,
# makes the fixtures and runs these scripts.

lua_scripts = \
	%D%/01_list_chain.lua \
	%D%/02_selectors.lua \
	%D%/03_attach_detach.lua \
	%D%/04_swap_keeps_order.lua \
	%D%/05_dry_run.lua \
	%D%/06_commit_rollback.lua \
	%D%/07_all_or_none.lua \
	%D%/08_error_causes.lua \
	%D%/09_preorder_kept.lua \
	%D%/10_closed_handles.lua \
	%D%/11_expected_revision.lua \
	%D%/12_callbacks.lua \
	%D%/13_links_and_order.lua \
	%D%/14_maps_reused.lua \
	%D%/15_pins_metadata_inspect.lua \
	%D%/16_whole_surface.lua \
	%D%/17_separate_states.lua \
	%D%/18_out_of_memory.lua \
	%D%/19_object_lifetime.lua \
	%D%/20_model_without_privilege.lua \
	%D%/21_examples.lua \
	%D%/22_on_demand.lua \
	%D%/23_reference.lua \
	%D%/24_lists_and_errors.lua \
	%D%/25_model_world.lua \
	%D%/26_objects.lua \
	%D%/27_find.lua \
	%D%/28_recover.lua \
	%D%/29_undo.lua \
	%D%/29_clean.lua \
	%D%/30_recursive.lua \
	%D%/31_arguments.lua
EXTRA_DIST += $(lua_scripts)

lua_embedding = \
	%D%/embed.c \
	%D%/embed.h \
	%D%/embed_fixture.c \
	%D%/embed_states.c \
	%D%/embed_tap.c
EXTRA_DIST += $(lua_embedding)

lua_tests =
if EMBED_LUA51
lua_tests += %D%/lua51
%C%_lua51_SOURCES = $(lua_embedding)
%C%_lua51_CPPFLAGS = $(lua51_embed_cppflags)
%C%_lua51_LDADD = $(lua51_embed_libs)
endif
if BUILD_LUA53
lua_tests += %D%/lua53
%C%_lua53_SOURCES = $(lua_embedding)
%C%_lua53_CPPFLAGS = $(lua53_embed_cppflags)
%C%_lua53_LDADD = $(lua53_embed_libs)
endif
if BUILD_LUA54
lua_tests += %D%/lua54
%C%_lua54_SOURCES = $(lua_embedding)
%C%_lua54_CPPFLAGS = $(lua54_embed_cppflags)
%C%_lua54_LDADD = $(lua54_embed_libs)
endif
if EMBED_LUAJIT
lua_tests += %D%/luajit
%C%_luajit_SOURCES = $(lua_embedding)
%C%_luajit_CPPFLAGS = $(luajit_embed_cppflags)
%C%_luajit_LDADD = $(luajit_embed_libs)
endif

check_PROGRAMS += $(lua_tests)
TESTS += $(lua_tests)
