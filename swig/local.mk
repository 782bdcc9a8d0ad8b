# SPDX-License-Identifier: BSD-2-Clause
#
# The bindings: cgswap.i is the SWIG interface for both languages, each folder has one language's part.
# handles.h and struct_options.c serve both.

EXTRA_DIST += %D%/cgswap.i

# The wrappers are generated from these in the build tree, and not distributed.
SWIG_INTERFACE = $(top_srcdir)/%D%/cgswap.i $(top_srcdir)/include/cgswap.h
SWIG_FLAGS = -Wall -I$(top_srcdir)/%D% -I$(top_srcdir)/include

# SWIG's code does not compile without warnings.
SWIG_CFLAGS = -std=gnu11 -fvisibility=hidden -fno-strict-aliasing -Wall -Wno-unused-function \
	      $(WERROR_CFLAGS) $(SANITIZE_FLAGS)
SWIG_LDFLAGS = $(AM_LDFLAGS) -module -avoid-version -shared

AM_V_SWIG = $(am__v_SWIG_@AM_V@)
am__v_SWIG_ = $(am__v_SWIG_@AM_DEFAULT_V@)
am__v_SWIG_0 = @echo "  SWIG    " $@;
am__v_SWIG_1 =

include %D%/python/local.mk
include %D%/lua/local.mk
