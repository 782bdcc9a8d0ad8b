# SPDX-License-Identifier: BSD-2-Clause
#
# The kernel's own selftests of cgroup attach types, rewritten with the library. They run on
# any kernel: where it lacks a feature, the error must say so. tests/replace/five_nested_cgroups.c is
# the selftest that came with BPF_F_REPLACE.

check_LTLIBRARIES += %D%/libselftest.la
%C%_libselftest_la_SOURCES = \
	%D%/trace.c \
	%D%/trace.h

selftest_programs = \
	%D%/auto_detach \
	%D%/bad_positions \
	%D%/detached_link \
	%D%/link_order \
	%D%/link_update \
	%D%/links_along_path \
	%D%/links_and_programs \
	%D%/override \
	%D%/preorder \
	%D%/program_order \
	%D%/revision

selftest_libs = %D%/libselftest.la $(LDADD)

%C%_auto_detach_LDADD = $(selftest_libs)
%C%_bad_positions_LDADD = $(selftest_libs)
%C%_detached_link_LDADD = $(selftest_libs)
%C%_link_order_LDADD = $(selftest_libs)
%C%_link_update_LDADD = $(selftest_libs)
%C%_links_along_path_LDADD = $(selftest_libs)
%C%_links_and_programs_LDADD = $(selftest_libs)
%C%_override_LDADD = $(selftest_libs)
%C%_preorder_LDADD = $(selftest_libs)
%C%_program_order_LDADD = $(selftest_libs)
%C%_revision_LDADD = $(selftest_libs)

check_PROGRAMS += $(selftest_programs)
TESTS += $(selftest_programs)
fatal: bad revision 'w1..HEAD'
