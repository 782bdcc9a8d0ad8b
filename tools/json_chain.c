/* SPDX-License-Identifier: BSD-2-Clause */
#include "json_chain.h"
#include "json_record.h"

bool json_put_entry(json_t *o, const cgswap_chain *chain, size_t i)
{
	const cgswap_entry *entry = cgswap_chain_get_entry(chain, i);
	unsigned parts = CGSWAP_DESCRIBE_LINKS | CGSWAP_DESCRIBE_PREORDER;

	/* without the privilege to read the program only its id is known */
	if (*cgswap_entry_get_type(entry))
		parts = CGSWAP_DESCRIBE_ALL;
	return json_put_record(o, &record_entry, (struct record_place){ .h = chain, .i = i },
			       parts);
}

static json_t *json_entry(const void *chain, size_t i)
{
	json_t *o = json_object();

	return json_finish(o, json_put_entry(o, chain, i));
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

	ok &= json_put_name(o, "cgroup", cgswap_chain_get_cgroup(chain));
	ok &= json_put(o, "cgroup_id", json_number(cgswap_chain_get_cgroup_id(chain)));
	ok &= json_put(o, "attach_type", json_text(cgswap_chain_get_attach_type(chain)));
	ok &= json_put(o, "mode", json_text_or_null(mode));
	ok &= json_put(o, "revision", json_number_or_null(cgswap_chain_get_revision(chain)));
	ok &= json_put(o, "programs", json_list(cgswap_chain_get_length(chain), json_entry, chain));
	ok &= json_put(o, "leftover_pins",
		       json_list(cgswap_chain_get_leftover_count(chain), json_leftover, chain));
	return json_finish(o, ok);
}

json_t *json_chain_effective(const cgswap_chain *chain, const struct effective *effective)
{
	json_t *o = json_chain(chain);

	/* a list that was read has at least the chain of the cgroup itself */
	if (!effective || effective->chain_count == 0)
		return o;
	return json_finish(o, json_put(o, "effective", effective_json(effective)));
}

json_t *json_chain_unread(const cgswap_chain *chain)
{
	json_t *o = json_chain(chain);

	return json_finish(o, json_put(o, "programs", json_null()));
}

static json_t *json_chain_of_set(const void *set, size_t i)
{
	const struct chain_set *chains = set;

	return json_chain_effective(chains->chains[i], &chains->effective[i]);
}

json_t *json_chain_set(const struct chain_set *set)
{
	return json_list(set->length, json_chain_of_set, set);
}
