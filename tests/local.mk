# SPDX-License-Identifier: BSD-2-Clause
#
# Every test is a program that prints TAP. A folder is a subject, a module of src/ if it has that name;
# lib/ has the TAP library and the fixtures, bpf/ the BPF programs. All tests may run at the same time:
# each has its own scratch cgroup.

# The TAP library, and the fixtures that are the same for the running kernel and the model.
check_LTLIBRARIES += %D%/libtest-common.la
%C%_libtest_common_la_SOURCES = \
	%D%/lib/attach_types.c \
	%D%/lib/attach_types.h \
	%D%/lib/bpffs.c \
	%D%/lib/bpffs.h \
	%D%/lib/chains.c \
	%D%/lib/chains.h \
	%D%/lib/command.c \
	%D%/lib/command.h \
	%D%/lib/descriptors.c \
	%D%/lib/descriptors.h \
	%D%/lib/descriptors_most.c \
	%D%/lib/descriptors_most.h \
	%D%/lib/error_details.c \
	%D%/lib/error_details.h \
	%D%/lib/expect.c \
	%D%/lib/expect.h \
	%D%/lib/fixture.c \
	%D%/lib/fixture.h \
	%D%/lib/fixture_constants.c \
	%D%/lib/fixture_constants.h \
	%D%/lib/fixture_maps.c \
	%D%/lib/fixture_maps.h \
	%D%/lib/live.c \
	%D%/lib/live.h \
	%D%/lib/order.c \
	%D%/lib/order.h \
	%D%/lib/privilege.h \
	%D%/lib/programs.c \
	%D%/lib/programs.h \
	%D%/lib/rawbpf.h \
	%D%/lib/rawfd.h \
	%D%/lib/scratch.c \
	%D%/lib/scratch.h \
	%D%/lib/state_dir.c \
	%D%/lib/state_dir.h \
	%D%/lib/tap.c \
	%D%/lib/tap.h \
	%D%/lib/terminal.c \
	%D%/lib/terminal.h

# Preloaded by check-valgrind.
if HAVE_VALGRIND
check_LTLIBRARIES += %D%/valgrind_bpf.la
endif
%C%_valgrind_bpf_la_SOURCES = %D%/lib/valgrind_bpf.c
%C%_valgrind_bpf_la_LDFLAGS = -module -avoid-version -shared -rpath /nowhere
%C%_valgrind_bpf_la_LIBADD =

# The fixtures that call the running kernel. model/ has the same functions for the model.
check_LTLIBRARIES += %D%/libtest.la
%C%_libtest_la_SOURCES = \
	%D%/lib/bpffs_live.c \
	%D%/lib/fixture_gate.c \
	%D%/lib/fixture_gate.h \
	%D%/lib/fixture_marks.c \
	%D%/lib/fixture_marks.h \
	%D%/lib/killed.c \
	%D%/lib/killed.h \
	%D%/lib/many.c \
	%D%/lib/many.h \
	%D%/lib/policy.c \
	%D%/lib/policy.h \
	%D%/lib/privilege.c \
	%D%/lib/product.c \
	%D%/lib/product.h \
	%D%/lib/rawbpf.c \
	%D%/lib/rawfd.c \
	%D%/lib/scratch_live.c \
	%D%/lib/storage.c \
	%D%/lib/storage.h \
	%D%/lib/traffic.c \
	%D%/lib/traffic.h
%C%_libtest_la_LIBADD = %D%/libtest-common.la

# Automake links this with all programs that have no _LDADD of their own: the tests.
LDADD = %D%/libtest.la src/libcgswap.la $(JANSSON_LIBS)

