/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TOOLS_ENUM_NAME_H
#define TOOLS_ENUM_NAME_H

#include <cgswap.h>

/* The names of enum values, as options, tables and JSON have them; "" for the default. */
const char *enum_mode_name(enum cgswap_mode mode);
const char *enum_preorder_name(enum cgswap_preorder preorder);
const char *enum_guard_name(enum cgswap_guard guard);
const char *enum_map_policy_name(enum cgswap_map_policy policy);

/* The value of this name; false: there is none. */
bool enum_mode_parse(enum cgswap_mode *mode, const char *name);
bool enum_map_policy_parse(enum cgswap_map_policy *policy, const char *name);

#endif
