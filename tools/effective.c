/* SPDX-License-Identifier: BSD-2-Clause */
#include "effective.h"
#include "json_chain.h"
#include "json_record.h"

#include <stdlib.h>
#include <string.h>

/* An entry that no earlier program of the list has been assigned to. */
static const cgswap_entry *find_free_entry(const struct effective *effective,
					   const cgswap_chain *chain, uint32_t id)
{
	const cgswap_entry *entry;
	size_t i, j;

	for (i = 0; i < cgswap_chain_get_length(chain); i++) {
		entry = cgswap_chain_get_entry(chain, i);
		if (cgswap_entry_get_id(entry) != id)
			continue;
		for (j = 0; j < effective->length; j++) {
			if (effective->programs[j].entry == entry)
				break;
		}
		if (j == effective->length)
			return entry;
	}
	return NULL;
}

/* Finds the programs that are attached in this chain. Returns the number of those still unknown. */
static size_t assign_entries(struct effective *effective, const cgswap_chain *chain)
{
	struct effective_program *program;
	size_t unknown = 0, i;

	for (i = 0; i < effective->length; i++) {
		program = &effective->programs[i];
		if (program->entry)
			continue;
		program->entry = find_free_entry(effective, chain, program->id);
		if (program->entry)
			program->chain = chain;
		else
			unknown++;
	}
	return unknown;
}

static enum cgswap_status add_chain(struct effective *effective, struct describe *describe,
				    cgswap_chain *chain)
{
	cgswap_chain **chains;

	chains = realloc(effective->chains, (effective->chain_count + 1) * sizeof(cgswap_chain *));
	if (!chains) {
		cgswap_chain_unref(chain);
		return CGSWAP_E_NO_MEMORY;
	}
	effective->chains = chains;
	chains[effective->chain_count++] = chain;
	return describe_chain(describe, chain);
}

/* Cuts off the last component. Returns false at the mount. */
static bool to_parent(char *path, const char *mount)
{
	char *slash = strrchr(path, '/');

	if (!slash || strcmp(path, mount) == 0 || strcmp(path, "/") == 0)
		return false;
	slash[slash == path] = '\0';
	return true;
}

static enum cgswap_status climb(struct effective *effective, struct describe *describe,
				cgswap_session *session, char *path, const char *type)
{
	const char *mount = cgswap_session_get_cgroup_root(session);
	size_t unknown = assign_entries(effective, effective->chains[0]);
	enum cgswap_status status = CGSWAP_OK;
	cgswap_chain *chain;

	while (unknown > 0 && status == CGSWAP_OK && to_parent(path, mount)) {
		status = cgswap_chain_open(&chain, session, path, type);
		if (status == CGSWAP_OK)
			status = add_chain(effective, describe, chain);
		if (status == CGSWAP_OK)
			unknown = assign_entries(effective, chain);
	}
	return status;
}

enum cgswap_status effective_read(struct effective *effective, struct describe *describe,
				  cgswap_session *session, cgswap_chain *chain)
{
	enum cgswap_status status;
	size_t i;
	char *path;

	*effective = (struct effective){ .length = 0 };
	status = cgswap_chain_read_effective(chain);
	if (status == CGSWAP_OK)
		status = add_chain(effective, describe, cgswap_chain_ref(chain));
	if (status != CGSWAP_OK)
		return status;
	effective->length = cgswap_chain_get_effective_length(chain);
	effective->programs = calloc(effective->length + 1, sizeof(*effective->programs));
	path = strdup(cgswap_chain_get_cgroup(chain));
	if (!effective->programs || !path) {
		effective->length = 0;
		free(path);
		return CGSWAP_E_NO_MEMORY;
	}
	for (i = 0; i < effective->length; i++)
		effective->programs[i].id = cgswap_chain_get_effective_id(chain, i);
	status = climb(effective, describe, session, path, cgswap_chain_get_attach_type(chain));
	free(path);
	return status;
}

void effective_free(struct effective *effective)
{
	while (effective->chain_count > 0)
		cgswap_chain_unref(effective->chains[--effective->chain_count]);
	free(effective->chains);
	free(effective->programs);
	*effective = (struct effective){ .length = 0 };
}

static json_t *json_program(const void *effective, size_t i)
{
	const struct effective_program *program =
		&((const struct effective *)effective)->programs[i];
	json_t *o = json_object();
	bool ok = true;
	size_t n;

	for (n = 0; n < record_entry.count && !program->entry; n++)
		ok &= json_put(o, record_entry.fields[n].name, json_null());
	if (program->entry)
		ok &= json_put_entry(o, program->chain, cgswap_entry_get_position(program->entry));
	ok &= json_put(o, "id", json_number(program->id));
	if (program->chain)
		ok &= json_put_name(o, "cgroup", cgswap_chain_get_cgroup(program->chain));
	else
		ok &= json_put(o, "cgroup", json_null());
	return json_finish(o, ok);
}

json_t *effective_json(const struct effective *effective)
{
	return json_list(effective->length, json_program, effective);
}