# The only list of these names: tests/model/ derives its own from it.
test_programs = \
	%D%/cgroup/bad_paths \
	%D%/cgroup/deep_paths \
	%D%/cgroup/expected_id \
	%D%/cgroup/path_loop \
	%D%/cgroup/walk_out_of_descriptors \
	%D%/cgroup/walk_visits_all \
	%D%/chain/above_cgroup_namespace \
	%D%/chain/anchor_of_other_kind \
	%D%/chain/attach_detach \
	%D%/chain/attach_type_mismatch \
	%D%/chain/attached_elsewhere \
	%D%/chain/describe \
	%D%/chain/dry_run \
	%D%/chain/duplicate_program \
	%D%/chain/duplicate_program_by_link \
	%D%/chain/full \
	%D%/chain/mismatch_without_privilege \
	%D%/chain/modes \
	%D%/chain/overridden_ancestor \
	%D%/chain/same_answer \
	%D%/chain/selectors \
	%D%/chain/shared_cgroup \
	%D%/chain/uncertain_above \
	%D%/chain/unknown_attach_type \
	%D%/clean/handle \
	%D%/clean/killed \
	%D%/clean/unprivileged \
	%D%/command/attach \
	%D%/command/attach_notes \
	%D%/command/bpftool_agrees \
	%D%/command/constants \
	%D%/command/disable_features \
	%D%/command/dry_run \
	%D%/command/effective \
	%D%/command/find \
	%D%/command/golden \
	%D%/command/inspect \
	%D%/command/json \
	%D%/command/listed_twice \
	%D%/command/many \
	%D%/command/many_findings \
	%D%/command/modelled_journal \
	%D%/command/object \
	%D%/command/options \
	%D%/command/paths \
	%D%/command/pin_left \
	%D%/command/policy \
	%D%/command/privilege \
	%D%/command/recover \
	%D%/command/remedies \
	%D%/command/replace \
	%D%/command/show \
	%D%/command/terminal_output \
	%D%/command/tree_incomplete \
	%D%/command/types \
	%D%/command/undo \
	%D%/command/undo_many \
	%D%/command/unless_attached \
	%D%/command/unless_attached_constants \
	%D%/command/usage \
	%D%/command/waves_example \
	%D%/command/write_errors \
	%D%/constants/equal_or_in_one_only \
	%D%/constants/from_history \
	%D%/constants/loaded \
	%D%/constants/loader_value_not_lost \
	%D%/constants/members \
	%D%/constants/no_names \
	%D%/constants/object \
	%D%/constants/old_object \
	%D%/constants/other_type \
	%D%/constants/shared_loads \
	%D%/constants/slot_programs \
	%D%/constants/unreadable \
	%D%/constants/values \
	%D%/constants/without_btf \
	%D%/error/cause_examples \
	%D%/error/causes_documented \
	%D%/error/denied_by_policy \
	%D%/error/details \
	%D%/error/hostile_strings \
	%D%/error/missing_capability \
	%D%/error/missing_in_load \
	%D%/error/out_of_descriptors \
	%D%/error/thread_exit \
	%D%/error/thread_local \
	%D%/error/user_namespaces \
	%D%/find/entries \
	%D%/find/every_bpffs \
	%D%/find/handle \
	%D%/find/links_and_pins \
	%D%/find/other_process \
	%D%/find/processes \
	%D%/find/selectors \
	%D%/find/without_privilege \
	%D%/find/without_proc \
	%D%/handle/close \
	%D%/handle/close_beside_getters \
	%D%/handle/no_fd_leak \
	%D%/handle/null \
	%D%/handle/opts_size \
	%D%/handle/session_close_races \
	%D%/handle/session_shared \
	%D%/handle/standard_streams \
	%D%/handle/two_threads \
	%D%/handle/unref_in_callback \
	%D%/journal/array_emptied \
	%D%/journal/busy_elsewhere \
	%D%/journal/held_by_others \
	%D%/journal/hostile_directory \
	%D%/journal/kept_damaged \
	%D%/journal/kept_of_other_boot \
	%D%/journal/killed_anywhere \
	%D%/journal/killed_growing \
	%D%/journal/killed_map_pins \
	%D%/journal/killed_undo_map_pins \
	%D%/journal/leaves_only_history \
	%D%/journal/many_objects \
	%D%/journal/many_programs \
	%D%/journal/needs_a_place \
	%D%/journal/other_bpffs \
	%D%/journal/other_namespace \
	%D%/journal/pins_removed \
	%D%/journal/read_only \
	%D%/journal/two_at_once \
	%D%/journal/undo_killed \
	%D%/journal/undo_map_pins \
	%D%/journal/undo_maps_apart \
	%D%/journal/undo_newest_first \
	%D%/journal/undo_tail_calls \
	%D%/journal/undo_takes_back \
	%D%/link/held_by_link \
	%D%/link/lifetime \
	%D%/link/other_cgroup_storage \
	%D%/link/replace_in_full_chain \
	%D%/link/two_links_one_program \
	%D%/link/unsafe_update \
	%D%/maps/choices \
	%D%/maps/choices_candidates \
	%D%/maps/choices_invalid \
	%D%/maps/dropped_are_reported \
	%D%/maps/enum_value_changed \
	%D%/maps/filled_array_not_chosen \
	%D%/maps/globals_after_rename \
	%D%/maps/incompatible \
	%D%/maps/map_in_map_consistent \
	%D%/maps/map_in_map_of_set \
	%D%/maps/map_in_map_reused \
	%D%/maps/one_load_per_map_set \
	%D%/maps/only_needed \
	%D%/maps/pinned_by_name \
	%D%/maps/prog_array_not_leaked \
	%D%/maps/prog_array_refused \
	%D%/maps/prog_array_shared \
	%D%/maps/prog_array_unused_reused \
	%D%/maps/require \
	%D%/maps/resized_by_loader \
	%D%/maps/reuse_needs_privilege \
	%D%/maps/reused_by_program_open \
	%D%/maps/reused_under_traffic \
	%D%/maps/rodata_is_new \
	%D%/maps/rounded_max_entries \
	%D%/maps/shared_between_programs \
	%D%/maps/sized_by_loader \
	%D%/maps/slot_programs_keep_maps \
	%D%/maps/timers_held \
	%D%/maps/timers_told \
	%D%/maps/truncated_name_without_btf \
	%D%/maps/truncated_names \
	%D%/object/attach_all \
	%D%/object/attach_all_at_once \
	%D%/object/bad_files \
	%D%/object/broken_files \
	%D%/object/inspect \
	%D%/object/libbpf_error_text \
	%D%/object/map_choices \
	%D%/object/metadata \
	%D%/object/old_objects \
	%D%/object/prog_array_keeps_working \
	%D%/object/prog_array_must_be_pinned \
	%D%/object/prog_array_of_each \
	%D%/object/prog_array_of_two \
	%D%/object/prog_array_unread \
	%D%/object/prog_array_verifier_error \
	%D%/object/refused_maps \
	%D%/object/replace_all \
	%D%/object/replaced_under_traffic \
	%D%/object/section_names \
	%D%/object/struct_ops \
	%D%/object/verifier_error_text \
	%D%/pin/atomic_swap \
	%D%/pin/directory_as_source \
	%D%/pin/kept_while_map_is_used \
	%D%/pin/left_behind \
	%D%/pin/leftovers \
	%D%/pin/leftovers_listed \
	%D%/pin/map_pinned_elsewhere \
	%D%/pin/rollback \
	%D%/pin/shared_by_sessions \
	%D%/pin/unused_program_unpins \
	%D%/pin/unwritable \
	%D%/preorder/assumed_flag \
	%D%/preorder/detection_leaves_no_trace \
	%D%/preorder/dry_run \
	%D%/preorder/expected_revision \
	%D%/preorder/explicit \
	%D%/preorder/feature_disabled \
	%D%/preorder/kept \
	%D%/preorder/kept_among_changes \
	%D%/preorder/kept_random \
	%D%/preorder/kept_random_transactions \
	%D%/preorder/other_reason_first \
	%D%/preorder/probe_program \
	%D%/preorder/revision_moves_along \
	%D%/preorder/stale_scratch_cgroup \
	%D%/program/file_changed \
	%D%/program/libbpf_degraded \
	%D%/program/load_interrupted \
	%D%/program/load_under_signals \
	%D%/program/long_names \
	%D%/program/name_after_denied_load \
	%D%/program/sources \
	%D%/race/check_and_commit_agree \
	%D%/race/foreign_writer \
	%D%/race/nothing_lost \
	%D%/race/old_program_readded \
	%D%/race/rmdir_beside_adds \
	%D%/race/runc \
	%D%/race/two_processes \
	%D%/race/two_writers \
	%D%/replace/all_or_nothing \
	%D%/replace/bound_at_add \
	%D%/replace/cancel \
	%D%/replace/check_matches_commit \
	%D%/replace/comes_and_goes \
	%D%/replace/conflicting_steps \
	%D%/replace/drain \
	%D%/replace/drain_fallbacks \
	%D%/replace/ends_and_comes \
	%D%/replace/entry_of_earlier_step \
	%D%/replace/every_attach_type \
	%D%/replace/expected_revision \
	%D%/replace/faulty_kernel \
	%D%/replace/five_nested_cgroups \
	%D%/replace/guard \
	%D%/replace/keeps_order \
	%D%/replace/keeps_order_random \
	%D%/replace/loses_no_packet \
	%D%/replace/many_cgroups \
	%D%/replace/many_recursive \
	%D%/replace/override_and_none_mode \
	%D%/replace/recursive \
	%D%/replace/recursive_unread \
	%D%/replace/rollback_and_commit_again \
	%D%/replace/rollback_into_full_chain \
	%D%/replace/rollback_leaves_others \
	%D%/replace/same_answer \
	%D%/replace/taken_off_by_others \
	%D%/replace/traffic_in_many \
	%D%/replace/unprivileged_worker \
	%D%/replace/verify \
	%D%/replace/waves \
	%D%/session/features_match_kernel \
	%D%/session/finds_mounts \
	%D%/session/libbpf_print_hook \
	%D%/session/log_callback \
	%D%/session/log_changes \
	%D%/session/log_objects \
	%D%/session/log_per_thread \
	%D%/session/model_world \
	%D%/session/no_mounts \
	%D%/session/no_proc \
	%D%/session/scratch_cgroup

