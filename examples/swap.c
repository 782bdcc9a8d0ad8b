/* SPDX-License-Identifier: BSD-2-Clause */
/* Swaps one program of a chain: swap CGROUP ATTACH-TYPE OLD NEW, for instance
 * swap /sys/fs/cgroup/web.slice egress name:firewall firewall_v2.bpf.o */
#include <cgswap.h>

#include <stdio.h>

static enum cgswap_status swap(cgswap_session *session, char **argv)
{
	cgswap_replace *replace = NULL;
	cgswap_chain *chain = NULL;
	enum cgswap_status status;

	status = cgswap_chain_open(&chain, session, argv[1], argv[2]);
	if (!status)
		status = cgswap_replace_new(&replace, session, NULL);
	/* Loads the new program, and checks all that can be checked before the commit. */
	if (!status)
		status = cgswap_replace_add_source(replace, chain, argv[3], argv[4], NULL);
	/* Replaces the program at its position, then reads the chain to verify it. */
	if (!status)
		status = cgswap_replace_commit(replace, NULL);
	if (!status) {
		const cgswap_step *step = cgswap_replace_get_step(replace, 0);

		printf("replaced %u by %u at position %zu\n", cgswap_step_get_old_id(step),
		       cgswap_step_get_new_id(step), cgswap_step_get_position(step));
	}
	/* Dropping handles never changes the attached programs. */
	cgswap_replace_unref(replace);
	cgswap_chain_unref(chain);
	return status;
}

static void explain(void)
{
	const cgswap_error *error = cgswap_last_error();

	fprintf(stderr, "swap: %s: %s\n", cgswap_cause_get_name(cgswap_error_get_cause(error)),
		cgswap_error_get_message(error));
	fprintf(stderr, "%s\n", cgswap_error_get_remedy(error));
}

int main(int argc, char **argv)
{
	cgswap_session *session;
	enum cgswap_status status;

	if (argc != 5) {
		fprintf(stderr, "usage: swap CGROUP ATTACH-TYPE OLD NEW\n");
		return 2;
	}
	status = cgswap_session_open(&session, NULL);
	if (!status)
		status = swap(session, argv);
	if (status)
		explain();
	cgswap_session_unref(session);
	return status ? 1 : 0;
}
