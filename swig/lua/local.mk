# SPDX-License-Identifier: BSD-2-Clause
#
# The Lua modules. SWIG generates one wrapper, which is compiled once for each version of Lua; LuaJIT
# loads the module of 5.1. A module does not link a Lua library: it uses the symbols of the interpreter
# that loads it. It is linked with nodelete because lua_close() unloads modules while other threads may
# still run their code.

lua_swig = \
	%D%/callbacks.swg \
	%D%/classes.swg \
	%D%/handles.swg \
	%D%/links.swg \
	%D%/methods.swg \
	%D%/module.swg \
	%D%/objects.swg \
	%D%/options.swg \
	%D%/tables.swg \
	%D%/values.swg
EXTRA_DIST += $(lua_swig) %D%/cgswap.rockspec.in

lua_wrapper = %D%/cgswap.c
lua_module_ldflags = $(SWIG_LDFLAGS) -Wl,-z,nodelete -export-symbols-regex '^luaopen_cgswap$$'

lua51_LTLIBRARIES =
lua53_LTLIBRARIES =
lua54_LTLIBRARIES =

if BUILD_LUA51
lua51_LTLIBRARIES += %D%/5.1/cgswap.la
nodist_%C%_5_1_cgswap_la_SOURCES = $(lua_wrapper)
%C%_5_1_cgswap_la_CPPFLAGS = $(AM_CPPFLAGS) $(LUA51_CFLAGS)
%C%_5_1_cgswap_la_CFLAGS = $(SWIG_CFLAGS)
%C%_5_1_cgswap_la_LDFLAGS = $(lua_module_ldflags)
%C%_5_1_cgswap_la_LIBADD = src/libcgswap.la
endif

if BUILD_LUA53
lua53_LTLIBRARIES += %D%/5.3/cgswap.la
nodist_%C%_5_3_cgswap_la_SOURCES = $(lua_wrapper)
%C%_5_3_cgswap_la_CPPFLAGS = $(AM_CPPFLAGS) $(LUA53_CFLAGS)
%C%_5_3_cgswap_la_CFLAGS = $(SWIG_CFLAGS)
%C%_5_3_cgswap_la_LDFLAGS = $(lua_module_ldflags)
%C%_5_3_cgswap_la_LIBADD = src/libcgswap.la
endif

if BUILD_LUA54
lua54_LTLIBRARIES += %D%/5.4/cgswap.la
nodist_%C%_5_4_cgswap_la_SOURCES = $(lua_wrapper)
%C%_5_4_cgswap_la_CPPFLAGS = $(AM_CPPFLAGS) $(LUA54_CFLAGS)
%C%_5_4_cgswap_la_CFLAGS = $(SWIG_CFLAGS)
%C%_5_4_cgswap_la_LDFLAGS = $(lua_module_ldflags)
%C%_5_4_cgswap_la_LIBADD = src/libcgswap.la
endif

# Common flags of the programs in tests/lua and bench that embed an interpreter and load its module.
lua51_embed_cppflags = $(AM_CPPFLAGS) $(LUA51_CFLAGS) \
	-DLUA_MODULE='"%D%/5.1/.libs/?.so"'
lua53_embed_cppflags = $(AM_CPPFLAGS) $(LUA53_CFLAGS) \
	-DLUA_MODULE='"%D%/5.3/.libs/?.so"'
lua54_embed_cppflags = $(AM_CPPFLAGS) $(LUA54_CFLAGS) \
	-DLUA_MODULE='"%D%/5.4/.libs/?.so"'
luajit_embed_cppflags = $(AM_CPPFLAGS) $(LUAJIT_CFLAGS) \
	-DLUA_MODULE='"%D%/5.1/.libs/?.so"'
lua51_embed_libs = $(LDADD) $(LUA51_LIBS)
lua53_embed_libs = $(LDADD) $(LUA53_LIBS)
lua54_embed_libs = $(LDADD) $(LUA54_LIBS)
luajit_embed_libs = $(LDADD) $(LUAJIT_LIBS)

if BUILD_LUA
$(lua_wrapper): $(SWIG_INTERFACE) $(lua_swig)
	$(AM_V_at)$(MKDIR_P) $(@D)
	$(AM_V_SWIG)$(SWIG) -lua -nomoduleglobal -no-old-metatable-bindings $(SWIG_FLAGS) \
		-o $@.new $(top_srcdir)/swig/cgswap.i
	$(AM_V_at)mv -f $@.new $@
CLEANFILES += $(lua_wrapper)

# A rock: the wrapper, and the rockspec by which luarocks builds it for an installed libcgswap. Made as a
# folder and as a tarball, with the rockspec beside them.
rock = cgswap-lua-$(PACKAGE_VERSION)
rockspec: $(lua_wrapper)
	$(AM_V_at)rm -rf $(rock) && $(MKDIR_P) $(rock)
	$(AM_V_GEN)$(SED) 's/[@]PACKAGE_VERSION[@]/$(PACKAGE_VERSION)/g' \
		$(srcdir)/%D%/cgswap.rockspec.in >$(rock)/cgswap-$(PACKAGE_VERSION)-1.rockspec
	$(AM_V_at)cp $(lua_wrapper) $(srcdir)/LICENSE $(rock)/
	$(AM_V_at)cp $(rock)/cgswap-$(PACKAGE_VERSION)-1.rockspec .
	$(AM_V_at)tar -czf $(rock).tar.gz $(rock)
	@echo 'In $(rock): luarocks make. Or here: luarocks install cgswap-$(PACKAGE_VERSION)-1.rockspec'
CLEANFILES += $(rock).tar.gz cgswap-$(PACKAGE_VERSION)-1.rockspec \
	      $(rock)/cgswap.c $(rock)/LICENSE $(rock)/cgswap-$(PACKAGE_VERSION)-1.rockspec
else
rockspec:
	@echo 'rockspec: configure did not find SWIG and Lua' >&2
	@false
endif
.PHONY: rockspec
