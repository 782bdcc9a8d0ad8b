# SPDX-License-Identifier: BSD-2-Clause
#
# Faults: a door that fails, lies and counts stands before the kernel, and memory runs out.
# These tests link the library's insides, so that the linker can put things in their place.

check_LTLIBRARIES += %D%/libfault.la
%C%_libfault_la_SOURCES = \
	%D%/campaign.c %D%/campaign.h \
	%D%/door.c %D%/door.h \
	%D%/ledger.c %D%/ledger.h \
	%D%/lies.c %D%/lies.h \
	%D%/memory.c %D%/memory.h \
	%D%/scenarios.c %D%/scenarios.h %D%/scenarios_parts.h \
	%D%/scenarios_change.c %D%/scenarios_side.c \
	%D%/stage.c %D%/stage.h %D%/stage_sides.c %D%/stage_sides.h

fault_programs = \
	%D%/a_cancel_from_anywhere_is_obeyed \
	%D%/a_cause_costs_nothing_while_things_go_well \
	%D%/a_commit_takes_no_memory \
	%D%/a_link_in_the_making_is_waited_for \
	%D%/a_link_that_is_refused_holds_nothing \
	%D%/a_lying_kernel_is_caught \
	%D%/a_pin_that_others_took_is_theirs \
	%D%/every_allocation_failed_in_turn \
	%D%/every_call_failed_in_turn \
	%D%/every_call_of_the_model_failed_in_turn \
	%D%/killed_anywhere_it_leaves_a_prefix \
	%D%/what_cannot_be_looked_into_is_not_safe \
	%D%/one_walk_finds_all_holders

fault_libs = %D%/libfault.la tests/libtest.la src/libcgswap-core.la $(JANSSON_LIBS)
fault_ldflags = $(AM_LDFLAGS) -Wl,--wrap=kernel_live \
	-Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc,--wrap=free,--wrap=strdup

%C%_a_cancel_from_anywhere_is_obeyed_LDADD = $(fault_libs)
%C%_a_cancel_from_anywhere_is_obeyed_LDFLAGS = $(fault_ldflags)
%C%_a_cause_costs_nothing_while_things_go_well_LDADD = $(fault_libs)
%C%_a_cause_costs_nothing_while_things_go_well_LDFLAGS = $(fault_ldflags)
%C%_a_commit_takes_no_memory_LDADD = $(fault_libs)
%C%_a_commit_takes_no_memory_LDFLAGS = $(fault_ldflags)
%C%_a_link_in_the_making_is_waited_for_LDADD = $(fault_libs)
%C%_a_link_in_the_making_is_waited_for_LDFLAGS = $(fault_ldflags)
%C%_a_link_that_is_refused_holds_nothing_LDADD = $(fault_libs)
%C%_a_link_that_is_refused_holds_nothing_LDFLAGS = $(fault_ldflags)
%C%_a_lying_kernel_is_caught_LDADD = $(fault_libs)
%C%_a_lying_kernel_is_caught_LDFLAGS = $(fault_ldflags)
%C%_a_pin_that_others_took_is_theirs_LDADD = $(fault_libs)
%C%_a_pin_that_others_took_is_theirs_LDFLAGS = $(fault_ldflags)
%C%_every_allocation_failed_in_turn_LDADD = $(fault_libs)
%C%_every_allocation_failed_in_turn_LDFLAGS = $(fault_ldflags)
%C%_every_call_failed_in_turn_LDADD = $(fault_libs)
%C%_every_call_failed_in_turn_LDFLAGS = $(fault_ldflags)
%C%_every_call_of_the_model_failed_in_turn_LDADD = $(fault_libs)
%C%_every_call_of_the_model_failed_in_turn_LDFLAGS = $(fault_ldflags)
%C%_killed_anywhere_it_leaves_a_prefix_LDADD = $(fault_libs)
%C%_killed_anywhere_it_leaves_a_prefix_LDFLAGS = $(fault_ldflags)
%C%_what_cannot_be_looked_into_is_not_safe_LDADD = $(fault_libs)
%C%_what_cannot_be_looked_into_is_not_safe_LDFLAGS = $(fault_ldflags)
%C%_one_walk_finds_all_holders_LDADD = $(fault_libs)
%C%_one_walk_finds_all_holders_LDFLAGS = $(fault_ldflags)

check_PROGRAMS += $(fault_programs)
TESTS += $(fault_programs)
