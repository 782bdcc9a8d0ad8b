/* SPDX-License-Identifier: BSD-2-Clause */
#include "json_replace.h"

static json_t *json_step_map(const void *step, size_t i)
{
	json_t *o = json_object();
	bool ok = true;

	ok &= json_put(o, "id", json_number(cgswap_step_get_map_id(step, i)));
	ok &= json_put(o, "name", json_text_or_null(cgswap_step_get_map_name(step, i)));
	ok &= json_put(o, "kept", json_boolean(cgswap_step_get_map_kept(step, i)));
	ok &= json_put(o, "reason", json_text(cgswap_step_get_map_reason(step, i)));
	return json_finish(o, ok);
}

static json_t *json_dropped_map(const void *step, size_t i)
{
	json_t *o = json_object();
	bool ok = true;

	ok &= json_put(o, "id", json_number(cgswap_step_get_dropped_map_id(step, i)));
	ok &= json_put(o, "name", json_text_or_null(cgswap_step_get_dropped_map_name(step, i)));
	return json_finish(o, ok);
}

static json_t *json_position(size_t position)
{
	return position == CGSWAP_POSITION_UNKNOWN ? json_null() : json_number(position);
}

static json_t *json_step(const cgswap_step *step)
{
	const cgswap_chain *chain = cgswap_step_get_chain(step);
	const char *guard = cgswap_guard_get_name(cgswap_step_get_guard(step));
	size_t maps = cgswap_step_get_map_count(step);
	size_t dropped = cgswap_step_get_dropped_map_count(step);
	json_t *o = json_object();
	bool ok = true;

	ok &= json_put(o, "cgroup", json_text(cgswap_chain_get_cgroup(chain)));
	ok &= json_put(o, "attach_type", json_text(cgswap_chain_get_attach_type(chain)));
	ok &= json_put(o, "position", json_position(cgswap_step_get_position(step)));
	ok &= json_put(o, "old_id", json_number(cgswap_step_get_old_id(step)));
	ok &= json_put(o, "new_id", json_number(cgswap_step_get_new_id(step)));
	ok &= json_put(o, "link_id", json_number_or_null(cgswap_step_get_link_id(step)));
	ok &= json_put(o, "revision", json_number_or_null(cgswap_step_get_revision(step)));
	ok &= json_put(o, "guard", json_text_or_null(guard));
	ok &= json_put(o, "verified", json_boolean(cgswap_step_get_verified(step)));
	ok &= json_put(o, "probe_attached", json_boolean(cgswap_step_get_probe_attached(step)));
	ok &= json_put(o, "maps", json_list(maps, json_step_map, step));
	ok &= json_put(o, "dropped_maps", json_list(dropped, json_dropped_map, step));
	return json_finish(o, ok);
}

json_t *json_replaced(const struct options *options, const cgswap_step *step)
{
	json_t *list = json_array(), *o = json_object();
	bool ok;

	ok = json_add(list, json_step(step));
	ok &= json_put(o, "replaced", list);
	ok &= json_put(o, "dry_run", json_boolean(options_dry_run(options)));
	return json_finish(o, ok);
}
