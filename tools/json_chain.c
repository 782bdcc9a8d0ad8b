/* SPDX-License-Identifier: BSD-2-Clause */
#include "json_chain.h"
#include "run_count.h"
#include "time_text.h"

static json_t *json_preorder(enum cgswap_preorder preorder)
{
	if (preorder == CGSWAP_PREORDER_DEFAULT)
		return json_null();
	return json_boolean(preorder == CGSWAP_PREORDER_YES);
}

static json_t *json_entry_map_id(const void *entry, size_t i)
{
	return json_number(cgswap_entry_get_map_id(entry, i));
}

static json_t *json_entry_metadata(const cgswap_entry *entry)
{
	json_t *metadata = json_object();
	bool ok = true;
	size_t i;

	for (i = 0; i < cgswap_entry_get_metadata_count(entry) && ok; i++)
		ok = json_put_named(metadata, cgswap_entry_get_metadata_name(entry, i),
				    json_text(cgswap_entry_get_metadata_value(entry, i)));
	return json_finish(metadata, ok);
}

/* Sets the members that only a described entry has. */
static bool json_put_description(json_t *o, const cgswap_entry *entry)
{
	uint64_t runs = cgswap_entry_get_run_count(entry);
	uint64_t run_time = cgswap_entry_get_run_time_ns(entry);
	size_t maps = cgswap_entry_get_map_count(entry);
	bool counted = run_count_is_known(entry), ok = true;

	ok &= json_put(o, "uid", json_number(cgswap_entry_get_uid(entry)));
	ok &= json_put(o, "maps", json_list(maps, json_entry_map_id, entry));
	ok &= json_put(o, "run_count", counted ? json_number(runs) : json_null());
	ok &= json_put(o, "run_time_ns", counted ? json_number(run_time) : json_null());
	ok &= json_put(o, "metadata", json_entry_metadata(entry));
	return ok;
}

static bool json_put_no_description(json_t *o)
{
	static const char *const keys[] = { "uid", "maps", "run_count", "run_time_ns", "metadata" };
	bool ok = true;
	size_t i;

	for (i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		ok &= json_put(o, keys[i], json_null());
	return ok;
}

static json_t *json_entry(const void *chain, size_t i)
{
	const cgswap_entry *entry = cgswap_chain_get_entry(chain, i);
	const char *type = cgswap_entry_get_type(entry), *name = cgswap_entry_get_name(entry);
	json_t *o = json_object();
	char loaded_at[TIME_SIZE];
	bool ok = true;

	time_text(loaded_at, cgswap_entry_get_loaded_at(entry));
	ok &= json_put(o, "position", json_number(cgswap_entry_get_position(entry)));
	ok &= json_put(o, "id", json_number(cgswap_entry_get_id(entry)));
	ok &= json_put(o, "name", *type ? json_text(name) : json_null());
	ok &= json_put(o, "tag", json_text_or_null(cgswap_entry_get_tag(entry)));
	ok &= json_put(o, "type", json_text_or_null(type));
	ok &= json_put(o, "link_id", json_number_or_null(cgswap_entry_get_link_id(entry)));
	ok &= json_put(o, "preorder", json_preorder(cgswap_entry_get_preorder(entry)));
	ok &= json_put(o, "loaded_at", json_text_or_null(loaded_at));
	ok &= *type ? json_put_description(o, entry) : json_put_no_description(o);
	return json_finish(o, ok);
}

static json_t *json_leftover(const void *chain, size_t i)
{
	return json_text(cgswap_chain_get_leftover(chain, i));
}

json_t *json_chain(const cgswap_chain *chain)
{
	const char *mode = cgswap_mode_get_name(cgswap_chain_get_mode(chain));
	json_t *o = json_object();
	bool ok = true;

	ok &= json_put(o, "cgroup", json_text(cgswap_chain_get_cgroup(chain)));
	ok &= json_put(o, "cgroup_id", json_number(cgswap_chain_get_cgroup_id(chain)));
	ok &= json_put(o, "attach_type", json_text(cgswap_chain_get_attach_type(chain)));
	ok &= json_put(o, "mode", json_text_or_null(mode));
	ok &= json_put(o, "revision", json_number_or_null(cgswap_chain_get_revision(chain)));
	ok &= json_put(o, "programs", json_list(cgswap_chain_get_length(chain), json_entry, chain));
	ok &= json_put(o, "leftover_pins",
		       json_list(cgswap_chain_get_leftover_count(chain), json_leftover, chain));
	return json_finish(o, ok);
}

json_t *json_chain_unread(const cgswap_chain *chain)
{
	json_t *o = json_chain(chain);

	return json_finish(o, json_put(o, "programs", json_null()));
}

static json_t *json_chain_of_set(const void *set, size_t i)
{
	return json_chain(((const struct chain_set *)set)->chains[i]);
}

json_t *json_chain_set(const struct chain_set *set)
{
	return json_list(set->length, json_chain_of_set, set);
}
