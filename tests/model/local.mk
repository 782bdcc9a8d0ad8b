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
	%D%/a_filled_program_array_must_be_pinned \
	%D%/a_full_chain_is_named \
	%D%/a_kept_variable_means_what_it_meant \
	%D%/a_kernel_that_errs_is_caught \
	%D%/a_link_holds_its_program \
	%D%/a_link_is_swapped_where_a_plain_entry_is_not \
	%D%/a_mask_takes_no_preorder_away \
	%D%/a_neighbour_of_the_other_kind_is_gone_round \
	%D%/a_pin_goes_back_with_its_program \
	%D%/a_program_array_is_not_shared \
	%D%/a_program_of_another_hook_is_refused \
	%D%/a_program_that_is_elsewhere_is_named \
	%D%/a_program_that_stands_alone_is_overwritten \
	%D%/a_section_says_its_hook_or_nothing \
	%D%/a_session_finds_its_mounts \
	%D%/a_step_is_bound_when_it_is_added \
	%D%/a_struct_ops_beside_a_program_is_refused \
	%D%/a_swap_is_verified \
	%D%/a_thousand_replaces_keep_every_order \
	%D%/a_transaction_is_all_or_nothing \
	%D%/a_walk_visits_every_cgroup \
	%D%/adding_a_step_leaves_no_trace \
	%D%/an_expected_cgroup_is_held_to \
	%D%/an_expected_revision_is_held_to \
	%D%/an_explicit_preorder_is_obeyed \
	%D%/an_object_is_inspected_by_anybody \
	%D%/an_unknown_attach_type_offers_near_names \
	%D%/an_unsafe_link_update_is_refused \
	%D%/attach_and_detach_change_one_entry \
	%D%/bad_cgroups_are_told_apart \
	%D%/bad_objects_are_told_apart \
	%D%/check_says_what_commit_does \
	%D%/descriptors_do_not_leak \
	%D%/errors_belong_to_their_thread \
	%D%/every_cause_is_documented \
	%D%/every_hook_can_be_swapped \
	%D%/features_agree_with_the_kernel \
	%D%/globals_are_known_by_what_they_are \
	%D%/handles_close_safely \
	%D%/hostile_strings_are_survived \
	%D%/links_live_by_a_pin_or_a_descriptor \
	%D%/long_names_are_told_apart \
	%D%/maps_of_maps_live_on \
	%D%/maps_pinned_by_name_are_used \
	%D%/maps_that_are_made_larger_are_kept \
	%D%/maps_that_changed_are_refused \
	%D%/missing_privilege_is_named \
	%D%/modes_exclude_each_other \
	%D%/names_that_are_cut_are_not_confused \
	%D%/null_is_answered \
	%D%/of_two_writers_one_wins \
	%D%/one_load_serves_all_that_share_maps \
	%D%/one_program_may_stand_twice \
	%D%/only_state_that_is_kept_needs_privilege \
	%D%/options_may_grow \
	%D%/read_only_data_is_made_anew \
	%D%/replace_keeps_preorder \
	%D%/replace_keeps_preorder_in_any_mix \
	%D%/replace_keeps_the_order \
	%D%/rollback_and_commit_can_be_repeated \
	%D%/rollback_spares_what_others_put_there \
	%D%/selectors_name_one_entry \
	%D%/sources_become_programs \
	%D%/state_can_be_required \
	%D%/steps_that_contradict_are_refused \
	%D%/the_guard_of_a_swap_is_told \
	%D%/the_heir_of_a_program_has_its_maps \
	%D%/the_log_goes_where_it_is_told \
	%D%/transactions_keep_preorder_in_any_mix \
	%D%/two_links_of_one_program_are_swapped \
	%D%/two_threads_on_one_object \
	%D%/what_changes_meanwhile_is_told_alike \
	%D%/what_is_lost_is_told \
	%D%/what_is_never_used_leaves_no_pin \
	%D%/what_stands_twice_is_told_apart

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
