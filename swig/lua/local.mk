# SPDX-License-Identifier: BSD-2-Clause
#
# The Lua modules. cgswap.lua, with its parts in cgswap/, is the module cgswap for all versions of Lua, over cgswap_core,
# which is compiled once for each version: SWIG's wrapper, and the handwritten files beside it. LuaJIT
# loads the one of 5.1. A module does not link a Lua library: it uses the symbols of the interpreter
# that loads it. It is linked with nodelete because lua_close() unloads modules while other threads may
# still run their code.

lua_sources = \
	swig/handles.h \
	swig/struct_options.c \
	swig/struct_options.h \
	%D%/binding.h \
	%D%/box.c \
	%D%/callbacks.c \
	%D%/fail.c \
	%D%/module.c \
	%D%/options.c \
	%D%/records.c \
	%D%/values.c
lua_parts = \
	%D%/cgswap/arguments.lua \
	%D%/cgswap/chain.lua \
	%D%/cgswap/classes.lua \
	%D%/cgswap/replace.lua \
	%D%/cgswap/world.lua
EXTRA_DIST += $(lua_sources) %D%/cgswap.lua $(lua_parts) %D%/cgswap.rockspec.in %D%/typemaps.swg

lua_wrapper = %D%/cgswap_core.c
lua_module_cppflags = $(AM_CPPFLAGS) -I$(srcdir)/swig -I$(srcdir)/%D%
lua_module_ldflags = $(SWIG_LDFLAGS) -Wl,-z,nodelete -export-symbols-regex '^luaopen_cgswap_core$$'
lua_module_libadd = src/abi/libfields.la src/libcgswap.la

lua51_LTLIBRARIES =
lua53_LTLIBRARIES =
lua54_LTLIBRARIES =

if BUILD_LUA51
lua51_LTLIBRARIES += %D%/5.1/cgswap_core.la
lua51share_DATA = %D%/cgswap.lua
lua51partsdir = $(lua51sharedir)/cgswap
lua51parts_DATA = $(lua_parts)
nodist_%C%_5_1_cgswap_core_la_SOURCES = $(lua_wrapper) $(lua_sources)
%C%_5_1_cgswap_core_la_CPPFLAGS = $(lua_module_cppflags) $(LUA51_CFLAGS)
%C%_5_1_cgswap_core_la_CFLAGS = $(SWIG_CFLAGS)
%C%_5_1_cgswap_core_la_LDFLAGS = $(lua_module_ldflags)
%C%_5_1_cgswap_core_la_LIBADD = $(lua_module_libadd)
endif

if BUILD_LUA53
lua53_LTLIBRARIES += %D%/5.3/cgswap_core.la
lua53share_DATA = %D%/cgswap.lua
lua53partsdir = $(lua53sharedir)/cgswap
lua53parts_DATA = $(lua_parts)
nodist_%C%_5_3_cgswap_core_la_SOURCES = $(lua_wrapper) $(lua_sources)
%C%_5_3_cgswap_core_la_CPPFLAGS = $(lua_module_cppflags) $(LUA53_CFLAGS)
%C%_5_3_cgswap_core_la_CFLAGS = $(SWIG_CFLAGS)
%C%_5_3_cgswap_core_la_LDFLAGS = $(lua_module_ldflags)
%C%_5_3_cgswap_core_la_LIBADD = $(lua_module_libadd)
endif

if BUILD_LUA54
lua54_LTLIBRARIES += %D%/5.4/cgswap_core.la
lua54share_DATA = %D%/cgswap.lua
lua54partsdir = $(lua54sharedir)/cgswap
lua54parts_DATA = $(lua_parts)
nodist_%C%_5_4_cgswap_core_la_SOURCES = $(lua_wrapper) $(lua_sources)
%C%_5_4_cgswap_core_la_CPPFLAGS = $(lua_module_cppflags) $(LUA54_CFLAGS)
%C%_5_4_cgswap_core_la_CFLAGS = $(SWIG_CFLAGS)
%C%_5_4_cgswap_core_la_LDFLAGS = $(lua_module_ldflags)
%C%_5_4_cgswap_core_la_LIBADD = $(lua_module_libadd)
endif

