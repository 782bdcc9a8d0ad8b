# SPDX-License-Identifier: BSD-2-Clause
#
# Runs the tests of tests/local.mk on the model too. They are the same objects, linked with the
# convenience library, in which the linker replaces kernel_live() by the model, and with this folder's
# version of the fixtures that call the kernel. They need no privilege.

check_LTLIBRARIES += %D%/libtest-model.la
%C%_libtest_model_la_SOURCES = \
	%D%/bpffs.c \
	%D%/faults.c \
	%D%/kernel.c \
	%D%/kernel.h \
	%D%/privilege.c \
	%D%/rawbpf.c \
	%D%/rawfd.c \
	%D%/scratch.c
%C%_libtest_model_la_LIBADD = tests/libtest-common.la

modelled_test_libs = %D%/libtest-model.la src/libcgswap-core.la

# derive.mk makes the list of programs when make runs, so Automake must not read it.
MODEL_LOG_DRIVER = $(LOG_DRIVER)
TESTS += %D%/same_as_live.sh
-include $(top_srcdir)/tests/model/derive.mk
CLEANFILES += $(modelled_tests)
EXTRA_DIST += \
	%D%/derive.mk \
	%D%/live_only.txt \
	%D%/same_as_live.sh
