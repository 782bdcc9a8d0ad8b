# SPDX-License-Identifier: BSD-2-Clause
#
# Runs ./quickstart check in trees of other Debians. Not part of check.

# debian/SUITE[-ARCHITECTURE].tree. Without an architecture it is that of this machine. A tree needs
# nothing of this build.
check-debian13: debian/trixie.tree
check-i386: debian/bookworm-i386.tree
check-debian13 check-i386:
	$(MAKE) check-TESTS TESTS='$<' \
		check_PROGRAMS= check_LTLIBRARIES= check_SCRIPTS= check_DATA=
.PHONY: check-debian13 check-i386
LONG_PARTS += check-debian13 check-i386

debian/%.tree:
	$(AM_V_at)$(MKDIR_P) debian
	$(AM_V_at): >$@

TREE_LOG_DRIVER = $(LOG_DRIVER)
TREE_LOG_COMPILER = env AWK='$(AWK)' bash $(abs_top_srcdir)/%D%/run.sh

EXTRA_DIST += \
	%D%/bookworm-i386.txt \
	%D%/enter.sh \
	%D%/report.awk \
	%D%/run.sh
