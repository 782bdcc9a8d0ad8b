# SPDX-License-Identifier: BSD-2-Clause
#
# The scenarios, the same and numbered alike in C, Python and Lua: here in C.

scenarios = \
	%D%/01_a_chain_is_listed \
	%D%/02_every_selector_finds_its_entry \
	%D%/03_attach_and_detach_in_each_mode \
	%D%/04_a_swap_in_the_middle_keeps_the_order \
	%D%/05_a_dry_run_changes_nothing \
	%D%/06_commit_roll_back_commit_again \
	%D%/07_several_cgroups_all_or_none \
	%D%/08_a_refusal_says_why \
	%D%/09_preorder_is_kept \
	%D%/10_closed_handles_are_answered \
	%D%/11_an_expected_revision_guards \
	%D%/12_callbacks_are_called_and_obeyed

check_PROGRAMS += $(scenarios)
TESTS += $(scenarios)
