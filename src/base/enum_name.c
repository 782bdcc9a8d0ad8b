/* SPDX-License-Identifier: BSD-2-Clause */
/* Names of the public enums that have no table of their own. */
#include <cgswap.h>

/* Enums are small numbers from 0 up; a number without a name is NULL in the table, or beyond it. */
static const char *enum_name(const char *const *names, size_t count, unsigned value)
{
	return value < count && names[value] ? names[value] : "";
}

#define ENUM_NAME(names, value) enum_name(names, sizeof(names) / sizeof((names)[0]), value)

const char *cgswap_mode_get_name(enum cgswap_mode mode)
{
	static const char *const names[] = {
		[CGSWAP_MODE_MULTI] = "multi",
		[CGSWAP_MODE_OVERRIDE] = "override",
		[CGSWAP_MODE_NONE] = "none",
	};

	return ENUM_NAME(names, mode);
}

const char *cgswap_preorder_get_name(enum cgswap_preorder preorder)
{
	static const char *const names[] = {
		[CGSWAP_PREORDER_NO] = "no",
		[CGSWAP_PREORDER_YES] = "yes",
	};

	return ENUM_NAME(names, preorder);
}

const char *cgswap_position_get_name(enum cgswap_position position)
{
	static const char *const names[] = {
		[CGSWAP_POSITION_FIRST] = "first",
		[CGSWAP_POSITION_LAST] = "last",
	};

	return ENUM_NAME(names, position);
}

const char *cgswap_map_policy_get_name(enum cgswap_map_policy policy)
{
	static const char *const names[] = {
		[CGSWAP_MAPS_REUSE] = "reuse",
		[CGSWAP_MAPS_NEW] = "new",
		[CGSWAP_MAPS_REQUIRE] = "require",
	};

	return ENUM_NAME(names, policy);
}

const char *cgswap_constant_policy_get_name(enum cgswap_constant_policy policy)
{
	static const char *const names[] = {
		[CGSWAP_CONSTANTS_OLD] = "old",
		[CGSWAP_CONSTANTS_NEW] = "new",
	};

	return ENUM_NAME(names, policy);
}

const char *cgswap_guard_get_name(enum cgswap_guard guard)
{
	static const char *const names[] = {
		[CGSWAP_GUARD_NONE] = "none",
		[CGSWAP_GUARD_PROGRAM] = "program",
		[CGSWAP_GUARD_REVISION] = "revision",
	};

	return ENUM_NAME(names, guard);
}

const char *cgswap_step_state_get_name(enum cgswap_step_state state)
{
	static const char *const names[] = {
		[CGSWAP_STEP_PLANNED] = "planned",
		[CGSWAP_STEP_DONE] = "done",
		[CGSWAP_STEP_UNDONE] = "undone",
		[CGSWAP_STEP_FAILED] = "failed",
		[CGSWAP_STEP_GONE] = "gone",
	};

	return ENUM_NAME(names, state);
}

const char *cgswap_entry_state_get_name(enum cgswap_entry_state state)
{
	static const char *const names[] = {
		[CGSWAP_ENTRY_OLD] = "old",
		[CGSWAP_ENTRY_NEW] = "new",
		[CGSWAP_ENTRY_CHANGED] = "changed",
		[CGSWAP_ENTRY_GONE] = "gone",
	};

	return ENUM_NAME(names, state);
}

const char *cgswap_log_level_get_name(enum cgswap_log_level level)
{
	static const char *const names[] = {
		[CGSWAP_LOG_WARNING] = "warning",
		[CGSWAP_LOG_INFO] = "info",
		[CGSWAP_LOG_DEBUG] = "debug",
	};

	return ENUM_NAME(names, level);
}

const char *cgswap_event_kind_get_name(enum cgswap_event_kind kind)
{
	static const char *const names[] = {
		[CGSWAP_EVENT_CHECKED] = "checked",
		[CGSWAP_EVENT_STEP] = "step",
		[CGSWAP_EVENT_DONE] = "done",
		[CGSWAP_EVENT_REFUSED] = "refused",
		[CGSWAP_EVENT_GONE] = "gone",
		[CGSWAP_EVENT_WAVE] = "wave",
		[CGSWAP_EVENT_HEALTHY] = "healthy",
		[CGSWAP_EVENT_UNHEALTHY] = "unhealthy",
		[CGSWAP_EVENT_FOUND] = "found",
		[CGSWAP_EVENT_UNDONE] = "undone",
		[CGSWAP_EVENT_NOT_UNDONE] = "not_undone",
	};

	return ENUM_NAME(names, kind);
}
