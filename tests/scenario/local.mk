# SPDX-License-Identifier: BSD-2-Clause
#
# The scenarios in C; tests/python and tests/lua have the same ones with the same numbers.

scenarios = \
	%D%/01_list_chain \
	%D%/02_selectors \
	%D%/03_attach_detach \
	%D%/04_swap_keeps_order \
	%D%/05_dry_run \
	%D%/06_commit_rollback \
	%D%/07_all_or_none \
	%D%/08_error_causes \
	%D%/09_preorder_kept \
	%D%/10_closed_handles \
	%D%/11_expected_revision \
	%D%/12_callbacks

check_PROGRAMS += $(scenarios)
TESTS += $(scenarios)
