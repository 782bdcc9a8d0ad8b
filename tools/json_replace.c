/* SPDX-License-Identifier: BSD-2-Clause */
#include "json_replace.h"
#include "json_record.h"

static json_t *json_step(const void *replace, size_t i)
{
	const cgswap_chain *chain = cgswap_step_get_chain(cgswap_replace_get_step(replace, i));
	json_t *o = json_object();
	bool ok = true;

	ok &= json_put_name(o, "cgroup", cgswap_chain_get_cgroup(chain));
	ok &= json_put(o, "attach_type", json_text(cgswap_chain_get_attach_type(chain)));
	ok &= json_put_record(o, &record_step, (struct record_place){ .h = replace, .i = i }, 0);
	return json_finish(o, ok);
}

json_t *json_step_list(const cgswap_replace *replace)
{
	return json_list(cgswap_replace_get_length(replace), json_step, replace);
}

json_t *json_steps(const struct options *options, const char *done, const cgswap_replace *replace)
{
	json_t *o = json_pack("{s:o, s:b}", done, json_step_list(replace), "dry_run",
			      options_dry_run(options));
	uint64_t id = cgswap_replace_get_id(replace);

	return options->given & OPTION_KEEP_OLD && !options_dry_run(options)
		       ? json_finish(o, json_put(o, "transaction_id", json_number(id)))
		       : o;
}
