/* SPDX-License-Identifier: BSD-2-Clause */
#include "enum_name.h"

#include <string.h>

const char *enum_mode_name(enum cgswap_mode mode)
{
	switch (mode) {
	case CGSWAP_MODE_MULTI:
		return "multi";
	case CGSWAP_MODE_OVERRIDE:
		return "override";
	case CGSWAP_MODE_NONE:
		return "none";
	default:
		return "";
	}
}

const char *enum_preorder_name(enum cgswap_preorder preorder)
{
	switch (preorder) {
	case CGSWAP_PREORDER_NO:
		return "no";
	case CGSWAP_PREORDER_YES:
		return "yes";
	default:
		return "";
	}
}

const char *enum_guard_name(enum cgswap_guard guard)
{
	switch (guard) {
	case CGSWAP_GUARD_NONE:
		return "none";
	case CGSWAP_GUARD_PROGRAM:
		return "program";
	case CGSWAP_GUARD_REVISION:
		return "revision";
	default:
		return "";
	}
}

const char *enum_map_policy_name(enum cgswap_map_policy policy)
{
	switch (policy) {
	case CGSWAP_MAPS_REUSE:
		return "reuse";
	case CGSWAP_MAPS_NEW:
		return "new";
	case CGSWAP_MAPS_REQUIRE:
		return "require";
	default:
		return "";
	}
}

bool enum_mode_parse(enum cgswap_mode *mode, const char *name)
{
	enum cgswap_mode i;

	for (i = CGSWAP_MODE_MULTI; i <= CGSWAP_MODE_NONE; i++) {
		if (strcmp(enum_mode_name(i), name) == 0) {
			*mode = i;
			return true;
		}
	}
	return false;
}

bool enum_map_policy_parse(enum cgswap_map_policy *policy, const char *name)
{
	enum cgswap_map_policy i;

	for (i = CGSWAP_MAPS_REUSE; i <= CGSWAP_MAPS_REQUIRE; i++) {
		if (strcmp(enum_map_policy_name(i), name) == 0) {
			*policy = i;
			return true;
		}
	}
	return false;
}
