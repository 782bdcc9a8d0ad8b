# SPDX-License-Identifier: BSD-2-Clause
#
# Fault injection: a backend in front of the kernel fails, lies and counts calls, and allocations fail.
# These tests link the convenience library, in which the linker can replace functions.

check_LTLIBRARIES += %D%/libfault.la
%C%_libfault_la_SOURCES = \
	%D%/fault_kernel.c \
	%D%/fault_kernel.def \
	%D%/fault_kernel.h \
	%D%/files.c \
	%D%/files.h \
	%D%/fixture.c \
	%D%/fixture.h \
	%D%/fixture_sides.c \
	%D%/fixture_sides.h \
	%D%/journal_acts.c \
	%D%/journal_acts.h \
	%D%/journal_faults.c \
	%D%/journal_faults.h \
	%D%/journal_left.c \
	%D%/journal_left.h \
	%D%/leaks.c \
	%D%/leaks.h \
	%D%/lies.c \
	%D%/lies.h \
	%D%/memory.c \
	%D%/memory.h \
	%D%/scenarios.c \
	%D%/scenarios.h \
	%D%/scenarios_change.c \
	%D%/scenarios_object.c \
	%D%/scenarios_parts.h \
	%D%/scenarios_side.c \
	%D%/sweep.c \
	%D%/sweep.h

fault_programs = \
	%D%/cancel_anywhere \
	%D%/changed_meanwhile \
	%D%/clock_back \
	%D%/commit_allocates_nothing \
	%D%/detach_beside_update \
	%D%/every_allocation \
	%D%/every_call \
	%D%/every_model_call \
	%D%/find_walks_once \
	%D%/find_with_faults \
	%D%/hidden_program \
	%D%/journal_every_fault \
	%D%/killed_anywhere \
	%D%/link_being_created \
	%D%/map_pin_at_use \
	%D%/maps_opened_once \
	%D%/lying_kernel \
	%D%/loops_end \
	%D%/object_killed \
	%D%/one_link_scan \
	%D%/pairs_killed \
	%D%/pin_taken_by_others \
	%D%/probe_is_guarded \
	%D%/refusal_asks_little \
	%D%/refused_link_leaks_nothing \
	%D%/retry_time \
	%D%/steady_add \
	%D%/success_explains_nothing \
	%D%/unreadable_is_unsafe

fault_libs = %D%/libfault.la tests/libtest.la src/libcgswap-core.la $(JANSSON_LIBS)
fault_ldflags = $(AM_LDFLAGS) -Wl,--wrap=kernel_live \
	-Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc,--wrap=free,--wrap=strdup \
	-Wl,--wrap=open,--wrap=open64,--wrap=openat,--wrap=openat64,--wrap=close,--wrap=read,--wrap=write \
	-Wl,--wrap=ftruncate,--wrap=ftruncate64,--wrap=lseek,--wrap=lseek64,--wrap=flock,--wrap=fsync \
	-Wl,--wrap=fstat,--wrap=fstat64,--wrap=fstatat,--wrap=fstatat64,--wrap=fdatasync,--wrap=linkat \
	-Wl,--wrap=renameat,--wrap=unlinkat,--wrap=mkdir,--wrap=mkdirat

