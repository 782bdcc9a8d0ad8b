# SPDX-License-Identifier: BSD-2-Clause
#
# make fuzz-object, make fuzz-journal: clang's libFuzzer passes random bytes to the library as an object
# file or a journal, with the address and undefined-behaviour sanitizers, for FUZZ_SECONDS. The build tree
# keeps the corpora in tests/fuzz/corpus and tests/fuzz/corpus-journal, and inputs that crash in
# tests/fuzz/crash-*. make fuzz shares FUZZ_SECONDS between both.
#
# Not part of `make check`: it needs clang with its runtime libraries, and a fuzzer does not end by
# itself. clang compiles the library again for it, with libFuzzer's instrumentation.

FUZZ_CLANG = $(BPF_CLANG)
FUZZ_SECONDS = 600
FUZZ_FLAGS = -fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer
FUZZ_LIMITS = -timeout=25 -rss_limit_mb=2048

fuzz_sources = $(filter %.c,$(src_libcgswap_core_la_SOURCES))
fuzz_library = $(fuzz_sources:%.c=%D%/built/%.o)
fuzz_targets = %D%/built/%D%/journal.o %D%/built/%D%/object.o
EXTRA_DIST += \
	%D%/journal.c \
	%D%/journal.dict \
	%D%/journal.seed \
	%D%/object.c \
	%D%/object.dict

$(fuzz_library) $(fuzz_targets): %D%/built/%.o: %.c $(src_libcgswap_core_la_SOURCES) include/cgswap.h | fuzz-needs
	$(AM_V_at)$(MKDIR_P) $(@D)
	$(AM_V_CC)$(FUZZ_CLANG) $(DEFS) $(AM_CPPFLAGS) $(CPPFLAGS) -std=gnu11 -g -O1 \
		$(FUZZ_FLAGS) -fsanitize=fuzzer-no-link -c $< -o $@

%D%/fuzz-journal %D%/fuzz-object: %D%/fuzz-%: %D%/built/%D%/%.o $(fuzz_library)
	$(AM_V_CCLD)$(FUZZ_CLANG) $(FUZZ_FLAGS) -fsanitize=fuzzer $^ \
		$(LIBBPF_LIBS) $(LIBELF_LIBS) $(LIBS) -o $@

# clang links such a program only if its runtime libraries are installed.
fuzz-needs:
	@$(MKDIR_P) %D%/built && cd %D%/built && \
	echo 'int LLVMFuzzerTestOneInput(const char *d, unsigned long n) { return d && n ? 0 : 0; }' \
		>needs.c && \
	if test -z '$(FUZZ_CLANG)' || \
	   ! $(FUZZ_CLANG) $(FUZZ_FLAGS) -fsanitize=fuzzer needs.c -o needs 2>needs.log; then \
		cat needs.log 2>/dev/null; \
		echo 'fuzz-object: needs clang and its runtime libraries (Debian: clang, libclang-rt-dev)' >&2; \
		exit 1; \
	fi

# The objects of the tests are the seeds.
fuzz-object: %D%/fuzz-object $(BPF_OBJS)
	$(AM_V_at)$(MKDIR_P) %D%/corpus %D%/seeds && for object in $(BPF_OBJS); do \
		cp $$object %D%/seeds/$$(echo $$object | tr / -) || exit; done
	ASAN_OPTIONS=detect_leaks=1 UBSAN_OPTIONS=print_stacktrace=1 \
	./%D%/fuzz-object -max_total_time=$(FUZZ_SECONDS) $(FUZZ_LIMITS) -print_final_stats=1 \
		-dict=$(srcdir)/%D%/object.dict -artifact_prefix=%D%/ %D%/corpus %D%/seeds

fuzz-journal: %D%/fuzz-journal
	$(AM_V_at)$(MKDIR_P) %D%/corpus-journal %D%/seeds-journal && \
		cp $(srcdir)/%D%/journal.seed %D%/seeds-journal
	ASAN_OPTIONS=detect_leaks=1 UBSAN_OPTIONS=print_stacktrace=1 \
	./%D%/fuzz-journal -max_total_time=$(FUZZ_SECONDS) $(FUZZ_LIMITS) -print_final_stats=1 \
		-dict=$(srcdir)/%D%/journal.dict -artifact_prefix=%D%/ %D%/corpus-journal \
		%D%/seeds-journal

# A journal is small, and needs less time.
fuzz:
	$(MAKE) fuzz-object FUZZ_SECONDS=$$(($(FUZZ_SECONDS) * 3 / 4))
	$(MAKE) fuzz-journal FUZZ_SECONDS=$$(($(FUZZ_SECONDS) / 4))

fuzz-clean:
	rm -rf %D%/built %D%/seeds %D%/seeds-journal %D%/fuzz-journal %D%/fuzz-object

clean-local: fuzz-clean

long-fuzz:
	$(MAKE) fuzz FUZZ_SECONDS=$(LONG_SECONDS)
LONG_PARTS += long-fuzz
.PHONY: long-fuzz fuzz fuzz-journal fuzz-needs fuzz-object fuzz-clean