# Tests of unexported functions of the library and of the fixtures. They do not run on the model.
unit_tests = \
	%D%/error/causes_agree \
	%D%/error/unit_shell_word \
	%D%/handle/interleavings \
	%D%/journal/unit_by_hand \
	%D%/journal/unit_damaged \
	%D%/journal/unit_dropped_lines \
	%D%/lib/check_order \
	%D%/lib/check_scratch \
	%D%/lib/check_tap \
	%D%/lib/check_traffic \
	%D%/maps/unit_btf_memo \
	%D%/maps/unit_load_groups \
	%D%/maps/unit_map_match \
	%D%/object/unit_btf_layout \
	%D%/object/unit_constants \
	%D%/object/unit_metadata \
	%D%/replace/unit_entry_steps

# It defines its own syscall(), which returns errors.
%C%_replace_faulty_kernel_SOURCES = \
	%D%/lib/faults.c \
	%D%/lib/faults.h \
	%D%/replace/faulty_kernel.c

%C%_journal_killed_anywhere_SOURCES = \
	%D%/journal/killed_anywhere.c \
	%D%/journal/killed_places.c \
	%D%/journal/killed_places.h

# It runs a container.
%C%_race_foreign_writer_SOURCES = \
	%D%/race/foreign_changes.c \
	%D%/race/foreign_changes.h \
	%D%/race/foreign_writer.c

