# SPDX-License-Identifier: BSD-2-Clause
#
# The tests once more, on a modelled kernel: the same objects, linked with the same fixtures, of
# which the part that calls the kernel is another (this folder instead of lib/), and with the
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

modelled_test_libs = %D%/libtest-model.la src/libcgswap-core.la

# The names come from make itself: Automake cannot see through derive.mk, and need not.
MODEL_LOG_DRIVER = $(LOG_DRIVER)
TESTS += $(modelled_tests) %D%/same_as_live.sh
-include $(top_srcdir)/tests/model/derive.mk
CLEANFILES += $(modelled_tests)
EXTRA_DIST += %D%/derive.mk %D%/same_as_live.sh %D%/live_only.txt
