/* SPDX-License-Identifier: BSD-2-Clause */
#include "load/load_kept.h"

#include <stdlib.h>

#include "session/session.h"

static void load_kept_free(void *user)
{
	struct load_kept *kept = user;

	object_file_free(&kept->file);
	btf_memo_free(&kept->btfs);
	free(kept);
}

struct load_kept *load_kept_of(struct cgswap_session *session)
{
	if (!session->kept) {
		session->kept = calloc(1, sizeof(struct load_kept));
		session->free_kept = load_kept_free;
	}
	return session->kept;
}