%C%_race_runc_SOURCES = \
	%D%/lib/container.c \
	%D%/lib/container.h \
	%D%/race/runc.c

# The files with interleaving points are compiled once more, with the points.
%C%_handle_interleavings_SOURCES = \
	%D%/handle/interleavings.c \
	src/base/handle.c \
	src/session/session.c
%C%_handle_interleavings_CPPFLAGS = $(AM_CPPFLAGS) -DCGSWAP_INTERLEAVE
%C%_handle_interleavings_LDADD = \
	%D%/libtest.la src/libcgswap-core.la $(JANSSON_LIBS)

# These call functions that are not exported.
%C%_error_unit_shell_word_LDADD = \
	%D%/libtest.la src/libcgswap-core.la $(JANSSON_LIBS)
%C%_journal_hostile_directory_LDADD = \
	%D%/libtest.la src/libcgswap-core.la $(JANSSON_LIBS)
%C%_journal_kept_of_other_boot_LDADD = \
	%D%/libtest.la src/libcgswap-core.la $(JANSSON_LIBS)
%C%_journal_unit_by_hand_LDADD = \
	%D%/libtest.la src/libcgswap-core.la $(JANSSON_LIBS)
%C%_journal_unit_damaged_LDADD = \
	%D%/libtest.la src/libcgswap-core.la $(JANSSON_LIBS)
%C%_journal_unit_dropped_lines_LDADD = \
	%D%/libtest.la src/libcgswap-core.la $(JANSSON_LIBS)
%C%_maps_unit_btf_memo_LDADD = \
	%D%/libtest.la src/libcgswap-core.la $(LIBBPF_LIBS) $(JANSSON_LIBS)
%C%_maps_unit_load_groups_LDFLAGS = $(AM_LDFLAGS) -Wl,--wrap=load_key_relation,--wrap=strcmp
%C%_maps_unit_load_groups_LDADD = \
	%D%/libtest.la src/libcgswap-core.la $(JANSSON_LIBS)