# Common flags of the programs in tests/lua and bench that embed an interpreter and load its module.
lua51_embed_cppflags = $(AM_CPPFLAGS) $(LUA51_CFLAGS) \
	-DLUA_MODULE='"%D%/?.lua"' -DLUA_CORE='"%D%/5.1/.libs/?.so"'
lua53_embed_cppflags = $(AM_CPPFLAGS) $(LUA53_CFLAGS) \
	-DLUA_MODULE='"%D%/?.lua"' -DLUA_CORE='"%D%/5.3/.libs/?.so"'
lua54_embed_cppflags = $(AM_CPPFLAGS) $(LUA54_CFLAGS) \
	-DLUA_MODULE='"%D%/?.lua"' -DLUA_CORE='"%D%/5.4/.libs/?.so"'
luajit_embed_cppflags = $(AM_CPPFLAGS) $(LUAJIT_CFLAGS) \
	-DLUA_MODULE='"%D%/?.lua"' -DLUA_CORE='"%D%/5.1/.libs/?.so"'
lua51_embed_libs = $(LDADD) $(LUA51_LIBS)
lua53_embed_libs = $(LDADD) $(LUA53_LIBS)
lua54_embed_libs = $(LDADD) $(LUA54_LIBS)
luajit_embed_libs = $(LDADD) $(LUAJIT_LIBS)

if BUILD_LUA
$(lua_wrapper): $(SWIG_INTERFACE) $(srcdir)/%D%/typemaps.swg
	$(AM_V_at)$(MKDIR_P) $(@D)
	$(AM_V_SWIG)$(SWIG) -lua -nomoduleglobal -no-old-metatable-bindings -module cgswap_core \
		$(SWIG_FLAGS) \
		-o $@.new $(top_srcdir)/swig/cgswap.i
	$(AM_V_at)mv -f $@.new $@
CLEANFILES += $(lua_wrapper)

# A rock: the sources, and the rockspec by which luarocks builds them for an installed libcgswap. Made as
# a folder and as a tarball, with the rockspec beside them.
rock = cgswap-lua-$(PACKAGE_VERSION)
rock_sources = $(lua_sources) %D%/cgswap.lua $(lua_parts) src/abi/abi.def src/abi/fields.c src/abi/fields.def src/abi/fields.h
rockspec: $(lua_wrapper)
	$(AM_V_at)rm -rf $(rock) && $(MKDIR_P) $(rock)/abi $(rock)/cgswap
	$(AM_V_GEN)$(SED) 's/[@]PACKAGE_VERSION[@]/$(PACKAGE_VERSION)/g' \
		$(srcdir)/%D%/cgswap.rockspec.in >$(rock)/cgswap-$(PACKAGE_VERSION)-1.rockspec
	$(AM_V_at)cp $(lua_wrapper) $(srcdir)/LICENSE $(rock)/
	$(AM_V_at)for file in $(rock_sources); do \
		case $$file in src/abi/*) to=abi/ ;; */cgswap/*) to=cgswap/ ;; *) to= ;; esac; \
		cp $(srcdir)/$$file $(rock)/$$to || exit; \
	done
	$(AM_V_at)cp $(rock)/cgswap-$(PACKAGE_VERSION)-1.rockspec .
	$(AM_V_at)tar -czf $(rock).tar.gz $(rock)
	@echo 'In $(rock): luarocks make. Or here: luarocks install cgswap-$(PACKAGE_VERSION)-1.rockspec'
CLEANFILES += $(rock).tar.gz cgswap-$(PACKAGE_VERSION)-1.rockspec $(rock)/*.* $(rock)/abi/* $(rock)/cgswap/* $(rock)/LICENSE
else
rockspec:
	@echo 'rockspec: configure did not find SWIG and Lua' >&2
	@false
endif
.PHONY: rockspec
