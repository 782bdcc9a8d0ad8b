# SPDX-License-Identifier: BSD-2-Clause
#
# The tests of behaviour/ once more, on a modelled kernel: the same objects, linked with the same
# scenes, of which what speaks to the kernel is another (this folder instead of lib/), and with the
# library's insides, whose kernel_live() the linker replaces by the model. Needs no privilege.

check_LTLIBRARIES += %D%/libtest-model.la
%C%_libtest_model_la_SOURCES = \
	%D%/bpffs.c \
	%D%/faults.c \
	%D%/kernel.c %D%/kernel.h \
	%D%/privilege.c \
	%D%/rawbpf.c \
	%D%/rawfd.c \
	%D%/scratch.c
%C%_libtest_model_la_LIBADD = tests/libtest-common.la

# live_only.txt has the others; both_say_the_same.sh sees to it that none is forgotten.
modelled_tests = \
	%D%/a_commit_can_be_stopped \
	%D%/a_description_is_what_the_kernel_says \
	%D%/a_dry_run_says_what_would_happen \
	%D%/a_full_chain_is_named \
	%D%/a_kernel_that_errs_is_caught \
	%D%/a_link_holds_its_program \
	%D%/a_program_of_another_hook_is_refused \
	%D%/a_program_that_is_elsewhere_is_named \
	%D%/a_session_finds_its_mounts \
	%D%/a_step_is_bound_when_it_is_added \
	%D%/a_swap_is_verified \
	%D%/a_transaction_is_all_or_nothing \
	%D%/a_walk_visits_every_cgroup \
	%D%/adding_a_step_leaves_no_trace \
	%D%/an_explicit_preorder_is_obeyed \
	%D%/an_unknown_attach_type_offers_near_names \
	%D%/attach_and_detach_change_one_entry \
	%D%/bad_cgroups_are_told_apart \
	%D%/bad_objects_are_told_apart \
	%D%/check_says_what_commit_does \
	%D%/descriptors_do_not_leak \
	%D%/errors_belong_to_their_thread \
	%D%/every_cause_is_documented \
	%D%/every_hook_can_be_swapped \
	%D%/features_agree_with_the_kernel \
	%D%/handles_close_safely \
	%D%/hostile_strings_are_survived \
	%D%/long_names_are_told_apart \
	%D%/missing_privilege_is_named \
	%D%/modes_exclude_each_other \
	%D%/null_is_answered \
	%D%/of_two_writers_one_wins \
	%D%/one_program_may_stand_twice \
	%D%/options_may_grow \
	%D%/replace_keeps_preorder \
	%D%/replace_keeps_preorder_in_any_mix \
	%D%/replace_keeps_the_order \
	%D%/rollback_and_commit_can_be_repeated \
	%D%/rollback_spares_what_others_put_there \
	%D%/selectors_name_one_entry \
	%D%/sources_become_programs \
	%D%/steps_that_contradict_are_refused \
	%D%/the_log_goes_where_it_is_told \
	%D%/transactions_keep_preorder_in_any_mix \
	%D%/two_threads_on_one_object

modelled_test_libs = %D%/libtest-model.la src/libcgswap-core.la

$(modelled_tests): %D%/%: tests/behaviour/%.$(OBJEXT) $(modelled_test_libs)
	$(AM_V_at)$(MKDIR_P) $(@D)
	$(AM_V_CCLD)$(LINK) -Wl,--wrap=kernel_live $< $(modelled_test_libs) $(JANSSON_LIBS) $(LIBS)

# It compares what the tests have printed.
%D%/both_say_the_same.log: \
	$(modelled_tests:%=%.log) $(modelled_tests:%D%/%=tests/behaviour/%.log)

check_SCRIPTS += $(modelled_tests)
CLEANFILES += $(modelled_tests)
TESTS += $(modelled_tests) %D%/both_say_the_same.sh
EXTRA_DIST += %D%/both_say_the_same.sh %D%/live_only.txt
