# SPDX-License-Identifier: BSD-2-Clause
#
# Objects that have the traits of those of other projects, swapped under traffic and seen from outside.
# corpus.py compiles them, in several ways.

check_PROGRAMS += %D%/loader
%C%_loader_LDADD = $(LIBBPF_LIBS)

# bench/load_cost loads it.
BPF_OBJS += %D%/every_map.bpf.o
if HAVE_BPF_CLANG
check_DATA += %D%/every_map.bpf.o
endif

EXTRA_DIST += \
	%D%/corpus.bpf.h \
	%D%/corpus.py \
	%D%/objects.sh \
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
TESTS += %D%/objects.sh
endif
endif

check-corpus: tools/cgswap %D%/loader
	$(AM_TESTS_ENVIRONMENT) CORPUS_ROUNDS=20 $(SHELL) $(srcdir)/%D%/objects.sh
LONG_PARTS += check-corpus
.PHONY: check-corpus
