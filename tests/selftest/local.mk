# SPDX-License-Identifier: BSD-2-Clause
#
# What the kernel's own tests of these hooks show of it, asked once more through our interface, on
# any kernel: where it lacks something, that is what must be said. The one from which replacing
# came is tests/replace/five_nested_cgroups.c.

check_LTLIBRARIES += %D%/liblab.la
%C%_liblab_la_SOURCES = %D%/trace.c %D%/trace.h

selftest_programs = \
	%D%/detached_link \
	%D%/link_update \
	%D%/revision \
	%D%/links_along_path \
	%D%/links_and_programs \
	%D%/link_order \
	%D%/override \
	%D%/bad_positions \
	%D%/preorder \
	%D%/program_order \
	%D%/auto_detach

selftest_libs = %D%/liblab.la $(LDADD)

%C%_detached_link_LDADD = $(selftest_libs)
%C%_link_update_LDADD = $(selftest_libs)
%C%_revision_LDADD = $(selftest_libs)
%C%_links_along_path_LDADD = $(selftest_libs)
%C%_links_and_programs_LDADD = $(selftest_libs)
%C%_link_order_LDADD = $(selftest_libs)
%C%_override_LDADD = $(selftest_libs)
%C%_bad_positions_LDADD = $(selftest_libs)
%C%_preorder_LDADD = $(selftest_libs)
%C%_program_order_LDADD = $(selftest_libs)
%C%_auto_detach_LDADD = $(selftest_libs)

check_PROGRAMS += $(selftest_programs)
TESTS += $(selftest_programs)
