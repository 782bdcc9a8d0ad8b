# SPDX-License-Identifier: BSD-2-Clause
#
# Every test is a program that speaks TAP: tap/ says how, lib/ sets the scenes, unit/ tests those
# two, behaviour/ tests the library and the command, one behaviour a file; model/ runs these on a
# modelled kernel. All of them may run at the same time: each has its own scratch cgroup.

# What every scene is made of, whatever kernel it is on.
check_LTLIBRARIES += %D%/libtest-common.la
%C%_libtest_common_la_SOURCES = \
	%D%/tap/tap.c %D%/tap/tap.h \
	%D%/lib/bpffs.c %D%/lib/bpffs.h \
	%D%/lib/chains.c %D%/lib/chains.h \
	%D%/lib/command.c %D%/lib/command.h \
	%D%/lib/descriptors.c %D%/lib/descriptors.h \
	%D%/lib/expect.c %D%/lib/expect.h \
	%D%/lib/hooks.c %D%/lib/hooks.h \
	%D%/lib/live.c %D%/lib/live.h \
	%D%/lib/order.c %D%/lib/order.h \
	%D%/lib/privilege.h \
	%D%/lib/programs.c %D%/lib/programs.h \
	%D%/lib/rawbpf.h %D%/lib/rawfd.h \
	%D%/lib/scene.c %D%/lib/scene.h \
	%D%/lib/scratch.c %D%/lib/scratch.h \
	%D%/lib/state.c %D%/lib/state.h

# The running kernel. model/ has the same for a modelled one.
check_LTLIBRARIES += %D%/libtest.la
%C%_libtest_la_SOURCES = \
	%D%/lib/bpffs_live.c \
	%D%/lib/marks.c %D%/lib/marks.h \
	%D%/lib/privilege.c \
	%D%/lib/rawbpf.c \
	%D%/lib/rawfd.c \
	%D%/lib/scratch_live.c \
	%D%/lib/traffic.c %D%/lib/traffic.h
%C%_libtest_la_LIBADD = %D%/libtest-common.la

# What programs link that say nothing of their own: the tests.
LDADD = %D%/libtest.la src/libcgswap.la $(JANSSON_LIBS)