%C%_cancel_anywhere_LDADD = $(fault_libs)
%C%_cancel_anywhere_LDFLAGS = $(fault_ldflags)
%C%_changed_meanwhile_LDADD = $(fault_libs)
%C%_changed_meanwhile_LDFLAGS = $(fault_ldflags)
%C%_clock_back_LDADD = tests/libtest.la src/libcgswap-core.la $(JANSSON_LIBS)
%C%_clock_back_LDFLAGS = $(AM_LDFLAGS) -Wl,--wrap=clock_gettime
%C%_commit_allocates_nothing_LDADD = $(fault_libs)
%C%_commit_allocates_nothing_LDFLAGS = $(fault_ldflags)
%C%_every_allocation_LDADD = $(fault_libs)
%C%_every_allocation_LDFLAGS = $(fault_ldflags)
%C%_every_call_LDADD = $(fault_libs)
%C%_every_call_LDFLAGS = $(fault_ldflags)
%C%_every_model_call_LDADD = $(fault_libs)
%C%_every_model_call_LDFLAGS = $(fault_ldflags)
%C%_find_walks_once_LDADD = $(fault_libs)
%C%_find_walks_once_LDFLAGS = $(fault_ldflags)
%C%_find_with_faults_LDADD = $(fault_libs)
%C%_find_with_faults_LDFLAGS = $(fault_ldflags)
%C%_hidden_program_LDADD = $(fault_libs)
%C%_hidden_program_LDFLAGS = $(fault_ldflags)
%C%_journal_every_fault_LDADD = $(fault_libs)
%C%_journal_every_fault_LDFLAGS = $(fault_ldflags)
%C%_killed_anywhere_LDADD = $(fault_libs)
%C%_killed_anywhere_LDFLAGS = $(fault_ldflags)
%C%_detach_beside_update_LDADD = $(fault_libs)
%C%_detach_beside_update_LDFLAGS = $(fault_ldflags)
%C%_loops_end_LDADD = $(fault_libs)
%C%_loops_end_LDFLAGS = $(fault_ldflags)
%C%_link_being_created_LDADD = $(fault_libs)
%C%_link_being_created_LDFLAGS = $(fault_ldflags)
%C%_lying_kernel_LDADD = $(fault_libs)
%C%_lying_kernel_LDFLAGS = $(fault_ldflags)
%C%_map_pin_at_use_LDADD = $(fault_libs)
%C%_map_pin_at_use_LDFLAGS = $(fault_ldflags)
%C%_maps_opened_once_LDADD = $(fault_libs)
%C%_maps_opened_once_LDFLAGS = $(fault_ldflags)
%C%_object_killed_LDADD = $(fault_libs)
%C%_object_killed_LDFLAGS = $(fault_ldflags)
%C%_one_link_scan_LDADD = $(fault_libs)
%C%_one_link_scan_LDFLAGS = $(fault_ldflags)
%C%_pairs_killed_SOURCES = %D%/pairs_killed.c %D%/pairs_operations.c %D%/pairs_operations.h
%C%_pairs_killed_LDADD = $(fault_libs)
%C%_pairs_killed_LDFLAGS = $(fault_ldflags)
%C%_pin_taken_by_others_LDADD = $(fault_libs)
%C%_pin_taken_by_others_LDFLAGS = $(fault_ldflags)
%C%_probe_is_guarded_LDADD = $(fault_libs)
%C%_probe_is_guarded_LDFLAGS = $(fault_ldflags)
%C%_refusal_asks_little_LDADD = $(fault_libs)
%C%_refusal_asks_little_LDFLAGS = $(fault_ldflags)
%C%_refused_link_leaks_nothing_LDADD = $(fault_libs)
%C%_refused_link_leaks_nothing_LDFLAGS = $(fault_ldflags)
%C%_retry_time_LDADD = $(fault_libs)
%C%_retry_time_LDFLAGS = $(fault_ldflags)
%C%_steady_add_LDADD = $(fault_libs)
%C%_steady_add_LDFLAGS = $(fault_ldflags)
%C%_success_explains_nothing_LDADD = $(fault_libs)
%C%_success_explains_nothing_LDFLAGS = $(fault_ldflags)
%C%_unreadable_is_unsafe_LDADD = $(fault_libs)
%C%_unreadable_is_unsafe_LDFLAGS = $(fault_ldflags)

check_PROGRAMS += $(fault_programs)
TESTS += $(fault_programs)

# Every pair of operations, with a kill at every call. PAIRS=SECONDS, or PAIRS='SECONDS SEED', takes a
# sample.
PAIRS = --all
check-pairs: %D%/pairs_killed $(check_DATA)
	$(AM_TESTS_ENVIRONMENT) ./%D%/pairs_killed $(PAIRS)
LONG_PARTS += check-pairs
.PHONY: check-pairs

# Every fault of a transaction with a journal and of its recover, with each errno.
check-journal-faults: %D%/journal_every_fault
	./%D%/journal_every_fault --all
LONG_PARTS += check-journal-faults
.PHONY: check-journal-faults
