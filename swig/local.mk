# SPDX-License-Identifier: BSD-2-Clause
#
# The bindings for Python and Lua. There are none yet: nothing is built here.
