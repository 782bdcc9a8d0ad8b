# SPDX-License-Identifier: BSD-2-Clause
#
# The modules for Lua: SWIG writes one wrapper, which is compiled for each version of the language.
# None is linked with a Lua: the interpreter that loads it is there. nodelete: lua_close() must not
# unload what threads may still be in.

lua_swig = \
	%D%/module.swg \
	%D%/callbacks.swg \
	%D%/classes.swg \
	%D%/handles.swg \
	%D%/links.swg \
	%D%/methods.swg \
	%D%/objects.swg \
	%D%/options.swg \
	%D%/tables.swg \
	%D%/values.swg
EXTRA_DIST += $(lua_swig) %D%/cgswap.rockspec.in

lua_wrapper = %D%/cgswap.c
lua_ldflags = $(SWIG_LDFLAGS) -Wl,-z,nodelete -export-symbols-regex '^luaopen_cgswap$$'

lua51_LTLIBRARIES =
lua53_LTLIBRARIES =
lua54_LTLIBRARIES =

if BUILD_LUA51
lua51_LTLIBRARIES += %D%/5.1/cgswap.la
nodist_%C%_5_1_cgswap_la_SOURCES = $(lua_wrapper)
%C%_5_1_cgswap_la_CPPFLAGS = $(AM_CPPFLAGS) $(LUA51_CFLAGS)
%C%_5_1_cgswap_la_CFLAGS = $(SWIG_CFLAGS)
%C%_5_1_cgswap_la_LDFLAGS = $(lua_ldflags)
%C%_5_1_cgswap_la_LIBADD = src/libcgswap.la
endif

if BUILD_LUA53
lua53_LTLIBRARIES += %D%/5.3/cgswap.la
nodist_%C%_5_3_cgswap_la_SOURCES = $(lua_wrapper)
%C%_5_3_cgswap_la_CPPFLAGS = $(AM_CPPFLAGS) $(LUA53_CFLAGS)
%C%_5_3_cgswap_la_CFLAGS = $(SWIG_CFLAGS)
%C%_5_3_cgswap_la_LDFLAGS = $(lua_ldflags)
%C%_5_3_cgswap_la_LIBADD = src/libcgswap.la
endif

if BUILD_LUA54
lua54_LTLIBRARIES += %D%/5.4/cgswap.la
nodist_%C%_5_4_cgswap_la_SOURCES = $(lua_wrapper)
%C%_5_4_cgswap_la_CPPFLAGS = $(AM_CPPFLAGS) $(LUA54_CFLAGS)
%C%_5_4_cgswap_la_CFLAGS = $(SWIG_CFLAGS)
%C%_5_4_cgswap_la_LDFLAGS = $(lua_ldflags)
%C%_5_4_cgswap_la_LIBADD = src/libcgswap.la
endif

if BUILD_LUA
$(lua_wrapper): $(SWIG_INTERFACE) $(lua_swig)
	$(AM_V_at)$(MKDIR_P) $(@D)
	$(AM_V_SWIG)$(SWIG) -lua -nomoduleglobal -no-old-metatable-bindings $(SWIG_FLAGS) \
		-o $@.new $(top_srcdir)/swig/cgswap.i
	$(AM_V_at)mv -f $@.new $@
CLEANFILES += $(lua_wrapper)

# To take away: the wrapper and what luarocks needs to build it against an installed libcgswap; in
# its own folder, unpacked and packed, with the rockspec beside it.
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
	@echo 'rockspec: needs SWIG and a Lua, which were not there when configure ran' >&2
	@false
endif
.PHONY: rockspec
