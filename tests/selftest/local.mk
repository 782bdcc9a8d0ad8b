# SPDX-License-Identifier: BSD-2-Clause
#
# What the kernel's own tests of these hooks show of it, asked once more through our interface, on
# any kernel: where it lacks something, that is what must be said. The one from which replacing
# came is tests/behaviour/five_nested_cgroups_run_the_right_programs.c.

check_LTLIBRARIES += %D%/liblab.la
%C%_liblab_la_SOURCES = %D%/lab.c %D%/lab.h

selftest_programs = \
	%D%/a_detached_link_holds_nothing \
	%D%/a_link_takes_another_program \
	%D%/a_revision_guards_each_change \
	%D%/links_along_a_path_all_run \
	%D%/links_and_programs_share_a_cgroup \
	%D%/links_are_placed_beside_links \
	%D%/override_lets_a_child_decide \
	%D%/positions_that_cannot_be_are_refused \
	%D%/preorder_runs_from_the_top \
	%D%/programs_are_placed_beside_others \
	%D%/programs_end_with_their_cgroup

selftest_libs = %D%/liblab.la $(LDADD)

%C%_a_detached_link_holds_nothing_LDADD = $(selftest_libs)
%C%_a_link_takes_another_program_LDADD = $(selftest_libs)
%C%_a_revision_guards_each_change_LDADD = $(selftest_libs)
%C%_links_along_a_path_all_run_LDADD = $(selftest_libs)
%C%_links_and_programs_share_a_cgroup_LDADD = $(selftest_libs)
%C%_links_are_placed_beside_links_LDADD = $(selftest_libs)
%C%_override_lets_a_child_decide_LDADD = $(selftest_libs)
%C%_positions_that_cannot_be_are_refused_LDADD = $(selftest_libs)
%C%_preorder_runs_from_the_top_LDADD = $(selftest_libs)
%C%_programs_are_placed_beside_others_LDADD = $(selftest_libs)
%C%_programs_end_with_their_cgroup_LDADD = $(selftest_libs)

check_PROGRAMS += $(selftest_programs)
TESTS += $(selftest_programs)
