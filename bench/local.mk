# SPDX-License-Identifier: BSD-2-Clause
#
# Measurements. `make check` builds them, so that they keep up; `make bench` runs them.

bench_programs = %D%/commit_cost

check_PROGRAMS += $(bench_programs)
BENCHES += $(bench_programs)

%C%_commit_cost_LDADD = tests/libtest.la src/libcgswap.la $(JANSSON_LIBS)
