/* SPDX-License-Identifier: BSD-2-Clause */
#include "modelled.h"

#include "../lib/tap.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

enum { UNPRIVILEGED = 65534, TEXT = 400 };

void drop_privileges(void)
{
	/* a user namespace with a single user has no other user, and root there has no privilege */
	if (geteuid() == 0 && (setgid(UNPRIVILEGED) || setuid(UNPRIVILEGED)))
		diag("stays root of its user namespace: %s", strerror(errno));
}

static void need(enum cgswap_status status, const char *what)
{
	if (status)
		bail_out("%s: %s", what, cgswap_error_get_message(cgswap_last_error()));
}

cgswap_session *model_session(const char *disable_features)
{
	const struct cgswap_session_opts opts = {
		.sz = sizeof(opts),
		.kernel = "model",
		.disable_features = disable_features,
	};
	cgswap_session *session;

	need(cgswap_session_open(&session, &opts), "cannot open a session");
	return session;
}

cgswap_chain *model_chain(cgswap_session *session, const char *cgroup, const char *attach_type)
{
	cgswap_chain *chain;

	need(cgswap_chain_open(&chain, session, cgroup, attach_type), cgroup);
	return chain;
}

cgswap_program *model_program(cgswap_session *session, const char *source)
{
	cgswap_program *program;

	need(cgswap_program_open(&program, session, source, NULL), source);
	return program;
}

static void append(char *text, const char *name)
{
	size_t length = strlen(text);

	snprintf(text + length, TEXT - length, "%s%s", length ? " " : "", name);
}

bool names_are(cgswap_chain *chain, const char *wanted, const char *name)
{
	char text[TEXT] = "";

	need(cgswap_chain_read(chain), "read");
	need(cgswap_chain_describe(chain, CGSWAP_DESCRIBE_PROGRAMS), "describe");
	for (size_t i = 0; i < cgswap_chain_get_length(chain); i++)
		append(text, cgswap_entry_get_name(cgswap_chain_get_entry(chain, i)));
	return is_str(text, wanted, "%s", name);
}

bool effective_names_are(cgswap_session *session, cgswap_chain *chain, const char *wanted,
			 const char *name)
{
	char text[TEXT] = "", source[32];

	need(cgswap_chain_read_effective(chain), "read effective");
	for (size_t i = 0; i < cgswap_chain_get_effective_length(chain); i++) {
		cgswap_program *program;

		snprintf(source, sizeof(source), "id:%u", cgswap_chain_get_effective_id(chain, i));
		program = model_program(session, source);
		append(text, cgswap_program_get_name(program));
		cgswap_program_unref(program);
	}
	return is_str(text, wanted, "%s", name);
}