%C%_maps_unit_map_match_LDADD = \
	%D%/libtest.la src/libcgswap-core.la $(JANSSON_LIBS)
%C%_object_unit_btf_layout_LDADD = \
	%D%/libtest.la src/libcgswap-core.la $(JANSSON_LIBS)
%C%_object_unit_constants_LDADD = \
	%D%/libtest.la src/libcgswap-core.la $(JANSSON_LIBS)
%C%_object_unit_metadata_LDADD = \
	%D%/libtest.la src/libcgswap-core.la $(JANSSON_LIBS)
%C%_replace_unit_entry_steps_LDADD = \
	%D%/libtest.la src/libcgswap-core.la $(JANSSON_LIBS)

# These set libbpf's print function themselves.
%C%_program_libbpf_degraded_LDADD = $(LDADD) $(LIBBPF_LIBS)
%C%_session_libbpf_print_hook_LDADD = $(LDADD) $(LIBBPF_LIBS)
%C%_session_log_callback_LDADD = $(LDADD) $(LIBBPF_LIBS)

# These load objects by libbpf, like another loader.
%C%_constants_loader_value_not_lost_LDADD = $(LDADD) $(LIBBPF_LIBS)
%C%_maps_resized_by_loader_LDADD = $(LDADD) $(LIBBPF_LIBS)
%C%_maps_shared_between_programs_LDADD = $(LDADD) $(LIBBPF_LIBS)

test_scripts = \
	%D%/abi/exported_symbols.sh \
	%D%/abi/header_self_contained.sh \
	%D%/command/completions.sh \
	%D%/tree/detail_names.sh \
	%D%/tree/module_order.sh \
	%D%/tree/musl.sh \
	%D%/tree/named_files.sh \
	%D%/tree/one_name.sh \
	%D%/tree/plain_english.sh \
	%D%/tree/swig_warnings.sh

