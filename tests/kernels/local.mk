# SPDX-License-Identifier: BSD-2-Clause
#
# Runs the test programs on older kernels in a virtual machine, except those of stays_out.txt. Not part
# of check.

# Series of kernels, which apt-get downloads as packages, or paths of kernels.
KERNELS = 6.1 6.12

kernel_tests = $(filter-out tests/lua/% tests/python/%,$(filter tests/%,$(check_PROGRAMS)))
# Files that the tests read.
kernel_files = $(BPF_OBJS:%=$(abs_top_builddir)/%) \
	$(abs_top_srcdir)/include/cgswap.h \
	$(abs_top_srcdir)/man/cgswap.8 \
	$(abs_top_srcdir)/tests/matrix/cases.tsv

# A guest is about twenty times slower, so these tests get an argument that shortens them. pairs_killed and
# stress take theirs as seconds, in which they do less there.
kernel_less = \
	-e 's,/fault/every_call$$,& less,' \
	-e 's,/fault/journal_every_fault$$,& less,' \
	-e 's,/fault/pairs_killed$$,& 20,' \
	-e 's,/journal/killed_anywhere$$,& 60,' \
	-e 's,/journal/killed_growing$$,& 15,' \
	-e 's,/journal/killed_map_pins$$,& 8,' \
	-e 's,/journal/killed_undo_map_pins$$,& 8,' \
	-e 's,/journal/many_objects$$,& 60 128 100,' \
	-e 's,/journal/many_programs$$,& 100 96 80,' \
	-e 's,/journal/undo_killed$$,& 150,' \
	-e 's,/race/old_program_readded$$,& 300,' \
	-e 's,/race/two_processes$$,& 1000,' \
	-e 's,/stress/stress$$,& 5,'

KERNEL_LOG_DRIVER = $(LOG_DRIVER)
KERNEL_LOG_COMPILER = env QEMU='$(QEMU)' BUSYBOX='$(BUSYBOX)' AWK='$(AWK)' \
	bash $(abs_top_srcdir)/%D%/boot.sh

check-kernels:
if HAVE_QEMU
	$(AM_V_at)$(SHELL) $(srcdir)/%D%/fetch.sh kernels $(KERNELS)
	$(AM_V_at)printf '%s\n' $(kernel_tests) | sed $(kernel_less) >kernels/tests
	$(AM_V_at)printf '%s\n' $(kernel_files) >kernels/files
	$(MAKE) check TESTS="`cat kernels/list`"
else
	@echo 'check-kernels: configure did not find $(KERNELS_NEED)' >&2
	@false
endif
.PHONY: check-kernels

EXTRA_DIST += \
	%D%/6.1.txt \
	%D%/6.12.txt \
	%D%/boot.sh \
	%D%/fetch.sh \
	%D%/guest.sh \
	%D%/report.awk \
	%D%/stays_out.txt
