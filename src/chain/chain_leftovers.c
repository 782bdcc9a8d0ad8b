/* SPDX-License-Identifier: BSD-2-Clause */
/* The temporary pins that killed processes left for programs and links of a chain. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "chain/chain.h"
#include "kernel/errno_error.h"
#include "program/pin_leftover.h"

static bool chain_has_object(struct cgswap_chain *chain, struct pin_object object)
{
	/* the links are looked up only where the pin of one is left */
	if (object.kind == 'l' && chain_describe_links(chain))
		error_clear();
	for (size_t i = 0; i < chain->now.count; i++) {
		const struct cgswap_entry *entry = &chain->entries[i];

		if ((object.kind == 'p' && entry->id == object.id) ||
		    (object.kind == 'l' && entry->link_id == object.id))
			return true;
	}
	return false;
}

static int chain_add_leftover(const char *path, struct pin_object new, struct pin_object old,
			      void *user)
{
	struct cgswap_chain *chain = user;
	char **paths;

	if (!chain_has_object(chain, new) && !chain_has_object(chain, old))
		return 0;
	paths = realloc(chain->leftovers, (chain->leftover_count + 1) * sizeof(*paths));
	if (!paths)
		return -ENOMEM;
	chain->leftovers = paths;
	paths[chain->leftover_count] = strdup(path);
	if (!paths[chain->leftover_count])
		return -ENOMEM;
	chain->leftover_count++;
	return 0;
}

static enum cgswap_status chain_read_leftovers(struct cgswap_chain *chain)
{
	struct cgswap_session *session = chain->session;
	int err = 0;

	if (!chain->read) {
		enum cgswap_status status = chain_read(chain);

		if (status)
			return status;
	}
	chain_forget_leftovers(chain);
	if (chain->now.count)
		err = pin_leftover_list(session->kernel, session->bpffs, chain_add_leftover, chain);
	if (!err)
		return CGSWAP_OK;
	chain_forget_leftovers(chain);
	return error_from_errno(session->kernel, 0, -err,
				"the pins below '%.400s'{path} cannot be listed", session->bpffs);
}

enum cgswap_status cgswap_chain_read_leftovers(cgswap_chain *chain)
{
	enum cgswap_status status = handle_enter(chain ? &chain->handle : NULL, "read leftovers");

	return status ? status : handle_leave(&chain->handle, chain_read_leftovers(chain));
}

size_t cgswap_chain_get_leftover_count(const cgswap_chain *chain)
{
	return chain && handle_is_open(&chain->handle) ? chain->leftover_count : 0;
}

const char *cgswap_chain_get_leftover(const cgswap_chain *chain, size_t index)
{
	return index < cgswap_chain_get_leftover_count(chain) ? chain->leftovers[index] : "";
}
