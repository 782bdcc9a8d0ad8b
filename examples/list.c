/* SPDX-License-Identifier: BSD-2-Clause */
/* Lists the programs of one chain: list CGROUP ATTACH-TYPE */
#include <cgswap.h>

#include <stdio.h>

static int print_chain(cgswap_chain *chain)
{
	/* Names and tags are read separately: a snapshot alone is one system call. */
	if (cgswap_chain_describe(chain, CGSWAP_DESCRIBE_PROGRAMS))
		return -1;
	for (size_t i = 0; i < cgswap_chain_get_length(chain); i++) {
		const cgswap_entry *entry = cgswap_chain_get_entry(chain, i);

		printf("%zu %u %s %s\n", cgswap_entry_get_position(entry),
		       cgswap_entry_get_id(entry), cgswap_entry_get_tag(entry),
		       cgswap_entry_get_name(entry));
	}
	return 0;
}

int main(int argc, char **argv)
{
	cgswap_session *session = NULL;
	cgswap_chain *chain = NULL;
	int status = 1;

	if (argc != 3) {
		fprintf(stderr, "usage: list CGROUP ATTACH-TYPE\n");
		return 2;
	}
	if (cgswap_session_open(&session, NULL) ||
	    cgswap_chain_open(&chain, session, argv[1], argv[2]) || print_chain(chain))
		fprintf(stderr, "list: %s\n", cgswap_error_get_message(cgswap_last_error()));
	else
		status = 0;
	cgswap_chain_unref(chain);
	cgswap_session_unref(session);
	return status;
}
