# SPDX-License-Identifier: BSD-2-Clause
#
# The tests once more, on older kernels in a virtual machine. Not part of check. Every test program
# goes there by itself, but for those of stays_out.txt.

# Paths of kernels, or series of which apt has a package.
KERNELS = 6.1 6.12

kernel_tests = $(filter-out tests/lua/% tests/python/%,$(filter tests/%,$(check_PROGRAMS)))
# What the tests read, besides the command.
kernel_files = $(BPF_OBJS:%=$(abs_top_builddir)/%) \
	$(abs_top_srcdir)/include/cgswap.h $(abs_top_srcdir)/tests/matrix/cases.tsv

# A guest is some twenty times slower: less of what is much.
kernel_less = -e 's,/of_two_processes_one_wins$$,& 1000,' \
	-e 's,/what_others_put_back_costs_nothing$$,& 300,' -e 's,/every_call_failed_in_turn$$,& less,'

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
	@echo 'check-kernels: when configure ran there was no $(KERNELS_NEED)' >&2
	@false
endif
.PHONY: check-kernels

EXTRA_DIST += %D%/boot.sh %D%/fetch.sh %D%/guest.sh %D%/report.awk \
	%D%/stays_out.txt %D%/6.1.txt %D%/6.12.txt
