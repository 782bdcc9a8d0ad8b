/* SPDX-License-Identifier: BSD-2-Clause */
/* The session's probe programs, which pass everything: one for each attach type that needs one. */
#include "session/session_probe.h"

#include <errno.h>
#include <stdlib.h>

#include "kernel/probe_program.h"

static size_t probe_index(const struct attach_type *type)
{
	size_t index = 0;

	while (attach_type_at(index) != type)
		index++;
	return index;
}

static int probe_load(struct session_probe *out, struct kernel *kernel,
		      const struct attach_type *type)
{
	int err, fd = probe_program_load(kernel, type);

	if (fd < 0)
		return fd;
	err = probe_program_id(&out->id, kernel, fd);
	if (err) {
		kernel->ops->close(kernel, fd);
		return err;
	}
	out->fd = fd;
	return 0;
}

/* Called under the lock, so that two threads do not load two. A failed load is tried again. */
static int probe_get(struct session_probe *out, struct cgswap_session *session,
		     const struct attach_type *type)
{
	size_t index = probe_index(type), count = cgswap_attach_type_get_count();
	struct session_probe *probe;
	int err = 0;

	if (!session->probes)
		session->probes = calloc(count, sizeof(*session->probes));
	if (!session->probes)
		return -ENOMEM;
	probe = &session->probes[index];
	if (!probe->id)
		err = probe_load(probe, session->kernel, type);
	if (!err)
		*out = *probe;
	return err;
}

int session_probe_program(struct session_probe *out, struct cgswap_session *session,
			  const struct attach_type *type)
{
	int err;

	pthread_mutex_lock(&session->lock);
	err = probe_get(out, session, type);
	pthread_mutex_unlock(&session->lock);
	return err;
}

bool session_has_probe(struct cgswap_session *session, const struct attach_type *type)
{
	bool loaded;

	pthread_mutex_lock(&session->lock);
	loaded = session->probes && session->probes[probe_index(type)].id;
	pthread_mutex_unlock(&session->lock);
	return loaded;
}

void session_probes_free(struct cgswap_session *session)
{
	struct session_probe *probes;

	pthread_mutex_lock(&session->lock);
	probes = session->probes;
	session->probes = NULL;
	pthread_mutex_unlock(&session->lock);
	for (size_t i = 0; probes && attach_type_at(i); i++)
		if (probes[i].id)
			session->kernel->ops->close(session->kernel, probes[i].fd);
	free(probes);
}
