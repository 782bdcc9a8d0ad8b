# SPDX-License-Identifier: BSD-2-Clause
#
# Objects that have the traits of those of other projects, swapped under traffic and seen from outside.
# corpus.py compiles them, in several ways.

check_PROGRAMS += %D%/loader
%C%_loader_LDADD = $(LIBBPF_LIBS)

EXTRA_DIST += \
	%D%/corpus.bpf.h \
	%D%/corpus.py \
	%D%/corpus.sh \
	%D%/every_map.bpf.c \
	%D%/globals.bpf.c \
	%D%/kconfig_core.bpf.c \
	%D%/loader_given.bpf.c \
	%D%/long_names.bpf.c \
	%D%/names_alike.bpf.c \
	%D%/only_globals.bpf.c \
	%D%/plain.bpf.c \
	%D%/several_types.bpf.c \
	%D%/subprograms.bpf.c \
	%D%/tail_calls.bpf.c

# The command cannot be started by another program if it was built with sanitizers.
if !SANITIZED
if HAVE_BPF_CLANG
TESTS += %D%/corpus.sh
endif
endif

check-corpus: tools/cgswap %D%/loader
	$(AM_TESTS_ENVIRONMENT) CORPUS_ROUNDS=20 $(SHELL) $(srcdir)/%D%/corpus.sh
LONG_PARTS += check-corpus
.PHONY: check-corpus