test_programs = \
	%D%/tap/tap_reports_what_happened \
	%D%/unit/causes_agree \
	%D%/unit/heirs_are_matched \
	%D%/unit/layouts_are_compared \
	%D%/unit/metadata_of_strangers_is_survived \
	%D%/unit/packets_missed_are_noticed \
	%D%/unit/preorder_lost_is_noticed \
	%D%/unit/scratch_cgroups_go_away \
	%D%/behaviour/a_commit_can_be_stopped \
	%D%/behaviour/a_description_is_what_the_kernel_says \
	%D%/behaviour/a_drain_finds_a_way_or_says_so \
	%D%/behaviour/a_dry_run_says_what_would_happen \
	%D%/behaviour/a_filled_program_array_must_be_pinned \
	%D%/behaviour/a_filled_program_array_works_on \
	%D%/behaviour/a_full_chain_is_named \
	%D%/behaviour/a_kept_variable_means_what_it_meant \
	%D%/behaviour/a_kernel_that_errs_is_caught \
	%D%/behaviour/a_link_holds_its_program \
	%D%/behaviour/a_link_is_swapped_where_a_plain_entry_is_not \
	%D%/behaviour/a_map_stays_in_the_map_of_maps_it_is_in \
	%D%/behaviour/a_map_that_was_resized_is_not_mistaken \
	%D%/behaviour/a_mask_takes_no_preorder_away \
	%D%/behaviour/a_neighbour_of_the_other_kind_is_gone_round \
	%D%/behaviour/a_pin_is_swapped_without_a_gap \
	%D%/behaviour/a_pin_goes_back_with_its_program \
	%D%/behaviour/a_pin_stays_for_who_uses_the_map \
	%D%/behaviour/a_program_array_is_not_shared \
	%D%/behaviour/a_program_of_another_hook_is_refused \
	%D%/behaviour/a_program_that_is_elsewhere_is_named \
	%D%/behaviour/a_program_that_stands_alone_is_overwritten \
	%D%/behaviour/a_refusal_by_libbpf_says_why \
	%D%/behaviour/a_refused_tail_program_is_named \
	%D%/behaviour/a_section_says_its_hook_or_nothing \
	%D%/behaviour/a_session_does_without_mounts \
	%D%/behaviour/a_session_finds_its_mounts \
	%D%/behaviour/a_step_is_bound_when_it_is_added \
	%D%/behaviour/a_struct_ops_beside_a_program_is_refused \
	%D%/behaviour/a_swap_is_verified \
	%D%/behaviour/a_thousand_replaces_keep_every_order \
	%D%/behaviour/a_transaction_is_all_or_nothing \
	%D%/behaviour/a_walk_leaves_nobody_out \
	%D%/behaviour/a_walk_visits_every_cgroup \
	%D%/behaviour/a_worker_without_privilege_can_swap \
	%D%/behaviour/adding_a_step_leaves_no_trace \
	%D%/behaviour/after_a_drain_nobody_runs_the_old_program \
	%D%/behaviour/an_expected_cgroup_is_held_to \
	%D%/behaviour/an_expected_revision_is_held_to \
	%D%/behaviour/an_explicit_preorder_is_obeyed \
	%D%/behaviour/an_object_is_inspected_by_anybody \
	%D%/behaviour/an_unknown_attach_type_offers_near_names \
	%D%/behaviour/an_unsafe_link_update_is_refused \
	%D%/behaviour/an_update_to_other_storage_is_refused \
	%D%/behaviour/attach_and_detach_change_one_entry \
	%D%/behaviour/bad_cgroups_are_told_apart \
	%D%/behaviour/bad_objects_are_told_apart \
	%D%/behaviour/bpftool_agrees \
	%D%/behaviour/check_says_what_commit_does \
	%D%/behaviour/descriptors_do_not_leak \
	%D%/behaviour/errors_belong_to_their_thread \
	%D%/behaviour/every_cause_is_documented \
	%D%/behaviour/every_hook_can_be_swapped \
	%D%/behaviour/examples_of_causes_are_real \
	%D%/behaviour/features_agree_with_the_kernel \
	%D%/behaviour/five_nested_cgroups_run_the_right_programs \
	%D%/behaviour/globals_are_known_by_what_they_are \
	%D%/behaviour/handles_close_safely \
	%D%/behaviour/hostile_strings_are_survived \
	%D%/behaviour/links_live_by_a_pin_or_a_descriptor \
	%D%/behaviour/long_names_are_told_apart \
	%D%/behaviour/logs_of_two_threads_do_not_mix \
	%D%/behaviour/maps_of_maps_live_on \
	%D%/behaviour/maps_pinned_by_name_are_used \
	%D%/behaviour/maps_that_are_made_larger_are_kept \
	%D%/behaviour/maps_that_changed_are_refused \
	%D%/behaviour/missing_privilege_is_named \
	%D%/behaviour/modes_exclude_each_other \
	%D%/behaviour/names_that_are_cut_are_not_confused \
	%D%/behaviour/null_is_answered \
	%D%/behaviour/of_two_processes_one_wins \
	%D%/behaviour/of_two_writers_one_wins \
	%D%/behaviour/one_load_serves_all_that_share_maps \
	%D%/behaviour/one_program_may_stand_twice \
	%D%/behaviour/only_state_that_is_kept_needs_privilege \
	%D%/behaviour/options_may_grow \
	%D%/behaviour/programs_say_what_they_are \
	%D%/behaviour/programs_that_belong_together_stay_so \
	%D%/behaviour/read_only_data_is_made_anew \
	%D%/behaviour/replace_keeps_preorder \
	%D%/behaviour/replace_keeps_preorder_in_any_mix \
	%D%/behaviour/replace_keeps_the_order \
	%D%/behaviour/replace_loses_no_packet \
	%D%/behaviour/rollback_and_commit_can_be_repeated \
	%D%/behaviour/rollback_spares_what_others_put_there \
	%D%/behaviour/runc_and_we_share_a_chain \
	%D%/behaviour/running_out_of_descriptors_is_survived \
	%D%/behaviour/selectors_name_one_entry \
	%D%/behaviour/sources_become_programs \
	%D%/behaviour/state_can_be_required \
	%D%/behaviour/state_lives_on_under_traffic \
	%D%/behaviour/steps_that_contradict_are_refused \
	%D%/behaviour/the_command_attaches_as_told \
	%D%/behaviour/the_command_can_run_dry \
	%D%/behaviour/the_command_inspects_objects \
	%D%/behaviour/the_command_is_usable \
	%D%/behaviour/the_command_masks_features \
	%D%/behaviour/the_command_needs_little_privilege \
	%D%/behaviour/the_command_prints_for_people \
	%D%/behaviour/the_command_reads_its_options \
	%D%/behaviour/the_command_replaces_as_told \
	%D%/behaviour/the_command_shows_what_programs_say \
	%D%/behaviour/the_command_speaks_json \
	%D%/behaviour/the_command_tells_when_it_cannot_write \
	%D%/behaviour/the_guard_of_a_swap_is_told \
	%D%/behaviour/the_heir_of_a_program_has_its_maps \
	%D%/behaviour/the_log_goes_where_it_is_told \
	%D%/behaviour/the_verifier_is_quoted \
	%D%/behaviour/transactions_keep_preorder_in_any_mix \
	%D%/behaviour/twenty_broken_objects_change_nothing \
	%D%/behaviour/two_links_of_one_program_are_swapped \
	%D%/behaviour/two_threads_on_one_object \
	%D%/behaviour/what_a_killed_trial_left_is_swept \
	%D%/behaviour/what_changes_meanwhile_is_told_alike \
	%D%/behaviour/what_is_lost_is_told \
	%D%/behaviour/what_is_never_used_leaves_no_pin \
	%D%/behaviour/what_others_put_back_costs_nothing \
	%D%/behaviour/what_stands_twice_is_told_apart \
	%D%/behaviour/without_a_scratch_cgroup_a_witness_tells \
	%D%/behaviour/without_btf_a_name_that_is_cut_is_nobodys

