# SPDX-License-Identifier: BSD-2-Clause
#
# The Python module. run_script embeds the interpreter and hands scenes to scripts; each script is a
# test of its own: the scenarios, numbered as in C and Lua, and what only Python can get wrong.

python_tests = \
	%D%/01_a_chain_is_listed.py \
	%D%/02_every_selector_finds_its_entry.py \
	%D%/03_attach_and_detach_in_each_mode.py \
	%D%/04_a_swap_in_the_middle_keeps_the_order.py \
	%D%/05_a_dry_run_changes_nothing.py \
	%D%/06_commit_roll_back_commit_again.py \
	%D%/07_several_cgroups_all_or_none.py \
	%D%/08_a_refusal_says_why.py \
	%D%/09_preorder_is_kept.py \
	%D%/10_closed_handles_are_answered.py \
	%D%/11_an_expected_revision_guards.py \
	%D%/12_callbacks_are_called_and_obeyed.py \
	%D%/13_links_and_order.py \
	%D%/14_state_is_kept.py \
	%D%/15_pins_metadata_and_inspect.py \
	%D%/a_hundred_thousand_objects.py \
	%D%/examples_do_what_they_say.py \
	%D%/the_whole_surface_is_there.py \
	%D%/two_threads_on_one_object.py \
	%D%/types_are_what_they_say.py

# These start an interpreter of their own, which cannot load a library built with sanitizers.
python_plain_tests = \
	%D%/a_wheel_builds_from_the_sdist.sh \
	%D%/objects_outlive_the_interpreter.py

EXTRA_DIST += $(python_tests) $(python_plain_tests) %D%/scenes.py %D%/run_script.sh

if EMBED_PYTHON
check_PROGRAMS += %D%/run_script
%C%_run_script_SOURCES = \
	%D%/embed.c %D%/embed.h \
	%D%/run_script.c \
	%D%/tap_module.c \
	%D%/lab_module.c
%C%_run_script_CPPFLAGS = $(AM_CPPFLAGS) $(PYTHON_CPPFLAGS) \
	-DPYTHON_EXECUTABLE='"$(PYTHON_EXECUTABLE)"' \
	-DMODULE_DIR='"$(abs_top_builddir)/swig/python"' -DSCRIPT_DIR='"$(abs_top_srcdir)/%D%"'
%C%_run_script_LDADD = $(LDADD) $(PYTHON_EMBED_LIBS)

PY_LOG_COMPILER = $(SHELL) $(srcdir)/%D%/run_script.sh %D%/run_script
TESTS += $(python_tests)
if !SANITIZED
TESTS += $(python_plain_tests)
endif
else
PY_LOG_COMPILER = false
endif