test_objects = \
	%D%/bpf/command/fw.bpf.o \
	%D%/bpf/command/short.bpf.o \
	%D%/bpf/constants/bare.bpf.o \
	%D%/bpf/constants/bare_gone.bpf.o \
	%D%/bpf/constants/bare_long.bpf.o \
	%D%/bpf/constants/bare_moved.bpf.o \
	%D%/bpf/constants/gate_limit.bpf.o \
	%D%/bpf/constants/gate_v1.bpf.o \
	%D%/bpf/constants/gate_v2.bpf.o \
	%D%/bpf/constants/gate_vast.bpf.o \
	%D%/bpf/constants/gate_wide.bpf.o \
	%D%/bpf/constants/kinds.bpf.o \
	%D%/bpf/constants/many.bpf.o \
	%D%/bpf/constants/slot.bpf.o \
	%D%/bpf/constants/slot_filled.bpf.o \
	%D%/bpf/constants/two_gates_v1.bpf.o \
	%D%/bpf/constants/two_gates_v2.bpf.o \
	%D%/bpf/maps/blocklist_chained_v1.bpf.o \
	%D%/bpf/maps/blocklist_chained_v2.bpf.o \
	%D%/bpf/maps/blocklist_v1.bpf.o \
	%D%/bpf/maps/blocklist_v2.bpf.o \
	%D%/bpf/maps/count_less.bpf.o \
	%D%/bpf/maps/count_more.bpf.o \
	%D%/bpf/maps/count_moved.bpf.o \
	%D%/bpf/maps/count_v1.bpf.o \
	%D%/bpf/maps/count_v2.bpf.o \
	%D%/bpf/maps/count_wide.bpf.o \
	%D%/bpf/maps/duplicate_maps.bpf.o \
	%D%/bpf/maps/gate_connect6.bpf.o \
	%D%/bpf/maps/gate_filled.bpf.o \
	%D%/bpf/maps/gate_renamed.bpf.o \
	%D%/bpf/maps/gate_renamed_covers.bpf.o \
	%D%/bpf/maps/gate_renamed_filled.bpf.o \
	%D%/bpf/maps/gate_storage.bpf.o \
	%D%/bpf/maps/gate_v1.bpf.o \
	%D%/bpf/maps/gate_wide.bpf.o \
	%D%/bpf/maps/half_duplicates.bpf.o \
	%D%/bpf/maps/long_maps.bpf.o \
	%D%/bpf/maps/made_larger.bpf.o \
	%D%/bpf/maps/mode_v1.bpf.o \
	%D%/bpf/maps/mode_v2.bpf.o \
	%D%/bpf/maps/mode_v3.bpf.o \
	%D%/bpf/maps/needed.bpf.o \
	%D%/bpf/maps/nested_apart_v1.bpf.o \
	%D%/bpf/maps/nested_apart_v2.bpf.o \
	%D%/bpf/maps/nested_direct.bpf.o \
	%D%/bpf/maps/nested_narrow.bpf.o \
	%D%/bpf/maps/nested_pair.bpf.o \
	%D%/bpf/maps/nested_v1.bpf.o \
	%D%/bpf/maps/one_duplicate.bpf.o \
	%D%/bpf/maps/pair_v1.bpf.o \
	%D%/bpf/maps/pair_v2.bpf.o \
	%D%/bpf/maps/pair_v3.bpf.o \
	%D%/bpf/maps/pinned_map.bpf.o \
	%D%/bpf/maps/reuse.bpf.o \
	%D%/bpf/maps/shaped_both.bpf.o \
	%D%/bpf/maps/shaped_maps.bpf.o \
	%D%/bpf/maps/size_given.bpf.o \
	%D%/bpf/maps/size_open.bpf.o \
	%D%/bpf/maps/sized_both.bpf.o \
	%D%/bpf/maps/sized_maps.bpf.o \
	%D%/bpf/maps/timed.bpf.o \
	%D%/bpf/maps/timed_pinned.bpf.o \
	%D%/bpf/maps/two_hashes.bpf.o \
	%D%/bpf/maps/two_reusers.bpf.o \
	%D%/bpf/maps/vast_both.bpf.o \
	%D%/bpf/maps/vast_short.bpf.o \
	%D%/bpf/maps/vast_tcp.bpf.o \
	%D%/bpf/maps/vast_udp.bpf.o \
	%D%/bpf/maps/vast_variable.bpf.o \
	%D%/bpf/maps/vast_whole.bpf.o \
	%D%/bpf/object/broken_base.bpf.o \
	%D%/bpf/object/broken_big.bpf.o \
	%D%/bpf/object/any_device.bpf.o \
	%D%/bpf/object/broken_license.bpf.o \
	%D%/bpf/object/broken_read.bpf.o \
	%D%/bpf/object/broken_wide.bpf.o \
	%D%/bpf/object/calls_module.bpf.o \
	%D%/bpf/object/calls_nowhere.bpf.o \
	%D%/bpf/object/filled_apart_v1.bpf.o \
	%D%/bpf/object/filled_apart_v2.bpf.o \
	%D%/bpf/object/filled_broken.bpf.o \
	%D%/bpf/object/filled_two_v1.bpf.o \
	%D%/bpf/object/filled_two_v2.bpf.o \
	%D%/bpf/object/filled_unpinned.bpf.o \
	%D%/bpf/object/filled_v1.bpf.o \
	%D%/bpf/object/filled_v2.bpf.o \
	%D%/bpf/object/helper.bpf.o \
	%D%/bpf/object/legacy_maps.bpf.o \
	%D%/bpf/object/metadata.bpf.o \
	%D%/bpf/object/mistyped.bpf.o \
	%D%/bpf/object/near_sections.bpf.o \
	%D%/bpf/object/no_attach_type.bpf.o \
	%D%/bpf/object/no_program.bpf.o \
	%D%/bpf/object/not_cgroup.bpf.o \
	%D%/bpf/object/not_verifiable.bpf.o \
	%D%/bpf/object/one_program.bpf.o \
	%D%/bpf/object/one_refused_map.bpf.o \
	%D%/bpf/object/only_null.bpf.o \
	%D%/bpf/object/open_attach_type.bpf.o \
	%D%/bpf/object/optional.bpf.o \
	%D%/bpf/object/other_attach_type.bpf.o \
	%D%/bpf/object/prints.bpf.o \
	%D%/bpf/object/product_odd.bpf.o \
	%D%/bpf/object/product_v1.bpf.o \
	%D%/bpf/object/product_v2.bpf.o \
	%D%/bpf/object/refused_maps.bpf.o \
	%D%/bpf/object/sections.bpf.o \
	%D%/bpf/object/several_programs.bpf.o \
	%D%/bpf/object/struct_ops.bpf.o \
	%D%/bpf/object/tail_call.bpf.o \
	%D%/bpf/object/young.bpf.o \
	%D%/bpf/program/long_names.bpf.o \
	%D%/bpf/program/long_verification.bpf.o \
	%D%/bpf/replace/slow.bpf.o