# This one has a syscall() of its own.
%C%_behaviour_a_kernel_that_errs_is_caught_SOURCES = \
	%D%/behaviour/a_kernel_that_errs_is_caught.c %D%/lib/faults.c %D%/lib/faults.h

# This one has a container.
%C%_behaviour_runc_and_we_share_a_chain_SOURCES = \
	%D%/behaviour/runc_and_we_share_a_chain.c %D%/lib/container.c %D%/lib/container.h

# This one looks inside.
%C%_unit_heirs_are_matched_LDADD = \
	%D%/libtest.la src/libcgswap-core.la $(JANSSON_LIBS)
%C%_unit_layouts_are_compared_LDADD = \
	%D%/libtest.la src/libcgswap-core.la $(JANSSON_LIBS)
%C%_unit_metadata_of_strangers_is_survived_LDADD = \
	%D%/libtest.la src/libcgswap-core.la $(JANSSON_LIBS)

# This one asks libbpf itself whether it was left alone.
%C%_behaviour_the_log_goes_where_it_is_told_LDADD = $(LDADD) $(LIBBPF_LIBS)

# These are loaders themselves.
%C%_behaviour_a_map_that_was_resized_is_not_mistaken_LDADD = $(LDADD) $(LIBBPF_LIBS)
%C%_behaviour_programs_that_belong_together_stay_so_LDADD = $(LDADD) $(LIBBPF_LIBS)

test_scripts = \
	%D%/behaviour/exported_symbols_match_the_header.sh \
	%D%/behaviour/the_header_stands_alone.sh \
	%D%/unit/rooms_know_those_above_only.sh

