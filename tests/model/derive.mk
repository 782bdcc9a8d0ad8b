# SPDX-License-Identifier: BSD-2-Clause
#
# Read by make and not by Automake, which would drop names from TESTS that it cannot see. All tests but
# those of live_only.txt run on the model too: tests/chain/modes as tests/model/chain/modes.model.

live_only := $(shell $(SED) -n 's,^\([a-z]*/[a-z_]*\) .*,tests/\1,p' \
	$(top_srcdir)/tests/model/live_only.txt)
modelled_names := $(filter-out $(live_only),$(test_programs))
modelled_tests := $(modelled_names:tests/%=tests/model/%.model)
TESTS += $(modelled_tests)

$(modelled_tests): tests/model/%.model: tests/%.$(OBJEXT) $(modelled_test_libs)
	$(AM_V_at)$(MKDIR_P) $(@D)
	$(AM_V_CCLD)$(LINK) -Wl,--wrap=kernel_live $< $(modelled_test_libs) $(JANSSON_LIBS) $(LIBS)

check-am: $(modelled_tests)

# This test compares the logs of the others.
tests/model/same_as_live.log: $(modelled_tests:.model=.log) $(modelled_names:=.log)