# Tests that take minutes; each has a target of its own.
LONG_PARTS += check-cgroups
check-cgroups: %D%/replace/many_cgroups %D%/replace/many_recursive %D%/journal/many_programs \
		%D%/journal/many_objects $(check_DATA)
	./%D%/replace/many_cgroups 10000 1024
	./%D%/replace/many_recursive 10000 1024
	./%D%/journal/many_programs 10000 1024 512
	$(AM_TESTS_ENVIRONMENT) ./%D%/journal/many_objects 3000 1024 512
.PHONY: check-cgroups

# The same in 100,000 modelled cgroups, which need no privilege; and what others change meanwhile.
LONG_PARTS += check-modelled-cgroups check-foreign-writers
check-modelled-cgroups: tests/model/replace/many_recursive.model
	./tests/model/replace/many_recursive.model 100000 1024
check-foreign-writers: %D%/race/foreign_writer %D%/replace/ends_and_comes %D%/replace/traffic_in_many
	./%D%/race/foreign_writer 1000
	./%D%/replace/ends_and_comes 300
	./%D%/replace/traffic_in_many 200
.PHONY: check-modelled-cgroups check-foreign-writers

# Not a part of check, where a test that is skipped counts as failed: it needs runc.
LONG_PARTS += check-containers
check-containers: tools/cgswap %D%/bpf/object/any_device.bpf.o
	abs_top_builddir=$(abs_top_builddir) abs_top_srcdir=$(abs_top_srcdir) \
		$(SHELL) $(srcdir)/%D%/race/containers.sh
.PHONY: check-containers
EXTRA_DIST += %D%/race/containers.sh

LONG_PARTS += check-kill-all
check-kill-all: %D%/journal/killed_anywhere %D%/journal/undo_killed
	./%D%/journal/killed_anywhere --all
	./%D%/journal/undo_killed --all
.PHONY: check-kill-all

LONG_PARTS += check-two-at-once
check-two-at-once: %D%/journal/two_at_once
	./%D%/journal/two_at_once 30
.PHONY: check-two-at-once

check_PROGRAMS += $(test_programs) $(unit_tests)
TESTS += $(test_programs) $(unit_tests) $(test_scripts)
EXTRA_DIST += \
	%D%/command/golden/attach.txt \
	%D%/command/golden/colors.txt \
	%D%/command/golden/explain.txt \
	%D%/command/golden/features.txt \
	%D%/command/golden/find.txt \
	%D%/command/golden/help.txt \
	%D%/command/golden/help-all.txt \
	%D%/command/golden/inspect.txt \
	%D%/command/golden/refusal.txt \
	%D%/command/golden/replace.txt \
	%D%/command/golden/replace-dry-run.txt \
	%D%/command/golden/replace-object.txt \
	%D%/command/golden/replace-recursive.txt \
	%D%/command/golden/replace-refused.txt \
	%D%/command/golden/show.txt \
	%D%/command/golden/show-effective.txt \
	%D%/command/golden/tree.txt \
	%D%/command/golden/tree-effective.txt \
	%D%/command/golden/types.txt
EXTRA_DIST += $(test_scripts) %D%/lib/tap.sh %D%/tree/plain_english.txt
BPF_OBJS += $(test_objects)
EXTRA_DIST += \
	%D%/bpf/constants/gate.bpf.h \
	%D%/bpf/maps/blocklist.bpf.h \
	%D%/bpf/maps/count.bpf.h \
	%D%/bpf/maps/gate.bpf.h \
	%D%/bpf/maps/nested.bpf.h \
	%D%/bpf/maps/nested_apart.bpf.h \
	%D%/bpf/maps/pair.bpf.h \
	%D%/bpf/maps/sized.bpf.h \
	%D%/bpf/maps/sized_by_loader.bpf.h \
	%D%/bpf/maps/timed.bpf.h \
	%D%/bpf/maps/vast.bpf.h \
	%D%/bpf/object/broken.bpf.h \
	%D%/bpf/object/filled.bpf.h \
	%D%/bpf/object/filled_apart.bpf.h \
	%D%/bpf/object/product.bpf.h
if HAVE_BPF_CLANG
check_DATA += $(test_objects)
endif