test_objects = \
	%D%/lib/bpf/broken_base.bpf.o \
	%D%/lib/bpf/broken_big.bpf.o \
	%D%/lib/bpf/broken_license.bpf.o \
	%D%/lib/bpf/broken_read.bpf.o \
	%D%/lib/bpf/broken_wide.bpf.o \
	%D%/lib/bpf/several_programs.bpf.o \
	%D%/lib/bpf/slow.bpf.o \
	%D%/lib/bpf/one_program.bpf.o \
	%D%/lib/bpf/open_hook.bpf.o \
	%D%/lib/bpf/only_null.bpf.o \
	%D%/lib/bpf/long_names.bpf.o \
	%D%/lib/bpf/metadata.bpf.o \
	%D%/lib/bpf/mistyped.bpf.o \
	%D%/lib/bpf/no_program.bpf.o \
	%D%/lib/bpf/other_hook.bpf.o \
	%D%/lib/bpf/no_hook.bpf.o \
	%D%/lib/bpf/not_cgroup.bpf.o \
	%D%/lib/bpf/not_verifiable.bpf.o \
	%D%/lib/bpf/optional.bpf.o \
	%D%/lib/bpf/calls_nowhere.bpf.o \
	%D%/lib/bpf/count_less.bpf.o \
	%D%/lib/bpf/count_more.bpf.o \
	%D%/lib/bpf/count_moved.bpf.o \
	%D%/lib/bpf/count_v1.bpf.o \
	%D%/lib/bpf/count_v2.bpf.o \
	%D%/lib/bpf/count_wide.bpf.o \
	%D%/lib/bpf/filled_broken.bpf.o \
	%D%/lib/bpf/filled_unpinned.bpf.o \
	%D%/lib/bpf/filled_v1.bpf.o \
	%D%/lib/bpf/filled_v2.bpf.o \
	%D%/lib/bpf/half_twins.bpf.o \
	%D%/lib/bpf/heir.bpf.o \
	%D%/lib/bpf/helper.bpf.o \
	%D%/lib/bpf/long_maps.bpf.o \
	%D%/lib/bpf/made_larger.bpf.o \
	%D%/lib/bpf/mode_v1.bpf.o \
	%D%/lib/bpf/mode_v2.bpf.o \
	%D%/lib/bpf/mode_v3.bpf.o \
	%D%/lib/bpf/nested_direct.bpf.o \
	%D%/lib/bpf/nested_narrow.bpf.o \
	%D%/lib/bpf/nested_pair.bpf.o \
	%D%/lib/bpf/nested_v1.bpf.o \
	%D%/lib/bpf/one_twin.bpf.o \
	%D%/lib/bpf/pair_v1.bpf.o \
	%D%/lib/bpf/pair_v2.bpf.o \
	%D%/lib/bpf/pair_v3.bpf.o \
	%D%/lib/bpf/pinned_map.bpf.o \
	%D%/lib/bpf/sections.bpf.o \
	%D%/lib/bpf/shaped_both.bpf.o \
	%D%/lib/bpf/shaped_maps.bpf.o \
	%D%/lib/bpf/sized_both.bpf.o \
	%D%/lib/bpf/sized_maps.bpf.o \
	%D%/lib/bpf/struct_ops.bpf.o \
	%D%/lib/bpf/tail_call.bpf.o \
	%D%/lib/bpf/twin_maps.bpf.o \
	%D%/lib/bpf/two_heirs.bpf.o \
	%D%/lib/bpf/vast_short.bpf.o \
	%D%/lib/bpf/vast_tcp.bpf.o \
	%D%/lib/bpf/vast_udp.bpf.o \
	%D%/lib/bpf/vast_variable.bpf.o \
	%D%/lib/bpf/vast_whole.bpf.o \
	%D%/lib/bpf/young.bpf.o

check_PROGRAMS += $(test_programs)
TESTS += $(test_programs) $(test_scripts)
EXTRA_DIST += $(test_scripts)
BPF_OBJS += $(test_objects)
EXTRA_DIST += %D%/lib/bpf/broken.bpf.h %D%/lib/bpf/count.bpf.h %D%/lib/bpf/filled.bpf.h \
	%D%/lib/bpf/nested.bpf.h %D%/lib/bpf/pair.bpf.h %D%/lib/bpf/sized.bpf.h \
	%D%/lib/bpf/vast.bpf.h
if HAVE_BPF_CLANG
check_DATA += $(test_objects)
endif

include tests/model/local.mk
