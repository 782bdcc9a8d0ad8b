# SPDX-License-Identifier: BSD-2-Clause
#
# The stress program: two seconds of it in `make check`; `make check-stress` runs it for STRESS_SECONDS
# under the address sanitizer and as long under the thread sanitizer. For these the library and the
# program are compiled again, since a sanitizer must see all of the code. STRESS_SEED repeats a run's
# choices: each run prints its seed.

stress_sources = \
	%D%/operations.c \
	%D%/stress.c \
	%D%/stress.h \
	%D%/threads.c \
	%D%/transactions.c \
	%D%/world.c \
	%D%/writer.c
%C%_stress_SOURCES = $(stress_sources)

check_PROGRAMS += %D%/stress
TESTS += %D%/stress

STRESS_SECONDS = 60
STRESS_SEED =
STRESS_FLAGS_asan = -fsanitize=address,undefined -fno-sanitize-recover=undefined
STRESS_FLAGS_tsan = -fsanitize=thread
stress_compiled = $(filter %.c,$(stress_sources) $(src_libcgswap_core_la_SOURCES) \
	$(tests_libtest_common_la_SOURCES) $(tests_libtest_la_SOURCES))
stress_asan_objects = $(stress_compiled:%.c=%D%/asan/%.o)
stress_tsan_objects = $(stress_compiled:%.c=%D%/tsan/%.o)
stress_compile = $(COMPILE) -g -O1 -fno-omit-frame-pointer

$(stress_asan_objects): %D%/asan/%.o: %.c $(src_libcgswap_core_la_SOURCES) include/cgswap.h
	$(AM_V_at)$(MKDIR_P) $(@D)
	$(AM_V_CC)$(stress_compile) $(STRESS_FLAGS_asan) -c $< -o $@
$(stress_tsan_objects): %D%/tsan/%.o: %.c $(src_libcgswap_core_la_SOURCES) include/cgswap.h
	$(AM_V_at)$(MKDIR_P) $(@D)
	$(AM_V_CC)$(stress_compile) $(STRESS_FLAGS_tsan) -c $< -o $@
%D%/stress-asan: $(stress_asan_objects)
	$(AM_V_CCLD)$(CCLD) $(STRESS_FLAGS_asan) $^ $(LIBBPF_LIBS) $(LIBELF_LIBS) $(JANSSON_LIBS) $(LIBS) -o $@
%D%/stress-tsan: $(stress_tsan_objects)
	$(AM_V_CCLD)$(CCLD) $(STRESS_FLAGS_tsan) $^ $(LIBBPF_LIBS) $(LIBELF_LIBS) $(JANSSON_LIBS) $(LIBS) -o $@

check-stress: %D%/stress-asan %D%/stress-tsan tools/cgswap $(check_DATA)
	$(AM_TESTS_ENVIRONMENT) ASAN_OPTIONS=detect_leaks=1 \
		./%D%/stress-asan $(STRESS_SECONDS) $(STRESS_SEED)
	$(AM_TESTS_ENVIRONMENT) TSAN_OPTIONS='halt_on_error=1 second_deadlock_stack=1' \
		./%D%/stress-tsan $(STRESS_SECONDS) $(STRESS_SEED)

stress-clean:
	rm -rf %D%/asan %D%/tsan %D%/stress-asan %D%/stress-tsan

clean-local: stress-clean

long-stress:
	$(MAKE) check-stress STRESS_SECONDS=$(LONG_SECONDS)
LONG_PARTS += long-stress
.PHONY: check-stress long-stress stress-clean
