# SPDX-License-Identifier: BSD-2-Clause

dist_man_MANS += %D%/libcgswap.3
if BUILD_COMMAND
dist_man_MANS += %D%/cgswap.8
endif
EXTRA_DIST += %D%/cgswap.8

# Generated from the table of causes by awk, which works when cross compiling too.
man_MANS = %D%/cgswap-causes.7
EXTRA_DIST += \
	%D%/causes.awk \
	%D%/cgswap-causes.7.in
CLEANFILES += %D%/cgswap-causes.7

causes_page = $(srcdir)/src/base/causes.def $(srcdir)/%D%/cgswap-causes.7.in
%D%/cgswap-causes.7: $(srcdir)/%D%/causes.awk $(causes_page)
	$(AM_V_at)$(MKDIR_P) $(@D)
	$(AM_V_GEN)$(AWK) -f $(srcdir)/%D%/causes.awk $(causes_page) >$@.tmp && mv $@.tmp $@
