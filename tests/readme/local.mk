# SPDX-License-Identifier: BSD-2-Clause
#
# README is true: its commands and programs work as printed, and `make install` and `make uninstall` do
# what it says.

readme_tests = \
	%D%/commands.sh \
	%D%/install.sh
EXTRA_DIST += \
	$(readme_tests) \
	%D%/blocks.awk \
	%D%/output.awk

# They start interpreters, which cannot load a library that was built with sanitizers.
if !SANITIZED
TESTS += $(readme_tests)
endif
